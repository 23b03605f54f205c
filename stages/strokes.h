/* SPDX-License-Identifier: MIT */
/* Pixels that differ clearly from what is around them: what characters are made of. */
#ifndef STROKES_H
#define STROKES_H

#include "../pipeline/photo.h"
#include "bitmap.h"
#include "blocks.h"
#include "face_place.h"

enum { MARK_MOST = 40 /* px: what is wider or higher is no mark */ };

typedef struct Strokes {
    Bitmap dark, light; /* no pixel is in both */
} Strokes;

/* A mark whose middle is here is one of hair, brows or eyes. */
static inline bool strokes_on_head(const FacePlace *face, double x, double y)
{
    if (y > face->chin_y + 0.1 * face->width)
        return false;
    double dx = (x - face->eyes.x) / (0.85 * face->width), dy = (y - face->eyes.y) / (1.25 * face->width);
    return dx * dx + dy * dy < 1;
}

/* A pixel is dark where some channel is more than 34 levels below the mean of the 17 x 17 pixels around it, cut to a
 * whole level, and no channel is farther above it; light the other way round. So far inside the head that no mark with its
 * middle elsewhere gets there some have none. `face` may be NULL. False where there is no room. */
bool strokes_find(Arena *arena, const Blocks *blocks, const FacePlace *face, Strokes *out);

#endif
