/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memmem */
#include "exif.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <glib.h>

enum {
    TAG_MAKE = 0x010f,
    TAG_MODEL = 0x0110,
    TAG_ORIENTATION = 0x0112,
    TAG_SOFTWARE = 0x0131,
    TAG_EXIF_IFD = 0x8769,
    TAG_CAPTURED = 0x9003,
    TAG_FRACTION = 0x9291,
    TAG_SERIAL = 0xa431,
    TAG_COLOR_SPACE = 0xa001,
    TAG_INTEROP_IFD = 0xa005,
    TAG_INTEROP_INDEX = 0x0001,
};
enum { TYPE_BYTE = 1, TYPE_ASCII = 2, TYPE_SHORT = 3, TYPE_LONG = 4 };
enum { ENTRY_BYTES = 12, TEXT_BYTES = 128 };

typedef struct Tiff {
    const uint8_t *data;
    size_t bytes;
    bool big_endian;
} Tiff;

typedef struct Entry {
    unsigned tag, type;
    uint32_t count;
    size_t at; /* of the value field */
} Entry;

static uint32_t number_at(const Tiff *tiff, size_t at, int size)
{
    uint32_t value = 0;
    for (int i = 0; i < size; i++) {
        int shift = 8 * (tiff->big_endian ? size - 1 - i : i);
        value |= (uint32_t)tiff->data[at + (size_t)i] << shift;
    }
    return value;
}

/* How many whole entries the directory at `at` holds. */
static size_t directory_entries(const Tiff *tiff, size_t at)
{
    if (at < 8 || at > tiff->bytes || tiff->bytes - at < 2)
        return 0;
    size_t claimed = number_at(tiff, at, 2);
    size_t room = (tiff->bytes - at - 2) / ENTRY_BYTES;
    return claimed < room ? claimed : room;
}

/* The first entry of that tag. */
static bool entry_find(const Tiff *tiff, size_t directory, unsigned tag, Entry *out)
{
    size_t count = directory_entries(tiff, directory);
    for (size_t i = 0; i < count; i++) {
        size_t at = directory + 2 + i * ENTRY_BYTES;
        if (number_at(tiff, at, 2) != tag)
            continue;
        *out = (Entry){.tag = tag,
                       .type = number_at(tiff, at + 2, 2),
                       .count = number_at(tiff, at + 4, 4),
                       .at = at + 8};
        return true;
    }
    return false;
}

static bool entry_number(const Tiff *tiff, size_t directory, unsigned tag, uint32_t *out)
{
    Entry entry;
    if (!entry_find(tiff, directory, tag, &entry) || entry.count != 1)
        return false;
    switch (entry.type) {
    case TYPE_BYTE:
        *out = number_at(tiff, entry.at, 1);
        return true;
    case TYPE_SHORT:
        *out = number_at(tiff, entry.at, 2);
        return true;
    case TYPE_LONG:
        *out = number_at(tiff, entry.at, 4);
        return true;
    default:
        return false;
    }
}

/* Printable UTF-8, no blanks at either end, at most TEXT_BYTES - 1; everything else becomes '?'. */
static void text_clean(const char *raw, size_t bytes, char out[TEXT_BYTES])
{
    size_t length = 0;
    const char *end = raw + bytes;
    while (raw < end && *raw) {
        gunichar c = g_utf8_get_char_validated(raw, end - raw);
        bool whole = c != (gunichar)-1 && c != (gunichar)-2;
        size_t step = whole ? (size_t)g_unichar_to_utf8(c, NULL) : 1;
        bool good = whole && g_unichar_isprint(c);
        size_t grow = good ? step : 1;
        if (length + grow >= TEXT_BYTES)
            break;
        if (good)
            memcpy(out + length, raw, step);
        else
            out[length] = '?';
        if (length || out[0] != ' ')
            length += grow;
        raw += step;
    }
    while (length && out[length - 1] == ' ')
        length--;
    out[length] = '\0';
}

/* "" where the entry is absent, not text or not inside the block. */
static void entry_text(const Tiff *tiff, size_t directory, unsigned tag, char out[TEXT_BYTES])
{
    out[0] = '\0';
    Entry entry;
    if (!entry_find(tiff, directory, tag, &entry) || entry.type != TYPE_ASCII || !entry.count)
        return;
    size_t at = entry.count <= 4 ? entry.at : number_at(tiff, entry.at, 4);
    if (at > tiff->bytes || entry.count > tiff->bytes - at)
        return;
    text_clean((const char *)tiff->data + at, entry.count, out);
}

static bool date_real(const char *text)
{
    static const char shape[] = "dddd:dd:dd dd:dd:dd";
    if (strlen(text) != sizeof shape - 1)
        return false;
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != shape[i])
            return false;
    int year, month, day, hour, minute, second;
    if (sscanf(text, "%4d:%2d:%2d %2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != 6)
        return false;
    return year >= 1 && g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year) &&
           hour < 24 && minute < 60 && second <= 60;
}

/* Many makers repeat their name in the model: "NIKON CORPORATION" "NIKON D750" stays as it is,
 * "Canon" "Canon EOS R5" becomes the model alone. */
static const char *camera_name(Arena *arena, const char *make, const char *model)
{
    if (!make[0] && !model[0])
        return NULL;
    if (!make[0] || !strncmp(model, make, strlen(make)))
        return arena_copy(arena, model);
    if (!model[0])
        return arena_copy(arena, make);
    return arena_print(arena, "%s %s", make, model);
}

static bool tiff_open(const uint8_t *data, size_t bytes, Tiff *out)
{
    if (bytes < 8)
        return false;
    bool little = !memcmp(data, "II*\0", 4);
    bool big = !memcmp(data, "MM\0*", 4);
    *out = (Tiff){.data = data, .bytes = bytes, .big_endian = big};
    return little || big;
}

void exif_read(Arena *arena, const uint8_t *tiff_data, size_t bytes, Exif *out)
{
    *out = (Exif){.orientation = 1};
    Tiff tiff;
    if (!tiff_open(tiff_data, bytes, &tiff))
        return;

    size_t main_directory = number_at(&tiff, 4, 4);
    uint32_t number;
    if (entry_number(&tiff, main_directory, TAG_ORIENTATION, &number) && number >= 1 && number <= 8)
        out->orientation = (int)number;

    char make[TEXT_BYTES], model[TEXT_BYTES], text[TEXT_BYTES];
    entry_text(&tiff, main_directory, TAG_MAKE, make);
    entry_text(&tiff, main_directory, TAG_MODEL, model);
    out->camera = camera_name(arena, make, model);
    entry_text(&tiff, main_directory, TAG_SOFTWARE, text);
    if (text[0])
        out->software = arena_copy(arena, text);

    if (!entry_number(&tiff, main_directory, TAG_EXIF_IFD, &number))
        return;
    entry_text(&tiff, number, TAG_CAPTURED, text);
    if (date_real(text))
        out->captured = arena_copy(arena, text);
    entry_text(&tiff, number, TAG_FRACTION, text);
    if (text[0] && !text[strspn(text, "0123456789")])
        out->fraction = arena_copy(arena, text);
    entry_text(&tiff, number, TAG_SERIAL, text);
    if (text[0])
        out->serial = arena_copy(arena, text);

    enum { UNCALIBRATED = 0xffff, ADOBE_RGB = 2 };
    uint32_t space, interop;
    out->not_srgb = entry_number(&tiff, number, TAG_COLOR_SPACE, &space) && (space == UNCALIBRATED || space == ADOBE_RGB);
    if (!entry_number(&tiff, number, TAG_INTEROP_IFD, &interop))
        return;
    entry_text(&tiff, interop, TAG_INTEROP_INDEX, text);
    out->not_srgb |= strcmp(text, "R03") == 0;
}

/* The text of a property whose name ends at `at`: ="text", ='text' or >text<. */
static bool xmp_text(const char *at, const char *end, char out[TEXT_BYTES])
{
    while (at < end && g_ascii_isspace(*at))
        at++;
    bool attribute = at < end && *at == '=';
    at += attribute;
    while (attribute && at < end && g_ascii_isspace(*at))
        at++;
    if (at == end || (attribute ? *at != '"' && *at != '\'' : *at != '>'))
        return false;
    char closing = attribute ? *at : '<';
    at++;
    const char *stop = memchr(at, closing, (size_t)(end - at));
    if (!stop)
        return false;
    while (at < stop && g_ascii_isspace(*at))
        at++;
    while (stop > at && g_ascii_isspace(stop[-1]))
        stop--;
    text_clean(at, (size_t)(stop - at), out);
    return out[0] != '\0';
}

const char *exif_add_xmp(Arena *arena, const char *software, const uint8_t *packet, size_t bytes)
{
    enum { JOINED_BYTES = 513 };
    static const char *const NAMES[] = {"CreatorTool", "softwareAgent"};
    char joined[JOINED_BYTES] = "", text[TEXT_BYTES];
    const char *end = (const char *)packet + bytes;
    g_strlcpy(joined, software ? software : "", sizeof joined);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const char *at = (const char *)packet, *hit;
        size_t length = strlen(NAMES[i]), used;
        for (; (hit = memmem(at, (size_t)(end - at), NAMES[i], length)); at = hit + length) {
            used = strlen(joined);
            if (!xmp_text(hit + length, end, text) || strstr(joined, text) || used + 2 + strlen(text) >= sizeof joined)
                continue;
            snprintf(joined + used, sizeof joined - used, "%s%s", used ? "; " : "", text);
        }
    }
    return joined[0] ? arena_copy(arena, joined) : NULL;
}
