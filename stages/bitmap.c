/* SPDX-License-Identifier: MIT */
/* A region grows in sweeps: along each row at once, then into the next row, down and up until nothing
 * changes. Along a row an addition does it: its carry runs through a run of ones to the run's end. */
#include "bitmap.h"

Bitmap bitmap_new(Arena *arena, int width_px, int height_px)
{
    Bitmap map = {.width_px = width_px, .height_px = height_px, .stride = (width_px + 63) / 64};
    map.bits = ARENA_ARRAY(arena, uint64_t, (size_t)map.stride * (size_t)height_px);
    return map;
}

/* The lowest byte comes to the lowest bit: each byte is moved into a place of its own in the highest byte. */
static uint64_t bits_of(uint64_t bytes)
{
    return bytes * 0x0102040810204080 >> 56;
}

/* One load where `count` is the constant 8. */
static inline uint64_t eight_of(const uint8_t *bytes, int count)
{
    uint64_t eight = 0;
    for (int k = 0; k < count; k++)
        eight |= (uint64_t)bytes[k] << (8 * k);
    return eight;
}

void bitmap_pack(const uint8_t *bytes, int width_px, uint64_t *row)
{
    for (int x = 0; x < width_px; x += 64) {
        uint64_t word = 0;
        for (int i = 0; i < 64 && x + i < width_px; i += 8) {
            const uint8_t *at = bytes + x + i;
            word |= bits_of(x + i + 8 <= width_px ? eight_of(at, 8) : eight_of(at, width_px - x - i)) << i;
        }
        row[x / 64] = word;
    }
}

void bitmap_shift(const uint64_t *in, int words, int shift, uint64_t *out)
{
    for (int i = 0; i < words; i++)
        if (shift >= 0)
            out[i] = in[i] << shift | (shift && i ? in[i - 1] >> (64 - shift) : 0);
        else
            out[i] = in[i] >> -shift | (i + 1 < words ? in[i + 1] << (64 + shift) : 0);
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
        for (int step = 1; step < 64; step *= 2) {
            filled |= open & (filled >> step);
            open &= open >> step;
        }
        seeds[i] = filled;
        from = filled & 1;
    }
}

static void fill_row(const Bitmap *within, Bitmap *seeds, int y)
{
    fill_right(bitmap_row(within, y), bitmap_row(seeds, y), within->stride);
    fill_left(bitmap_row(within, y), bitmap_row(seeds, y), within->stride);
}

/* From row `from` into row `to`. False where it brings nothing new. */
static bool spread_row(const Bitmap *within, Bitmap *seeds, int from, int to)
{
    const uint64_t *above = bitmap_row(seeds, from), *open = bitmap_row(within, to);
    uint64_t *row = bitmap_row(seeds, to), news = 0;
    for (int i = 0; i < within->stride; i++) {
        uint64_t more = above[i] & open[i] & ~row[i];
        row[i] |= more;
        news |= more;
    }
    if (news)
        fill_row(within, seeds, to);
    return news != 0;
}

void bitmap_grow(const Bitmap *within, Bitmap *seeds)
{
    int last = within->height_px - 1;
    for (int y = 0; y <= last; y++)
        fill_row(within, seeds, y);
    for (bool grows = true; grows;) {
        grows = false;
        for (int y = 1; y <= last; y++)
            grows |= spread_row(within, seeds, y - 1, y);
        for (int y = last - 1; y >= 0; y--)
            grows |= spread_row(within, seeds, y + 1, y);
    }
}
