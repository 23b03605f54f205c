/* SPDX-License-Identifier: MIT */
/* Crop, scale down, turn. */
#ifndef RASTER_H
#define RASTER_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"

/* Whole pixels of a picture. */
typedef struct Box {
    int x, y, width, height;
} Box;

/* Cuts `box` (inside `in`) and scales it to exactly out->width_px x out->height_px (set by the
 * caller, both <= the box) in one step (Lanczos3; a copy where the size is the same). Fills out->rgb
 * from the arena. */
Err raster_frame(Arena *arena, const Picture *in, Box box, Picture *out);

/* The scaling alone. */
Err raster_scale(Arena *arena, const Picture *in, Box box, Picture *out);

/* Area average to out->width_px x out->height_px (set by the caller, <= in), exact but for the rounding
 * (0.0001 of a level before it). One pass over `in`. */
Err raster_reduce(Arena *arena, const Picture *in, Picture *out);

/* The same where that is both narrower and lower; else `in` itself. */
Err raster_reduce_to(Arena *arena, const Picture *in, int width_px, int height_px, Picture *out);

/* Applies an EXIF orientation 1..8; 1 returns `in` itself. */
Err raster_upright(Arena *arena, const Picture *in, int orientation, Picture *out);

#endif
