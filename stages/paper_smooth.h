/* SPDX-License-Identifier: MIT */
/* Paper that light changes more than a model of it says, but smoothly. */
#ifndef PAPER_SMOOTH_H
#define PAPER_SMOOTH_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "bitmap.h"
#include "face_place.h"

/* Sets `out` to the pixels above the chin that are reached from the left edge without any step in colour: where they are
 * nearly all that is beside the head, on both sides of it, and none of the face. bits is NULL otherwise. The picture is 200 to
 * 320 pixels wide. */
Err paper_smooth(Arena *arena, const Picture *picture, const FacePlace *face, Bitmap *out);

/* Whether a pixel is above the chin and outside of head and hair, as far as a face tells. */
bool paper_surrounds(const FacePlace *face, int x, int y);

#endif
