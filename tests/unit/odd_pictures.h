/* SPDX-License-Identifier: MIT */
/* Pictures that step at the edges of blocks and are sound; and how two pictures differ. */
#ifndef ODD_PICTURES_H
#define ODD_PICTURES_H

#include <string.h>
#include "make_jpeg.h"

static inline void odd_fill(Picture *picture, int kind)
{
    unsigned seed = 7;
    for (int y = 0; y < picture->height_px; y++)
        for (int x = 0; x < picture->width_px; x++) {
            seed = seed * 1664525u + 1013904223u;
            int square = (x / 8 * 7 + y / 8 * 13) % 5 == 0, letter = (x / 3 * 5 + y / 5 * 3) % 7 < 3;
            int level = kind == 0 ? 255 * square : kind == 1 ? 30 + 200 * letter : kind == 2 ? 60 + (int)(seed >> 25) : 255 * ((x / 16 + y / 16) & 1);
            memset(picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x), level, 3);
        }
}

/* Blocks of one colour among others, letters, noise, a chequer board: nothing that steps is odd by itself. `odd` counts what is. */
static inline void odd_none_is_found(Arena *arena, const MakeJpeg *kinds, int kind_count, int (*odd)(Bytes file, int denominator, Picture *out))
{
    for (int k = 0; k < kind_count; k++)
        for (int drawn = -1; drawn < 4; drawn++)
            for (int denominator = 1; denominator <= 2; denominator++) {
                Picture picture = make_picture(arena, 480, 640, 5), out;
                if (drawn >= 0)
                    odd_fill(&picture, drawn);
                int count = odd(make_jpeg(arena, &picture, kinds[k]), denominator, &out);
                if (count)
                    fail_msg("kind %d, drawn %d, 1/%d: %d", k, drawn, denominator, count);
                arena_reset(arena);
            }
}

/* Squares of the differences within a block, added. */
static inline double odd_squares(const Picture *a, const Picture *b, int x, int y)
{
    double sum = 0;
    for (int row = y; row < y + 8; row++)
        for (int i = 3 * x; i < 3 * (x + 8); i++) {
            size_t at = 3 * (size_t)row * (size_t)a->width_px + (size_t)i;
            sum += (a->rgb[at] - b->rgb[at]) * (a->rgb[at] - b->rgb[at]);
        }
    return sum;
}

#endif
