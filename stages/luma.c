/* SPDX-License-Identifier: MIT */
#include "luma.h"

#include "colour.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include "processor.h"

#define AVX2 __attribute__((target("avx2")))
enum { AT_ONCE = 32, READ = AT_ONCE + 2 }; /* pixels; of the last two only four bytes */

/* Of four pixels in each half: 77 red + 29 blue of each, then 75 green of each. */
AVX2 static inline __m256i products_of(const uint8_t *first, const uint8_t *second)
{
    const __m256i places = _mm256_setr_epi8(0, 2, 3, 5, 6, 8, 9, 11, 1, -1, 4, -1, 7, -1, 10, -1,
                                            0, 2, 3, 5, 6, 8, 9, 11, 1, -1, 4, -1, 7, -1, 10, -1);
    const __m256i shares = _mm256_setr_epi8(77, 29, 77, 29, 77, 29, 77, 29, 75, 0, 75, 0, 75, 0, 75, 0,
                                            77, 29, 77, 29, 77, 29, 77, 29, 75, 0, 75, 0, 75, 0, 75, 0);
    __m256i some = _mm256_loadu2_m128i((const __m128i *)second, (const __m128i *)first);
    return _mm256_maddubs_epi16(_mm256_shuffle_epi8(some, places), shares);
}

/* Of eight pixels from `rgb` on and of eight others 16 pixels further on. */
AVX2 static inline __m256i eights_of(const uint8_t *rgb)
{
    __m256i left = products_of(rgb, rgb + 48), right = products_of(rgb + 12, rgb + 60);
    __m256i red_and_blue = _mm256_unpacklo_epi64(left, right), green = _mm256_unpackhi_epi64(left, right);
    __m256i half = _mm256_add_epi16(green, _mm256_set1_epi16(64));
    return _mm256_srli_epi16(_mm256_add_epi16(_mm256_add_epi16(red_and_blue, half), half), 8);
}

/* Returns how many are done. */
AVX2 static size_t weigh_avx2(const uint8_t *rgb, size_t count, uint8_t *out)
{
    size_t i = 0;
    for (; i + READ <= count; i += AT_ONCE, rgb += 3 * AT_ONCE)
        _mm256_storeu_si256((__m256i *)(out + i), _mm256_packus_epi16(eights_of(rgb), eights_of(rgb + 24)));
    return i;
}
#endif

Luma luma_plane(Arena *arena, const Picture *picture)
{
    Luma luma = {.width_px = picture->width_px, .height_px = picture->height_px};
    const size_t count = (size_t)luma.width_px * (size_t)luma.height_px;
    size_t i = 0;
    luma.at = ARENA_RAW(arena, uint8_t, count);
    if (!luma.at)
        return luma;
#if defined(__x86_64__)
    if (processor_has_avx2())
        i = weigh_avx2(picture->rgb, count, luma.at);
#endif
    for (; i < count; i++)
        luma.at[i] = (uint8_t)luma_of(picture->rgb + 3 * i);
    return luma;
}
