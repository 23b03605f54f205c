/* SPDX-License-Identifier: MIT */
/* What a flipped bit does to a progressive JPEG that decodes without a complaint: one block is another one, or a row of them is
 * until the codes of that scan fit again. */
#ifndef ODD_SCANS_H
#define ODD_SCANS_H

#include "../pipeline/photo.h"
#include "jpeg.h"

/* Blocks that step as odd_blocks.h says, and where one bit can be turned, in any scan of all but the means, of theirs or of those of the
 * 40 blocks coded before, so that the codes fit again, to the bit, within 60 blocks behind, and that mends: the block and all that
 * become other ones step by 30 % of what they did at most; or they are five at least that together step by 15 levels and by 15 %
 * less, and three in five of them less than before: a bit turned in a sound file makes blocks odd. 0 where four blocks or more
 * step by 64 levels, which look drawn. Of a YCbCr picture as stored (before any turn), decoded at 1 or 1/2; of the plan nothing
 * counts but that and the budget. NaN where there is no room to look or no time left. Ours. */
double odd_scans_count(Arena *arena, const Picture *stored, const ScanBands *bands, const FastPlan *plan);

#endif
