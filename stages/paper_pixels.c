/* SPDX-License-Identifier: MIT */
/* Most blocks of pixels are as a whole nearer to the paper's colour than the threshold, or as a whole farther: their
 * extremes tell. The pixels of the others are asked one by one. */
#include "paper_pixels.h"

#include <string.h>
#include "planes.h"
#include "wide.h"

enum { KIND_NONE, KIND_DOUBT, KIND_PAPER };

typedef struct Stretch { /* pixels of a row */
    int from, count;
} Stretch;

typedef struct Test {
    const Picture *picture;
    const PaperModel *model;
    const Blocks *blocks;
    double threshold;
    PaperRow row;
    float *across;         /* the model along a row of blocks, as they lie: at, slope, then bend */
    float *near, *far;     /* how far each colour of a block is from the paper's: its nearest level, its farthest */
    uint8_t *kinds;        /* of blocks, at their first colour */
    Planes pixels;
    uint8_t *paper;
    uint64_t *words, *part; /* of a row of blocks, where that is sure; of a stretch */
    Stretch *stretches;     /* where it is not */
    int stretch_count;
    BitmapPack *pack;
} Test;

static double middle_of(int block, int pixels)
{
    return (block * BLOCK + (BLOCK - 1) / 2.0) / pixels - 0.5;
}

static bool test_new(Arena *arena, const Blocks *blocks, const PaperModel *model, double threshold, Test *out)
{
    const Picture *picture = blocks->picture;
    const size_t width = (size_t)picture->width_px, values = BLOCK_BYTES * (size_t)blocks->columns;
    float *floats = ARENA_ARRAY(arena, float, 5 * values + 2);
    *out = (Test){.picture = picture,
                  .model = model,
                  .blocks = blocks,
                  .threshold = threshold,
                  .row = paper_row_new(arena, model, picture->width_px),
                  .across = floats,
                  .near = floats + 3 * values,
                  .far = floats + 4 * values,
                  .kinds = ARENA_RAW(arena, uint8_t, values),
                  .pixels = planes_new(arena, picture->width_px),
                  .paper = ARENA_RAW(arena, uint8_t, width),
                  .words = ARENA_RAW(arena, uint64_t, 2 * (width / 64 + 1)),
                  .stretches = ARENA_RAW(arena, Stretch, (size_t)blocks->columns),
                  .pack = bitmap_packer()};
    if (!floats || !out->row.at || !out->pixels.at[0] || !out->kinds || !out->paper || !out->words || !out->stretches)
        return false;
    out->part = out->words + width / 64 + 1;
    for (int i = 0; i < blocks->columns; i++)
        for (int k = 0; k < 3; k++) {
            const double *c = model->c[k], u = middle_of(i, picture->width_px);
            float *across = floats + i * BLOCK_BYTES + k;
            across[0] = (float)(c[0] + c[1] * u + c[3] * u * u);
            across[values] = (float)(c[2] + c[4] * u);
            across[2 * values] = (float)c[5];
        }
    return true;
}

/* How far at most the paper's colour within a block of row v is from that in its middle, an RGB distance. */
static double block_error(const Test *test, double v)
{
    const double FLOATS = 0.01; /* what floats are off by, and more */
    const double reach_u = BLOCK / 2.0 / test->picture->width_px, reach_v = BLOCK / 2.0 / test->picture->height_px;
    const double u = fmax(0.5, middle_of(test->blocks->columns - 1, test->picture->width_px)); /* at most */
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        const double *c = test->model->c[k];
        double slope_u = fabs(c[1] + v * c[4]) + 2 * u * fabs(c[3]), slope_v = fabs(c[2] + 2 * v * c[5]) + u * fabs(c[4]);
        double error = reach_u * slope_u + reach_v * slope_v + reach_u * reach_u * fabs(c[3]) + reach_u * reach_v * fabs(c[4]) +
                       reach_v * reach_v * fabs(c[5]);
        sum += error * error;
    }
    return sqrt(sum) + FLOATS;
}

WIDE static void measure_blocks(const Test *test, int row, float v)
{
    const Blocks *blocks = test->blocks;
    const size_t count = BLOCK_BYTES * (size_t)blocks->columns;
    const uint8_t *least = blocks->least + row * blocks->stride * BLOCK_BYTES, *most = blocks->most + row * blocks->stride * BLOCK_BYTES;
    const float *at = test->across, *slope = at + count, *bend = slope + count;
    float *near = test->near, *far = test->far;
    APART
    for (size_t i = 0; i < count; i++) {
        float paper = at[i] + v * (slope[i] + v * bend[i]), below = paper - (float)least[i], above = (float)most[i] - paper;
        float nearer = below < above ? below : above;
        near[i] = nearer < 0 ? nearer : 0;
        far[i] = below > above ? below : above;
    }
}

/* By squared distances: what is below `sure` is paper, what is not below `never` is none. */
WIDE static void judge_blocks(const Test *test, float sure, float never)
{
    const size_t count = BLOCK_BYTES * (size_t)test->blocks->columns;
    const float *near = test->near, *far = test->far;
    uint8_t *kinds = test->kinds;
    APART
    for (size_t i = 0; i < count; i++) {
        float least = near[i] * near[i] + near[i + 1] * near[i + 1] + near[i + 2] * near[i + 2];
        float most = far[i] * far[i] + far[i + 1] * far[i + 1] + far[i + 2] * far[i + 2];
        kinds[i] = (uint8_t)((least < never) + (most < sure));
    }
}

/* Stretches are whole steps of planes, which may reach into blocks without doubt. */
static void note_doubt(Test *test, int x)
{
    Stretch *last = test->stretches + test->stretch_count - 1;
    const int end = test->stretch_count ? last->from + last->count : -1;
    if (x == end)
        last->count += PLANES_STEP;
    else if (x > end)
        test->stretches[test->stretch_count++] = (Stretch){x, PLANES_STEP};
}

/* The last one moves back where it would reach beyond the width. */
static void end_stretches(const Test *test)
{
    const int width = test->picture->width_px;
    Stretch *last = test->stretches + test->stretch_count - 1;
    if (test->stretch_count && last->from + last->count > width) {
        last->from = last->count < width ? width - last->count : 0;
        last->count = last->count < width ? last->count : width;
    }
}

/* Which blocks of a row are paper, and where their pixels are to be asked. */
static void test_blocks(Test *test, int row)
{
    const int width = test->picture->width_px, words = (width + 63) / 64;
    const double v = middle_of(row, test->picture->height_px), error = block_error(test, v);
    const double sure = fmax(0, test->threshold - error), never = test->threshold + error;
    test->stretch_count = 0;
    memset(test->words, 0, (size_t)words * sizeof *test->words);
    measure_blocks(test, row, (float)v);
    judge_blocks(test, (float)(sure * sure), (float)(never * never));
    for (int i = 0; i < test->blocks->columns; i++) {
        const uint8_t kind = test->kinds[i * BLOCK_BYTES];
        if (kind == KIND_PAPER)
            test->words[i / 8] |= (uint64_t)0xff << (i % 8 * BLOCK);
        else if (kind == KIND_DOUBT)
            note_doubt(test, i * BLOCK);
    }
    end_stretches(test);
    if (width % 64)
        test->words[words - 1] &= ((uint64_t)1 << (width % 64)) - 1;
}

/* The test itself, of pixels of a row. */
WIDE static void test_pixels(const Test *test, Stretch stretch, float v, float limit)
{
    const PaperRow *row = &test->row;
    const size_t width = (size_t)row->width_px;
    const uint8_t *r = test->pixels.at[0], *g = test->pixels.at[1], *b = test->pixels.at[2];
    const float *p = row->at + stretch.from, *q = p + width, *s = q + width;
    const float *dp = row->slope + stretch.from, *dq = dp + width, *ds = dq + width;
    const float bend_p = v * row->bend[0], bend_q = v * row->bend[1], bend_s = v * row->bend[2];
    uint8_t *paper = test->paper;
    APART
    for (int x = 0; x < stretch.count; x++) {
        float red = (float)r[x] - (p[x] + v * (dp[x] + bend_p)), green = (float)g[x] - (q[x] + v * (dq[x] + bend_q));
        float blue = (float)b[x] - (s[x] + v * (ds[x] + bend_s));
        paper[x] = red * red + green * green + blue * blue <= limit;
    }
}

static void test_stretch(const Test *test, Stretch stretch, int y, uint64_t *out)
{
    const Picture *picture = test->picture;
    const size_t first = (size_t)y * (size_t)picture->width_px + (size_t)stretch.from;
    const float v = (float)y / (float)picture->height_px - 0.5f, limit = (float)(test->threshold * test->threshold);
    const int word = stretch.from / 64, bit = stretch.from % 64;
    planes_split(picture->rgb + 3 * first, stretch.count, &test->pixels);
    test_pixels(test, stretch, v, limit);
    test->pack(test->paper, stretch.count, 1, test->part);
    for (int i = 0; i < (stretch.count + 63) / 64; i++) {
        out[word + i] |= test->part[i] << bit;
        if (bit && test->part[i] >> (64 - bit))
            out[word + i + 1] |= test->part[i] >> (64 - bit);
    }
}

bool paper_pixels(Arena *arena, const Blocks *blocks, const PaperModel *model, double threshold, Bitmap *out)
{
    Test test;
    if (!test_new(arena, blocks, model, threshold, &test))
        return false;
    for (int row = 0; row < blocks->rows; row++) {
        test_blocks(&test, row);
        for (int y = row * BLOCK; y < (row + 1) * BLOCK && y < out->height_px; y++) {
            memcpy(bitmap_row(out, y), test.words, (size_t)out->words * sizeof *test.words);
            for (int i = 0; i < test.stretch_count; i++)
                test_stretch(&test, test.stretches[i], y, bitmap_row(out, y));
        }
    }
    return true;
}
