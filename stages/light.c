/* SPDX-License-Identifier: MIT */
/* How the light falls: shares of burnt and drowned pixels, left cheek against right, blur. */
#include "light.h"

#include <stdlib.h>
#include <string.h>
#include "colour.h"
#include "raster.h"

/* Luminance limits of ISO/IEC 29794-5 for over- and under-exposure. */
enum { BURNT_FROM = 247, DROWNED_TO = 25, BINS = 32, SHARP_WIDTH_PX = 128 };

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

/* Inside the ellipse from above the brows to the chin. */
static void exposure(const Picture *frame, const FacePlace *face, Facts *facts)
{
    double top = face->eyes.y - 0.30 * face->width, rx = 0.44 * face->width;
    double ry = (face->chin_y - top) / 2 * 0.95, cy = (face->chin_y + top) / 2;
    int count = 0, burnt = 0, drowned = 0;
    for (int y = at_least(cy - ry, 0); y <= at_most(cy + ry, frame->height_px - 1); y++)
        for (int x = at_least(face->eyes.x - rx, 0);
             x <= at_most(face->eyes.x + rx, frame->width_px - 1); x++) {
            double dx = (x - face->eyes.x) / rx, dy = (y - cy) / ry;
            if (dx * dx + dy * dy > 1)
                continue;
            int luma = luma_of(pixel(frame, x, y));
            count++;
            burnt += luma >= BURNT_FROM;
            drowned += luma <= DROWNED_TO;
        }
    if (count < 400)
        return;
    fact_set(facts, CHECK_over_exposed, 100.0 * burnt / count, 0.1);
    fact_set(facts, CHECK_under_exposed, 100.0 * drowned / count, 0.1);
}

static void white_level(const Picture *frame, Facts *facts)
{
    long histogram[256] = {0}, total = (long)frame->width_px * frame->height_px, seen = 0;
    for (long i = 0; i < total; i++)
        histogram[luma_of(frame->rgb + 3 * i)]++;
    int level = 255;
    while (level > 0 && (seen += histogram[level]) < total / 100)
        level--;
    fact_set(facts, CHECK_white_level, level, 1);
}

typedef struct Cheek {
    double share[BINS];
    int count;
} Cheek;

/* The square below one eye, between the eye and the mouth line; `outward` is -1 or 1. */
static Cheek cheek(const Picture *frame, const FacePlace *face, Point eye, int outward)
{
    Cheek out = {.count = 0};
    double drop = face->mouth_y - face->eyes.y;
    double in = eye.x - outward * 0.08 * face->width, away = eye.x + outward * 0.12 * face->width;
    for (int y = at_least(face->eyes.y + 0.40 * drop, 0);
         y <= at_most(face->eyes.y + 0.85 * drop, frame->height_px - 1); y++)
        for (int x = at_least(fmin(in, away), 0);
             x <= at_most(fmax(in, away), frame->width_px - 1); x++) {
            out.share[luma_of(pixel(frame, x, y)) * BINS / 256]++;
            out.count++;
        }
    for (int i = 0; i < BINS && out.count; i++)
        out.share[i] /= out.count;
    return out;
}

/* Intersection of the cheeks' histograms, each smoothed over neighbouring bins so that a step of a
 * few levels does not read as another light. */
static void balance(const Picture *frame, const FacePlace *face, Facts *facts)
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

/* How much neighbour differences shrink when the line is blurred: little where it was blurred
 * before. After Crete, Dolmiere, Ladret, Nicolas (2007), 9 taps. 0 sharp .. 1 blurred. */
static double blur_along(const uint8_t *luma, int count, int lines, int step, int line_step)
{
    double all = 0, lost = 0;
    enum { TAPS = 9, HALF = TAPS / 2 };
    for (int j = 0; j < lines; j++) {
        const uint8_t *p = luma + (ptrdiff_t)j * line_step;
        int sum = 0;
        for (int i = 0; i < TAPS; i++)
            sum += p[i * step];
        for (int i = HALF + 1; i < count - HALF; i++) {
            int next = sum + p[(i + HALF) * step] - p[(i - HALF - 1) * step];
            double sharp = abs(p[i * step] - p[(i - 1) * step]);
            double soft = abs(next - sum) / (double)TAPS;
            all += sharp;
            lost += fmax(0, sharp - soft);
            sum = next;
        }
    }
    return all > 0 ? (all - lost) / all : NAN;
}

/* On brows, eyes, nose and mouth at a fixed face scale, so that the picture's size does not count. */
static Err sharpness(Arena *arena, const Picture *frame, const FacePlace *face, Facts *facts)
{
    int left = at_least(face->eyes.x - 0.45 * face->width, 0);
    int right = at_most(face->eyes.x + 0.45 * face->width, frame->width_px - 1);
    int top = at_least(face->eyes.y - 0.2 * face->width, 0);
    int bottom = at_most(face->mouth_y + 0.15 * face->width, frame->height_px - 1);
    int width = right - left + 1, height = bottom - top + 1;
    if (width < SHARP_WIDTH_PX || height < 32)
        return OK;
    Picture part = {.width_px = width, .height_px = height};
    part.rgb = ARENA_ARRAY(arena, uint8_t, 3 * (size_t)width * (size_t)height);
    Picture small = {.width_px = SHARP_WIDTH_PX, .height_px = height * SHARP_WIDTH_PX / width};
    uint8_t *luma = ARENA_ARRAY(arena, uint8_t, (size_t)small.width_px * (size_t)small.height_px);
    if (!part.rgb || !luma)
        return (Err){ERR_MEMORY, "out of memory"};
    for (int y = 0; y < height; y++)
        memcpy(part.rgb + 3 * (size_t)y * (size_t)width, pixel(frame, left, top + y),
               3 * (size_t)width);
    TRY(raster_reduce(arena, &part, &small));
    for (int i = 0; i < small.width_px * small.height_px; i++)
        luma[i] = (uint8_t)luma_of(small.rgb + 3 * i);
    double across = blur_along(luma, small.width_px, small.height_px, 1, small.width_px);
    double down = blur_along(luma, small.height_px, small.width_px, small.width_px, 1);
    fact_set(facts, CHECK_sharpness, 1 - fmax(across, down), 0.02);
    return OK;
}

Err light_measure(Arena *arena, const Picture *frame, const FacePlace *face, Facts *facts)
{
    exposure(frame, face, facts);
    white_level(frame, facts);
    balance(frame, face, facts);
    return sharpness(arena, frame, face, facts);
}
