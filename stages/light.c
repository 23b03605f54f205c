/* SPDX-License-Identifier: MIT */
/* How the light falls: shares of burnt and drowned pixels, left cheek against right, blur. */
#include "light.h"

#include <stdlib.h>
#include <string.h>
#include "colour.h"
#include "echo.h"
#include "luma.h"
#include "raster.h"
#include "wide.h"

/* Luminance limits of ISO/IEC 29794-5 for over- and under-exposure. */
enum { BURNT_FROM = 247, DROWNED_TO = 25, BINS = 32 };
/* Sharpness: face width it is measured at, reach of an edge, least height of an edge in levels. */
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

enum { LEVELS = 256, TABLES = 4 };

/* How often each level is among `count` values, spread over tables: one that comes again at once waits for no other. */
static void count_levels(const uint8_t *values, int count, int tables[TABLES][LEVELS])
{
    int i = 0;
    for (; i + TABLES <= count; i += TABLES)
        for (int t = 0; t < TABLES; t++)
            tables[t][values[i + t]]++;
    for (; i < count; i++)
        tables[0][values[i]]++;
}

static void add_tables(int tables[TABLES][LEVELS])
{
    for (int t = 1; t < TABLES; t++)
        for (int i = 0; i < LEVELS; i++)
            tables[0][i] += tables[t][i];
}

/* Inside the ellipse from above the brows to the chin. */
static void exposure(const Luma *frame, const FacePlace *face, Facts *facts)
{
    double top = face->eyes.y - 0.30 * face->width, rx = 0.44 * face->width;
    double ry = (face->chin_y - top) / 2 * 0.95, cy = (face->chin_y + top) / 2;
    int count = 0, burnt = 0, drowned = 0, tables[TABLES][LEVELS] = {0}, level = 255, above = 0;
    for (int y = at_least(cy - ry, 0); y <= at_most(cy + ry, frame->height_px - 1); y++) {
        double dy = (y - cy) / ry, half = rx * sqrt(fmax(0, 1 - dy * dy));
        int right = at_most(floor(face->eyes.x + half), frame->width_px - 1);
        int left = at_least(ceil(face->eyes.x - half), 0), across = right >= left ? right - left + 1 : 0;
        if (across)
            count_levels(frame->at + (size_t)y * (size_t)frame->width_px + (size_t)left, across, tables);
        count += across;
    }
    add_tables(tables);
    for (int i = 0; i < LEVELS; i++) {
        burnt += i >= BURNT_FROM ? tables[0][i] : 0;
        drowned += i <= DROWNED_TO ? tables[0][i] : 0;
    }
    if (count < 400)
        return;
    while (level > 0 && (above += tables[0][level]) * 20 < count)
        level--;
    fact_set(facts, CHECK_face_light, level, 1);
    fact_set(facts, CHECK_over_exposed, 100.0 * burnt / count, 0.05);
    fact_set(facts, CHECK_under_exposed, 100.0 * drowned / count, 0.1);
}

WIDE static void every_second(const uint8_t *restrict in, size_t count, uint8_t *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = in[2 * i];
}

enum { ABREAST = 32, COUNTED = 255 * ABREAST }; /* values that are asked at once; that many counts of a byte hold */

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

/* The level that a hundredth of the pixels reaches: of all levels the highest. Every fourth pixel says the same. */
static Err white_level(Arena *arena, const Luma *frame, Facts *facts)
{
    size_t row = ((size_t)frame->width_px + 1) / 2, rows = ((size_t)frame->height_px + 1) / 2, level = 0;
    uint8_t *some = ARENA_RAW(arena, uint8_t, row * rows);
    if (!some)
        return (Err){ERR_MEMORY, "out of memory"};
    for (size_t y = 0; y < rows; y++)
        every_second(frame->at + 2 * y * (size_t)frame->width_px, row, some + y * row);
    for (size_t step = 128; step; step /= 2)
        if (count_from(some, row * rows, (uint8_t)(level + step)) >= row * rows / 100)
            level += step;
    fact_set(facts, CHECK_white_level, (double)level, 1);
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
    double drop = face->mouth_y - face->eyes.y;
    double in = eye.x - outward * 0.08 * face->width, away = eye.x + outward * 0.12 * face->width;
    for (int y = at_least(face->eyes.y + 0.40 * drop, 0);
         y <= at_most(face->eyes.y + 0.85 * drop, frame->height_px - 1); y++)
        for (int x = at_least(fmin(in, away), 0);
             x <= at_most(fmax(in, away), frame->width_px - 1); x++) {
            out.share[luma_at(frame, x, y) * BINS / 256]++;
            out.count++;
        }
    for (int i = 0; i < BINS && out.count; i++)
        out.share[i] /= out.count;
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

typedef struct Plane { /* luma of the face at a fixed scale */
    int width, height;
    uint8_t *luma;
} Plane;

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

/* Largest minus smallest of the EDGE_TAPS pixels along a line that begins at each pixel. */
static uint8_t *ranges_of(Arena *arena, const Plane *plane, size_t step)
{
    size_t count = (size_t)plane->width * (size_t)plane->height, reach = step * (EDGE_TAPS - 1);
    uint8_t *low = ARENA_RAW(arena, uint8_t, count), *high = ARENA_RAW(arena, uint8_t, count);
    if (!low || !high || count < reach)
        return NULL;
    memcpy(low, plane->luma, count);
    memcpy(high, plane->luma, count);
    for (size_t taps = 1; taps < EDGE_TAPS - 1; taps *= 2) /* two, four, eight pixels */
        low_high(low, high, step * taps, count - step * taps);
    low_high_last(low, high, plane->luma + reach, count - reach);
    return high;
}

/* Steepest step between neighbours near a pixel, along a line. */
static int step_at(const uint8_t *p, ptrdiff_t step)
{
    int most = 0;
    for (int i = -3; i <= 2; i++) {
        int v = abs(p[(i + 1) * step] - p[i * step]);
        most = v > most ? v : most;
    }
    return most;
}

/* Steepness of the stronger edges along one direction: the share of an edge's height that its
 * steepest step takes, upper quartile over the tenth of the pixels with the largest range. A lens or a hand
 * that blurs widens every edge, whatever its contrast. NaN without edges. */
static double steepness(Arena *arena, const Plane *plane, bool across)
{
    enum { HALF = EDGE_TAPS / 2, RATIOS = 512 };
    size_t step = across ? 1 : (size_t)plane->width;
    int columns = plane->width - (across ? 2 * HALF : 0), rows = plane->height - (across ? 0 : 2 * HALF);
    int tables[TABLES][LEVELS] = {0}, ratios[RATIOS + 1] = {0}, limit = 255, quartile = 0, seen = 0;
    const uint8_t *ranges = ranges_of(arena, plane, step);
    if (!ranges)
        return NAN;
    for (int y = 0; y < rows; y++)
        count_levels(ranges + (size_t)y * (size_t)plane->width, columns, tables);
    add_tables(tables);
    for (size_t above = 0, count = (size_t)rows * (size_t)columns; limit > EDGE_LEAST; limit--)
        if ((above += (size_t)tables[0][limit]) > count / 10)
            break;
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++) {
            size_t at = (size_t)y * (size_t)plane->width + (size_t)x;
            if (ranges[at] < limit)
                continue;
            ratios[step_at(plane->luma + at + HALF * step, (ptrdiff_t)step) * RATIOS / ranges[at]]++;
            seen++;
        }
    for (int below = 0; quartile < RATIOS && (below += ratios[quartile]) * 4 < seen * 3;)
        quartile++;
    return seen < 100 ? NAN : (double)quartile / RATIOS;
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
    Plane plane = {.width = small.width_px, .height = small.height_px};
    plane.luma = ARENA_RAW(arena, uint8_t, (size_t)plane.width * (size_t)plane.height);
    if (!part.rgb || !plane.luma)
        return (Err){ERR_MEMORY, "out of memory"};
    for (int y = 0; y < part.height_px; y++)
        memcpy(part.rgb + 3 * (size_t)y * (size_t)part.width_px, pixel(frame, left, top + y),
               3 * (size_t)part.width_px);
    TRY(raster_reduce(arena, &part, &small));
    for (int i = 0; i < plane.width * plane.height; i++)
        plane.luma[i] = (uint8_t)luma_of(small.rgb + 3 * i);
    double steep = fmin(steepness(arena, &plane, true), steepness(arena, &plane, false)), echo = 0;
    if (isfinite(steep))
        TRY(echo_of(arena, &(Luma){plane.width, plane.height, plane.luma}, &echo));
    fact_set(facts, CHECK_sharpness, echo > ECHO ? 0 : steep, 0.015);
    return OK;
}

Err light_measure(Arena *arena, const Picture *frame, const Luma *luma, const FacePlace *face, Facts *facts)
{
    exposure(luma, face, facts);
    TRY(white_level(arena, luma, facts));
    balance(luma, face, facts);
    return sharpness(arena, frame, face, facts);
}
