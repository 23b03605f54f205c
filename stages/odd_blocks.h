/* SPDX-License-Identifier: MIT */
/* What a flipped bit does to a JPEG that decodes without a complaint: one block is another one, or a few in a row are, and all after
 * them are right, or shifted a little. */
#ifndef ODD_BLOCKS_H
#define ODD_BLOCKS_H

#include "../pipeline/photo.h"
#include "jpeg_fast.h"

/* Blocks that step at all four edges against what is around them, by 10 levels in the mean and 8 at each edge, more than those
 * near by do, and of whose bits one can be turned so that they step by 37 % of that at most, while they end at the same bit
 * with the same mean: hardly a bit of a sound block can be turned so well. Of a baseline YCbCr picture as stored (before any
 * turn), decoded at 1 or 1/2; the 8 that step most are looked at, none at the picture's edges. Where there are none, 1 if a
 * block that steps four times as much as those near by is one of such a row (odd_chains.h). NaN where there is no room to look or
 * no time left. Progressive ones: odd_scans.h. Ours. */
double odd_blocks_count(Arena *arena, const Picture *stored, const FastPlan *plan);

#endif
