/* SPDX-License-Identifier: MIT */
/* Pixel moving that needs no library: crops, exact area averages and the eight EXIF orientations. */
#include "raster.h"

#include <assert.h>
#include <string.h>
#include "wide.h"

/* Input pixel i covers [i, i + 1) * out units and output pixel o covers [o, o + 1) * in units of
 * one common ruler, so every share of a pixel is a whole number and nothing is lost by rounding. */
typedef struct Span {
    int first, last;                  /* input pixels touched, both inclusive */
    uint32_t first_share, last_share; /* of out units each; 0 for `last` when it is `first` */
} Span;

static Span span_of(int at, int in, int out)
{
    int64_t low = (int64_t)at * in, high = low + in;
    Span span = {.first = (int)(low / out), .last = (int)((high - 1) / out)};
    int64_t first_end = ((int64_t)span.first + 1) * out;
    span.first_share = (uint32_t)((first_end < high ? first_end : high) - low);
    if (span.last > span.first)
        span.last_share = (uint32_t)(high - (int64_t)span.last * out);
    return span;
}

enum { BLOCK = 16, ROWS_IN_16_BIT = 257 };

/* How an output row lies over the input rows: shares of a first part, each whole and a last part; 0 where
 * there is no such part. */
typedef struct Rows {
    const uint8_t *first;
    size_t stride;
    int whole; /* rows between the parts */
    uint16_t first_share, whole_share, last_share;
} Rows;

static inline void add_rows(uint32_t *total, const uint16_t *sum, uint16_t share)
{
    for (int i = 0; i < BLOCK; i++)
        total[i] += (uint32_t)sum[i] * share;
}

/* BLOCK columns: the weighed sum of the rows. Whole rows are summed in 16 bits, in as many as fit. */
static inline void sum_block(const Rows *rows, size_t at, uint32_t *out)
{
    const uint8_t *row = rows->first + at;
    uint16_t sum[BLOCK];
    uint32_t total[BLOCK] = {0};
    if (rows->first_share) {
        for (int i = 0; i < BLOCK; i++)
            sum[i] = row[i];
        add_rows(total, sum, rows->first_share);
        row += rows->stride;
    }
    for (int left = rows->whole; left > 0; left -= ROWS_IN_16_BIT) {
        memset(sum, 0, sizeof sum);
        for (int k = 0; k < left && k < ROWS_IN_16_BIT; k++, row += rows->stride)
            for (int i = 0; i < BLOCK; i++)
                sum[i] = (uint16_t)(sum[i] + row[i]);
        add_rows(total, sum, rows->whole_share);
    }
    if (rows->last_share) {
        for (int i = 0; i < BLOCK; i++)
            sum[i] = row[i];
        add_rows(total, sum, rows->last_share);
    }
    memcpy(out, total, sizeof total);
}

static uint32_t sum_value(const Rows *rows, size_t at)
{
    const uint8_t *row = rows->first + at;
    uint32_t total = (uint32_t)*row * rows->first_share;
    row += rows->first_share ? rows->stride : 0;
    for (int k = 0; k < rows->whole; k++, row += rows->stride)
        total += (uint32_t)*row * rows->whole_share;
    return rows->last_share ? total + (uint32_t)*row * rows->last_share : total;
}

/* Per value of a row the weighed sum of the rows, <= 255 * height. */
WIDE static void sum_rows(const Picture *in, int y, int height, uint32_t *total)
{
    Span span = span_of(y, in->height_px, height);
    size_t values = (size_t)in->width_px * 3;
    bool first = span.first_share == (uint32_t)height, last = span.last_share == (uint32_t)height;
    const Rows rows = {.first = in->rgb + (size_t)span.first * values,
                       .stride = values,
                       .whole = (span.last > span.first ? span.last - span.first - 1 : 0) + first + last,
                       .first_share = first ? 0 : (uint16_t)span.first_share,
                       .whole_share = (uint16_t)height,
                       .last_share = last ? 0 : (uint16_t)span.last_share};
    size_t i = 0;
    for (; i + BLOCK <= values; i += BLOCK)
        sum_block(&rows, i, total + i);
    if (values >= BLOCK)
        sum_block(&rows, values - BLOCK, total + values - BLOCK);
    for (; i < values && values < BLOCK; i++)
        total[i] = sum_value(&rows, i);
}

/* Red, green, blue and the neighbour's red, which is dropped. */
typedef int32_t Sums __attribute__((vector_size(16)));
typedef double Shares __attribute__((vector_size(32)));

static inline Sums sums_at(const uint32_t *total)
{
    Sums sums;
    memcpy(&sums, total, sizeof sums);
    return sums;
}

/* In doubles nothing is lost, so halves are rounded up as they are; what is added to the half is less than
 * any average's distance from the next one. */
WIDE static void average_columns(const uint32_t *total, const Span *across, Picture *out, int y, double area)
{
    uint8_t *to = out->rgb + (size_t)y * (size_t)out->width_px * 3;
    const double whole = out->width_px / area, half = 0.5 + 1e-9;
    for (int x = 0; x < out->width_px; x++, to += 3) {
        const Span *span = &across[x];
        const uint32_t *first = total + (size_t)span->first * 3;
        const uint32_t *last = total + (size_t)span->last * 3;
        Sums inner = {0};
        for (const uint32_t *at = first + 3; at < last; at += 3)
            inner += sums_at(at);
        Shares mean = __builtin_convertvector(inner, Shares) * whole +
                      __builtin_convertvector(sums_at(first), Shares) * (span->first_share / area) +
                      __builtin_convertvector(sums_at(last), Shares) * (span->last_share / area) + half;
        Sums rounded = __builtin_convertvector(mean, Sums);
        for (int c = 0; c < 3; c++)
            to[c] = (uint8_t)rounded[c];
    }
}

static Err copy_box(Arena *arena, const Picture *in, Box box, Picture *out)
{
    size_t row = (size_t)box.width * 3;
    out->rgb = arena_raw(arena, row * (size_t)box.height);
    if (!out->rgb)
        return fail(arena, ERR_MEMORY, "no room for a frame of %d x %d", box.width, box.height);
    for (int y = 0; y < box.height; y++)
        memcpy(out->rgb + (size_t)y * row,
               in->rgb + ((size_t)(box.y + y) * (size_t)in->width_px + (size_t)box.x) * 3, row);
    return OK;
}

Err raster_frame(Arena *arena, const Picture *in, Box box, Picture *out)
{
    bool same = box.width == out->width_px && box.height == out->height_px;
    return same ? copy_box(arena, in, box, out) : raster_scale(arena, in, box, out);
}

Err raster_reduce(Arena *arena, const Picture *in, Picture *out)
{
    int width = out->width_px, height = out->height_px;
    assert(width >= 1 && height >= 1 && width <= in->width_px && height <= in->height_px);
    assert((double)in->width_px * in->height_px / width < INT32_MAX / 255.0);
    uint32_t *total = ARENA_ARRAY(arena, uint32_t, (size_t)in->width_px * 3 + 1);
    Span *across = ARENA_ARRAY(arena, Span, (size_t)width);
    out->rgb = arena_raw(arena, (size_t)width * (size_t)height * 3);
    if (!total || !across || !out->rgb)
        return fail(arena, ERR_MEMORY, "no room to reduce a picture to %d x %d", width, height);

    for (int x = 0; x < width; x++)
        across[x] = span_of(x, in->width_px, width);
    double area = (double)in->width_px * in->height_px;
    for (int y = 0; y < height; y++) {
        sum_rows(in, y, height, total);
        average_columns(total, across, out, y, area);
    }
    return OK;
}

/* Where the upright pixel (0, 0) stands in the stored picture, and the steps, in pixels, to its
 * right and lower neighbour. Source: EXIF 2.32, orientation. */
typedef struct Turn {
    int64_t start, right, down;
} Turn;

static Turn turn_of(int orientation, int64_t width, int64_t height)
{
    const Turn turns[9] = {
        [1] = {0, 1, width},
        [2] = {width - 1, -1, width},
        [3] = {width * height - 1, -1, -width},
        [4] = {width * (height - 1), 1, -width},
        [5] = {0, width, 1},
        [6] = {width * (height - 1), -width, 1},
        [7] = {width * height - 1, -width, -1},
        [8] = {width - 1, width, -1},
    };
    return turns[orientation];
}

enum { TILE_PX = 64 }; /* both sides of a transposition stay in the cache */

static void copy_tile(const uint8_t *in, Turn turn, Picture *out, int left, int top)
{
    int right = left + TILE_PX < out->width_px ? left + TILE_PX : out->width_px;
    int bottom = top + TILE_PX < out->height_px ? top + TILE_PX : out->height_px;
    for (int y = top; y < bottom; y++) {
        const uint8_t *from = in + 3 * (turn.start + turn.down * y + turn.right * left);
        uint8_t *to = out->rgb + 3 * ((size_t)y * (size_t)out->width_px + (size_t)left);
        for (int x = left; x < right; x++, to += 3, from += 3 * turn.right)
            memcpy(to, from, 3);
    }
}

Err raster_upright(Arena *arena, const Picture *in, int orientation, Picture *out)
{
    assert(orientation >= 1 && orientation <= 8);
    *out = *in;
    if (orientation == 1)
        return OK;
    if (orientation >= 5) {
        out->width_px = in->height_px;
        out->height_px = in->width_px;
    }
    out->rgb = arena_raw(arena, (size_t)in->width_px * (size_t)in->height_px * 3);
    if (!out->rgb)
        return fail(arena, ERR_MEMORY, "no room to turn a picture of %d x %d", in->width_px,
                    in->height_px);
    Turn turn = turn_of(orientation, in->width_px, in->height_px);
    for (int top = 0; top < out->height_px; top += TILE_PX)
        for (int left = 0; left < out->width_px; left += TILE_PX)
            copy_tile(in->rgb, turn, out, left, top);
    return OK;
}
