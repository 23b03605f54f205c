/* SPDX-License-Identifier: MIT */
/* What a flipped bit does to a JPEG that decodes without a complaint: from some MCU on, all levels are shifted. */
#ifndef SEAMS_H
#define SEAMS_H

#include "../pipeline/photo.h"

/* What the picture's MCUs were before it was decoded at 1/denominator, in pixels of the file. */
typedef struct SeamGrid {
    int mcu_width_px, mcu_height_px; /* 8, 16 or 32 */
    int denominator;                 /* 1, 2 or 4 */
    double luma_step, chroma_step;   /* levels between two means of a block, as quantised; 0: unknown */
    int restart_mcus;                /* of an interval; 0: none */
} SeamGrid;

/* Rows of MCUs in which a shift begins, of the picture as stored (before any turn). In a file without restart markers
 * a shift goes on to the end, so all levels step at the upper edges of the next MCUs, as many as the picture is wide,
 * from any place of a row to the same place of the next; with restart markers it ends, and the lower edges step back.
 * Steps are of one height, but for MCUs at an end of the range: at least 3 levels (luma) or 4 (a channel against luma), and more than one
 * step of the quantisation makes. A few MCUs at the end of a row, of the last row too, are enough where they step by
 * 10 levels and the left edge of the first one steps, too. Where there are restart markers, a row of another place or
 * picture, too: all that is not paper steps at both its edges, by any amount, most of it by four times as many levels; and where there is none of all this, the restart intervals of seam_islands.h. Ours.
 * Rows of blocks that a thin frame cuts are not looked at (border_thin). Sees nothing of a shift of fewer than 3 MCUs to the end of its row, nor of one that is smaller, nor of blocks that are wrong
 * alone. NaN for fewer than 16 MCUs across or 4 down, and when out of memory. */
double seams_count(Arena *arena, const Picture *stored, SeamGrid grid);

#endif
