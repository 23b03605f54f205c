/* SPDX-License-Identifier: MIT */
/* Pixel moving that needs no library: crops, exact area averages and the eight EXIF orientations. */
#include "raster.h"

#include <assert.h>
#include <string.h>

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

enum { LANES = 16, ROWS_IN_16_BIT = 256 };

/* Rows are summed in 16 bits, which hold 257 of them, and moved to 32 bits in time. `count` is a
 * multiple of LANES, so that the compiler can use vectors without a remainder loop. */
static void add_row(uint16_t *restrict sum, const uint8_t *restrict row, size_t count)
{
    for (size_t i = 0; i < count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sum[i + k] = (uint16_t)(sum[i + k] + row[i + k]);
}

static void flush_rows(uint32_t *restrict total, uint16_t *restrict sum, uint32_t share,
                       size_t count)
{
    for (size_t i = 0; i < count; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            total[i + k] += sum[i + k] * share;
            sum[i + k] = 0;
        }
}

static void add_share(uint32_t *restrict total, const uint8_t *restrict row, uint32_t share,
                      size_t count)
{
    for (size_t i = 0; i < count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            total[i + k] += row[i + k] * share;
}

typedef struct Columns {
    uint32_t
        *total; /* per input column and channel: the weighted sum of the rows, <= 255 * height */
    uint16_t *sum;
    uint8_t *row; /* a copy of a row's last, incomplete vector would read past the picture */
    size_t values, padded;
} Columns;

/* The row itself, or a padded copy where whole vectors would run over the picture's end. */
static const uint8_t *row_at(const Picture *in, const Columns *columns, int y)
{
    const uint8_t *row = in->rgb + (size_t)y * columns->values;
    if (y < in->height_px - LANES)
        return row;
    memcpy(columns->row, row, columns->values);
    return columns->row;
}

static void sum_rows(const Picture *in, Columns *columns, Span span, uint32_t whole)
{
    memset(columns->total, 0, columns->padded * sizeof *columns->total);
    add_share(columns->total, row_at(in, columns, span.first), span.first_share, columns->padded);
    int waiting = 0;
    for (int y = span.first + 1; y < span.last; y++) {
        add_row(columns->sum, row_at(in, columns, y), columns->padded);
        if (++waiting == ROWS_IN_16_BIT) {
            flush_rows(columns->total, columns->sum, whole, columns->padded);
            waiting = 0;
        }
    }
    if (waiting)
        flush_rows(columns->total, columns->sum, whole, columns->padded);
    if (span.last_share)
        add_share(columns->total, row_at(in, columns, span.last), span.last_share, columns->padded);
}

static void average_columns(const Columns *columns, const Span *across, Picture *out, int y,
                            double area)
{
    uint8_t *to = out->rgb + (size_t)y * (size_t)out->width_px * 3;
    uint64_t whole = (uint64_t)out->width_px;
    for (int x = 0; x < out->width_px; x++, to += 3) {
        const Span *span = &across[x];
        const uint32_t *first = columns->total + (size_t)span->first * 3;
        const uint32_t *last = columns->total + (size_t)span->last * 3;
        for (int c = 0; c < 3; c++) {
            uint64_t inner = 0;
            for (const uint32_t *at = first + 3; at < last; at += 3)
                inner += at[c];
            uint64_t value = inner * whole + (uint64_t)first[c] * span->first_share +
                             (uint64_t)last[c] * span->last_share;
            to[c] = (uint8_t)((double)value / area + 0.5);
        }
    }
}

static Err copy_box(Arena *arena, const Picture *in, Box box, Picture *out)
{
    size_t row = (size_t)box.width * 3;
    out->rgb = arena_alloc(arena, row * (size_t)box.height);
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
    Columns columns = {.values = (size_t)in->width_px * 3};
    columns.padded = (columns.values + LANES - 1) / LANES * LANES;
    columns.total = ARENA_ARRAY(arena, uint32_t, columns.padded);
    columns.sum = ARENA_ARRAY(arena, uint16_t, columns.padded);
    columns.row = ARENA_ARRAY(arena, uint8_t, columns.padded);
    Span *across = ARENA_ARRAY(arena, Span, (size_t)width);
    out->rgb = arena_alloc(arena, (size_t)width * (size_t)height * 3);
    if (!columns.total || !columns.sum || !columns.row || !across || !out->rgb)
        return fail(arena, ERR_MEMORY, "no room to reduce a picture to %d x %d", width, height);

    for (int x = 0; x < width; x++)
        across[x] = span_of(x, in->width_px, width);
    double area = (double)in->width_px * in->height_px;
    for (int y = 0; y < height; y++) {
        sum_rows(in, &columns, span_of(y, in->height_px, height), (uint32_t)height);
        average_columns(&columns, across, out, y, area);
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
    out->rgb = arena_alloc(arena, (size_t)in->width_px * (size_t)in->height_px * 3);
    if (!out->rgb)
        return fail(arena, ERR_MEMORY, "no room to turn a picture of %d x %d", in->width_px,
                    in->height_px);
    Turn turn = turn_of(orientation, in->width_px, in->height_px);
    for (int top = 0; top < out->height_px; top += TILE_PX)
        for (int left = 0; left < out->width_px; left += TILE_PX)
            copy_tile(in->rgb, turn, out, left, top);
    return OK;
}
