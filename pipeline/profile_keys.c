/* SPDX-License-Identifier: MIT */
#include "profile_keys.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>
#include "profile_range.h"

enum { SIDE_MIN = 16, SIDE_MAX = 10000, DPI_MAX = 2400, MEGAPIXELS_MAX = 1000, SCANS_MAX = 10000 };
enum { BYTES_MAX = 2000000000, WORD_SIZE = 32 };

/* For a portrait of 100 megapixels, three times what it takes; far above any honest photo's time.
 */
enum { MEMORY_MB = 768, MEMORY_MB_MIN = 128, MEMORY_MB_MAX = 16384 };
enum { TIME_S = 10, TIME_S_MAX = 3600 };

/* A whole number of lo..hi that fills all of `text`, leading and trailing spaces aside. */
static bool whole_read(const char *text, size_t length, int lo, int hi, int *out)
{
    while (length && *text == ' ')
        text++, length--;
    while (length && text[length - 1] == ' ')
        length--;
    char word[WORD_SIZE];
    double value;
    if (length == 0 || length >= sizeof word || !isdigit((unsigned char)*text))
        return false;
    snprintf(word, sizeof word, "%.*s", (int)length, text);
    if (!number_read(word, &value) || value != floor(value) || value < lo || value > hi)
        return false;
    *out = (int)value;
    return true;
}

/* "LO to HI" in whole numbers. */
static bool span_read(const char *value, int *lo, int *hi)
{
    const char *to = strstr(value, " to ");
    return to && whole_read(value, (size_t)(to - value), 1, BYTES_MAX, lo) &&
           whole_read(to + 4, strlen(to + 4), *lo, BYTES_MAX, hi);
}

/* A whole number before an optional unit. */
static bool amount_read(const char *value, const char *unit, int hi, int *out)
{
    size_t length = strlen(value), tail = strlen(unit);
    if (length > tail && strcmp(value + length - tail, unit) == 0)
        length -= tail;
    return whole_read(value, length, 1, hi, out);
}

static const char *title_copy(const char *value, char out[128])
{
    if (!*value || strlen(value) >= 128)
        return "a title has 1 to 127 bytes";
    strcpy(out, value);
    return NULL;
}

static const char *read_title_zh(const char *value, Profile *out)
{
    return title_copy(value, out->title_zh);
}

static const char *read_title_en(const char *value, Profile *out)
{
    return title_copy(value, out->title_en);
}

static const char *read_size(const char *value, Profile *out)
{
    const char *by = strchr(value, 'x');
    bool good = by && whole_read(value, (size_t)(by - value), SIDE_MIN, SIDE_MAX, &out->width_px) &&
                whole_read(by + 1, strlen(by + 1), SIDE_MIN, SIDE_MAX, &out->height_px);
    return good ? NULL : "a size is written WIDTHxHEIGHT, each 16 to 10000";
}

static const char *read_dpi(const char *value, Profile *out)
{
    bool good = amount_read(value, " dpi", DPI_MAX, &out->dpi);
    return good ? NULL : "a resolution is 1 to 2400";
}

static const char *read_bytes(const char *value, Profile *out)
{
    return span_read(value, &out->bytes_lo, &out->bytes_hi) ? NULL : "bytes are written LO to HI";
}

static const char *read_target(const char *value, Profile *out)
{
    int hi;
    if (!span_read(value, &out->target_lo, &hi))
        return "bytes are written LO to HI";
    if (out->bytes_hi == 0)
        return "'bytes' must come before it";
    if (hi != out->bytes_hi || out->target_lo < out->bytes_lo)
        return "the target must lie in 'bytes' and end where it ends";
    return NULL;
}

static const char *read_quality(const char *value, Profile *out)
{
    return amount_read(value, "", 100, &out->quality_lo) ? NULL : "a quality is 1 to 100";
}

static const char *read_pixels(const char *value, Profile *out)
{
    bool good = amount_read(value, " MP", MEGAPIXELS_MAX, &out->pixels_max_mp);
    return good ? NULL : "it is written 1 to 1000 MP";
}

static const char *read_scans(const char *value, Profile *out)
{
    return amount_read(value, "", SCANS_MAX, &out->scans_max) ? NULL : "it is 1 to 10000";
}

static const char *read_source_bytes(const char *value, Profile *out)
{
    int mega;
    if (amount_read(value, " B", BYTES_MAX, &out->source_bytes_max))
        return NULL;
    if (!strstr(value, " MB") || !amount_read(value, " MB", BYTES_MAX / 1000000, &mega))
        return "it is written 1 to 2000 MB (of 1,000,000 bytes), or in B";
    out->source_bytes_max = mega * 1000000;
    return NULL;
}

static const char *read_memory(const char *value, Profile *out)
{
    bool good = amount_read(value, " MB", MEMORY_MB_MAX, &out->memory_max_mb) &&
                out->memory_max_mb >= MEMORY_MB_MIN;
    return good ? NULL : "it is written 128 to 16384 MB (of 1,000,000 bytes)";
}

static const char *read_time(const char *value, Profile *out)
{
    bool good = amount_read(value, " s", TIME_S_MAX, &out->time_max_s);
    return good ? NULL : "it is written 1 to 3600 s";
}

static const char *read_white_top(const char *value, Profile *out)
{
    out->white_top = strcmp(value, "yes") == 0;
    return out->white_top || strcmp(value, "no") == 0 ? NULL : "it is 'yes' or 'no'";
}

static const char *read_file_name(const char *value, Profile *out)
{
    static const char *const endings[] = {".JPG", ".jpg", ".jpeg", ".JPEG"};
    static const char *const wrong =
        "a file name holds {id} once, letters, digits, '-', '_', and ends in .JPG or .jpg";
    const char *id = strstr(value, "{id}"), *dot = strrchr(value, '.');
    if (!id || !dot || dot < id || strstr(id + 1, "{id}") || strlen(value) >= sizeof out->file_name)
        return wrong;
    for (const char *c = value; c < dot; c++)
        if ((c < id || c >= id + 4) && !isalnum((unsigned char)*c) && *c != '-' && *c != '_')
            return wrong;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot, endings[i]) == 0) {
            strcpy(out->file_name, value);
            return NULL;
        }
    return wrong;
}

// clang-format off
const ProfileKey profile_keys[] = {
    {"title_zh",         read_title_zh, false},
    {"title_en",         read_title_en, false},
    {"size",             read_size, false},
    {"dpi",              read_dpi, false},
    {"bytes",            read_bytes, false},
    {"target_bytes",     read_target, false},
    {"quality",          read_quality, false},
    {"pixels_max",       read_pixels, false},
    {"scans_max",        read_scans, false},
    {"source_bytes_max", read_source_bytes, false},
    {"memory_max",       read_memory, true},
    {"time_max",         read_time, true},
    {"white_top",        read_white_top, false},
    {"file_name",        read_file_name, false},
    {NULL, NULL, false},
};
// clang-format on

const char *colour_read(const char *value, Colour *out)
{
    uint8_t *const channels[] = {&out->r, &out->g, &out->b};
    for (int i = 0; i < 3; i++) {
        int channel;
        size_t length = strcspn(value, ",");
        if (!whole_read(value, length, 0, 255, &channel) || (value[length] == ',') != (i < 2))
            return "a colour is written R,G,B, each 0 to 255";
        *channels[i] = (uint8_t)channel;
        value += length + (i < 2);
    }
    return NULL;
}

/* Asked of photos of every profile; one that names them asks otherwise, and is another profile then. */
static const struct Unasked {
    CheckId check;
    double cap;
} unasked[] = {{CHECK_other_profile, 0}, {CHECK_photo_gone, 0}, {CHECK_roster_names, 1}};
enum { UNASKED = sizeof unasked / sizeof *unasked };

static void default_want(Profile *profile, CheckId check, double cap)
{
    Want *want = &profile->want[check];
    if (want->asked)
        return;
    Range range = {-INFINITY, cap};
    *want = (Want){true, range, range, checks[check].level};
}

void profile_defaults(Profile *profile)
{
    if (!profile->memory_max_mb)
        profile->memory_max_mb = MEMORY_MB;
    if (!profile->time_max_s)
        profile->time_max_s = TIME_S;
    default_want(profile, CHECK_decode_megabytes, profile->memory_max_mb);
    default_want(profile, CHECK_cpu_seconds, profile->time_max_s);
    for (int i = 0; i < UNASKED; i++)
        default_want(profile, unasked[i].check, unasked[i].cap);
}

/* What a file of ours will have must lie in what is asked of it, or nothing could ever pass. */
static bool holds(const Profile *profile, CheckId check, double lo, double hi)
{
    const Want *want = &profile->want[check];
    return !want->asked || (want->good.lo <= lo && want->good.hi >= hi);
}

/* Over the cap nothing is decoded, so the check must say so. */
static bool capped(const Profile *profile, CheckId check, double cap)
{
    const Want *want = &profile->want[check];
    return want->asked && want->good.hi <= cap && want->review.hi <= cap;
}

/* And something must be left, or no photo would be looked at. */
static bool bounded(const Profile *profile, CheckId check, int cap)
{
    return capped(profile, check, cap) && profile->want[check].good.hi >= 1;
}

const char *profile_contradiction(const Profile *profile, CheckId *check)
{
    const Profile *p = profile;
    const struct {
        CheckId check;
        bool fits;
        const char *wrong;
    } rules[] = {
        {CHECK_id_valid, p->want[CHECK_id_valid].asked, "must be asked"},
        {CHECK_files_for_id, p->want[CHECK_files_for_id].asked, "must be asked"},
        {CHECK_readable, p->want[CHECK_readable].asked, "must be asked"},
        {CHECK_is_jpeg, p->want[CHECK_is_jpeg].asked, "must be asked"},
        {CHECK_source_bytes, capped(p, CHECK_source_bytes, p->source_bytes_max),
         "must be asked, with no more than 'source_bytes_max'"},
        {CHECK_megapixels, capped(p, CHECK_megapixels, p->pixels_max_mp),
         "must be asked, with no more than 'pixels_max'"},
        {CHECK_scan_count, capped(p, CHECK_scan_count, p->scans_max),
         "must be asked, with no more than 'scans_max'"},
        {CHECK_decode_megabytes, bounded(p, CHECK_decode_megabytes, p->memory_max_mb),
         "must be 1 or more and no more than 'memory_max'"},
        {CHECK_cpu_seconds, bounded(p, CHECK_cpu_seconds, p->time_max_s),
         "must be 1 or more and no more than 'time_max'"},
        {CHECK_width_px, holds(p, CHECK_width_px, p->width_px, p->width_px), "forbids 'size'"},
        {CHECK_height_px, holds(p, CHECK_height_px, p->height_px, p->height_px), "forbids 'size'"},
        {CHECK_dpi, holds(p, CHECK_dpi, p->dpi, p->dpi), "forbids 'dpi'"},
        {CHECK_file_bytes, holds(p, CHECK_file_bytes, p->bytes_lo, p->bytes_hi), "forbids 'bytes'"},
        {CHECK_quality, holds(p, CHECK_quality, p->quality_lo, 100), "forbids 'quality'"},
        {CHECK_white_top, p->want[CHECK_white_top].asked == p->white_top,
         "must be asked where, and only where, white_top = yes"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!rules[i].fits) {
            *check = rules[i].check;
            return rules[i].wrong;
        }
    *check = CHECK_COUNT;
    return profile->colour_count ? NULL : "[colours] is empty";
}

static XXH64_hash_t mix_text(XXH64_hash_t hash, const char *text)
{
    size_t with_end = strlen(text) + 1; /* so that "ab", "c" is not "a", "bc" */
    return XXH3_64bits_withSeed(text, with_end, hash);
}

static XXH64_hash_t mix_number(XXH64_hash_t hash, double number)
{
    return XXH3_64bits_withSeed(&number, sizeof number, hash);
}

/* As profile_defaults has it. */
static bool is_unasked(CheckId check, const Want *want)
{
    for (int i = 0; i < UNASKED; i++)
        if (unasked[i].check == check)
            return want->level == checks[check].level && want->good.lo == -INFINITY && want->good.hi == unasked[i].cap;
    return false;
}

/* Checks by name and only where asked: a new row in the table leaves old results valid. That a row was judged by another
 * profile is no result. */
void profile_hash(Profile *profile)
{
    const Profile *p = profile;
    const double numbers[] = {
        p->width_px,         p->height_px,     p->dpi,           p->bytes_lo,    p->bytes_hi,
        p->target_lo,        p->quality_lo,    p->pixels_max_mp, p->scans_max,   p->white_top,
        p->source_bytes_max, p->memory_max_mb, p->time_max_s,    p->colour_count};
    XXH64_hash_t hash = XXH3_64bits(numbers, sizeof numbers);
    hash = mix_text(hash, p->file_name);
    for (int i = 0; i < p->colour_count; i++) {
        const uint8_t rgb[] = {p->colours[i].r, p->colours[i].g, p->colours[i].b};
        hash = XXH3_64bits_withSeed(rgb, sizeof rgb, mix_text(hash, p->colours[i].name));
    }
    for (CheckId i = 0; i < CHECK_COUNT; i++) {
        const Want *want = &p->want[i];
        if (!want->asked || is_unasked(i, want))
            continue;
        hash = mix_text(hash, checks[i].name);
        const double wanted[] = {want->good.lo, want->good.hi, want->review.lo, want->review.hi,
                                 want->level};
        for (size_t j = 0; j < sizeof wanted / sizeof *wanted; j++)
            hash = mix_number(hash, wanted[j]);
    }
    snprintf(profile->hash, sizeof profile->hash, "%016llx", (unsigned long long)hash);
}
