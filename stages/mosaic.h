/* SPDX-License-Identifier: MIT */
/* Squares of one colour laid over the eyes, as programs make them that hide a face. */
#ifndef MOSAIC_H
#define MOSAIC_H

#include "face_place.h"

/* Fact mosaic, of the picture as received: how the weakest of the columns that stand at even distances across both eyes steps
 * against the strongest of all others. 0 where the columns that step most stand at none; above 1 every one of them does more than
 * any other, which no face has. Unmeasured where the eyes are too near to one another. */
Err mosaic_measure(Arena *arena, const Picture *picture, const FacePlace *face, Facts *facts);

#endif
