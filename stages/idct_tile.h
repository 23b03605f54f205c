/* SPDX-License-Identifier: MIT */
/* The kernels, over vectors of LANES blocks: 128 bits hold a row of one block, 256 bits a row of two, and no operation
 * crosses from one half to the other. Source: the slow-but-accurate and the reduced inverse DCT of IJG's jidctint.c and
 * jidctred.c (after Loeffler, Ligtenberg and Moschytz, 1989), in the grouping of multiplications that
 * libjpeg-turbo uses, since 16-bit sums and their overflow are part of the result. */
#include "idct.h"

#include <immintrin.h>
#include <string.h>

#if LANES == 2
typedef __m256i V;
#define OP(name) _mm256_##name
#define ZERO _mm256_setzero_si256()
#define ALL_LANES -1
#else
typedef __m128i V;
#define OP(name) _mm_##name
#define ZERO _mm_setzero_si128()
#define ALL_LANES 0xffff
#endif

#define INLINE static inline __attribute__((always_inline))

/* sqrt(2) cos(n pi / 16) and sums of them, in 1/8192, by their values. */
enum {
    F_0_211 = 1730, F_0_298 = 2446, F_0_390 = 3196, F_0_509 = 4176, F_0_541 = 4433, F_0_601 = 4926, F_0_765 = 6270,
    F_0_899 = 7373, F_1_061 = 8697, F_1_175 = 9633, F_1_451 = 11893, F_1_501 = 12299, F_1_847 = 15137, F_1_961 = 16069,
    F_2_053 = 16819, F_2_172 = 17799, F_2_562 = 20995, F_3_072 = 25172,
    CONST_BITS = 13, PASS1_BITS = 2,
};

/* Values of 32 bits, for the left and the right half of a row of eight. */
typedef struct Halves {
    V left, right;
} Halves;

INLINE Halves add(Halves a, Halves b)
{
    return (Halves){OP(add_epi32)(a.left, b.left), OP(add_epi32)(a.right, b.right)};
}

INLINE Halves subtract(Halves a, Halves b)
{
    return (Halves){OP(sub_epi32)(a.left, b.left), OP(sub_epi32)(a.right, b.right)};
}

/* Values of two rows side by side, for sums of two products. */
INLINE Halves beside(V a, V b)
{
    return (Halves){OP(unpacklo_epi16)(a, b), OP(unpackhi_epi16)(a, b)};
}

INLINE V factors(int first, int second)
{
    return OP(set1_epi32)((int)((uint32_t)(uint16_t)first | (uint32_t)second << 16));
}

/* first * a + second * b of what stands side by side. */
INLINE Halves weighed(Halves pairs, int first, int second)
{
    V by = factors(first, second);
    return (Halves){OP(madd_epi16)(pairs.left, by), OP(madd_epi16)(pairs.right, by)};
}

/* a << bits, sign kept. */
INLINE Halves shifted(V a, int bits)
{
    Halves high = beside(ZERO, a);
    return (Halves){OP(srai_epi32)(high.left, 16 - bits), OP(srai_epi32)(high.right, 16 - bits)};
}

/* With what rounds it, and all that it is added to, once that is divided by 1 << bits. */
INLINE Halves and_half(Halves a, int bits)
{
    V half = OP(set1_epi32)(1 << (bits - 1));
    return add(a, (Halves){half, half});
}

/* Divided by 1 << bits, 16 bits with saturation. */
INLINE V descaled(Halves a, int bits)
{
    return OP(packs_epi32)(OP(srai_epi32)(a.left, bits), OP(srai_epi32)(a.right, bits));
}

INLINE V load_row(const int16_t *first, const int16_t *second)
{
#if LANES == 2
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)first)),
                                   _mm_loadu_si128((const __m128i *)second), 1);
#else
    (void)second;
    return _mm_loadu_si128((const __m128i *)first);
#endif
}

/* Row y of LANES blocks from number `at` of the pair on. */
INLINE V row_of(const IdctPair *pair, int at, int y)
{
    const int16_t *block = pair->blocks + 64 * at + 8 * y;
    const int16_t *quant = pair->quant[at] + 8 * y, *other = pair->quant[LANES - 1] + 8 * y;
    return OP(mullo_epi16)(load_row(block, block + 64), load_row(quant, other));
}

INLINE bool first_row_is_small(V row)
{
    V back = OP(srai_epi16)(OP(slli_epi16)(row, PASS1_BITS), PASS1_BITS);
    return OP(movemask_epi8)(OP(cmpeq_epi16)(row, back)) == ALL_LANES;
}

/* Samples 0..255 of values around 0. */
INLINE V samples(V low, V high)
{
    return OP(add_epi8)(OP(packs_epi16)(low, high), OP(set1_epi8)(-128));
}

INLINE void store_rows(V rows, int lane, uint8_t *out, size_t stride, int bytes)
{
#if LANES == 2
    __m128i part = lane ? _mm256_extracti128_si256(rows, 1) : _mm256_castsi256_si128(rows);
#else
    __m128i part = rows;
    (void)lane;
#endif
    uint8_t all[16];
    _mm_storeu_si128((__m128i *)all, part);
    for (int i = 0; i < 16 / bytes; i++)
        memcpy(out + (size_t)i * stride, all + i * bytes, (size_t)bytes);
}

/* Two rows of each 16-bit columns 0..7 become columns; `a` .. `d` are rows 0..3. */
typedef struct Columns {
    V c01, c23, c45, c67; /* four values of one column, then of the next */
} Columns;

INLINE Columns turned(V a, V b, V c, V d)
{
    Halves top = beside(a, b), bottom = beside(c, d);
    return (Columns){OP(unpacklo_epi32)(top.left, bottom.left), OP(unpackhi_epi32)(top.left, bottom.left),
                     OP(unpacklo_epi32)(top.right, bottom.right), OP(unpackhi_epi32)(top.right, bottom.right)};
}

INLINE bool four_at(const IdctPair *pair, int at)
{
    V r0 = row_of(pair, at, 0);
    Halves odd13 = beside(row_of(pair, at, 1), row_of(pair, at, 3));
    Halves odd57 = beside(row_of(pair, at, 5), row_of(pair, at, 7));
    Halves outer = add(weighed(odd13, F_2_562, F_0_899), weighed(odd57, -F_0_601, -F_0_509));
    Halves inner = add(weighed(odd13, F_1_061, -F_2_172), weighed(odd57, F_1_451, -F_0_211));
    Halves even = weighed(beside(row_of(pair, at, 2), row_of(pair, at, 6)), F_1_847, -F_0_765);
    enum { DOWN1 = CONST_BITS - PASS1_BITS + 1, DOWN2 = CONST_BITS + PASS1_BITS + 3 + 1 };
    Halves base = and_half(shifted(r0, CONST_BITS + 1), DOWN1);
    Halves sum = add(base, even), difference = subtract(base, even);
    Columns t = turned(descaled(add(sum, outer), DOWN1), descaled(add(difference, inner), DOWN1),
                       descaled(subtract(difference, inner), DOWN1), descaled(subtract(sum, outer), DOWN1));

    /* The rows: values of one row each in a lane of 32 bits, one half is enough. */
    Halves across13 = {OP(unpackhi_epi16)(t.c01, t.c23), ZERO}, across57 = {OP(unpackhi_epi16)(t.c45, t.c67), ZERO};
    outer = add(weighed(across13, F_2_562, F_0_899), weighed(across57, -F_0_601, -F_0_509));
    inner = add(weighed(across13, F_1_061, -F_2_172), weighed(across57, F_1_451, -F_0_211));
    even = weighed((Halves){OP(unpacklo_epi16)(t.c23, t.c67), ZERO}, F_1_847, -F_0_765);
    base = and_half(shifted(t.c01, CONST_BITS + 1), DOWN2);
    sum = add(base, even);
    difference = subtract(base, even);
    Halves d0 = add(sum, outer), d1 = add(difference, inner);
    Halves d2 = subtract(difference, inner), d3 = subtract(sum, outer);
    V p = descaled((Halves){d0.left, d2.left}, DOWN2), q = descaled((Halves){d1.left, d3.left}, DOWN2);
    Halves rows = beside(p, q);
    V out = samples(OP(unpacklo_epi32)(rows.left, rows.right), OP(unpackhi_epi32)(rows.left, rows.right));
    for (int lane = 0; lane < LANES; lane++)
        store_rows(out, lane, pair->out[at + lane], pair->stride, 4);
    return first_row_is_small(r0);
}

/* One pass over eight rows, or columns. */
INLINE void pass(V r[8], int down)
{
    Halves r26 = beside(r[2], r[6]);
    Halves even3 = weighed(r26, F_0_541 + F_0_765, F_0_541), even2 = weighed(r26, F_0_541, F_0_541 - F_1_847);
    Halves even0 = and_half(shifted(OP(add_epi16)(r[0], r[4]), CONST_BITS), down);
    Halves even1 = and_half(shifted(OP(sub_epi16)(r[0], r[4]), CONST_BITS), down);
    Halves sum0 = add(even0, even3), sum3 = subtract(even0, even3);
    Halves sum1 = add(even1, even2), sum2 = subtract(even1, even2);

    Halves z34 = beside(OP(add_epi16)(r[3], r[7]), OP(add_epi16)(r[1], r[5]));
    Halves z3 = weighed(z34, F_1_175 - F_1_961, F_1_175), z4 = weighed(z34, F_1_175, F_1_175 - F_0_390);
    Halves r71 = beside(r[7], r[1]), r53 = beside(r[5], r[3]);
    Halves odd0 = add(weighed(r71, F_0_298 - F_0_899, -F_0_899), z3);
    Halves odd1 = add(weighed(r53, F_2_053 - F_2_562, -F_2_562), z4);
    Halves odd2 = add(weighed(r53, -F_2_562, F_3_072 - F_2_562), z3);
    Halves odd3 = add(weighed(r71, -F_0_899, F_1_501 - F_0_899), z4);

    r[0] = descaled(add(sum0, odd3), down);
    r[7] = descaled(subtract(sum0, odd3), down);
    r[1] = descaled(add(sum1, odd2), down);
    r[6] = descaled(subtract(sum1, odd2), down);
    r[2] = descaled(add(sum2, odd1), down);
    r[5] = descaled(subtract(sum2, odd1), down);
    r[3] = descaled(add(sum3, odd0), down);
    r[4] = descaled(subtract(sum3, odd0), down);
}

INLINE void transpose(V r[8])
{
    Columns top = turned(r[0], r[1], r[2], r[3]), bottom = turned(r[4], r[5], r[6], r[7]);
    r[0] = OP(unpacklo_epi64)(top.c01, bottom.c01);
    r[1] = OP(unpackhi_epi64)(top.c01, bottom.c01);
    r[2] = OP(unpacklo_epi64)(top.c23, bottom.c23);
    r[3] = OP(unpackhi_epi64)(top.c23, bottom.c23);
    r[4] = OP(unpacklo_epi64)(top.c45, bottom.c45);
    r[5] = OP(unpackhi_epi64)(top.c45, bottom.c45);
    r[6] = OP(unpacklo_epi64)(top.c67, bottom.c67);
    r[7] = OP(unpackhi_epi64)(top.c67, bottom.c67);
}

INLINE bool eight_at(const IdctPair *pair, int at)
{
    V r[8];
    for (int y = 0; y < 8; y++)
        r[y] = row_of(pair, at, y);
    bool small = first_row_is_small(r[0]);
    pass(r, CONST_BITS - PASS1_BITS);
    transpose(r);
    pass(r, CONST_BITS + PASS1_BITS + 3);
    transpose(r);
    for (int y = 0; y < 8; y += 2) {
        V out = samples(r[y], r[y + 1]);
        for (int lane = 0; lane < LANES; lane++)
            store_rows(out, lane, pair->out[at + lane] + (size_t)y * pair->stride, pair->stride, 8);
    }
    return small;
}

static bool four(const IdctPair *pair)
{
    bool small = true;
    for (int at = 0; at < 2; at += LANES)
        small &= four_at(pair, at);
    return small;
}

static bool eight(const IdctPair *pair)
{
    bool small = true;
    for (int at = 0; at < 2; at += LANES)
        small &= eight_at(pair, at);
    return small;
}

#include "idct_colours.h"

const IdctKernels KERNELS = {NAME, four, eight, colours};
