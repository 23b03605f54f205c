/* SPDX-License-Identifier: MIT */
/* Pixel moving that needs no library: crops, exact area averages and the eight EXIF orientations. */
#include "raster.h"

#include <assert.h>
#include <string.h>
#include "raster_halve.h"
#include "raster_kernels.h"
#include "wide.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include "processor.h"
#endif

/* Input pixel i covers [i, i + 1) * out units and output pixel o covers [o, o + 1) * in units of
 * one common ruler, so every share of a pixel is a whole number and hardly anything is lost by rounding. */
typedef struct Span {
    int first, last;                  /* input pixels touched, both inclusive */
    uint32_t first_share, last_share; /* of out units each; 0 for `last` when it is `first` */
    float first_weight, last_weight;  /* the same by the area of an output pixel */
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

enum { ROWS_IN_16_BIT = 257 };

WIDE static void add_row(const uint8_t *restrict row, size_t values, uint16_t *restrict sum)
{
    for (size_t i = 0; i < values; i++)
        sum[i] = (uint16_t)(sum[i] + row[i]);
}

WIDE static void weigh_row(const uint8_t *restrict row, float share, size_t values,
                           float *restrict total)
{
    for (size_t i = 0; i < values; i++)
        total[i] += share * (float)row[i];
}

WIDE static void weigh_sum(const uint16_t *restrict sum, float share, size_t values,
                           float *restrict total)
{
    for (size_t i = 0; i < values; i++)
        total[i] += share * (float)sum[i];
}

typedef struct Columns {
    size_t values;
    uint16_t *sum;
    float *total; /* per value of a row the weighed sum of the rows, <= 255 * height: whole, so exact; one more behind each row */
} Columns;

/* A part of the first and of the last row, and whole rows between, which are summed in 16 bits first. */
static void sum_rows(const Picture *in, Span span, uint32_t whole, const Columns *columns)
{
    const uint8_t *rows = in->rgb;
    size_t values = columns->values;
    bool part_first = span.first_share != whole, part_last = span.last_share && span.last_share != whole;
    int from = span.first + part_first, to = span.last - part_last;
    memset(columns->total, 0, values * sizeof *columns->total);
    if (part_first)
        weigh_row(rows + (size_t)span.first * values, (float)span.first_share, values, columns->total);
    for (int y = from; y <= to; y += ROWS_IN_16_BIT) {
        memset(columns->sum, 0, values * sizeof *columns->sum);
        for (int k = y; k <= to && k < y + ROWS_IN_16_BIT; k++)
            add_row(rows + (size_t)k * values, values, columns->sum);
        weigh_sum(columns->sum, (float)whole, values, columns->total);
    }
    if (part_last)
        weigh_row(rows + (size_t)span.last * values, (float)span.last_share, values, columns->total);
}

/* The same by the kernels, whose shares have 16 bits. */
typedef struct Totals {
    const RasterKernels *kernel;
    RasterRows rows;
    RasterTaps taps;
} Totals;

static bool totals_new(Arena *arena, const Picture *in, int height, Totals *out)
{
    size_t values = 3 * (size_t)in->width_px, most = (size_t)(in->height_px / height) + 5;
    *out = (Totals){.kernel = raster_kernels(),
                    .rows = {in->rgb, values, values, in->height_px},
                    .taps.share = ARENA_RAW(arena, int16_t, most)};
    return out->taps.share != NULL;
}

static void total_rows(Totals *totals, Span span, int whole, float *out)
{
    RasterTaps *taps = &totals->taps;
    taps->first = span.first & ~1;
    taps->count = (span.last - taps->first + 2) & ~1;
    for (int k = 0; k < taps->count; k++) {
        int y = taps->first + k;
        uint32_t share = y < span.first || y > span.last ? 0
                         : y == span.first               ? span.first_share
                         : y == span.last                ? span.last_share
                                                         : (uint32_t)whole;
        taps->share[k] = (int16_t)share;
    }
    totals->kernel->total(&totals->rows, taps, out);
}

/* Red, green, blue and the neighbour's red, which is dropped. */
typedef float Sums __attribute__((vector_size(16)));
typedef int32_t Levels __attribute__((vector_size(16)));

/* The first three levels, 0..255. */
static inline void put_pixel(Levels levels, uint8_t *to)
{
#if defined(__x86_64__)
    __m128i words = _mm_packs_epi32((__m128i)levels, (__m128i)levels);
    int bytes = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
    memcpy(to, &bytes, 3);
#else
    for (int c = 0; c < 3; c++)
        to[c] = (uint8_t)levels[c];
#endif
}

static inline Sums sums_at(const float *total)
{
    Sums sums;
    memcpy(&sums, total, sizeof sums);
    return sums;
}

static void average_columns(const Columns *columns, const Span *across, Picture *out, int y, double area)
{
    uint8_t *to = out->rgb + (size_t)y * (size_t)out->width_px * 3;
    const float whole = (float)(out->width_px / area);
    for (int x = 0; x < out->width_px; x++, to += 3) {
        const Span *span = &across[x];
        const float *first = columns->total + (size_t)span->first * 3;
        const float *last = columns->total + (size_t)span->last * 3;
        Sums inner = {0};
        for (const float *at = first + 3; at < last; at += 3)
            inner += sums_at(at);
        Sums mean = inner * whole + sums_at(first) * span->first_weight +
                    sums_at(last) * span->last_weight + 0.5f;
        put_pixel(__builtin_convertvector(mean, Levels), to);
    }
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

/* A pixel of each of two rows, which are `apart` from each other. */
AVX2 static inline __m256 two_at(const float *upper, size_t apart)
{
    return _mm256_loadu2_m128(upper + apart, upper);
}

/* The same, in the same order, for rows y and y + 1. */
AVX2 static void average_two(const Columns *columns, const Span *across, Picture *out, int y, double area)
{
    const size_t apart = columns->values + 1;
    const int last = out->width_px - 1;
    const __m256 whole = _mm256_set1_ps((float)(out->width_px / area)), half = _mm256_set1_ps(0.5f);
    uint8_t *upper = out->rgb + (size_t)y * (size_t)out->width_px * 3, *lower = upper + 3 * (size_t)out->width_px;
    for (int x = 0; x <= last; x++, upper += 3, lower += 3) {
        const Span *span = &across[x];
        const float *from = columns->total + (size_t)span->first * 3, *end = columns->total + (size_t)span->last * 3;
        __m256 inner = _mm256_setzero_ps();
        for (const float *at = from + 3; at < end; at += 3)
            inner = _mm256_add_ps(inner, two_at(at, apart));
        __m256 first = _mm256_mul_ps(two_at(from, apart), _mm256_set1_ps(span->first_weight));
        __m256 rest = _mm256_mul_ps(two_at(end, apart), _mm256_set1_ps(span->last_weight));
        __m256 mean = _mm256_add_ps(_mm256_add_ps(_mm256_add_ps(_mm256_mul_ps(inner, whole), first), rest), half);
        __m256i levels = _mm256_cvttps_epi32(mean);
        levels = _mm256_packs_epi32(levels, levels);
        levels = _mm256_packus_epi16(levels, levels);
        int one = _mm_cvtsi128_si32(_mm256_castsi256_si128(levels)), other = _mm_cvtsi128_si32(_mm256_extracti128_si256(levels, 1));
        memcpy(upper, &one, x < last ? 4 : 3); /* what is stored too much, the next one covers */
        memcpy(lower, &other, x < last ? 4 : 3);
    }
}
#endif

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

static Err halve(Arena *arena, const Picture *in, Picture *out)
{
    const size_t row = 3 * (size_t)out->width_px;
    uint8_t *means = ARENA_RAW(arena, uint8_t, 2 * row);
    out->rgb = arena_raw(arena, row * (size_t)out->height_px);
    if (!means || !out->rgb)
        return fail(arena, ERR_MEMORY, "no room to halve a picture to %d x %d", out->width_px, out->height_px);
    raster_halve(in->rgb, out->width_px, out->height_px, means, out->rgb);
    return OK;
}

Err raster_reduce(Arena *arena, const Picture *in, Picture *out)
{
    if (in->width_px == 2 * out->width_px && in->height_px == 2 * out->height_px)
        return halve(arena, in, out);
    int width = out->width_px, height = out->height_px;
    assert(width >= 1 && height >= 1 && width <= in->width_px && height <= in->height_px);
    Columns columns = {.values = (size_t)in->width_px * 3};
    columns.sum = ARENA_RAW(arena, uint16_t, columns.values);
    columns.total = ARENA_ARRAY(arena, float, 2 * (columns.values + 1));
    Span *across = ARENA_RAW(arena, Span, (size_t)width);
    out->rgb = arena_raw(arena, (size_t)width * (size_t)height * 3);
    Totals totals;
    if (!columns.sum || !columns.total || !across || !out->rgb || !totals_new(arena, in, height, &totals))
        return fail(arena, ERR_MEMORY, "no room to reduce a picture to %d x %d", width, height);

#if defined(__x86_64__)
    const bool by_avx2 = processor_has_avx2();
#endif
    const Columns odd = {columns.values, columns.sum, columns.total + columns.values + 1};
    double area = (double)in->width_px * in->height_px;
    for (int x = 0; x < width; x++) {
        across[x] = span_of(x, in->width_px, width);
        across[x].first_weight = (float)(across[x].first_share / area);
        across[x].last_weight = (float)(across[x].last_share / area);
    }
    for (int y = 0; y < height; y++) {
        Span down = span_of(y, in->height_px, height);
        const Columns *row = y % 2 ? &odd : &columns;
        if (height <= INT16_MAX)
            total_rows(&totals, down, height, row->total);
        else
            sum_rows(in, down, (uint32_t)height, row);
#if defined(__x86_64__)
        if (by_avx2 && y % 2)
            average_two(&columns, across, out, y - 1, area);
        if (by_avx2 && (y % 2 || y + 1 < height))
            continue;
#endif
        average_columns(row, across, out, y, area);
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
