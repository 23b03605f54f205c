/* SPDX-License-Identifier: MIT */
/* Painting a shot: paper, shadow, people, light, noise, overlays. */
#ifndef PAINT_H
#define PAINT_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "shot.h"

/* The upright picture in the shot's colour space. */
Err paint_shot(Arena *arena, const Shot *shot, Picture *out);

/* As stored: the pixels turned so that the EXIF orientation 1..8 makes them upright again. */
Err paint_stored(Arena *arena, const Picture *upright, int orientation, Picture *out);

#endif
