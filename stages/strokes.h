/* SPDX-License-Identifier: MIT */
/* Pixels that differ clearly from what is around them: what characters are made of. */
#ifndef STROKES_H
#define STROKES_H

#include "../pipeline/photo.h"
#include "bitmap.h"

typedef struct Strokes {
    Bitmap dark, light; /* no pixel is in both */
} Strokes;

/* A pixel is dark where some channel is more than 34 levels below the mean of the 17 x 17 pixels around it, cut to a
 * whole level, and no channel is farther above it; light the other way round. False where there is no room. */
bool strokes_find(Arena *arena, const Picture *picture, Strokes *out);

#endif
