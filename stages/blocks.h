/* SPDX-License-Identifier: MIT */
/* The extremes of blocks of 8 x 8 pixels: most of a picture is smooth, and what holds for both extremes of a block need
 * not be asked of its pixels. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"

enum { BLOCK = 8, BLOCK_BYTES = 4 /* the last one says nothing */ };

/* Block (i, j) has its levels of red, green and blue from (j * stride + i) * BLOCK_BYTES on. Around all blocks lie others
 * of level 255 to 0, that is, without any pixel. */
typedef struct Blocks {
    const Picture *picture;
    int columns, rows;
    ptrdiff_t stride;
    uint8_t *least, *most;
} Blocks;

Err blocks_new(Arena *arena, const Picture *picture, Blocks *out);

#endif
