/* SPDX-License-Identifier: MIT */
/* The kernels, over vectors of LANES times 128 bits; no operation crosses from one part of 128 bits to another but where
 * values are stored or added. */
#include "raster_kernels.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#if LANES == 4
typedef __m512i V;
#define OP(name) _mm512_##name
#define ZERO _mm512_setzero_si512()
#define LOAD(at) _mm512_loadu_si512(at)
#define FROM_128(low) _mm512_zextsi128_si512(low)
#define ADD_PRODUCTS(sum, a, b) _mm512_dpwssd_epi32(sum, a, b)
#elif LANES == 2
typedef __m256i V;
#define OP(name) _mm256_##name
#define ZERO _mm256_setzero_si256()
#define LOAD(at) _mm256_loadu_si256((const __m256i *)(at))
#define FROM_128(low) _mm256_zextsi128_si256(low)
#define ADD_PRODUCTS(sum, a, b) _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))
#else
typedef __m128i V;
#define OP(name) _mm_##name
#define ZERO _mm_setzero_si128()
#define LOAD(at) _mm_loadu_si128((const __m128i *)(at))
#define FROM_128(low) (low)
#define ADD_PRODUCTS(sum, a, b) _mm_add_epi32(sum, _mm_madd_epi16(a, b))
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
        sum[i] = ADD_PRODUCTS(sum[i], pair->part[i], share);
}

INLINE void store_values(V sum[4], int16_t *to)
{
    for (int i = 0; i < 4; i++)
        sum[i] = OP(srai_epi32)(sum[i], RASTER_ONE_BITS - RASTER_LINE_BITS);
    V outer = OP(packs_epi32)(sum[0], sum[1]), inner = OP(packs_epi32)(sum[2], sum[3]);
#if LANES == 4
    const V left = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), right = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    _mm512_storeu_si512(to, _mm512_permutex2var_epi64(outer, left, inner));
    _mm512_storeu_si512(to + STEP / 2, _mm512_permutex2var_epi64(outer, right, inner));
#elif LANES == 2
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
#if LANES == 4
    {
        __m512 four = _mm512_cvtepi32_ps(sum[i]);
        _mm_storeu_ps(out + at + 4 * i, _mm512_castps512_ps128(four));
        _mm_storeu_ps(out + at + 16 + 4 * i, _mm512_extractf32x4_ps(four, 1));
        _mm_storeu_ps(out + at + 32 + 4 * i, _mm512_extractf32x4_ps(four, 2));
        _mm_storeu_ps(out + at + 48 + 4 * i, _mm512_extractf32x4_ps(four, 3));
    }
#elif LANES == 2
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
#if LANES == 1
    for (; x + 2 <= width_px; x += 2) {
        const int16_t *p = packed + 3 * x;
        _mm_storeu_si128((__m128i *)(pairs + 4 * x), _mm_setr_epi16(p[0], p[3], p[1], p[4], p[2], p[5], 0, 0));
    }
#else
    const __m128i places = _mm_setr_epi8(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1);
    for (; x + 2 <= width_px; x += 2) {
        __m128i two = _mm_loadu_si128((const __m128i *)(packed + 3 * x));
        _mm_storeu_si128((__m128i *)(pairs + 4 * x), _mm_shuffle_epi8(two, places));
    }
#endif
    if (x < width_px) {
        const int16_t *p = packed + 3 * x;
        memcpy(pairs + 4 * x, (int16_t[8]){p[0], 0, p[1], 0, p[2], 0, 0, 0}, 8 * sizeof *pairs);
    }
}

enum { PIXELS = sizeof(V) / 8 }; /* that a vector holds */

/* Of as many pixels as a vector holds, each pair's for every colour. */
INLINE V shares_of(const int16_t *share)
{
#if LANES == 1
    int two;
    memcpy(&two, share, sizeof two);
    return _mm_set1_epi32(two);
#elif LANES == 2
    long long four;
    memcpy(&four, share, sizeof four);
    return _mm256_permutevar8x32_epi32(_mm256_set1_epi64x(four), _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1));
#else
    const V places = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    return _mm512_permutexvar_epi32(places, _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)share)));
#endif
}

/* Red, green, blue and 0, each of 32 bits, of one output pixel in RASTER_ROWS rows, half to be rounded included: the shares
 * are loaded once. The vector's parts are to be added. */
INLINE void weigh_pixel(const RasterLines *lines, const RasterTaps *taps, const int steps, V sum[RASTER_ROWS])
{
    const int16_t *from = lines->pairs + 4 * taps->first, *share = taps->share;
    for (int y = 0; y < RASTER_ROWS; y++)
        sum[y] = FROM_128(_mm_set1_epi32(1 << (RASTER_END_BITS - 1)));
#pragma GCC unroll 8
    for (int k = 0; k < steps; k++) {
        const V shares = shares_of(share + k * PIXELS);
        for (size_t y = 0; y < RASTER_ROWS; y++)
            sum[y] = ADD_PRODUCTS(sum[y], LOAD(from + y * lines->stride + k * 4 * PIXELS), shares);
    }
}

/* The first `count` of four pixels, of 4 bytes each. */
INLINE void store_four(__m128i four, int count, uint8_t *out)
{
    uint8_t bytes[16];
#if LANES > 1
    if (count >= 6) { /* what is stored too much, the next ones cover */
        const __m128i places = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
        _mm_storeu_si128((__m128i *)out, _mm_shuffle_epi8(four, places));
        return;
    }
#endif
    _mm_storeu_si128((__m128i *)bytes, four);
    for (int i = 0; i < 4 && i < count; i++)
        memcpy(out + 3 * i, bytes + 4 * i, 3);
}

/* Four pixels of RASTER_ROWS rows, of 4 bytes each. */
INLINE void weigh_four(const RasterLines *lines, const RasterTaps *const taps[4], const int steps, __m128i out[RASTER_ROWS])
{
#if LANES == 1
    V sum[4][RASTER_ROWS];
    for (int i = 0; i < 4; i++)
        weigh_pixel(lines, taps[i], steps, sum[i]);
    for (int y = 0; y < RASTER_ROWS; y++) {
        for (int i = 0; i < 4; i++)
            sum[i][y] = _mm_srai_epi32(sum[i][y], RASTER_END_BITS);
        out[y] = _mm_packus_epi16(_mm_packs_epi32(sum[0][y], sum[1][y]), _mm_packs_epi32(sum[2][y], sum[3][y]));
    }
#elif LANES == 2
    V two[2][RASTER_ROWS]; /* a pixel in each half */
    for (int i = 0; i < 2; i++) {
        V left[RASTER_ROWS], right[RASTER_ROWS];
        weigh_pixel(lines, taps[2 * i], steps, left);
        weigh_pixel(lines, taps[2 * i + 1], steps, right);
        for (int y = 0; y < RASTER_ROWS; y++) {
            V one = _mm256_blend_epi32(left[y], right[y], 0xf0), other = _mm256_permute2x128_si256(left[y], right[y], 0x21);
            two[i][y] = _mm256_srai_epi32(_mm256_add_epi32(one, other), RASTER_END_BITS);
        }
    }
    const V places = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7); /* in each half are the first and third pixel, or the others */
    for (int y = 0; y < RASTER_ROWS; y += 2) {
        V upper = _mm256_packs_epi32(two[0][y], two[1][y]), lower = _mm256_packs_epi32(two[0][y + 1], two[1][y + 1]);
        V both = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(upper, lower), places);
        out[y] = _mm256_castsi256_si128(both);
        out[y + 1] = _mm256_extracti128_si256(both, 1);
    }
#else
    V two[2][RASTER_ROWS], four[RASTER_ROWS]; /* two quarters for each of two pixels, then a pixel in each */
    for (int i = 0; i < 2; i++) {
        V left[RASTER_ROWS], right[RASTER_ROWS];
        weigh_pixel(lines, taps[2 * i], steps, left);
        weigh_pixel(lines, taps[2 * i + 1], steps, right);
        for (int y = 0; y < RASTER_ROWS; y++)
            two[i][y] = _mm512_add_epi32(_mm512_mask_blend_epi64(0xf0, left[y], right[y]),
                                         _mm512_shuffle_i64x2(left[y], right[y], 0x4e));
    }
    for (int y = 0; y < RASTER_ROWS; y++) {
        V even = _mm512_shuffle_i64x2(two[0][y], two[1][y], 0x88), odd = _mm512_shuffle_i64x2(two[0][y], two[1][y], 0xdd);
        four[y] = _mm512_srai_epi32(_mm512_add_epi32(even, odd), RASTER_END_BITS);
    }
    const V places = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15); /* from pixels to rows */
    V all = _mm512_packus_epi16(_mm512_packs_epi32(four[0], four[1]), _mm512_packs_epi32(four[2], four[3]));
    all = _mm512_permutexvar_epi32(places, all);
    out[0] = _mm512_castsi512_si128(all);
    out[1] = _mm512_extracti32x4_epi32(all, 1);
    out[2] = _mm512_extracti32x4_epi32(all, 2);
    out[3] = _mm512_extracti32x4_epi32(all, 3);
#endif
}

/* The same, the most frequent ones spelled out: of reductions to a half and to a third. */
INLINE void weigh_four_by(const RasterLines *lines, const RasterTaps *const taps[4], int steps, __m128i out[RASTER_ROWS])
{
    switch (steps * PIXELS) {
    case 8:
        weigh_four(lines, taps, 8 / PIXELS, out);
        break;
    case 12:
        weigh_four(lines, taps, 12 / PIXELS, out);
        break;
    case 16:
        weigh_four(lines, taps, 16 / PIXELS, out);
        break;
    case 20:
        weigh_four(lines, taps, 20 / PIXELS, out);
        break;
    case 24:
        weigh_four(lines, taps, 24 / PIXELS, out);
        break;
    default:
        weigh_four(lines, taps, steps, out);
    }
}

static void across(const RasterLines *lines, const RasterTaps *taps, int width_px, uint8_t *out)
{
    for (int x = 0; x < width_px; x += 4) {
        const RasterTaps *of[4];
        __m128i four[RASTER_ROWS];
        int most = 0;
        for (int i = 0; i < 4; i++) { /* past the last one it is computed again */
            of[i] = &taps[x + i < width_px ? x + i : width_px - 1];
            most = most > of[i]->count ? most : of[i]->count;
        }
        weigh_four_by(lines, of, (most + PIXELS - 1) / PIXELS, four);
        for (int y = 0; y < RASTER_ROWS && y < lines->count; y++)
            store_four(four[y], width_px - x, out + 3 * ((size_t)y * (size_t)width_px + (size_t)x));
    }
}

const RasterKernels KERNELS = {NAME, down, side_by_side, across, total};
