/* SPDX-License-Identifier: MIT */
/* Which pixels the paper's model explains. */
#ifndef PAPER_PIXELS_H
#define PAPER_PIXELS_H

#include "bitmap.h"
#include "blocks.h"
#include "paper_model.h"

/* The bits of `out`, as large as the picture: where a pixel's colour is no further from the paper's than `threshold`, an
 * RGB distance. False where there is no room. */
bool paper_pixels(Arena *arena, const Blocks *blocks, const PaperModel *model, double threshold, Bitmap *out);

#endif
