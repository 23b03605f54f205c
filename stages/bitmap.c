/* SPDX-License-Identifier: MIT */
/* A region grows in sweeps: along each row at once, then into the next row, down and up until nothing
 * changes. Along a row an addition does it: its carry runs through a run of ones to the run's end. */
#include "bitmap.h"

#include <string.h>
#include "wide.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include "processor.h"
#endif

Bitmap bitmap_raw(Arena *arena, int width_px, int height_px)
{
    Bitmap map = {.width_px = width_px, .height_px = height_px, .words = (width_px + 63) / 64};
    map.stride = map.words + 1;
    uint64_t *all = ARENA_RAW(arena, uint64_t, (size_t)map.stride * (size_t)height_px + 1);
    for (int y = 0; all && y <= height_px; y++)
        all[(size_t)y * (size_t)map.stride] = 0;
    map.bits = all ? all + 1 : NULL;
    return map;
}

Bitmap bitmap_new(Arena *arena, int width_px, int height_px)
{
    Bitmap map = bitmap_raw(arena, width_px, height_px);
    if (map.bits)
        memset(map.bits, 0, (size_t)map.stride * (size_t)height_px * sizeof *map.bits);
    return map;
}

/* One load where `count` is the constant 8; `fill` stands for those behind. */
static inline uint64_t eight_of(const uint8_t *bytes, int count, uint64_t fill)
{
    uint64_t eight = count < 8 ? fill << (8 * count) : 0;
    for (int k = 0; k < count; k++)
        eight |= (uint64_t)bytes[k] << (8 * k);
    return eight;
}

/* What is left of a byte beside the wanted one lies in its lower two bits. The lowest byte comes to the lowest bit: each is moved into a
 * place of its own in the highest byte. */
static uint64_t bits_of(uint64_t bytes, uint64_t wanted)
{
    const uint64_t ONES = 0x0101010101010101, TO_HIGHEST = 0x0102040810204080;
    uint64_t other = bytes ^ wanted * ONES;
    return (~(other | other >> 1) & ONES) * TO_HIGHEST >> 56;
}

static void pack(const uint8_t *bytes, int width_px, uint8_t wanted, uint64_t *row)
{
    const uint64_t FILL = 0x0303030303030303; /* none that is wanted */
    for (int x = 0; x < width_px; x += 64) {
        uint64_t word = 0;
        for (int i = 0; i < 64 && x + i < width_px; i += 8) {
            const uint8_t *at = bytes + x + i;
            uint64_t eight = x + i + 8 <= width_px ? eight_of(at, 8, 0) : eight_of(at, width_px - x - i, FILL);
            word |= bits_of(eight, wanted) << i;
        }
        row[x / 64] = word;
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static uint64_t bits_of_32(const uint8_t *bytes, __m256i wanted)
{
    __m256i all = _mm256_loadu_si256((const __m256i *)bytes);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(all, wanted));
}

/* The last ones are read again with those before them. */
__attribute__((target("avx2"))) static void pack_avx2(const uint8_t *bytes, int width_px, uint8_t wanted, uint64_t *row)
{
    const __m256i all = _mm256_set1_epi8((char)wanted);
    int x = 0;
    if (width_px < 32) {
        pack(bytes, width_px, wanted, row);
        return;
    }
    for (; x + 64 <= width_px; x += 64)
        row[x / 64] = bits_of_32(bytes + x, all) | bits_of_32(bytes + x + 32, all) << 32;
    const int left = width_px - x;
    if (!left)
        return;
    const uint64_t last = bits_of_32(bytes + width_px - 32, all);
    row[x / 64] = left < 32 ? last >> (32 - left) : bits_of_32(bytes + x, all) | last >> (64 - left) << 32;
}
#endif

BitmapPack *bitmap_packer(void)
{
#if defined(__x86_64__)
    if (processor_has_avx2())
        return pack_avx2;
#endif
    return pack;
}

/* Rightwards: where a seed is added, the ones from it to the run's end become zeros. */
static void fill_right(const uint64_t *within, uint64_t *seeds, int words)
{
    unsigned long long carry = 0, sum;
    for (int i = 0; i < words; i++) {
        bool over = __builtin_add_overflow(within[i], seeds[i], &sum);
        over |= __builtin_add_overflow(sum, carry, &sum);
        seeds[i] |= within[i] & ~sum;
        carry = over;
    }
}

/* Leftwards by doubling steps: `open` says through how many ones the way leads. */
static void fill_left(const uint64_t *within, uint64_t *seeds, int words)
{
    uint64_t from = 0;
    for (int i = words - 1; i >= 0; i--) {
        uint64_t open = within[i], filled = seeds[i] | (open & (from << 63));
        bool ends = !(open & ~filled & filled >> 1);
        for (int step = 1; step < 64 && !ends; step *= 2) {
            filled |= open & (filled >> step);
            open &= open >> step;
        }
        seeds[i] = filled;
        from = filled & 1;
    }
}

static void fill_row(const Bitmap *within, Bitmap *seeds, int y)
{
    fill_right(bitmap_row(within, y), bitmap_row(seeds, y), within->words);
    fill_left(bitmap_row(within, y), bitmap_row(seeds, y), within->words);
}

/* From a row into the next one. False where it brings nothing new. */
static inline bool spread_row(const uint64_t *from, const uint64_t *within, uint64_t *seeds, int words)
{
    uint64_t news = 0;
    APART
    for (int i = 0; i < words; i++) {
        uint64_t more = from[i] & within[i] & ~seeds[i];
        seeds[i] |= more;
        news |= more;
    }
    return news != 0;
}

typedef struct Changed { /* rows, in the order of a sweep; none where count is 0 */
    int first, last, count;
} Changed;

/* One way over the rows that lie behind what the last sweep has changed, and as far as there is more. */
WIDE static Changed sweep(const Bitmap *within, Bitmap *seeds, Changed before, int step)
{
    Changed now = {0};
    for (int y = before.first + step; y >= 0 && y < within->height_px; y += step) {
        if (spread_row(bitmap_row(seeds, y - step), bitmap_row(within, y), bitmap_row(seeds, y), within->words)) {
            fill_row(within, seeds, y);
            now.first = now.count++ ? now.first : y;
            now.last = y;
        } else if (step * (y - before.last) > 0) {
            break;
        }
    }
    return now;
}

static void fill_seeded(const Bitmap *within, Bitmap *seeds)
{
    for (int y = 0; y < within->height_px; y++) {
        uint64_t any = 0;
        if (y > 0)
            spread_row(bitmap_row(seeds, y - 1), bitmap_row(within, y), bitmap_row(seeds, y), within->words);
        for (int i = 0; i < within->words; i++)
            any |= bitmap_row(seeds, y)[i];
        if (any)
            fill_row(within, seeds, y);
    }
}

void bitmap_grow(const Bitmap *within, Bitmap *seeds)
{
    Changed rows = {0, within->height_px - 1, within->height_px};
    fill_seeded(within, seeds); /* which is the first sweep down */
    for (int step = -1; rows.count; step = -step)
        rows = sweep(within, seeds, (Changed){rows.last, rows.first, rows.count}, step);
}

uint64_t bitmap_span(const Bitmap *map, int x, int y, int count)
{
    if (y < 0 || y >= map->height_px || x >= map->width_px || x + count <= 0)
        return 0;
    const uint64_t *row = bitmap_row(map, y), mask = ((uint64_t)1 << count) - 1;
    if (x < 0)
        return row[0] << -x & mask;
    int word = x / 64, bit = x % 64;
    uint64_t next = bit && word + 1 < map->words ? row[word + 1] << (64 - bit) : 0;
    return (row[word] >> bit | next) & mask;
}
