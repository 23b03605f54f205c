/* SPDX-License-Identifier: MIT */
/* Labels are 0, 1 and 2: what is left of one beside the wanted one lies in its lower two bits. */
#include "labels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include "processor.h"
#endif

/* One load where `count` is the constant 8; `fill` stands for those behind. */
static inline uint64_t eight_of(const uint8_t *label, int count, uint64_t fill)
{
    uint64_t eight = count < 8 ? fill << (8 * count) : 0;
    for (int k = 0; k < count; k++)
        eight |= (uint64_t)label[k] << (8 * k);
    return eight;
}

static uint64_t bits_of(uint64_t labels, uint64_t wanted)
{
    const uint64_t ONES = 0x0101010101010101, TO_HIGHEST = 0x0102040810204080;
    uint64_t other = labels ^ wanted * ONES;
    return (~(other | other >> 1) & ONES) * TO_HIGHEST >> 56;
}

static void pack(const uint8_t *label, int width_px, Label wanted, uint64_t *row)
{
    const uint64_t FILL = 0x0303030303030303; /* no label */
    for (int x = 0; x < width_px; x += 64) {
        uint64_t word = 0;
        for (int i = 0; i < 64 && x + i < width_px; i += 8) {
            const uint8_t *at = label + x + i;
            uint64_t eight = x + i + 8 <= width_px ? eight_of(at, 8, 0) : eight_of(at, width_px - x - i, FILL);
            word |= bits_of(eight, wanted) << i;
        }
        row[x / 64] = word;
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static uint64_t bits_of_32(const uint8_t *label, __m256i wanted)
{
    __m256i all = _mm256_loadu_si256((const __m256i *)label);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(all, wanted));
}

/* The last ones are read again with those before them. */
__attribute__((target("avx2"))) static void pack_avx2(const uint8_t *label, int width_px, Label wanted, uint64_t *row)
{
    const __m256i all = _mm256_set1_epi8((char)wanted);
    int x = 0;
    if (width_px < 32) {
        pack(label, width_px, wanted, row);
        return;
    }
    for (; x + 64 <= width_px; x += 64)
        row[x / 64] = bits_of_32(label + x, all) | bits_of_32(label + x + 32, all) << 32;
    const int left = width_px - x;
    if (!left)
        return;
    const uint64_t last = bits_of_32(label + width_px - 32, all);
    row[x / 64] = left < 32 ? last >> (32 - left) : bits_of_32(label + x, all) | last >> (64 - left) << 32;
}
#endif

LabelsPack *labels_packer(void)
{
#if defined(__x86_64__)
    if (processor_has_avx2())
        return pack_avx2;
#endif
    return pack;
}
