/* SPDX-License-Identifier: MIT */
/* Part of idct_tile.h: YCbCr to R G B (JFIF 1.02), rounded as libjpeg's tables are: 1.402 as 1 + 0.402, 1.772 as
 * 2 - 0.228, 0.71414 as 1 - 0.28586, all in 1/65536, so that 16 bits hold every factor. */

enum { F_0_402 = 26345, F_0_228 = 14942, F_0_344 = 22554, F_0_285 = 18734, PIXELS = 16 * LANES };

/* x * factor / 65536, rounded. */
INLINE V scaled(V x, int factor)
{
    V twice = OP(mulhi_epi16)(OP(add_epi16)(x, x), OP(set1_epi16)((int16_t)factor));
    return OP(srai_epi16)(OP(add_epi16)(twice, OP(set1_epi16)(1)), 1);
}

/* Half a vector of pixels, 16 bits each. */
typedef struct Colours {
    V red, green, blue;
} Colours;

INLINE Colours colours_of(V luma, V cb, V cr)
{
    V middle = OP(set1_epi16)(128);
    cb = OP(sub_epi16)(cb, middle);
    cr = OP(sub_epi16)(cr, middle);
    Halves green = weighed(beside(cb, cr), -F_0_344, F_0_285);
    return (Colours){
        .red = OP(add_epi16)(luma, OP(add_epi16)(cr, scaled(cr, F_0_402))),
        .green = OP(add_epi16)(luma, OP(sub_epi16)(descaled(and_half(green, 16), 16), cr)),
        .blue = OP(add_epi16)(luma, OP(add_epi16)(OP(add_epi16)(cb, cb), scaled(cb, -F_0_228))),
    };
}

/* Four vectors of pixels of 4 bytes, of which the last is 0, without it; each lane's are behind those of the one before. May
 * write 4 bytes more. */
#if LANES == 2
INLINE void store_pixels(const V pixels[4], uint8_t *to)
{
    const V low = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
    const V high = _mm256_broadcastsi128_si256(_mm_setr_epi8(-1, -1, -1, -1, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14));
    const V packed[3] = {
        _mm256_alignr_epi8(_mm256_shuffle_epi8(pixels[1], low), _mm256_shuffle_epi8(pixels[0], high), 4),
        _mm256_alignr_epi8(_mm256_shuffle_epi8(pixels[2], low), _mm256_shuffle_epi8(pixels[1], high), 8),
        _mm256_alignr_epi8(_mm256_shuffle_epi8(pixels[3], low), _mm256_shuffle_epi8(pixels[2], high), 12),
    };
    for (int i = 0; i < 3; i++) {
        _mm_storeu_si128((__m128i *)(to + 16 * i), _mm256_castsi256_si128(packed[i]));
        _mm_storeu_si128((__m128i *)(to + 48 + 16 * i), _mm256_extracti128_si256(packed[i], 1));
    }
}
#else
INLINE void store_pixels(const V pixels[4], uint8_t *to)
{
    const V first = _mm_set1_epi64x(0x0000000000ffffff);
    for (int i = 0; i < 4; i++, to += 12) { /* from left to right, for the bytes too many */
        V two = _mm_or_si128(_mm_and_si128(pixels[i], first), _mm_slli_epi64(_mm_srli_epi64(pixels[i], 32), 24));
        _mm_storel_epi64((V *)to, two);
        _mm_storel_epi64((V *)(to + 6), _mm_srli_si128(two, 8));
    }
}
#endif

INLINE V load(const uint8_t *from)
{
#if LANES == 2
    return _mm256_loadu_si256((const V *)from);
#else
    return _mm_loadu_si128((const V *)from);
#endif
}

/* PIXELS pixels; may write 4 bytes more. */
INLINE void colour_block(const uint8_t *const planes[3], int x, uint8_t *to)
{
    V y = load(planes[0] + x), cb = load(planes[1] + x), cr = load(planes[2] + x);
    Colours low = colours_of(OP(unpacklo_epi8)(y, ZERO), OP(unpacklo_epi8)(cb, ZERO), OP(unpacklo_epi8)(cr, ZERO));
    Colours high = colours_of(OP(unpackhi_epi8)(y, ZERO), OP(unpackhi_epi8)(cb, ZERO), OP(unpackhi_epi8)(cr, ZERO));
    V red = OP(packus_epi16)(low.red, high.red), green = OP(packus_epi16)(low.green, high.green);
    V blue = OP(packus_epi16)(low.blue, high.blue);
    V rg = OP(unpacklo_epi8)(red, green), rg_high = OP(unpackhi_epi8)(red, green);
    V b0 = OP(unpacklo_epi8)(blue, ZERO), b0_high = OP(unpackhi_epi8)(blue, ZERO);
    V pixels[4] = {OP(unpacklo_epi16)(rg, b0), OP(unpackhi_epi16)(rg, b0), OP(unpacklo_epi16)(rg_high, b0_high),
                   OP(unpackhi_epi16)(rg_high, b0_high)};
    store_pixels(pixels, to);
}

static void colours(const uint8_t *const planes[3], int width, uint8_t *rgb)
{
    enum { LINE = 64, AHEAD = 2048 };
    int x = 0;
    for (; x + PIXELS + 2 <= width; x += PIXELS) {
        __builtin_prefetch(rgb + 3 * x + AHEAD, 1);
        __builtin_prefetch(rgb + 3 * x + AHEAD + LINE, 1);
        colour_block(planes, x, rgb + 3 * x);
    }
    for (; x < width; x += PIXELS) {
        uint8_t last[3 * PIXELS + 4];
        colour_block(planes, x, last);
        memcpy(rgb + 3 * x, last, 3 * (size_t)(width - x < PIXELS ? width - x : PIXELS));
    }
}
