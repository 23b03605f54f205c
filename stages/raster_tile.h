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
#define STORE(at, v) _mm512_storeu_si512(at, v)
#define EACH_128(part) _mm512_broadcast_i32x4(part)
#define ADD_PRODUCTS(sum, a, b) _mm512_dpwssd_epi32(sum, a, b)
#elif LANES == 2
typedef __m256i V;
#define OP(name) _mm256_##name
#define ZERO _mm256_setzero_si256()
#define LOAD(at) _mm256_loadu_si256((const __m256i *)(at))
#define STORE(at, v) _mm256_storeu_si256((__m256i *)(at), v)
#define EACH_128(part) _mm256_broadcastsi128_si256(part)
#define ADD_PRODUCTS(sum, a, b) _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))
#else
typedef __m128i V;
#define OP(name) _mm_##name
#define ZERO _mm_setzero_si128()
#define LOAD(at) _mm_loadu_si128((const __m128i *)(at))
#define STORE(at, v) _mm_storeu_si128((__m128i *)(at), v)
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

/* Each part by two rows' shares, added up. */
INLINE Pair weigh(Pair sum, const Pair *pair, const int16_t *shares)
{
    int both;
    memcpy(&both, shares, sizeof both);
    const V share = OP(set1_epi32)(both);
    return (Pair){{ADD_PRODUCTS(sum.part[0], share, pair->part[0]), ADD_PRODUCTS(sum.part[1], share, pair->part[1]),
                   ADD_PRODUCTS(sum.part[2], share, pair->part[2]), ADD_PRODUCTS(sum.part[3], share, pair->part[3])}};
}

INLINE void store_values(Pair sum, int16_t *to)
{
    for (int i = 0; i < 4; i++)
        sum.part[i] = OP(srai_epi32)(sum.part[i], RASTER_ONE_BITS - RASTER_LINE_BITS);
    V outer = OP(packs_epi32)(sum.part[0], sum.part[1]), inner = OP(packs_epi32)(sum.part[2], sum.part[3]);
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
    for (int y = 0; y < count; y++, out += rows->values) {
        const int16_t *share = taps[y].share;
        const Pair *pair = kept + (taps[y].first - first) / 2;
        Pair sum = {{half, half, half, half}};
        for (int k = 0; k < taps[y].count && keeps; k += 2)
            sum = weigh(sum, pair++, share + k);
        for (int k = 0; k < taps[y].count && !keeps; k += 2) {
            const Pair one = pair_at(rows, taps[y].first + k, at);
            sum = weigh(sum, &one, share + k);
        }
        store_values(sum, out + at);
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
    Pair sum = {{ZERO, ZERO, ZERO, ZERO}};
    for (int k = 0; k < taps->count; k += 2) {
        const Pair pair = pair_at(rows, taps->first + k, at);
        sum = weigh(sum, &pair, taps->share + k);
    }
    for (int i = 0; i < 4; i++)
#if LANES == 4
    {
        __m512 four = _mm512_cvtepi32_ps(sum.part[i]);
        _mm_storeu_ps(out + at + 4 * i, _mm512_castps512_ps128(four));
        _mm_storeu_ps(out + at + 16 + 4 * i, _mm512_extractf32x4_ps(four, 1));
        _mm_storeu_ps(out + at + 32 + 4 * i, _mm512_extractf32x4_ps(four, 2));
        _mm_storeu_ps(out + at + 48 + 4 * i, _mm512_extractf32x4_ps(four, 3));
    }
#elif LANES == 2
    {
        __m256 four = _mm256_cvtepi32_ps(sum.part[i]);
        _mm_storeu_ps(out + at + 4 * i, _mm256_castps256_ps128(four));
        _mm_storeu_ps(out + at + STEP / 2 + 4 * i, _mm256_extractf128_ps(four, 1));
    }
#else
        _mm_storeu_ps(out + at + 4 * i, _mm_cvtepi32_ps(sum.part[i]));
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

/* Of values p in each part of 128 bits p0, p3, p1, p4, p2, p5: the pairs of red, green and blue of two pixels. */
INLINE V beside(V values)
{
#if LANES == 1
    return _mm_unpacklo_epi16(values, _mm_srli_si128(values, 6));
#else
    const __m128i places = _mm_setr_epi8(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1);
    return OP(shuffle_epi8)(values, EACH_128(places));
#endif
}

/* In each part the bytes 0, 4, 8, 12, 1, 5, ...: of four values of four rows, which stood value by value, row by row. */
INLINE V turned_bytes(V bytes)
{
#if LANES == 1
    bytes = _mm_unpacklo_epi8(bytes, _mm_srli_si128(bytes, 8));
    return _mm_unpacklo_epi8(bytes, _mm_srli_si128(bytes, 8));
#else
    const __m128i places = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return OP(shuffle_epi8)(bytes, EACH_128(places));
#endif
}

/* Eight values of row `from`, of the fourth row behind it and so on. */
INLINE V fourth_rows(const int16_t *from, size_t stride)
{
    const __m128i *row[] = {(const __m128i *)from, (const __m128i *)(from + 4 * stride), (const __m128i *)(from + 8 * stride),
                            (const __m128i *)(from + 12 * stride)};
#if LANES == 4
    V four = _mm512_castsi128_si512(_mm_loadu_si128(row[0]));
    four = _mm512_inserti32x4(four, _mm_loadu_si128(row[1]), 1);
    four = _mm512_inserti32x4(four, _mm_loadu_si128(row[2]), 2);
    return _mm512_inserti32x4(four, _mm_loadu_si128(row[3]), 3);
#elif LANES == 2
    return _mm256_loadu2_m128i(row[1], row[0]);
#else
    return _mm_loadu_si128(row[0]);
#endif
}

enum { ROWS = 4 * LANES /* in a vector, with one pair of each */ };

static void turn(const int16_t *lines, size_t stride, int width_px, int16_t *pairs)
{
    for (int x = 0; x < width_px; x += 2, lines += 6)
        for (int y = 0; y < RASTER_ROWS; y += ROWS, pairs += 2 * ROWS) {
            V row[4];
            for (size_t i = 0; i < 4; i++)
                row[i] = beside(fourth_rows(lines + ((size_t)y + i) * stride, stride));
            V one = OP(unpacklo_epi32)(row[0], row[1]), other = OP(unpacklo_epi32)(row[2], row[3]);
            V last = OP(unpackhi_epi32)(row[0], row[1]), very_last = OP(unpackhi_epi32)(row[2], row[3]);
            STORE(pairs, OP(unpacklo_epi64)(one, other));
            STORE(pairs + 2 * RASTER_ROWS, OP(unpackhi_epi64)(one, other));
            STORE(pairs + 4 * RASTER_ROWS, OP(unpacklo_epi64)(last, very_last));
            pairs += y + ROWS < RASTER_ROWS ? 0 : 4 * RASTER_ROWS;
        }
}

/* Red, green and blue of one output pixel in ROWS rows. */
INLINE void weigh_pixel(const int16_t *pairs, const RasterTaps *taps, V sum[3])
{
    const V half = OP(set1_epi32)(1 << (RASTER_END_BITS - 1)); /* of what is to be rounded off */
    V red = half, green = half, blue = half;
    pairs += 3 * (size_t)taps->first * RASTER_ROWS;
    for (int k = 0; k < taps->count; k += 2, pairs += 6 * RASTER_ROWS) {
        int both;
        memcpy(&both, taps->share + k, sizeof both);
        const V share = OP(set1_epi32)(both);
        red = ADD_PRODUCTS(red, share, LOAD(pairs));
        green = ADD_PRODUCTS(green, share, LOAD(pairs + 2 * RASTER_ROWS));
        blue = ADD_PRODUCTS(blue, share, LOAD(pairs + 4 * RASTER_ROWS));
    }
    sum[0] = OP(srai_epi32)(red, RASTER_END_BITS);
    sum[1] = OP(srai_epi32)(green, RASTER_END_BITS);
    sum[2] = OP(srai_epi32)(blue, RASTER_END_BITS);
}

/* Four pixels of ROWS rows; in each part of 128 bits of `out[i]` twelve bytes of row i of the four that stand there. */
INLINE void weigh_four(const int16_t *pairs, const RasterTaps *const taps[4], V out[4])
{
    V sum[12], value[3];
    for (int i = 0; i < 4; i++)
        weigh_pixel(pairs, taps[i], sum + 3 * i);
    for (int i = 0; i < 3; i++)
        value[i] = turned_bytes(OP(packus_epi16)(OP(packs_epi32)(sum[4 * i], sum[4 * i + 1]),
                                                 OP(packs_epi32)(sum[4 * i + 2], sum[4 * i + 3])));
    V first = OP(unpacklo_epi32)(value[0], value[1]), second = OP(unpackhi_epi32)(value[0], value[1]);
    V first_end = OP(unpacklo_epi32)(value[2], value[2]), second_end = OP(unpackhi_epi32)(value[2], value[2]);
    out[0] = OP(unpacklo_epi64)(first, first_end);
    out[1] = OP(unpackhi_epi64)(first, first_end);
    out[2] = OP(unpacklo_epi64)(second, second_end);
    out[3] = OP(unpackhi_epi64)(second, second_end);
}

/* Each part of 128 bits, `apart` bytes from one to the next. */
INLINE void store_parts(V parts, uint8_t *out, size_t apart)
{
#if LANES == 1
    (void)apart;
    STORE(out, parts);
#elif LANES == 2
    _mm256_storeu2_m128i((__m128i *)(out + apart), (__m128i *)out, parts);
#else
    _mm_storeu_si128((__m128i *)out, _mm512_castsi512_si128(parts));
    _mm_storeu_si128((__m128i *)(out + apart), _mm512_extracti32x4_epi32(parts, 1));
    _mm_storeu_si128((__m128i *)(out + 2 * apart), _mm512_extracti32x4_epi32(parts, 2));
    _mm_storeu_si128((__m128i *)(out + 3 * apart), _mm512_extracti32x4_epi32(parts, 3));
#endif
}

/* The first `pixels` of the four, of the first `rows` of ROWS rows, `stride` bytes from one to the next. */
INLINE void store_four(const V four[4], int pixels, int rows, uint8_t *out, size_t stride)
{
    uint8_t bytes[4][sizeof(V)];
    if (pixels >= 6 && rows >= ROWS) { /* what is stored too much, the next ones cover */
        for (size_t i = 0; i < 4; i++)
            store_parts(four[i], out + i * stride, 4 * stride);
        return;
    }
    for (int i = 0; i < 4; i++)
        STORE(bytes[i], four[i]);
    for (int y = 0; y < rows && y < ROWS; y++)
        memcpy(out + (size_t)y * stride, bytes[y % 4] + y / 4 * 16, pixels < 4 ? 3 * (size_t)pixels : 12);
}

static void across(const int16_t *pairs, int rows, const RasterTaps *taps, int width_px, uint8_t *out)
{
    const size_t stride = 3 * (size_t)width_px;
    for (int x = 0; x < width_px; x += 4) {
        const RasterTaps *of[4];
        for (int i = 0; i < 4; i++) /* past the last one it is computed again */
            of[i] = &taps[x + i < width_px ? x + i : width_px - 1];
        for (int y = 0; y < rows; y += ROWS) {
            V four[4];
            weigh_four(pairs + 2 * y, of, four);
            store_four(four, width_px - x, rows - y, out + (size_t)y * stride + 3 * (size_t)x, stride);
        }
    }
}

const RasterKernels KERNELS = {NAME, down, turn, across, total};
