/* SPDX-License-Identifier: MIT */
/* Half the size: a mean of four, which needs neither shares nor floats. Where pixels cannot be brought side by side at once, what
 * is wanted of every second pair of columns is computed of all, since it is three bytes in six, and then picked out. */
#include "raster_halve.h"

#include <string.h>
#include "wide.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include "processor.h"
#endif

static inline uint8_t mean(uint8_t a, uint8_t b)
{
    return (uint8_t)((a + b + 1) >> 1);
}

/* Means of each value, its right neighbour's of the same colour, and the two below: the mean of two means, less the one
 * that both roundings may have brought too much. */
WIDE static void means_of(const uint8_t *restrict upper, const uint8_t *restrict lower, size_t values,
                          uint8_t *restrict out)
{
    for (size_t i = 0; i < values; i++) {
        uint8_t a = upper[i], b = upper[i + 3], c = lower[i], d = lower[i + 3], first = mean(a, b), second = mean(c, d);
        uint8_t over = ((a ^ b) | (c ^ d)) & (first ^ second) & 1;
        out[i] = (uint8_t)(mean(first, second) - over);
    }
}

static void pick(const uint8_t *means, int width_px, uint8_t *out)
{
    for (int x = 0; x < width_px; x++)
        memcpy(out + 3 * x, means + 6 * x, 3);
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))
enum { AT_ONCE = 8, IN = 6 * AT_ONCE, OUT = 3 * AT_ONCE, READ = IN + 4, WRITTEN = OUT + 4 }; /* pixels made; bytes */

/* The sums of the left and right ones of four pixels each: red, green, blue, red, green, blue, 0, 0. */
AVX2 static inline __m256i sums_of(const uint8_t *first, const uint8_t *second)
{
    const __m256i beside = _mm256_setr_epi8(0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11, -1, -1, -1, -1, 0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11, -1, -1, -1, -1);
    __m256i some = _mm256_loadu2_m128i((const __m128i *)second, (const __m128i *)first);
    return _mm256_maddubs_epi16(_mm256_shuffle_epi8(some, beside), _mm256_set1_epi8(1));
}

/* AT_ONCE pixels: reads READ bytes of both rows, and stores WRITTEN ones. */
AVX2 static inline void halve_some(const uint8_t *upper, const uint8_t *lower, uint8_t *out)
{
    const __m256i a_quarter = _mm256_set1_epi16(1 << 13); /* rounded to the nearest, half of it up */
    const __m256i close = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, -1, -1, -1, -1);
    __m256i even = _mm256_add_epi16(sums_of(upper, upper + 24), sums_of(lower, lower + 24));
    __m256i odd = _mm256_add_epi16(sums_of(upper + 12, upper + 36), sums_of(lower + 12, lower + 36));
    __m256i means = _mm256_packus_epi16(_mm256_mulhrs_epi16(even, a_quarter), _mm256_mulhrs_epi16(odd, a_quarter));
    means = _mm256_shuffle_epi8(means, close);
    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(means));
    _mm_storeu_si128((__m128i *)(out + 12), _mm256_extracti128_si256(means, 1));
}

/* A row of AT_ONCE pixels or more; the last ones are made anew with those before them. */
AVX2 static void halve_row(const uint8_t *upper, int width_px, uint8_t *out)
{
    const size_t stride = 6 * (size_t)width_px, end = 3 * (size_t)width_px;
    uint8_t last[2][READ] = {{0}}, made[WRITTEN];
    size_t i = 0;
    for (; i + WRITTEN <= end; i += OUT) { /* what is stored too much, the next ones cover */
        const uint8_t *from = upper + 2 * i;
        __builtin_prefetch(from + 2 * stride); /* the processor's own foresight ends with each page */
        __builtin_prefetch(from + 3 * stride);
        halve_some(from, from + stride, out + i);
    }
    if (i + OUT < end) { /* room for OUT, but not for WRITTEN: the last ones begin behind these */
        halve_some(upper + 2 * i, upper + 2 * i + stride, made);
        memcpy(out + i, made, OUT);
    }
    memcpy(last[0], upper + stride - IN, IN);
    memcpy(last[1], upper + 2 * stride - IN, IN);
    halve_some(last[0], last[1], made);
    memcpy(out + end - OUT, made, OUT);
}
#endif

void raster_halve(const uint8_t *rgb, int width_px, int rows, uint8_t *means, uint8_t *out)
{
    const size_t stride = 6 * (size_t)width_px;
#if defined(__x86_64__)
    const bool by_avx2 = processor_has_avx2() && width_px >= AT_ONCE;
    for (; by_avx2 && rows > 0; rows--, rgb += 2 * stride, out += stride / 2)
        halve_row(rgb, width_px, out);
#endif
    for (int y = 0; y < rows; y++, rgb += 2 * stride, out += stride / 2) {
        means_of(rgb, rgb + stride, stride - 3, means);
        pick(means, width_px, out);
    }
}
