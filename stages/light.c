/* SPDX-License-Identifier: MIT */
/* How the light falls: shares of burnt and drowned pixels, left cheek against right, blur. */
#include "light.h"

#include <stdlib.h>
#include <string.h>
#include "bitmap.h"
#include "echo.h"
#include "luma.h"
#include "raster.h"
#include "wide.h"

/* Luminance limits of ISO/IEC 29794-5 for over- and under-exposure. */
enum { BURNT_FROM = 247, DROWNED_TO = 25, BINS = 32 };
/* Sharpness: face width it is measured at, pixels of an edge's line, least height of an edge in levels. */
enum { SHARP_FACE_PX = 160, EDGE_TAPS = 9, EDGE_LEAST = 16 };
/* From here on a picture lies over itself and no edge of it is one. Of 3,212 faces the plainest has 0.292, one in a
 * thousand 0.27; of 48 doubled by half, 0.025 to 0.06 face widths apart, at most two have less than this. */
static const double ECHO = 0.36;

static const uint8_t *pixel(const Picture *picture, int x, int y)
{
    return picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x);
}

static int at_least(double value, int lo)
{
    return value < lo ? lo : (int)value;
}

static int at_most(double value, int hi)
{
    return value > hi ? hi : (int)value;
}

enum { ABREAST = 64, COUNTED = 255 * ABREAST }; /* values that are asked at once; that many counts of a byte hold */

WIDE static size_t count_from(const uint8_t *values, size_t count, uint8_t level)
{
    size_t all = 0, at = 0;
    while (at + ABREAST <= count) {
        const size_t end = count - at < COUNTED ? count - ABREAST : at + COUNTED - ABREAST;
        uint8_t lanes[ABREAST] = {0};
        for (; at <= end; at += ABREAST)
            for (size_t i = 0; i < ABREAST; i++)
                lanes[i] = (uint8_t)(lanes[i] + (values[at + i] >= level));
        for (size_t i = 0; i < ABREAST; i++)
            all += lanes[i];
    }
    for (; at < count; at++)
        all += values[at] >= level;
    return all;
}

/* The highest level that `least` of the values reach; 0 where no other is. */
static int level_of(const uint8_t *values, size_t count, size_t least)
{
    int level = 0;
    for (int step = 128; step; step /= 2)
        if (count_from(values, count, (uint8_t)(level + step)) >= least)
            level += step;
    return level;
}

/* Inside the ellipse from above the brows to the chin. */
static Err exposure(Arena *arena, const Luma *frame, const FacePlace *face, Facts *facts)
{
    double top = face->eyes.y - 0.30 * face->width, rx = 0.44 * face->width;
    double ry = (face->chin_y - top) / 2 * 0.95, cy = (face->chin_y + top) / 2;
    const int first = at_least(cy - ry, 0), last = at_most(cy + ry, frame->height_px - 1);
    const size_t rows = last >= first ? (size_t)(last - first) + 1 : 0;
    size_t count = 0;
    uint8_t *some = ARENA_RAW(arena, uint8_t, rows * (size_t)frame->width_px + 1);
    if (!some)
        return (Err){ERR_MEMORY, "out of memory"};
    for (int y = first; y <= last; y++) {
        double dy = (y - cy) / ry, half = rx * sqrt(fmax(0, 1 - dy * dy));
        int right = at_most(floor(face->eyes.x + half), frame->width_px - 1);
        int left = at_least(ceil(face->eyes.x - half), 0);
        size_t across = right >= left ? (size_t)(right - left) + 1 : 0;
        memcpy(some + count, frame->at + (size_t)y * (size_t)frame->width_px + (size_t)left, across);
        count += across;
    }
    if (count < 400)
        return OK;
    size_t burnt = count_from(some, count, BURNT_FROM), drowned = count - count_from(some, count, DROWNED_TO + 1);
    fact_set(facts, CHECK_face_light, level_of(some, count, (count + 19) / 20), 1);
    fact_set(facts, CHECK_over_exposed, 100.0 * (double)burnt / (double)count, 0.05);
    fact_set(facts, CHECK_under_exposed, 100.0 * (double)drowned / (double)count, 0.1);
    return OK;
}

WIDE static void every_second(const uint8_t *restrict in, size_t count, uint8_t *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = in[2 * i];
}

/* The level that a hundredth of the pixels reaches: of all levels the highest. Every fourth pixel says the same. */
static Err white_level(Arena *arena, const Luma *frame, Facts *facts)
{
    size_t row = ((size_t)frame->width_px + 1) / 2, rows = ((size_t)frame->height_px + 1) / 2;
    uint8_t *some = ARENA_RAW(arena, uint8_t, row * rows);
    if (!some)
        return (Err){ERR_MEMORY, "out of memory"};
    for (size_t y = 0; y < rows; y++)
        every_second(frame->at + 2 * y * (size_t)frame->width_px, row, some + y * row);
    fact_set(facts, CHECK_white_level, level_of(some, row * rows, row * rows / 100), 1);
    return OK;
}

typedef struct Cheek {
    double share[BINS];
    int count;
} Cheek;

/* The square below one eye, between the eye and the mouth line; `outward` is -1 or 1. */
static Cheek cheek(const Luma *frame, const FacePlace *face, Point eye, int outward)
{
    Cheek out = {.count = 0};
    int share[BINS] = {0};
    double drop = face->mouth_y - face->eyes.y;
    double in = eye.x - outward * 0.08 * face->width, away = eye.x + outward * 0.12 * face->width;
    const int left = at_least(fmin(in, away), 0), right = at_most(fmax(in, away), frame->width_px - 1);
    for (int y = at_least(face->eyes.y + 0.40 * drop, 0);
         y <= at_most(face->eyes.y + 0.85 * drop, frame->height_px - 1); y++)
        for (int x = left; x <= right; x++, out.count++)
            share[luma_at(frame, x, y) * BINS / 256]++;
    for (int i = 0; i < BINS && out.count; i++)
        out.share[i] = (double)share[i] / out.count;
    return out;
}

/* Intersection of the cheeks' histograms, each smoothed over neighbouring bins so that a step of a
 * few levels does not read as another light. */
static void balance(const Luma *frame, const FacePlace *face, Facts *facts)
{
    double sum = 0;
    Cheek left = cheek(frame, face, face->points[POINT_IRIS_LEFT], -1);
    Cheek right = cheek(frame, face, face->points[POINT_IRIS_RIGHT], 1);
    if (left.count < 64 || right.count < 64)
        return;
    double l[BINS + 4] = {0}, r[BINS + 4] = {0};
    for (int i = 0; i < BINS; i++)
        for (int k = 0; k < 5; k++) {
            static const double KERNEL[] = {0.1, 0.2, 0.4, 0.2, 0.1};
            l[i + k] += left.share[i] * KERNEL[k];
            r[i + k] += right.share[i] * KERNEL[k];
        }
    for (int i = 0; i < BINS + 4; i++)
        sum += fmin(l[i], r[i]);
    fact_set(facts, CHECK_light_balance, sum, 0.05);
}

/* Of each value and the one `step` behind it. */
WIDE static void low_high_first(const uint8_t *restrict values, size_t step, size_t count, uint8_t *restrict low,
                                uint8_t *restrict high)
{
    for (size_t i = 0; i < count; i++) {
        low[i] = values[i] < values[i + step] ? values[i] : values[i + step];
        high[i] = values[i] > values[i + step] ? values[i] : values[i + step];
    }
}

WIDE static void low_high(uint8_t *restrict low, uint8_t *restrict high, size_t step, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        low[i] = low[i] < low[i + step] ? low[i] : low[i + step];
        high[i] = high[i] > high[i + step] ? high[i] : high[i + step];
    }
}

/* The last one of them, and their difference, which is left in `high`. */
WIDE static void low_high_last(const uint8_t *restrict low, uint8_t *restrict high, const uint8_t *restrict last,
                               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t least = low[i] < last[i] ? low[i] : last[i], most = high[i] > last[i] ? high[i] : last[i];
        high[i] = (uint8_t)(most - least);
    }
}

/* Largest minus smallest of the EDGE_TAPS pixels along a line that begins at each pixel, but for the last `reach` ones. */
static uint8_t *ranges_of(Arena *arena, const Luma *plane, size_t step, size_t reach)
{
    size_t count = (size_t)plane->width_px * (size_t)plane->height_px;
    uint8_t *low = ARENA_RAW(arena, uint8_t, count), *high = ARENA_RAW(arena, uint8_t, count);
    if (!low || !high || count < reach)
        return NULL;
    low_high_first(plane->at, step, count - step, low, high);
    for (size_t taps = 2; taps < EDGE_TAPS - 1; taps *= 2) /* four, eight pixels */
        low_high(low, high, step * taps, count - step * (2 * taps - 1));
    low_high_last(low, high, plane->at + reach, count - reach);
    return high;
}

WIDE static void steps_of(const uint8_t *restrict values, size_t step, size_t count, uint8_t *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t a = values[i], b = values[i + step];
        out[i] = (uint8_t)((a > b ? a : b) - (a < b ? a : b));
    }
}

/* Of the six steps between neighbours in the middle of each line. */
WIDE static void steepest_of(const uint8_t *restrict steps, size_t step, size_t count, uint8_t *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t most = 0;
        for (size_t k = 1; k < EDGE_TAPS - 2; k++)
            most = most > steps[i + k * step] ? most : steps[i + k * step];
        out[i] = most;
    }
}

/* 1 where a value reaches the level. */
WIDE static void find_from(const uint8_t *restrict values, size_t count, uint8_t level, uint8_t *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = values[i] >= level;
}

/* The share of an edge's height that its steepest step takes: upper quartile over the lines whose range reaches the limit, of
 * the first `count`. */
static double quartile_of(Arena *arena, const uint8_t *ranges, const uint8_t *steepest, size_t count, int limit)
{
    enum { RATIOS = 512 };
    int ratios[RATIOS + 1] = {0}, quartile = 0, seen = 0;
    uint8_t *found = ARENA_RAW(arena, uint8_t, count);
    uint64_t *bits = ARENA_RAW(arena, uint64_t, count / 64 + 1);
    if (!found || !bits)
        return NAN;
    find_from(ranges, count, (uint8_t)limit, found);
    bitmap_packer()(found, (int)count, 1, bits);
    for (size_t i = 0; 64 * i < count; i++)
        for (uint64_t left = bits[i]; left; left &= left - 1, seen++) {
            size_t at = 64 * i + (size_t)__builtin_ctzll(left);
            ratios[steepest[at] * RATIOS / ranges[at]]++;
        }
    for (int below = 0; quartile < RATIOS && (below += ratios[quartile]) * 4 < seen * 3;)
        quartile++;
    return seen < 100 ? NAN : (double)quartile / RATIOS;
}

/* Steepness of the stronger edges along one direction, which the tenth of the pixels with the largest range are. A lens or a hand
 * that blurs widens every edge, whatever its contrast. NaN without edges. */
static double steepness(Arena *arena, const Luma *plane, bool across)
{
    const size_t width = (size_t)plane->width_px, rows = (size_t)plane->height_px, step = across ? 1 : width;
    const size_t reach = step * (EDGE_TAPS - 1), count = width * rows - reach;
    uint8_t *ranges = ranges_of(arena, plane, step, reach);
    uint8_t *steps = ARENA_RAW(arena, uint8_t, width * rows), *steepest = ARENA_RAW(arena, uint8_t, count);
    if (!ranges || !steps || !steepest)
        return NAN;
    for (size_t y = 1; across && y < rows; y++) /* these go on in the next row */
        memset(ranges + y * width - reach, 0, reach);
    steps_of(plane->at, step, width * rows - step, steps);
    steepest_of(steps, step, count, steepest);
    const size_t lines = across ? rows * (width - reach) : count;
    return quartile_of(arena, ranges, steepest, count, at_least(level_of(ranges, count, lines / 10 + 1), EDGE_LEAST));
}

/* On brows, eyes, nose and mouth at a fixed face scale, so that the picture's size does not count. */
static Err sharpness(Arena *arena, const Picture *frame, const FacePlace *face, Facts *facts)
{
    int left = at_least(face->eyes.x - 0.45 * face->width, 0);
    int right = at_most(face->eyes.x + 0.45 * face->width, frame->width_px - 1);
    int top = at_least(face->eyes.y - 0.2 * face->width, 0);
    int bottom = at_most(face->mouth_y + 0.15 * face->width, frame->height_px - 1);
    double k = SHARP_FACE_PX / face->width;
    Picture part = {.width_px = right - left + 1, .height_px = bottom - top + 1};
    Picture small = {.width_px = (int)(part.width_px * k), .height_px = (int)(part.height_px * k)};
    if (k > 1 || small.width_px < 64 || small.height_px < 32)
        return OK;
    part.rgb = ARENA_RAW(arena, uint8_t, 3 * (size_t)part.width_px * (size_t)part.height_px);
    if (!part.rgb)
        return (Err){ERR_MEMORY, "out of memory"};
    for (int y = 0; y < part.height_px; y++)
        memcpy(part.rgb + 3 * (size_t)y * (size_t)part.width_px, pixel(frame, left, top + y),
               3 * (size_t)part.width_px);
    TRY(raster_reduce(arena, &part, &small));
    Luma plane = luma_plane(arena, &small);
    if (!plane.at)
        return (Err){ERR_MEMORY, "out of memory"};
    double steep = fmin(steepness(arena, &plane, true), steepness(arena, &plane, false)), echo = 0;
    if (isfinite(steep))
        TRY(echo_of(arena, &plane, &echo));
    fact_set(facts, CHECK_sharpness, echo > ECHO ? 0 : steep, 0.015);
    return OK;
}

Err light_measure(Arena *arena, const Picture *frame, const Luma *luma, const FacePlace *face, Facts *facts)
{
    TRY(exposure(arena, luma, face, facts));
    TRY(white_level(arena, luma, facts));
    balance(luma, face, facts);
    return sharpness(arena, frame, face, facts);
}
