/* SPDX-License-Identifier: MIT */
/* Box means by sums down the columns that move with the row, then along it, of all colours as they lie side by side. Most
 * of a picture is smooth: where no channel varies by more than a stroke differs, in a block and as far around it as a box
 * reaches, there is none, and the means are not asked for. */
#include "strokes.h"

#include <string.h>
#include "planes.h"
#include "wide.h"

enum {
    REACH = BLOCK,                 /* of a box: 17 x 17 pixels */
    STROKE = 34,                   /* levels */
    PART = 4,                      /* blocks that are looked at or left out together */
    BESIDE = 3 * REACH,            /* values of so many pixels */
    INSIDE = MARK_MOST / 2 + 4,    /* px: no mark that is not on the head reaches so far inside, nor what lattice asks */
};

typedef struct Stretch { /* pixels of a row */
    size_t from, count;
} Stretch;

typedef struct Boxes {
    const Picture *picture;
    const Blocks *blocks;
    uint16_t *column;          /* sums down the columns of a box, of each colour, with BESIDE zeros at both ends */
    uint16_t *eight;           /* sums of eight neighbours of those */
    uint16_t *across, *pixels, *share; /* of the box around each value: columns, pixels, 2^17 by that */
    uint16_t *sum, *half;      /* of the box around each value of a stretch: without the 17th bit, without the first */
    uint8_t *below, *above;    /* how far a value is from its box's mean */
    Planes low, high;          /* the same of a row */
    uint8_t *dark, *light, *varies;
    Stretch *stretches; /* of the band's rows, where there may be strokes */
    int stretch_count;
    BitmapPack *pack;
} Boxes;

static bool boxes_new(Arena *arena, const Blocks *blocks, Boxes *out)
{
    const Picture *picture = blocks->picture;
    size_t width = (size_t)picture->width_px, values = 3 * width;
    uint16_t *words = ARENA_ARRAY(arena, uint16_t, 7 * (values + 2 * BESIDE));
    uint8_t *bytes = ARENA_ARRAY(arena, uint8_t, 2 * values + 2 * width + BLOCK_BYTES * (size_t)blocks->columns);
    *out = (Boxes){.picture = picture,
                   .blocks = blocks,
                   .low = planes_new(arena, picture->width_px),
                   .high = planes_new(arena, picture->width_px),
                   .stretches = ARENA_RAW(arena, Stretch, width / BLOCK + 1),
                   .pack = bitmap_packer()};
    if (!words || !bytes || !out->low.at[0] || !out->high.at[0] || !out->stretches)
        return false;
    out->column = words;
    out->eight = words + values + 2 * BESIDE;
    out->pixels = out->eight + values + 2 * BESIDE;
    out->share = out->pixels + values;
    out->across = out->share + values;
    out->sum = out->across + values;
    out->half = out->sum + values;
    for (size_t x = 0; x < width; x++)
        for (size_t k = 0, left = x < REACH ? x : REACH, right = width - x > REACH ? REACH : width - x - 1; k < 3; k++)
            out->across[3 * x + k] = (uint16_t)(left + 1 + right);
    out->below = bytes;
    out->above = bytes + values;
    out->dark = out->above + values;
    out->light = out->dark + width;
    out->varies = out->light + width;
    return true;
}

/* Of each colour of a row of blocks, whether it varies enough for a stroke there or in the blocks around. */
WIDE static void find_varied(const Blocks *blocks, int row, uint8_t *restrict varies)
{
    const ptrdiff_t stride = BLOCK_BYTES * blocks->stride, count = BLOCK_BYTES * (ptrdiff_t)blocks->columns;
    const uint8_t *least = blocks->least + row * stride, *most = blocks->most + row * stride;
    APART
    for (ptrdiff_t i = 0; i < count; i++) {
        uint8_t low = 255, high = 0;
        for (ptrdiff_t y = -1; y <= 1; y++)
            for (ptrdiff_t x = -1; x <= 1; x++) {
                const uint8_t l = least[i + y * stride + x * BLOCK_BYTES], m = most[i + y * stride + x * BLOCK_BYTES];
                low = low < l ? low : l;
                high = high > m ? high : m;
            }
        varies[i] = (uint8_t)((high > low ? high : low) - low) > STROKE;
    }
}

WIDE static void column_add(uint16_t *restrict column, const uint8_t *restrict row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        column[i] = (uint16_t)(column[i] + row[i]);
}

WIDE static void column_move(uint16_t *restrict column, const uint8_t *restrict comes, const uint8_t *restrict goes,
                             size_t count)
{
    for (size_t i = 0; i < count; i++)
        column[i] = (uint16_t)(column[i] + comes[i] - goes[i]);
}

/* Brings the columns around the stretch from the box around row y - 1 to the one around row y; at first to the latter. */
static void columns_move(const Boxes *boxes, int y, Stretch stretch, bool first)
{
    const Picture *picture = boxes->picture;
    const int comes = y + REACH, goes = y - REACH - 1, height = picture->height_px;
    const size_t width = (size_t)picture->width_px, end = stretch.from + stretch.count + REACH;
    const size_t from = stretch.from > REACH ? stretch.from - REACH : 0, count = 3 * ((end < width ? end : width) - from);
    uint16_t *column = boxes->column + BESIDE + 3 * from;
    const uint8_t *rows = picture->rgb + 3 * from;
    if (!first && goes >= 0 && comes < height) {
        column_move(column, rows + 3 * width * (size_t)comes, rows + 3 * width * (size_t)goes, count);
        return;
    }
    memset(column, 0, count * sizeof *column);
    for (int row = goes < 0 ? 0 : goes + 1; row <= comes && row < height; row++)
        column_add(column, rows + 3 * width * (size_t)row, count);
}

/* In so many rows. Of a picture of one pixel nobody asks. */
WIDE static void count_pixels(const Boxes *boxes, int rows)
{
    const size_t values = 3 * (size_t)boxes->picture->width_px;
    const uint16_t *restrict across = boxes->across;
    uint16_t *restrict pixels = boxes->pixels, *restrict share = boxes->share;
    APART
    for (size_t i = 0; i < values; i++) {
        int count = rows * across[i];
        pixels[i] = (uint16_t)count;
        share[i] = (uint16_t)(int)((float)((1 << 17) - 1) / (float)count);
    }
}

static inline uint16_t sum(uint16_t a, uint16_t b)
{
    return (uint16_t)(a + b);
}

/* Of each and the seven behind it. */
WIDE static void sum_eight(const uint16_t *restrict in, size_t count, uint16_t *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        const uint16_t *at = in + i;
        uint16_t four = sum(sum(at[0], at[3]), sum(at[6], at[9])), more = sum(sum(at[12], at[15]), sum(at[18], at[21]));
        out[i] = sum(four, more);
    }
}

/* Of boxes: 17 columns are 8 + 8 + 1. */
WIDE static void sum_boxes(const Boxes *boxes, size_t first, size_t count)
{
    const uint16_t *eight = boxes->eight, *column = boxes->column + first;
    uint16_t *restrict both = boxes->sum, *restrict half = boxes->half;
    APART
    for (size_t i = 0; i < count; i++) {
        uint16_t one = eight[i], other = sum(eight[i + 24], column[i + 48]);
        both[i] = sum(one, other);
        half[i] = (uint16_t)((one + other + 1) >> 1);
    }
}

/* How far values are from their boxes' means, which are cut to whole levels. From half the sum the mean is too small by
 * one at most, which what is left of the sum tells. */
WIDE static void measure_away(const Boxes *boxes, const uint8_t *restrict level, size_t first, size_t count)
{
    const uint16_t *both = boxes->sum, *half = boxes->half, *pixels = boxes->pixels + first, *share = boxes->share + first;
    uint8_t *restrict low = boxes->below, *restrict high = boxes->above;
    APART
    for (size_t i = 0; i < count; i++) {
        uint16_t mean = (uint16_t)(((uint32_t)half[i] * share[i]) >> 16), left = (uint16_t)(both[i] - mean * pixels[i]);
        uint8_t whole = (uint8_t)(mean + (left >= pixels[i])), most = whole > level[i] ? whole : level[i];
        low[i] = (uint8_t)(most - level[i]);
        high[i] = (uint8_t)(most - whole);
    }
}

static inline uint8_t larger(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

WIDE static void find_kinds(const Boxes *boxes, Stretch stretch)
{
    const uint8_t *const *low = (const uint8_t *const *)boxes->low.at, *const *high = (const uint8_t *const *)boxes->high.at;
    uint8_t *dark = boxes->dark + stretch.from, *light = boxes->light + stretch.from;
    const uint8_t *p = low[0], *q = low[1], *s = low[2], *r = high[0], *g = high[1], *b = high[2];
    APART
    for (size_t x = 0; x < stretch.count; x++) {
        uint8_t most_below = larger(larger(p[x], q[x]), s[x]), most_above = larger(larger(r[x], g[x]), b[x]);
        uint8_t far_below = most_below > STROKE, far_above = most_above > STROKE, below = most_below >= most_above;
        dark[x] = far_below & below;
        light[x] = far_above & (below ^ 1);
    }
}

static void find_in_stretch(const Boxes *boxes, int y, Stretch stretch, const Strokes *out)
{
    const size_t width = (size_t)boxes->picture->width_px, first = 3 * stretch.from, count = 3 * stretch.count;
    columns_move(boxes, y, stretch, y % BLOCK == 0);
    sum_eight(boxes->column + first, count + 24, boxes->eight);
    sum_boxes(boxes, first, count);
    measure_away(boxes, boxes->picture->rgb + 3 * width * (size_t)y + first, first, count);
    planes_split(boxes->below, (int)stretch.count, &boxes->low);
    planes_split(boxes->above, (int)stretch.count, &boxes->high);
    find_kinds(boxes, stretch);
    const size_t word = stretch.from / 64, end = (stretch.from + stretch.count + 63) / 64 * 64;
    const int pixels = (int)((end < width ? end : width) - 64 * word);
    boxes->pack(boxes->dark + 64 * word, pixels, 1, bitmap_row(&out->dark, y) + word);
    boxes->pack(boxes->light + 64 * word, pixels, 1, bitmap_row(&out->light, y) + word);
}

/* Whether all that is within INSIDE of the pixels lies on the head. */
static bool deep_inside(const FacePlace *face, Stretch pixels, int top)
{
    const double left = (double)pixels.from - INSIDE, right = (double)(pixels.from + pixels.count) + INSIDE;
    const double upper = top - INSIDE, lower = top + BLOCK + INSIDE;
    return strokes_on_head(face, left, upper) && strokes_on_head(face, right, upper) &&
           strokes_on_head(face, left, lower) && strokes_on_head(face, right, lower);
}

/* Where in a row of blocks strokes may be and are asked for; elsewhere there are none. */
static void find_stretches(Boxes *boxes, int row, const FacePlace *face)
{
    const size_t width = (size_t)boxes->picture->width_px, step = PART * BLOCK;
    bool last = false;
    find_varied(boxes->blocks, row, boxes->varies);
    boxes->stretch_count = 0;
    memset(boxes->dark, 0, width);
    memset(boxes->light, 0, width);
    for (size_t x = 0; x < width; x += step) {
        const Stretch part = {x, x + step < width ? step : width - x};
        const uint8_t *varies = boxes->varies + x / BLOCK * BLOCK_BYTES;
        int any = 0;
        for (size_t i = 0; i < (part.count + BLOCK - 1) / BLOCK; i++, varies += BLOCK_BYTES)
            any |= varies[0] | varies[1] | varies[2];
        bool now = any && !(face && deep_inside(face, part, row * BLOCK));
        if (now && last)
            boxes->stretches[boxes->stretch_count - 1].count += part.count;
        else if (now)
            boxes->stretches[boxes->stretch_count++] = part;
        last = now;
    }
}

bool strokes_find(Arena *arena, const Blocks *blocks, const FacePlace *face, Strokes *out)
{
    const Picture *picture = blocks->picture;
    const int height = picture->height_px;
    Boxes boxes;
    *out = (Strokes){bitmap_new(arena, picture->width_px, height), bitmap_new(arena, picture->width_px, height)};
    if (!out->dark.bits || !out->light.bits || !boxes_new(arena, blocks, &boxes))
        return false;
    for (int y = 0, counted = 0; y < height; y++) {
        int first = y > REACH ? y - REACH : 0, rows = (y + REACH < height ? y + REACH + 1 : height) - first;
        if (y % BLOCK == 0)
            find_stretches(&boxes, y / BLOCK, face);
        if (rows != counted && boxes.stretch_count)
            count_pixels(&boxes, counted = rows);
        for (int i = 0; i < boxes.stretch_count; i++)
            find_in_stretch(&boxes, y, boxes.stretches[i], out);
    }
    return true;
}
