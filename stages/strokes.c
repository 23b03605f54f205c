/* SPDX-License-Identifier: MIT */
/* Box means by sums down the columns that move with the row, then along it. Most of a picture is smooth: where no
 * channel varies by more than a stroke differs, in a part and as far around it as a box reaches, there is none, and the
 * means are not asked for. */
#include "strokes.h"

#include <string.h>
#include "planes.h"
#include "wide.h"

enum {
    REACH = 8,       /* of a box: 17 x 17 pixels */
    STROKE = 34,     /* levels */
    ROWS = REACH,    /* of a band */
    PART = 32,       /* pixels of a row that are looked at or left out together */
    RING = 4 * ROWS, /* rows of colours that are kept: a box's and those of a band ahead */
};

typedef struct Extremes { /* of a band, for each column, with REACH more at both ends */
    uint8_t *least[3], *most[3];
} Extremes;

typedef struct Stretch { /* pixels of a row */
    size_t from, count;
} Stretch;

typedef struct Boxes {
    const Picture *picture;
    Planes ring[RING];
    Extremes bands[3], all; /* the one before, this one, the next one; of all three */
    uint16_t *column[3]; /* sums down the columns of a box, with REACH zeros at both ends */
    uint16_t *eight;     /* sums of eight neighbours of those */
    float *per_pixel;   /* 1 / pixels of the box around each pixel */
    Planes mean;        /* of the box around each pixel */
    uint8_t *dark, *light;
    Stretch *stretches; /* of the band's rows, where there may be strokes */
    int stretch_count;
    BitmapPack *pack;
} Boxes;

static void extremes_clear(const Extremes *band, size_t count)
{
    for (int k = 0; k < 3; k++) {
        memset(band->least[k], 255, count);
        memset(band->most[k], 0, count);
    }
}

static bool extremes_new(Arena *arena, int width_px, Extremes *out)
{
    size_t row = (size_t)width_px + 2 * REACH + PART;
    uint8_t *all = ARENA_RAW(arena, uint8_t, 6 * row);
    for (size_t k = 0; k < 3 && all; k++) {
        out->least[k] = all + 2 * k * row;
        out->most[k] = all + (2 * k + 1) * row;
    }
    if (all)
        extremes_clear(out, row);
    return all != NULL;
}

static bool boxes_new(Arena *arena, const Picture *picture, Boxes *out)
{
    size_t width = (size_t)picture->width_px, padded = width + 2 * REACH;
    bool room = true;
    *out = (Boxes){.picture = picture,
                   .eight = ARENA_ARRAY(arena, uint16_t, padded),
                   .per_pixel = ARENA_ARRAY(arena, float, width),
                   .mean = planes_new(arena, picture->width_px),
                   .dark = ARENA_ARRAY(arena, uint8_t, width),
                   .light = ARENA_ARRAY(arena, uint8_t, width),
                   .stretches = ARENA_RAW(arena, Stretch, width / PART + 1),
                   .pack = bitmap_packer()};
    for (int i = 0; i < RING; i++) {
        out->ring[i] = planes_new(arena, picture->width_px);
        room = room && out->ring[i].at[0];
    }
    for (int i = 0; i < 3; i++) {
        out->column[i] = ARENA_ARRAY(arena, uint16_t, padded);
        room = extremes_new(arena, picture->width_px, &out->bands[i]) && out->column[i] && room;
    }
    room = extremes_new(arena, picture->width_px, &out->all) && room;
    return room && out->eight && out->per_pixel && out->mean.at[0] && out->dark && out->light &&
           out->stretches;
}

static const Planes *ring_row(const Boxes *boxes, int y)
{
    return &boxes->ring[y % RING];
}

WIDE static void widen(const uint8_t *restrict row, size_t count, uint8_t *restrict least, uint8_t *restrict most)
{
    for (size_t x = 0; x < count; x++) {
        least[x] = least[x] < row[x] ? least[x] : row[x];
        most[x] = most[x] > row[x] ? most[x] : row[x];
    }
}

WIDE static void lower_and_raise(const uint8_t *restrict low, const uint8_t *restrict high, size_t count,
                                 const Extremes *out, int k)
{
    uint8_t *least = out->least[k], *most = out->most[k];
    APART
    for (size_t x = 0; x < count; x++) {
        least[x] = least[x] < low[x] ? least[x] : low[x];
        most[x] = most[x] > high[x] ? most[x] : high[x];
    }
}

/* Each becomes the least of eight neighbours from it on, and the largest. */
WIDE static void gather(uint8_t *restrict least, uint8_t *restrict most, size_t count)
{
    for (size_t step = 1; step < 8; step *= 2)
        for (size_t x = 0; x < count; x++) {
            least[x] = least[x] < least[x + step] ? least[x] : least[x + step];
            most[x] = most[x] > most[x + step] ? most[x] : most[x + step];
        }
}

/* Reads the rows of the band from `top` on into the ring and takes their extremes; below the picture there are none. */
static void read_band(Boxes *boxes, int top)
{
    const Picture *picture = boxes->picture;
    const size_t width = (size_t)picture->width_px;
    Extremes first = boxes->bands[0], *band = &boxes->bands[2];
    boxes->bands[0] = boxes->bands[1];
    boxes->bands[1] = boxes->bands[2];
    *band = first;
    extremes_clear(band, width + 2 * REACH + PART);
    for (int y = top; y < top + ROWS && y < picture->height_px; y++) {
        planes_split(picture->rgb + 3 * (size_t)y * width, picture->width_px, ring_row(boxes, y));
        for (int k = 0; k < 3; k++)
            widen(ring_row(boxes, y)->at[k], width, band->least[k] + REACH, band->most[k] + REACH);
    }
}

/* The extremes of the three bands, then of eight columns each. */
static void join_bands(const Boxes *boxes)
{
    const size_t count = (size_t)boxes->picture->width_px + 2 * REACH + PART;
    for (int k = 0; k < 3; k++) {
        memcpy(boxes->all.least[k], boxes->bands[0].least[k], count);
        memcpy(boxes->all.most[k], boxes->bands[0].most[k], count);
        for (int i = 1; i < 3; i++)
            lower_and_raise(boxes->bands[i].least[k], boxes->bands[i].most[k], count, &boxes->all, k);
        gather(boxes->all.least[k], boxes->all.most[k], count - PART);
    }
}

/* Whether some channel varies enough in the part from pixel x on, REACH more included, for a stroke. */
static bool varies(const Boxes *boxes, size_t x, size_t width)
{
    size_t end = (x + PART < width ? x + PART : width) + 2 * REACH;
    for (int k = 0; k < 3; k++) {
        uint8_t least = 255, most = 0;
        for (size_t at = x; at < end; at += 8) {
            uint8_t low = boxes->all.least[k][at], high = boxes->all.most[k][at];
            least = low < least ? low : least;
            most = high > most ? high : most;
        }
        if (most - least > STROKE)
            return true;
    }
    return false;
}

WIDE static void column_add(uint16_t *restrict column, const uint8_t *restrict row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        column[i] = (uint16_t)(column[i] + row[i]);
}

WIDE static void column_drop(uint16_t *restrict column, const uint8_t *restrict row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        column[i] = (uint16_t)(column[i] - row[i]);
}

WIDE static void column_move(uint16_t *restrict column, const uint8_t *restrict comes, const uint8_t *restrict goes,
                             size_t count)
{
    for (size_t i = 0; i < count; i++)
        column[i] = (uint16_t)(column[i] + comes[i] - goes[i]);
}

/* Brings the columns from the box around row y - 1 to the one around row y. */
static void columns_move(const Boxes *boxes, int y)
{
    const int height = boxes->picture->height_px;
    const size_t width = (size_t)boxes->picture->width_px;
    for (int k = 0; k < 3; k++) {
        uint16_t *column = boxes->column[k] + REACH;
        if (y > REACH && y + REACH < height) {
            column_move(column, ring_row(boxes, y + REACH)->at[k], ring_row(boxes, y - REACH - 1)->at[k], width);
            continue;
        }
        for (int row = y ? y + REACH : 0; row <= y + REACH && row < height; row++)
            column_add(column, ring_row(boxes, row)->at[k], width);
        if (y > REACH)
            column_drop(column, ring_row(boxes, y - REACH - 1)->at[k], width);
    }
}

static void count_pixels(const Boxes *boxes, int rows)
{
    int width = boxes->picture->width_px;
    for (int x = 0; x < width; x++) {
        int x0 = x > REACH ? x - REACH : 0, x1 = x + REACH + 1 < width ? x + REACH + 1 : width;
        boxes->per_pixel[x] = 1 / (float)(rows * (x1 - x0));
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
        uint16_t four = sum(sum(at[0], at[1]), sum(at[2], at[3])), more = sum(sum(at[4], at[5]), sum(at[6], at[7]));
        out[i] = sum(four, more);
    }
}

/* Every pixel's box mean, cut to a whole level. The half added to the sum is far more than a float's error
 * and far less than what is missing to the next level. 17 columns are 8 + 8 + 1; nine of them still fit in 16 bits. */
WIDE static void mean_row(const uint16_t *restrict eight, const uint16_t *restrict column,
                          const float *restrict per_pixel, size_t count, uint8_t *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        int sum = eight[i] + (uint16_t)(eight[i + 8] + column[i + 16]);
        out[i] = (uint8_t)(int)(((float)sum + 0.5f) * per_pixel[i]);
    }
}

static inline uint8_t larger(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

static inline uint8_t above(uint8_t a, uint8_t b)
{
    return (uint8_t)(larger(a, b) - b);
}

WIDE static void find_kinds(const Boxes *boxes, const Planes *row, Stretch stretch)
{
    const uint8_t *const *at = (const uint8_t *const *)row->at, *const *mean = (const uint8_t *const *)boxes->mean.at;
    const size_t end = stretch.from + stretch.count;
    uint8_t *dark = boxes->dark, *light = boxes->light;
    const uint8_t *r = at[0], *g = at[1], *b = at[2], *p = mean[0], *q = mean[1], *s = mean[2];
    APART
    for (size_t x = stretch.from; x < end; x++) {
        uint8_t low = larger(larger(above(p[x], r[x]), above(q[x], g[x])), above(s[x], b[x]));
        uint8_t high = larger(larger(above(r[x], p[x]), above(g[x], q[x])), above(b[x], s[x]));
        uint8_t far_below = low > STROKE, far_above = high > STROKE, below = low >= high;
        dark[x] = far_below & below;
        light[x] = far_above & (below ^ 1);
    }
}

static void find_in_stretch(const Boxes *boxes, int y, Stretch stretch)
{
    const size_t x = stretch.from, count = stretch.count;
    for (int k = 0; k < 3; k++) {
        const uint16_t *column = boxes->column[k] + x;
        sum_eight(column, count + 8, boxes->eight);
        mean_row(boxes->eight, column, boxes->per_pixel + x, count, boxes->mean.at[k] + x);
    }
    find_kinds(boxes, ring_row(boxes, y), stretch);
}

/* Where in the band strokes may be; elsewhere there are none. */
static void find_stretches(Boxes *boxes)
{
    const size_t width = (size_t)boxes->picture->width_px;
    bool last = false;
    join_bands(boxes);
    boxes->stretch_count = 0;
    memset(boxes->dark, 0, width);
    memset(boxes->light, 0, width);
    for (size_t x = 0; x < width; x += PART) {
        size_t count = x + PART < width ? PART : width - x;
        bool now = varies(boxes, x, width);
        if (now && last)
            boxes->stretches[boxes->stretch_count - 1].count += count;
        else if (now)
            boxes->stretches[boxes->stretch_count++] = (Stretch){x, count};
        last = now;
    }
}

static void find_in_row(Boxes *boxes, int y, const Strokes *out)
{
    columns_move(boxes, y);
    for (int i = 0; i < boxes->stretch_count; i++)
        find_in_stretch(boxes, y, boxes->stretches[i]);
    if (boxes->stretch_count) {
        boxes->pack(boxes->dark, boxes->picture->width_px, bitmap_row(&out->dark, y));
        boxes->pack(boxes->light, boxes->picture->width_px, bitmap_row(&out->light, y));
    }
}

bool strokes_find(Arena *arena, const Picture *picture, Strokes *out)
{
    const int height = picture->height_px;
    Boxes boxes;
    *out = (Strokes){bitmap_new(arena, picture->width_px, height), bitmap_new(arena, picture->width_px, height)};
    if (!out->dark.bits || !out->light.bits || !boxes_new(arena, picture, &boxes))
        return false;
    read_band(&boxes, 0);
    for (int y = 0, counted = 0; y < height; y++) {
        int first = y > REACH ? y - REACH : 0, rows = (y + REACH < height ? y + REACH + 1 : height) - first;
        if (y % ROWS == 0) {
            read_band(&boxes, y + ROWS);
            find_stretches(&boxes);
        }
        if (rows != counted)
            count_pixels(&boxes, rows);
        counted = rows;
        find_in_row(&boxes, y, out);
    }
    return true;
}
