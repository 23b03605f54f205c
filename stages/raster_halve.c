/* SPDX-License-Identifier: MIT */
/* Half the size: a mean of four, which needs neither shares nor floats. What is wanted of every second pair of
 * columns is computed of all, since it is three bytes in six, and then picked out. */
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

static void pick(const uint8_t *means, int from, int width_px, uint8_t *out)
{
    for (int x = from; x < width_px; x++)
        memcpy(out + 3 * x, means + 6 * x, 3);
}

#if defined(__x86_64__)
/* Two pixels at a time; what is stored too much, the next ones cover. Returns the pixels done. */
__attribute__((target("ssse3"))) static int pick_ssse3(const uint8_t *means, int width_px, uint8_t *out)
{
    const __m128i places = _mm_setr_epi8(0, 1, 2, 6, 7, 8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    int x = 0;
    for (; x + 6 <= width_px; x += 2) {
        __m128i some = _mm_loadu_si128((const __m128i *)(means + 6 * x));
        _mm_storel_epi64((__m128i *)(out + 3 * x), _mm_shuffle_epi8(some, places));
    }
    return x;
}
#endif

void raster_halve(const uint8_t *rgb, int width_px, int rows, uint8_t *means, uint8_t *out)
{
    enum { LINE = 64 };
    const size_t stride = 6 * (size_t)width_px;
#if defined(__x86_64__)
    const bool by_ssse3 = processor_has_ssse3();
#endif
    for (int y = 0; y < rows; y++, rgb += 2 * stride, out += stride / 2) {
        int from = 0;
        for (size_t i = 0; i < 2 * stride; i += LINE) /* the processor's own foresight ends with each page */
            __builtin_prefetch(rgb + 2 * stride + i);
        means_of(rgb, rgb + stride, stride - 3, means);
#if defined(__x86_64__)
        if (by_ssse3)
            from = pick_ssse3(means, width_px, out);
#endif
        pick(means, from, width_px, out);
    }
}
