/* SPDX-License-Identifier: MIT */
#include "shrink.h"

#include <assert.h>
#include <math.h>
#include <string.h>

typedef float Float4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t Int4 __attribute__((vector_size(16)));
typedef uint32_t Uint4 __attribute__((vector_size(16)));
typedef uint16_t Short4 __attribute__((vector_size(8)));

enum { SUM_MOST = UINT16_MAX, VALUE_MOST = 255, WEIGHT_MOST = 64 };

/* The source pixels under output pixel `at`, each `ratio` of them; there are `count`. */
static ShrinkSpan span_of(int at, double ratio, int count)
{
    double begin = at * ratio, end = fmin((at + 1) * ratio, count);
    int first = (int)begin, last = (int)ceil(end) - 1;
    first = first < count ? first : count - 1;
    last = last > first ? last : first;
    return (ShrinkSpan){first, last, (float)(fmin(first + 1, end) - begin), (float)(end - last)};
}

/* count is a multiple of nothing; the compiler makes vectors of it. */
static void add_row(uint16_t *restrict sums, const uint8_t *restrict row, int count, int weight)
{
    for (int i = 0; i < count; i++)
        sums[i] = (uint16_t)(sums[i] + row[i] * weight);
}

static void add_four(uint16_t *restrict sums, const uint8_t *restrict row, size_t stride, int count,
                     int weight)
{
    const uint8_t *second = row + stride, *third = second + stride, *fourth = third + stride;
    for (int i = 0; i < count; i++)
        sums[i] = (uint16_t)(sums[i] + (row[i] + second[i] + third[i] + fourth[i]) * weight);
}

/* The rows of one output row, each times its share of `one`; returns the sum of the weights. */
static int sum_rows(const Picture *in, Box part, ShrinkSpan span, int one, uint16_t *sums)
{
    const size_t stride = (size_t)in->width_px * 3;
    const uint8_t *row = in->rgb + (size_t)(part.y + span.first) * stride + (size_t)part.x * 3;
    int count = part.width * 3, y = span.first + 1, edge = (int)lrintf(span.first_share * (float)one);
    edge = edge > 0 ? edge : 1;
    int total = edge;
    memset(sums, 0, sizeof *sums * (size_t)count);
    add_row(sums, row, count, edge);
    row += stride;
    for (; y + 4 <= span.last; y += 4, total += 4 * one, row += 4 * stride)
        add_four(sums, row, stride, count, one);
    for (; y < span.last; y++, total += one, row += stride)
        add_row(sums, row, count, one);
    if (span.last > span.first && (edge = (int)lrintf(span.last_share * (float)one)) > 0) {
        add_row(sums, row, count, edge);
        total += edge;
    }
    return total;
}

static Uint4 wide(const uint16_t *at)
{
    Short4 four;
    memcpy(&four, at, sizeof four);
    return __builtin_convertvector(four, Uint4);
}

static Float4 pixel_of(const uint16_t *sums, ShrinkSpan span)
{
    Float4 out = __builtin_convertvector(wide(sums + span.first * 3), Float4) * span.first_share;
    if (span.last == span.first)
        return out;
    Uint4 whole = {0};
    for (int x = span.first + 1; x < span.last; x++)
        whole += wide(sums + x * 3);
    out += __builtin_convertvector(whole, Float4);
    return out + __builtin_convertvector(wide(sums + span.last * 3), Float4) * span.last_share;
}

void shrink_area(const Picture *in, Box part, ShrinkScratch *scratch, NetMaps *out)
{
    assert(part.width <= SHRINK_ROW_MOST && out->width <= SHRINK_COLUMNS_MOST);
    assert(out->width <= part.width && out->height <= part.height);
    double across = (double)part.width / out->width, down = (double)part.height / out->height;
    assert(down <= SHRINK_RATIO_MOST);
    int one = WEIGHT_MOST; /* so that no sum overflows */
    while (one > 1 && one * VALUE_MOST * (down + 2) > SUM_MOST)
        one /= 2;
    for (int x = 0; x < out->width; x++)
        scratch->columns[x] = span_of(x, across, part.width);
    for (int y = 0; y < out->height; y++) {
        int total = sum_rows(in, part, span_of(y, down, part.height), one, scratch->sums);
        float scale = (float)(1 / (across * total));
        for (int x = 0; x < out->width; x++)
            *(Float4 *)(out->at + y * out->row + x * out->pixel) =
                pixel_of(scratch->sums, scratch->columns[x]) * scale;
    }
}

static int inside(int64_t at, int count)
{
    return at < 0 ? 0 : at < count ? (int)at : count - 1;
}

void shrink_sample(const NetMaps *in, const double m[6], NetMaps *out)
{
    const double ONE = 65536; /* places count in these: the same sum on every machine */
    const int BITS = 16, MASK = 0xffff;
    const int64_t step_x = llrint(m[0] * ONE), step_y = llrint(m[3] * ONE);
    for (int y = 0; y < out->height; y++) {
        int64_t at_x = llrint((m[1] * y + m[2]) * ONE), at_y = llrint((m[4] * y + m[5]) * ONE);
        for (int x = 0; x < out->width; x++, at_x += step_x, at_y += step_y) {
            int left = inside(at_x >> BITS, in->width) * in->pixel;
            int right = inside((at_x >> BITS) + 1, in->width) * in->pixel;
            const float *upper = in->at + inside(at_y >> BITS, in->height) * in->row;
            const float *lower = in->at + inside((at_y >> BITS) + 1, in->height) * in->row;
            float across = (float)(at_x & MASK) * (float)(1 / ONE), down = (float)(at_y & MASK) * (float)(1 / ONE);
            Float4 a = *(const Float4 *)(upper + left), b = *(const Float4 *)(upper + right);
            Float4 c = *(const Float4 *)(lower + left), d = *(const Float4 *)(lower + right);
            a += (b - a) * across;
            c += (d - c) * across;
            *(Float4 *)(out->at + y * out->row + x * out->pixel) = a + (c - a) * down;
        }
    }
}

/* The value that a fiftieth of all reaches. */
static int bright_level(const NetMaps *maps)
{
    int histogram[VALUE_MOST + 1] = {0}, level = VALUE_MOST;
    int64_t seen = 0, values = (int64_t)maps->width * maps->height * 3;
    for (int y = 0; y < maps->height; y++)
        for (int x = 0; x < maps->width; x++)
            for (int c = 0; c < 3; c++)
                histogram[(int)(maps->at[y * maps->row + x * maps->pixel + c] + 0.5f) & VALUE_MOST]++;
    while (level > 0 && (seen += histogram[level]) * 50 < values)
        level--;
    return level;
}

float shrink_gain(const NetMaps *maps)
{
    const float DIM = 110, LIT = 190, GAIN_MOST = 8;
    Int4 bright = {0};
    for (int y = 0; y < maps->height; y++)
        for (int x = 0; x < maps->width; x++)
            bright -= *(const Float4 *)(maps->at + y * maps->row + x * maps->pixel) >= DIM - 0.5f;
    int64_t values = (int64_t)maps->width * maps->height * 3;
    if (((int64_t)bright[0] + bright[1] + bright[2]) * 50 >= values)
        return 1;
    int level = bright_level(maps);
    return fminf(GAIN_MOST, LIT / (float)(level > 1 ? level : 1));
}

void shrink_normalise(NetMaps *maps, float gain)
{
    const float HALF = 127.5f, MOST = VALUE_MOST;
    for (int y = 0; y < maps->height; y++)
        for (int x = 0; x < maps->width * maps->pixel; x++) {
            float value = maps->at[y * maps->row + x] * gain;
            maps->at[y * maps->row + x] = (value < MOST ? value : MOST) * (1 / HALF) - 1;
        }
}
