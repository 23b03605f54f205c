/* SPDX-License-Identifier: MIT */
/* One bit per pixel, 64 pixels of a row per word: what is asked of neighbours is asked of 64 at once. */
#ifndef BITMAP_H
#define BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../pipeline/arena.h"

typedef struct Bitmap {
    int width_px, height_px, words, stride; /* the latter two in words: of a row's pixels, from row to row */
    uint64_t *bits; /* pixel x of a row is bit x % 64 of word x / 64; beyond the width: 0 */
} Bitmap;

/* All bits 0, from the arena; a word of zeros stands before every row and behind the last, so that what is beside a
 * pixel can be asked without asking for the edge first. bits is NULL where there is no room. */
Bitmap bitmap_new(Arena *arena, int width_px, int height_px);

/* The same, but what the rows hold is written as a whole before it is read. */
Bitmap bitmap_raw(Arena *arena, int width_px, int height_px);

static inline uint64_t *bitmap_row(const Bitmap *map, int y)
{
    return map->bits + (size_t)y * (size_t)map->stride;
}

static inline void bitmap_set(const Bitmap *map, int x, int y)
{
    bitmap_row(map, y)[x / 64] |= (uint64_t)1 << (x % 64);
}

/* False outside. */
static inline bool bitmap_has(const Bitmap *map, int x, int y)
{
    return x >= 0 && y >= 0 && x < map->width_px && y < map->height_px && bitmap_row(map, y)[x / 64] >> (x % 64) & 1;
}

/* The `count` bits, 1 to 63, from (x, y) on, the first one lowest; 0 outside. */
uint64_t bitmap_span(const Bitmap *map, int x, int y, int count);

/* One bit per byte of a row, 0 to 3 each: 1 where it is the `wanted` one of 0 to 2; behind the row 0 up to the next multiple of 64. */
typedef void BitmapPack(const uint8_t *bytes, int width_px, uint8_t wanted, uint64_t *row);

/* The fastest that this processor has: to be asked for once per picture. */
BitmapPack *bitmap_packer(void);

/* Bits of word i that lie from `from` to before `to`. */
static inline uint64_t bitmap_between(int i, int from, int to)
{
    from -= 64 * i;
    to -= 64 * i;
    if (from >= 64 || to <= 0)
        return 0;
    uint64_t part = from > 0 ? ~(uint64_t)0 << from : ~(uint64_t)0;
    return to < 64 ? part & (((uint64_t)1 << to) - 1) : part;
}

/* Adds to `seeds` (a part of `within`) all that is 4-connected to it inside `within`. */
void bitmap_grow(const Bitmap *within, Bitmap *seeds);

#endif
