/* SPDX-License-Identifier: MIT */
#include "shrink.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "processor.h"
#include "wide.h"

typedef float Float4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef float Float8 __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t Int4 __attribute__((vector_size(16)));
typedef uint16_t Short8 __attribute__((vector_size(16)));

/* Without fused products (no FMA) both versions compute the same. */
#define CLONES WIDE __attribute__((flatten))

static const float HALF = 127.5f; /* of a value's range */

enum { SUM_MOST = UINT16_MAX, VALUE_MOST = 255, WEIGHT_MOST = 64, PIXEL = NET_INPUT_PIXEL /* floats, of all maps */ };

static int whole_of(double ratio)
{
    return (int)ratio - 1;
}

/* The source pixels under output pixel `at`, each `ratio` of them. */
static ShrinkSpan span_of(int at, double ratio)
{
    double begin = at * ratio;
    int first = (int)begin;
    double share = first + 1 - begin, rest = fmax(0, ratio - share - whole_of(ratio));
    return (ShrinkSpan){first, (float)share, {(float)fmin(rest, 1), (float)fmax(rest - 1, 0)}};
}

/* sums = each row by its weight, of the first and the last two that count in part. */
static void start_row(uint16_t *restrict sums, const uint8_t *restrict row, int count, int weight)
{
    for (int i = 0; i < count; i++)
        sums[i] = (uint16_t)(row[i] * weight);
}

static void start_two(uint16_t *restrict sums, const uint8_t *restrict row, const uint8_t *restrict other, int count,
                      const int weights[2])
{
    const int first = weights[0], last = weights[1];
    for (int i = 0; i < count; i++)
        sums[i] = (uint16_t)(row[i] * first + other[i] * last);
}

/* sums += weight x each row; `stride` bytes from one to the next. */
static void add_row(uint16_t *restrict sums, const uint8_t *restrict row, int count, int weight)
{
    for (int i = 0; i < count; i++)
        sums[i] = (uint16_t)(sums[i] + row[i] * weight);
}

static void add_three(uint16_t *restrict sums, const uint8_t *restrict row, size_t stride, int count, int weight)
{
    const uint8_t *second = row + stride, *third = second + stride;
    for (int i = 0; i < count; i++)
        sums[i] = (uint16_t)(sums[i] + (row[i] + second[i] + third[i]) * weight);
}

static void add_four(uint16_t *restrict sums, const uint8_t *restrict row, size_t stride, int count,
                     int weight)
{
    const uint8_t *second = row + stride, *third = second + stride, *fourth = third + stride;
    for (int i = 0; i < count; i++)
        sums[i] = (uint16_t)(sums[i] + (row[i] + second[i] + third[i] + fourth[i]) * weight);
}

typedef struct Rows { /* of the part that is shrunk */
    const uint8_t *first;
    size_t stride;
    int count, bytes, one; /* rows; of one; what a whole row weighs */
} Rows;

/* Asks for `count` rows from `first` on, as far as there are any: a decoded picture is larger than what lies near the
 * processor, and its own foresight ends with each page. */
static void fetch(const Rows *rows, int first, int count)
{
    enum { LINE = 64 };
    const int end = first + count < rows->count ? first + count : rows->count;
    for (int y = first; y < end; y++)
        for (int i = 0; i < rows->bytes; i += LINE)
            __builtin_prefetch(rows->first + (size_t)y * rows->stride + i, 0, 2);
}

/* The rows of output row `at`, each by its share; returns the sum of their weights. */
static int sum_rows(const Rows *rows, int at, double ratio, uint16_t *sums)
{
    const ShrinkSpan span = span_of(at, ratio);
    const int whole = whole_of(ratio), one = rows->one;
    const uint8_t *row = rows->first + (size_t)span.first * rows->stride;
    int weight = (int)lrintf(span.share * (float)one), y = span.first, total = whole * one, left = whole;
    weight = weight > 0 || whole ? weight : 1;
    total += weight;
    int shares[3] = {weight, 0, 0};
    for (int i = 0; i < 2 && y + 1 + whole + i < rows->count; i++)
        shares[1 + i] = (int)lrintf(span.next_shares[i] * (float)one);
    if (shares[1] > 0)
        start_two(sums, row, row + (size_t)(whole + 1) * rows->stride, rows->bytes, shares);
    else
        start_row(sums, row, rows->bytes, weight);
    if (shares[2] > 0)
        add_row(sums, row + (size_t)(whole + 2) * rows->stride, rows->bytes, shares[2]);
    fetch(rows, y + whole + 1, whole + 1); /* for the next call */
    row += rows->stride;
    for (; left >= 4; left -= 4, row += 4 * rows->stride)
        add_four(sums, row, rows->stride, rows->bytes, one);
    if (left == 3)
        add_three(sums, row, rows->stride, rows->bytes, one);
    for (; left < 3 && left > 0; left--, row += rows->stride)
        add_row(sums, row, rows->bytes, one);
    return total + shares[1] + shares[2];
}

/* The first four of eight values. */
static Int4 wide(const uint16_t *at)
{
    const Short8 zero = {0};
    Short8 eight;
    memcpy(&eight, at, sizeof eight);
    return (Int4)__builtin_shufflevector(eight, zero, 0, 8, 1, 8, 2, 8, 3, 8); /* little-endian */
}

static inline __attribute__((always_inline)) Float4 pixel_of(const uint16_t *sums, const ShrinkSpan *span, const int whole)
{
    const uint16_t *at = sums + span->first, *next = at + 3 * (whole + 1);
    Float4 out = __builtin_convertvector(wide(at), Float4) * span->share +
                 __builtin_convertvector(wide(next), Float4) * span->next_shares[0] +
                 __builtin_convertvector(wide(next + 3), Float4) * span->next_shares[1];
    Int4 all = {0};
    for (int i = 1; i <= whole; i++)
        all += wide(at + 3 * i);
    return out + __builtin_convertvector(all, Float4);
}

/* One row of pixels from `from` on, `scale` times what lies under them. */
static inline __attribute__((always_inline)) void shrink_row(const ShrinkScratch *scratch, const NetMaps *out, const int from[2],
                                                             float scale, const int whole)
{
    const int count = out->width;
    float *at = out->at + from[1] * out->row + from[0] * PIXEL;
    for (int x = from[0]; x < count; x++, at += PIXEL)
        *(Float4 *)at = pixel_of(scratch->sums, &scratch->columns[x], whole) * scale - 1;
}

#ifdef __x86_64__
#include <immintrin.h>

typedef int32_t Int8 __attribute__((vector_size(32)));
typedef int64_t Long2 __attribute__((vector_size(16)));
#define PAIRS __attribute__((target("avx2"), always_inline)) static inline

/* The first four values at two places. */
PAIRS Int8 wide_pair(const uint16_t *one, const uint16_t *two)
{
    int64_t a, b;
    memcpy(&a, one, sizeof a);
    memcpy(&b, two, sizeof b);
    return (Int8)_mm256_cvtepu16_epi32((__m128i)(Long2){a, b});
}

PAIRS Float8 floats_of(Int8 values)
{
    return __builtin_convertvector(values, Float8);
}

typedef struct Under { /* what lies under each pixel: as in whole_of; nothing but whole pixels, and so no shares */
    int whole;
    bool even;
} Under;

/* The same as shrink_row of the row's pixels two by two, without a last one. */
PAIRS void shrink_pairs(const ShrinkScratch *scratch, const NetMaps *out, int y, float scale, const Under under)
{
    const int whole = under.whole;
    const bool even = under.even;
    const uint16_t *sums = scratch->sums;
    const ShrinkSpan *one = scratch->columns, *end = one + (out->width & ~1);
    float *at = out->at + y * out->row;
    for (; one < end; one += 2, at += 2 * PIXEL) {
        const uint16_t *left = sums + one->first, *right = sums + one[1].first;
        Int8 all = {0};
        for (int i = even ? 0 : 1; i <= whole; i++)
            all += wide_pair(left + 3 * i, right + 3 * i);
        Float8 sum = floats_of(all);
        if (!even) {
            const Float4 a = *(const Float4 *)one, b = *(const Float4 *)(one + 1);
            const Float8 begin = floats_of(wide_pair(left, right)) * __builtin_shufflevector(a, b, 1, 1, 1, 1, 5, 5, 5, 5);
            left += 3 * (whole + 1);
            right += 3 * (whole + 1);
            sum = begin + floats_of(wide_pair(left, right)) * __builtin_shufflevector(a, b, 2, 2, 2, 2, 6, 6, 6, 6) +
                  floats_of(wide_pair(left + 3, right + 3)) * __builtin_shufflevector(a, b, 3, 3, 3, 3, 7, 7, 7, 7) + sum;
        }
        *(Float8 *)at = sum * scale - 1;
    }
}

/* Returns how many pixels it did. */
__attribute__((target("avx2"))) static int shrink_most(const ShrinkScratch *scratch, const NetMaps *out, int y, float scale,
                                                       double across)
{
    const int whole = whole_of(across);
    if (across == whole + 1 && whole < 256) /* the sums are exact in a float */
        whole == 3 ? shrink_pairs(scratch, out, y, scale, (Under){3, true})
                   : shrink_pairs(scratch, out, y, scale, (Under){whole, true});
    else if (whole == 0)
        shrink_pairs(scratch, out, y, scale, (Under){0, false});
    else if (whole == 1)
        shrink_pairs(scratch, out, y, scale, (Under){1, false});
    else
        shrink_pairs(scratch, out, y, scale, (Under){whole, false});
    return out->width & ~1;
}
#endif

CLONES void shrink_area(const Picture *in, Box part, ShrinkScratch *scratch, NetMaps *out)
{
    assert(part.width <= SHRINK_ROW_MOST && out->width <= SHRINK_COLUMNS_MOST);
    assert(out->width <= part.width && out->height <= part.height);
    double across = (double)part.width / out->width, down = (double)part.height / out->height;
    assert(down <= SHRINK_RATIO_MOST && out->pixel == PIXEL);
    Rows rows = {.stride = (size_t)in->width_px * 3,
                 .count = part.height,
                 .bytes = part.width * 3,
                 .one = WEIGHT_MOST};
    rows.first = in->rgb + (size_t)part.y * rows.stride + (size_t)part.x * 3;
    while (rows.one > 1 && rows.one * VALUE_MOST * (down + 2) > SUM_MOST) /* no sum overflows */
        rows.one /= 2;
    for (int x = 0; x < out->width; x++) {
        scratch->columns[x] = span_of(x, across);
        scratch->columns[x].first *= 3; /* of a row's values */
    }
    const int whole = whole_of(across);
#ifdef __x86_64__
    const bool pairs = processor_has_avx2();
#endif
    for (int y = 0; y < out->height; y++) {
        int total = sum_rows(&rows, y, down, scratch->sums), from[2] = {0, y};
        float scale = (float)(1 / (across * total * HALF));
#ifdef __x86_64__
        if (pairs)
            from[0] = shrink_most(scratch, out, y, scale, across);
#endif
        if (whole == 0) /* few are the most frequent: spelled out */
            shrink_row(scratch, out, from, scale, 0);
        else if (whole == 1)
            shrink_row(scratch, out, from, scale, 1);
        else if (whole == 2)
            shrink_row(scratch, out, from, scale, 2);
        else
            shrink_row(scratch, out, from, scale, whole);
    }
}

static int inside(int64_t at, int count)
{
    return at < 0 ? 0 : at < count ? (int)at : count - 1;
}

enum { SAMPLE_BITS = 16, SAMPLE_ONE = 1 << SAMPLE_BITS };

/* A place counts in SAMPLE_ONE: the same sum on every machine. Four pixels and the shares of the right and the lower. */
static inline __attribute__((always_inline)) Float4 blend(const float *upper, const float *lower, const int next[2],
                                                          const float share[2])
{
    Float4 a = *(const Float4 *)(upper + next[0]), b = *(const Float4 *)(upper + next[1]);
    Float4 c = *(const Float4 *)(lower + next[0]), d = *(const Float4 *)(lower + next[1]);
    a += (b - a) * share[0];
    c += (d - c) * share[0];
    return a + (c - a) * share[1];
}

static inline float share_of(int64_t at)
{
    return (float)(at & (SAMPLE_ONE - 1)) * (float)(1.0 / SAMPLE_ONE);
}

/* Two pixels. */
#define BOTH(one, two) __builtin_shufflevector(*(const Float4 *)(one), *(const Float4 *)(two), 0, 1, 2, 3, 4, 5, 6, 7)

/* Pixels of one row from x, y on, whose neighbours are all there: where they lie first, in vectors, then what is there. */
static inline void sample_inside(const NetMaps *in, const int64_t from[2], const int64_t step[2], NetMaps out)
{
    enum { PART = 64 };
    const int32_t step_x = (int32_t)step[0], step_y = (int32_t)step[1], row = in->row;
    const int next[2] = {0, PIXEL};
    int32_t offsets[PART];
    float shares[PART][2];
    for (int first = 0; first < out.width; first += PART) {
        const int count = out.width - first < PART ? out.width - first : PART;
        const int32_t x = (int32_t)from[0] + first * step_x, y = (int32_t)from[1] + first * step_y;
        for (int i = 0; i < count; i++) {
            const int32_t px = x + i * step_x, py = y + i * step_y;
            offsets[i] = (py >> SAMPLE_BITS) * row + (px >> SAMPLE_BITS) * PIXEL;
            shares[i][0] = (float)(px & (SAMPLE_ONE - 1)) * (float)(1.0 / SAMPLE_ONE);
            shares[i][1] = (float)(py & (SAMPLE_ONE - 1)) * (float)(1.0 / SAMPLE_ONE);
        }
        float *at = out.at + first * PIXEL;
        int i = 0;
        for (; i + 1 < count; i += 2) { /* as blend does each */
            const float *one = in->at + offsets[i], *two = in->at + offsets[i + 1];
            const Float4 share = *(const Float4 *)shares[i];
            const Float8 right = __builtin_shufflevector(share, share, 0, 0, 0, 0, 2, 2, 2, 2);
            Float8 a = BOTH(one, two), c = BOTH(one + row, two + row);
            a += (BOTH(one + PIXEL, two + PIXEL) - a) * right;
            c += (BOTH(one + row + PIXEL, two + row + PIXEL) - c) * right;
            *(Float8 *)(at + i * PIXEL) = a + (c - a) * __builtin_shufflevector(share, share, 1, 1, 1, 1, 3, 3, 3, 3);
        }
        for (; i < count; i++) {
            const float *upper = in->at + offsets[i];
            *(Float4 *)(at + i * PIXEL) = blend(upper, upper + row, next, shares[i]);
        }
    }
}

static inline void sample_edge(const NetMaps *in, const int64_t from[2], const int64_t step[2], NetMaps out)
{
    int64_t x = from[0], y = from[1];
    for (int i = 0; i < out.width; i++, x += step[0], y += step[1]) {
        const int next[2] = {inside(x >> SAMPLE_BITS, in->width) * in->pixel,
                             inside((x >> SAMPLE_BITS) + 1, in->width) * in->pixel};
        const float *upper = in->at + inside(y >> SAMPLE_BITS, in->height) * in->row;
        const float *lower = in->at + inside((y >> SAMPLE_BITS) + 1, in->height) * in->row;
        const float share[2] = {share_of(x), share_of(y)};
        *(Float4 *)(out.at + i * out.pixel) = blend(upper, lower, next, share);
    }
}

static bool has_neighbours(const NetMaps *in, int64_t x, int64_t y)
{
    return x >= 0 && y >= 0 && x >> SAMPLE_BITS < in->width - 1 && y >> SAMPLE_BITS < in->height - 1;
}

CLONES void shrink_sample(const NetMaps *in, const double m[6], NetMaps *out)
{
    const int64_t step[2] = {llrint(m[0] * SAMPLE_ONE), llrint(m[3] * SAMPLE_ONE)};
    assert(in->width < SAMPLE_ONE / 2 && in->height < SAMPLE_ONE / 2 && in->pixel == PIXEL && out->pixel == PIXEL);
    for (int y = 0; y < out->height; y++) {
        const int64_t from[2] = {llrint((m[1] * y + m[2]) * SAMPLE_ONE), llrint((m[4] * y + m[5]) * SAMPLE_ONE)};
        NetMaps row = *out;
        row.at += y * out->row;
        if (has_neighbours(in, from[0], from[1]) &&
            has_neighbours(in, from[0] + (out->width - 1) * step[0], from[1] + (out->width - 1) * step[1]))
            sample_inside(in, from, step, row);
        else
            sample_edge(in, from, step, row);
    }
}

/* The value, of 0..255, that a fiftieth of all reaches. */
static int bright_level(const NetMaps *maps)
{
    int histogram[VALUE_MOST + 1] = {0}, level = VALUE_MOST;
    int64_t seen = 0, values = (int64_t)maps->width * maps->height * 3;
    for (int y = 0; y < maps->height; y++)
        for (int x = 0; x < maps->width; x++)
            for (int c = 0; c < 3; c++) {
                float value = (maps->at[y * maps->row + x * maps->pixel + c] + 1) * HALF;
                histogram[(int)(value + 0.5f) & VALUE_MOST]++;
            }
    while (level > 0 && (seen += histogram[level]) * 50 < values)
        level--;
    return level;
}

static bool is_dim(const NetMaps *maps)
{
    const float DIM = 109.5f / HALF - 1;
    Int4 bright = {0}, second = {0};
    for (int y = 0; y < maps->height; y++) {
        const float *at = maps->at + y * maps->row, *end = at + (maps->width & ~1) * PIXEL;
        for (; at < end; at += 2 * PIXEL) {
            bright -= *(const Float4 *)at >= DIM;
            second -= *(const Float4 *)(at + PIXEL) >= DIM;
        }
        if (maps->width & 1)
            bright -= *(const Float4 *)at >= DIM;
    }
    bright += second;
    int64_t values = (int64_t)maps->width * maps->height * 3;
    return ((int64_t)bright[0] + bright[1] + bright[2]) * 50 < values;
}

CLONES void shrink_brighten(NetMaps *maps)
{
    const float LIT = 190, GAIN_MOST = 8;
    if (!is_dim(maps))
        return;
    int level = bright_level(maps);
    float gain = fminf(GAIN_MOST, LIT / (float)(level > 1 ? level : 1));
    for (int y = 0; y < maps->height; y++)
        for (int x = 0; x < maps->width * maps->pixel; x++) {
            float value = (maps->at[y * maps->row + x] + 1) * gain - 1;
            maps->at[y * maps->row + x] = value < 1 ? value : 1;
        }
}
