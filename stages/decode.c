/* SPDX-License-Identifier: MIT */
#include "decode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "jpeg.h"
#include "jpeg_format.h"
#include "odd_blocks.h"
#include "odd_scans.h"
#include "raster.h"
#include "seams.h"

/* Programs that retouch, or whose whole purpose is to change a picture; looked for in the
 * software that EXIF and XMP name, ASCII letters in any case, at the start of a word so that a name does not turn up
 * inside some camera's firmware number. */
// clang-format off
static const char *const editors[] = {
    "photoshop", "lightroom", "adobe camera raw", "firefly", "gimp", "krita", "affinity", "luminar",
    "paintshop", "corel", "paint.net", "photoscape", "acdsee", "picasa", "fotor", "polarr", "pixlr",
    "canva", "photogrid", "photo editor", "inpaint", "topaz", "snapseed", "vsco", "picsart", "prisma",
    "lensa", "remini", "facetune", "faceapp", "portraitpro", "anthropics", "photodirector", "youcam",
    "airbrush", "retouch", "beauty", "makeup", "peachy", "b612", "snow", "soda", "ulike", "meitu",
    "meiyan", "xingtu", "hypic", "pitu", "jianying", "capcut", "stable diffusion", "midjourney",
    "neo imaging", "faceu", "camera360", "photopea", "pixelmator", "evoto", "pixcake", "portrait pro", "像素蛋糕", "相机360",
    "美图", "美颜", "醒图", "天天p图", "轻颜", "无他相机", "黄油相机", "可牛", "光影魔术手", "剪映",
};
// clang-format on

static bool names_editor(const char *software, const char *name)
{
    const char *hit = software;
    while ((hit = strstr(hit, name))) {
        if (hit == software || !g_ascii_isalnum(hit[-1]) || !g_ascii_isalnum(name[0]))
            return true;
        hit++;
    }
    return false;
}

static bool is_editor(const char *software)
{
    g_autofree char *lower = g_ascii_strdown(software, -1);
    for (size_t i = 0; i < sizeof editors / sizeof *editors; i++)
        if (names_editor(lower, editors[i]))
            return true;
    return false;
}

/* Days since 1970-01-01 of "YYYY:MM:DD ...", which exif.c found to be a real date. */
static double captured_day(const char *captured)
{
    int year = 0, month = 0, day = 0;
    if (sscanf(captured, "%4d:%2d:%2d", &year, &month, &day) != 3)
        return NAN;
    GDate date, epoch;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    g_date_clear(&epoch, 1);
    g_date_set_dmy(&epoch, 1, G_DATE_JANUARY, 1970);
    return g_date_days_between(&epoch, &date);
}

enum { COMPONENTS_MAX = 4 }; /* CMYK */

/* What JPEG defines and no ordinary reader bears. A lossless JPEG has no steps of quantisation; what claims to be one and has
 * them is damaged. */
static void refuse_unusual(const Source *source, JpegHeader *header)
{
    if (header->format != FORMAT_JPEG)
        return;
    const char *problem = format_unusual(source->data, source->bytes);
    if (header->lossless && !header->problem && isnan(header->quality))
        problem = "is a lossless JPEG, not an ordinary one";
    if (!problem)
        return;
    header->format = FORMAT_OTHER;
    header->problem = problem;
}

static void header_facts(const JpegHeader *header, int today, Facts *facts)
{
    fact_set(facts, CHECK_is_jpeg, header->format == FORMAT_JPEG, 0);
    if (header->format != FORMAT_JPEG)
        return;
    fact_set(facts, CHECK_scan_count, header->scans, 0);
    fact_set(facts, CHECK_end_marker, header->end_marker, 0);
    fact_set(facts, CHECK_source_trailing_bytes, (double)header->trailing_bytes, 0);
    fact_set(facts, CHECK_source_quality, header->quality, header->quality_error);
    if (header->components) { /* there is a frame header */
        if (header->bits == 8 && !header->lossless)
            fact_set(facts, CHECK_coding_tables, header->tables_odd, 0);
        double pixels = (double)header->width_px * header->height_px;
        fact_set(facts, CHECK_megapixels, pixels / 1e6, 0);
        fact_set(facts, CHECK_bit_depth, header->bits, 0);
        if (header->components <= COMPONENTS_MAX)
            fact_set(facts, CHECK_colour_components, header->components, 0);
    }
    int turn = header->orientation;
    fact_set(facts, CHECK_mirrored_by_tag, turn == 2 || turn == 4 || turn == 5 || turn == 7, 0);
    fact_set(facts, CHECK_camera_data, header->camera != NULL, 0);
    fact_set(facts, CHECK_editor_trace, header->software && is_editor(header->software), 0);
    if (header->captured)
        fact_set(facts, CHECK_capture_age_days, today - captured_day(header->captured), 0);
}

static bool wanted(const Profile *profile, CheckId check, double value)
{
    const Want *want = &profile->want[check];
    return !want->asked || (value >= want->good.lo && value <= want->good.hi);
}

/* Room for what later stages take beside the picture itself. */
enum { STAGES_MB = 64 };

/* What a photo takes once it was decoded from `coarsest` down to `finest`: the file, libjpeg's
 * coefficients and a bit of ours for each of them (scans.h), every picture, once more where it must be turned, and the stages' own. */
static double megabytes_for(const Source *source, int coarsest, int finest)
{
    const JpegHeader *header = &source->header;
    double bytes = (double)source->bytes + (double)header->coefficient_bytes * 17 / 16;
    for (int d = coarsest; d >= finest; d /= 2)
        bytes += ceil((double)header->width_px / d) * ceil((double)header->height_px / d) * 3 *
                 (header->orientation > 1 ? 2 : 1);
    return ceil(bytes / 1e6) + STAGES_MB;
}

static bool affordable(const Source *source, double megabytes)
{
    return !source->budget || !source->budget->memory_bytes ||
           megabytes * 1e6 <= (double)source->budget->memory_bytes;
}

/* Before a byte is decoded: a hostile file costs no more than its header. */
static bool within_limits(const JpegHeader *header, const Profile *profile)
{
    double megapixels = (double)header->width_px * header->height_px / 1e6;
    return header->format == FORMAT_JPEG && !header->problem && header->components == 3 &&
           header->bits == 8 && megapixels <= profile->pixels_max_mp &&
           header->scans <= profile->scans_max && wanted(profile, CHECK_megapixels, megapixels) &&
           wanted(profile, CHECK_scan_count, header->scans) &&
           wanted(profile, CHECK_bit_depth, header->bits) &&
           wanted(profile, CHECK_colour_components, header->components);
}

/* The least short side after halving and after quartering: enough for a face at the target size and its
 * points. What libjpeg halves keeps its detail, what it quarters loses some: bench/results/frames.md. Where
 * a face is so small that it is not enough, it is decoded again. The last bound is for strips: a side of
 * 2000 with another of 50,000. */
enum { HALF_SIDE_PX = 750, QUARTER_SIDE_PX = 1100, DECODED_PX_MAX = 25000000 };

static int denominator_for(const JpegHeader *header)
{
    int side = header->width_px < header->height_px ? header->width_px : header->height_px;
    int64_t pixels = (int64_t)header->width_px * header->height_px;
    int denominator = side >= 4 * QUARTER_SIDE_PX ? 4 : side >= 2 * HALF_SIDE_PX ? 2 : 1;
    while (denominator < 4 && pixels / denominator / denominator > DECODED_PX_MAX)
        denominator *= 2;
    return denominator;
}

/* What a flipped bit may have done to pixels that were decoded without a word, and an earlier save. */
typedef struct Signs {
    double seams, odd_blocks;
    int earlier_quality; /* 0: cannot be told */
    bool blocks_hidden; /* a block's bits are in no one place, or its pixels too few */
} Signs;

/* Where `signs` is not NULL and nothing is known to be damaged, it is filled. */
static Err decode_upright(Arena *arena, const Source *source, int denominator, Decoded *out,
                          JpegDamage *damage, Signs *signs)
{
    Picture stored;
    const JpegHeader *header = &source->header;
    TRY(jpeg_decode_source(arena, source, denominator, &stored, damage));
    if (damage->failed)
        return OK;
    if (signs && !damage->warnings) {
        signs->seams = seams_count(arena, &stored,
                                   (SeamGrid){header->mcu_width_px, header->mcu_height_px, denominator,
                                              header->dc_step[0], header->dc_step[1],
                                              damage->planned ? damage->plan.restart_interval : 0});
        const FastPlan *plan = &damage->plan;
        signs->earlier_quality = damage->planned && header->ycbcr && plan->earlier ? earlier_quality(plan->earlier, plan->component[0].quant) : 0;
        signs->blocks_hidden = !(damage->planned || damage->bands) || !header->ycbcr || denominator > 2;
        if (!signs->blocks_hidden && damage->planned)
            signs->odd_blocks = odd_blocks_count(arena, &stored, &damage->plan);
        else if (!signs->blocks_hidden)
            signs->odd_blocks = odd_scans_count(arena, &stored, damage->bands, &(FastPlan){.denominator = denominator, .budget = source->budget});
    }
    TRY(raster_upright(arena, &stored, header->orientation, &out->picture));
    out->scale = denominator;
    return OK;
}

static void note_damage(Source *source, const JpegDamage *damage, Facts *facts)
{
    if (damage->late) /* its data may be whole */
        return;
    int wrong = source->header.tables_wrong, count = damage->warnings + wrong;
    source->warnings = count;
    source->warning = damage->text || !wrong ? damage->text : "has a coding table against the standard";
    fact_set(facts, CHECK_damage, damage->failed && !count ? 1 : count, 0);
}

Err decode_source(Arena *arena, const Profile *profile, int today, Source *source, Facts *facts,
                  Decoded *out)
{
    *out = (Decoded){.scale = 1};
    if (!source->data)
        return OK;
    JpegHeader *header = &source->header;
    jpeg_header(arena, source->data, source->bytes, header);
    refuse_unusual(source, header);
    header_facts(header, today, facts);
    bool turned = header->orientation >= 5;
    source->width_px = turned ? header->height_px : header->width_px;
    source->height_px = turned ? header->width_px : header->height_px;

    JpegDamage damage = {0};
    int denominator = denominator_for(header);
    out->megabytes = megabytes_for(source, denominator, denominator);
    if (header->format == FORMAT_JPEG && !header->problem)
        fact_set(facts, CHECK_decode_megabytes, out->megabytes, 0);
    if (header->format == FORMAT_JPEG && header->problem) { /* a JPEG that nobody can decode */
        damage = (JpegDamage){.text = header->problem, .failed = true};
        note_damage(source, &damage, facts);
    } else if (within_limits(header, profile) && affordable(source, out->megabytes)) {
        Signs signs = {.seams = NAN, .odd_blocks = NAN};
        TRY(decode_upright(arena, source, denominator, out, &damage, &signs));
        note_damage(source, &damage, facts);
        fact_set(facts, CHECK_seams, signs.seams, 0);
        fact_set(facts, CHECK_odd_blocks, signs.odd_blocks, 0);
        if (signs.blocks_hidden)
            fact_hide(facts, CHECK_odd_blocks);
        if (signs.earlier_quality)
            fact_set(facts, CHECK_earlier_quality, signs.earlier_quality, signs.earlier_quality == EARLIER_NONE ? 0 : EARLIER_ERROR);
        else if (!damage.warnings && !damage.failed)
            fact_hide(facts, CHECK_earlier_quality);
    }
    return OK;
}

Err decode_again(Arena *arena, const Source *source, int denominator, Decoded *out)
{
    *out = (Decoded){.scale = 1};
    JpegDamage damage;
    out->megabytes = megabytes_for(source, denominator_for(&source->header), denominator);
    if (!affordable(source, out->megabytes))
        return OK;
    return decode_upright(arena, source, denominator, out, &damage, NULL);
}
