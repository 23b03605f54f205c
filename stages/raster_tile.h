/* SPDX-License-Identifier: MIT */
/* The kernels, over vectors of LANES times 128 bits; no operation crosses from one half to the other but where halves
 * are stored or added. */
#include "raster_kernels.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#if LANES == 2
typedef __m256i V;
#define OP(name) _mm256_##name
#define ZERO _mm256_setzero_si256()
#define LOAD(at) _mm256_loadu_si256((const __m256i *)(at))
#else
typedef __m128i V;
#define OP(name) _mm_##name
#define ZERO _mm_setzero_si128()
#define LOAD(at) _mm_loadu_si128((const __m128i *)(at))
#endif

#define INLINE static inline __attribute__((always_inline))

enum {
    STEP = 16 * LANES, /* values at a time down the columns */
    PREFETCH = 256,    /* bytes ahead */
    PAIRS_MOST = 64,   /* pairs of rows that are kept for the output rows that share them */
};

/* STEP values of two rows side by side. */
typedef struct Pair {
    V part[4];
} Pair;

INLINE Pair pair_at(const RasterRows *rows, int row, size_t at)
{
    const uint8_t *from = rows->first + (size_t)row * rows->stride + at;
    __builtin_prefetch(from + PREFETCH); /* so many rows are more than processors foresee */
    __builtin_prefetch(from + rows->stride + PREFETCH);
    V upper = LOAD(from), lower = row + 1 < rows->count ? LOAD(from + rows->stride) : upper; /* its share is 0 */
    V low = OP(unpacklo_epi8)(upper, lower), high = OP(unpackhi_epi8)(upper, lower);
    return (Pair){{OP(unpacklo_epi8)(low, ZERO), OP(unpackhi_epi8)(low, ZERO), OP(unpacklo_epi8)(high, ZERO),
                   OP(unpackhi_epi8)(high, ZERO)}};
}

INLINE void weigh(const Pair *pair, const int16_t *shares, V sum[4])
{
    int both;
    memcpy(&both, shares, sizeof both);
    const V share = OP(set1_epi32)(both);
    for (int i = 0; i < 4; i++)
        sum[i] = OP(add_epi32)(sum[i], OP(madd_epi16)(pair->part[i], share));
}

INLINE void store_values(V sum[4], int16_t *to)
{
    for (int i = 0; i < 4; i++)
        sum[i] = OP(srai_epi32)(sum[i], RASTER_ONE_BITS - RASTER_LINE_BITS);
    V outer = OP(packs_epi32)(sum[0], sum[1]), inner = OP(packs_epi32)(sum[2], sum[3]);
#if LANES == 2
    _mm256_storeu_si256((V *)to, _mm256_permute2x128_si256(outer, inner, 0x20));
    _mm256_storeu_si256((V *)(to + STEP / 2), _mm256_permute2x128_si256(outer, inner, 0x31));
#else
    _mm_storeu_si128((V *)to, outer);
    _mm_storeu_si128((V *)(to + STEP / 2), inner);
#endif
}

/* STEP values of all output rows, from the pairs that were kept or, where they are too many, straight from the rows. */
static void down_step(const RasterRows *rows, const RasterTaps *taps, int count, size_t at, int16_t *out)
{
    Pair kept[PAIRS_MOST];
    const int first = taps[0].first, end = taps[count - 1].first + taps[count - 1].count;
    const bool keeps = end - first <= 2 * PAIRS_MOST;
    for (int row = first; row < end && keeps; row += 2)
        kept[(row - first) / 2] = pair_at(rows, row, at);
    const V half = OP(set1_epi32)(1 << (RASTER_ONE_BITS - RASTER_LINE_BITS - 1));
    for (int y = 0; y < count; y++) {
        V sum[4] = {half, half, half, half};
        for (int k = 0; k < taps[y].count; k += 2) {
            if (keeps) {
                weigh(&kept[(taps[y].first - first + k) / 2], taps[y].share + k, sum);
                continue;
            }
            Pair pair = pair_at(rows, taps[y].first + k, at);
            weigh(&pair, taps[y].share + k, sum);
        }
        store_values(sum, out + (size_t)y * rows->values + at);
    }
}

/* The last step overlaps the one before, so that nothing beyond is read. */
static void down(const RasterRows *rows, const RasterTaps *taps, int count, int16_t *out)
{
    if (rows->values < STEP) {
        raster_down_plainly(rows, taps, count, out);
        return;
    }
    for (size_t at = 0; at + STEP <= rows->values; at += STEP)
        down_step(rows, taps, count, at, out);
    if (rows->values % STEP)
        down_step(rows, taps, count, rows->values - STEP, out);
}

static void total_step(const RasterRows *rows, const RasterTaps *taps, size_t at, float *out)
{
    V sum[4] = {ZERO, ZERO, ZERO, ZERO};
    for (int k = 0; k < taps->count; k += 2) {
        Pair pair = pair_at(rows, taps->first + k, at);
        weigh(&pair, taps->share + k, sum);
    }
    for (int i = 0; i < 4; i++)
#if LANES == 2
    {
        __m256 four = _mm256_cvtepi32_ps(sum[i]);
        _mm_storeu_ps(out + at + 4 * i, _mm256_castps256_ps128(four));
        _mm_storeu_ps(out + at + STEP / 2 + 4 * i, _mm256_extractf128_ps(four, 1));
    }
#else
        _mm_storeu_ps(out + at + 4 * i, _mm_cvtepi32_ps(sum[i]));
#endif
}

static void total(const RasterRows *rows, const RasterTaps *taps, float *out)
{
    if (rows->values < STEP) {
        raster_total_plainly(rows, taps, out);
        return;
    }
    for (size_t at = 0; at + STEP <= rows->values; at += STEP)
        total_step(rows, taps, at, out);
    if (rows->values % STEP)
        total_step(rows, taps, rows->values - STEP, out);
}

static void side_by_side(const int16_t *packed, int width_px, int16_t *pairs)
{
    int x = 0;
#if LANES == 2
    const __m128i places = _mm_setr_epi8(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1);
    for (; x + 2 <= width_px; x += 2) {
        __m128i two = _mm_loadu_si128((const __m128i *)(packed + 3 * x));
        _mm_storeu_si128((__m128i *)(pairs + 4 * x), _mm_shuffle_epi8(two, places));
    }
#else
    for (; x + 2 <= width_px; x += 2) {
        const int16_t *p = packed + 3 * x;
        _mm_storeu_si128((__m128i *)(pairs + 4 * x), _mm_setr_epi16(p[0], p[3], p[1], p[4], p[2], p[5], 0, 0));
    }
#endif
    if (x < width_px) {
        const int16_t *p = packed + 3 * x;
        memcpy(pairs + 4 * x, (int16_t[8]){p[0], 0, p[1], 0, p[2], 0, 0, 0}, 8 * sizeof *pairs);
    }
}

/* Red, green, blue and 0, each of 32 bits, of one output pixel in ROWS rows: the shares are loaded once. */
INLINE void weighed_pixels(const int16_t *pairs, size_t stride, const RasterTaps *taps, __m128i out[][RASTER_ROWS])
{
    const int16_t *from = pairs + 4 * taps->first, *share = taps->share;
    const __m128i half = _mm_set1_epi32(1 << (RASTER_END_BITS - 1));
    V sum[RASTER_ROWS];
    for (int y = 0; y < RASTER_ROWS; y++)
        sum[y] = ZERO;
    for (int k = 0; k < taps->count; k += 2 * LANES, from += 8 * LANES, share += 8 * LANES) {
        const V shares = LOAD(share);
        for (size_t y = 0; y < RASTER_ROWS; y++)
            sum[y] = OP(add_epi32)(sum[y], OP(madd_epi16)(LOAD(from + y * stride), shares));
    }
    for (int y = 0; y < RASTER_ROWS; y++) {
#if LANES == 2
        __m128i all = _mm_add_epi32(_mm256_castsi256_si128(sum[y]), _mm256_extracti128_si256(sum[y], 1));
#else
        __m128i all = sum[y];
#endif
        (*out)[y] = _mm_srai_epi32(_mm_add_epi32(all, half), RASTER_END_BITS);
    }
}

/* The first `count` of four pixels. */
INLINE void store_pixels(__m128i pixel[4][RASTER_ROWS], int y, int count, uint8_t *out)
{
    uint8_t four[16];
    __m128i left = _mm_packs_epi32(pixel[0][y], pixel[1][y]), right = _mm_packs_epi32(pixel[2][y], pixel[3][y]);
    __m128i all = _mm_packus_epi16(left, right);
#if LANES == 2
    if (count >= 6) { /* what is stored too much, the next ones cover */
        const __m128i places = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
        _mm_storeu_si128((__m128i *)out, _mm_shuffle_epi8(all, places));
        return;
    }
#endif
    _mm_storeu_si128((__m128i *)four, all);
    for (int i = 0; i < 4 && i < count; i++)
        memcpy(out + 3 * i, four + 4 * i, 3);
}

static void across(const RasterLines *lines, const RasterTaps *taps, int width_px, uint8_t *out)
{
    for (int x = 0; x < width_px; x += 4) {
        __m128i pixel[4][RASTER_ROWS];
        for (int i = 0; i < 4; i++) /* past the last one it is computed again */
            weighed_pixels(lines->pairs, lines->stride, &taps[x + i < width_px ? x + i : width_px - 1], &pixel[i]);
        for (int y = 0; y < RASTER_ROWS && y < lines->count; y++)
            store_pixels(pixel, y, width_px - x, out + 3 * ((size_t)y * (size_t)width_px + (size_t)x));
    }
}

const RasterKernels KERNELS = {NAME, down, side_by_side, across, total};
