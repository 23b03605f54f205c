/* SPDX-License-Identifier: MIT */
/* Over a band of rows the paper's colour hardly changes: whole levels of its middle row tell for nearly all pixels of
 * the band on which side of the threshold they are. The few that are too near to it are asked exactly. */
#include "paper_pixels.h"

#include <stdlib.h>
#include <string.h>
#include "planes.h"
#include "wide.h"

enum { ROWS = 16, FAR = 147 }; /* of a band; three squares of FAR still fit in 16 bits */

typedef struct Band {
    const uint8_t *level; /* of the paper, rounded, along the middle row: all of red, then green, then blue */
    uint16_t sure, never; /* squared distances from them: below `sure` it is paper, from `never` on it is none */
} Band;

typedef struct Answer { /* one row's, 0 or 1 for each pixel */
    uint8_t *paper, *doubt;
} Answer;

static inline uint16_t square_of(uint8_t a, uint8_t b)
{
    uint8_t high = a > b ? a : b, low = a < b ? a : b, away = (uint8_t)(high - low);
    uint16_t near = away < FAR ? away : FAR;
    return (uint16_t)(near * near);
}

WIDE static void ask_row(const Planes *row, int width_px, const Band *band, const Answer *out)
{
    const uint8_t *r = row->at[0], *g = row->at[1], *b = row->at[2];
    const uint8_t *p = band->level, *q = p + width_px, *s = q + width_px;
    uint8_t *paper = out->paper, *doubt = out->doubt;
    const uint16_t sure = band->sure, never = band->never;
    APART
    for (int x = 0; x < width_px; x++) {
        uint16_t away = (uint16_t)(square_of(r[x], p[x]) + square_of(g[x], q[x]) + square_of(b[x], s[x]));
        uint8_t is = away < sure, may_be = away < never;
        paper[x] = is;
        doubt[x] = is ^ may_be;
    }
}

/* Whole levels; how far the farthest are cut off at 0 and 255. */
WIDE static int round_row(const float *restrict paper, size_t values, uint8_t *restrict out)
{
    int cut = 0;
    for (size_t i = 0; i < values; i++) {
        int level = (int)(paper[i] + 0.5f), kept = level > 0 ? level : 0;
        kept = kept < 255 ? kept : 255;
        int over = level > kept ? level - kept : kept - level;
        cut = cut > over ? cut : over;
        out[i] = (uint8_t)kept;
    }
    return cut;
}

/* How far at most the levels are from the paper's colour in the band, an RGB distance. */
static double band_error(const PaperModel *model, double v, double reach_v, int cut)
{
    const double FLOATS = 0.01; /* what floats are off by, and more */
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        const double *c = model->c[k];
        double slope = fabs(c[2] + 2 * v * c[5]) + 0.5 * fabs(c[4]);
        double error = 0.5 + (cut ? cut + 0.5 : 0) + reach_v * slope + reach_v * reach_v * fabs(c[5]);
        sum += error * error;
    }
    return sqrt(sum) + FLOATS;
}

/* The test itself, of one pixel. */
static bool is_paper(const PaperRow *row, const uint8_t *rgb, int x, float v, float limit)
{
    float square[3];
    for (int k = 0; k < 3; k++) {
        int i = k * row->width_px + x;
        float d = (float)rgb[3 * x + k] - (row->at[i] + v * (row->slope[i] + v * row->bend[k]));
        square[k] = d * d;
    }
    return square[0] + square[1] + square[2] <= limit;
}

/* The same of all pixels of a row, the paper's colours along which are given. */
WIDE static void test_all(const Planes *row, int width_px, const float *paper, float limit, uint8_t *out)
{
    const uint8_t *r = row->at[0], *g = row->at[1], *b = row->at[2];
    const float *p = paper, *q = p + width_px, *s = q + width_px;
    APART
    for (int x = 0; x < width_px; x++) {
        float red = (float)r[x] - p[x], green = (float)g[x] - q[x], blue = (float)b[x] - s[x];
        out[x] = red * red + green * green + blue * blue <= limit;
    }
}

typedef struct Test {
    const Picture *picture;
    PaperRow row;
    float *colours; /* of the paper along a row */
    uint8_t *levels;
    Planes pixels;
    Answer answer;
    uint64_t *doubts;
    BitmapPack *pack;
    double threshold;
} Test;

static bool test_new(Arena *arena, const Picture *picture, const PaperModel *model, double threshold, Test *out)
{
    size_t width = (size_t)picture->width_px;
    *out = (Test){.picture = picture,
                  .row = paper_row_new(arena, model, picture->width_px),
                  .colours = ARENA_RAW(arena, float, 3 * width),
                  .levels = ARENA_RAW(arena, uint8_t, 3 * width),
                  .pixels = planes_new(arena, picture->width_px),
                  .answer = {ARENA_RAW(arena, uint8_t, width), ARENA_RAW(arena, uint8_t, width)},
                  .doubts = ARENA_RAW(arena, uint64_t, width / 64 + 1),
                  .pack = bitmap_packer(),
                  .threshold = threshold};
    return out->row.at && out->colours && out->levels && out->pixels.at[0] && out->answer.paper && out->answer.doubt &&
           out->doubts;
}

static Band band_of(const Test *test, const PaperModel *model, int middle)
{
    const Picture *picture = test->picture;
    paper_row(&test->row, middle, picture->height_px, test->colours);
    int cut = round_row(test->colours, 3 * (size_t)picture->width_px, test->levels);
    double v = (double)middle / picture->height_px - 0.5, reach_v = ROWS / 2.0 / picture->height_px;
    double error = band_error(model, v, reach_v, cut), low = test->threshold - error, high = test->threshold + error;
    Band band = {.level = test->levels, .sure = 0, .never = UINT16_MAX}; /* nothing is sure */
    if (low > 0 && high < FAR) {
        band.sure = (uint16_t)(low * low);
        band.never = (uint16_t)ceil(high * high);
    }
    return band;
}

static void test_row(const Test *test, const Band *band, int y, uint64_t *out)
{
    enum { MANY = 8 }; /* where one of so many is in doubt, all together cost less */
    const Picture *picture = test->picture;
    const int width = picture->width_px;
    const uint8_t *rgb = picture->rgb + 3 * (size_t)y * (size_t)width;
    const float v = (float)y / (float)picture->height_px - 0.5f, limit = (float)(test->threshold * test->threshold);
    int count = 0;
    planes_split(rgb, width, &test->pixels);
    ask_row(&test->pixels, width, band, &test->answer);
    test->pack(test->answer.doubt, width, test->doubts);
    for (int i = 0; i < (width + 63) / 64; i++)
        for (uint64_t left = test->doubts[i]; left && count * MANY <= width; left &= left - 1)
            count++;
    if (count * MANY > width) {
        paper_row(&test->row, y, picture->height_px, test->colours);
        test_all(&test->pixels, width, test->colours, limit, test->answer.paper);
    }
    test->pack(test->answer.paper, width, out);
    for (int i = 0; i < (width + 63) / 64 && count * MANY <= width; i++)
        for (uint64_t left = test->doubts[i]; left; left &= left - 1) {
            int bit = __builtin_ctzll(left);
            out[i] |= (uint64_t)is_paper(&test->row, rgb, 64 * i + bit, v, limit) << bit;
        }
}

bool paper_pixels(Arena *arena, const Picture *picture, const PaperModel *model, double threshold, Bitmap *out)
{
    Test test;
    if (!test_new(arena, picture, model, threshold, &test))
        return false;
    for (int top = 0; top < picture->height_px; top += ROWS) {
        Band band = band_of(&test, model, top + ROWS / 2);
        for (int y = top; y < top + ROWS && y < picture->height_px; y++)
            test_row(&test, &band, y, bitmap_row(out, y));
    }
    return true;
}
