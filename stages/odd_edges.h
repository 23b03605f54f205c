/* SPDX-License-Identifier: MIT */
/* Where decoded pixels step at the edges of blocks. */
#ifndef ODD_EDGES_H
#define ODD_EDGES_H

#include "../pipeline/photo.h"
#include "jpeg_fast.h"

enum { ODD_BLOCKS_MOST = 8 }; /* a flipped bit makes one, or a few in a row */

/* Of the component, in blocks from the left and the upper edge. */
typedef struct OddBlock {
    int component, x, y;
    int rough; /* the four edges' steps, in 1/8 levels, added */
} OddBlock;

/* The roughest first. */
typedef struct OddList {
    OddBlock blocks[ODD_BLOCKS_MOST];
    int count;
} OddList;

typedef struct OddEdges {
    OddList all, far; /* far: of those that step far more than those near by; a list of its own */
} OddEdges;

/* Blocks that step at all four edges, by 9 levels and more than those near by do: of luma, and of a colour against luma. None
 * at the picture's edges. False: no room to look. */
bool odd_edges_find(Arena *arena, const Picture *stored, const FastPlan *plan, OddEdges *out);

/* Made patterns on the grid of blocks have plain squares, whose mean many a turned bit mends; flipped bits hardly make so many. */
bool odd_edges_drawn(const OddList *list);

#endif
