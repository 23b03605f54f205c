/* SPDX-License-Identifier: MIT */
/* What was added to the picture as received: a frame around it, characters on it. */
#ifndef MARKS_H
#define MARKS_H

#include "silhouette.h"

/* Facts border and text, on the received picture reduced to 480 pixels in width. `face` may be NULL. */
Err marks_measure(Arena *arena, const Blocks *blocks, const FacePlace *face, Facts *facts);

#endif
