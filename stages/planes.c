/* SPDX-License-Identifier: MIT */
/* Of 16 pixels' 48 bytes each colour has its bytes at places of its own in the three vectors, so the vectors are
 * blended to one that holds all of a colour, which is then put in order. */
#include "planes.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#include "processor.h"
#endif

Planes planes_new(Arena *arena, int width_px)
{
    size_t row = ((size_t)width_px + PLANES_STEP - 1) / PLANES_STEP * PLANES_STEP;
    uint8_t *all = ARENA_ARRAY(arena, uint8_t, 3 * row);
    Planes planes = {.at = {NULL}};
    if (!all)
        return planes;
    planes = (Planes){.at = {all, all + row, all + 2 * row}};
#if defined(__x86_64__)
    planes.by_avx2 = processor_has_avx2();
#endif
    return planes;
}

static void split(const uint8_t *rgb, int width_px, int from, const Planes *out)
{
    for (int x = from; x < width_px; x++)
        for (int k = 0; k < 3; k++)
            out->at[k][x] = rgb[3 * x + k];
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

AVX2 static __m256i halves(const uint8_t *first, const uint8_t *second)
{
    return _mm256_loadu2_m128i((const __m128i *)second, (const __m128i *)first);
}

/* Of each colour: which bytes of 16 the second vector has, which the third, and where the pixels' bytes then are. */
// clang-format off
static const uint8_t IN_SECOND[3][16] = {
    {0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0},
    {255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255},
    {0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0},
};
static const uint8_t IN_THIRD[3][16] = {
    {0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0},
    {0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0},
    {255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255},
};
static const uint8_t PLACES[3][16] = {
    {0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14, 1, 4, 7, 10, 13},
    {1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14},
    {2, 5, 8, 11, 14, 1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15},
};
// clang-format on

/* Pixels from 0 to the last multiple of PLANES_STEP, which is returned. */
AVX2 static int split_avx2(const uint8_t *rgb, int width_px, const Planes *out)
{
    enum { LINE = 64, AHEAD = 2048 };
    __m256i second[3], third[3], places[3];
    int x = 0;
    for (int k = 0; k < 3; k++) {
        second[k] = halves(IN_SECOND[k], IN_SECOND[k]);
        third[k] = halves(IN_THIRD[k], IN_THIRD[k]);
        places[k] = halves(PLACES[k], PLACES[k]);
    }
    for (; x + PLANES_STEP <= width_px; x += PLANES_STEP, rgb += 3 * PLANES_STEP) {
        __builtin_prefetch(rgb + AHEAD); /* the processor's own foresight ends with each page */
        __builtin_prefetch(rgb + AHEAD + LINE);
        __m256i a = halves(rgb, rgb + 48), b = halves(rgb + 16, rgb + 64), c = halves(rgb + 32, rgb + 80);
        for (int k = 0; k < 3; k++) {
            __m256i all = _mm256_blendv_epi8(_mm256_blendv_epi8(a, b, second[k]), c, third[k]);
            _mm256_storeu_si256((__m256i *)(out->at[k] + x), _mm256_shuffle_epi8(all, places[k]));
        }
    }
    return x;
}
#endif

void planes_split(const uint8_t *rgb, int width_px, const Planes *out)
{
    int from = 0;
#if defined(__x86_64__)
    if (out->by_avx2)
        from = split_avx2(rgb, width_px, out);
#endif
    split(rgb, width_px, from, out);
}
