/* SPDX-License-Identifier: MIT */
/* Placing a canvas at any scale, row by row: separable cubic, stretched where it shrinks. */
#ifndef SCALE_H
#define SCALE_H

#include "base.h"
#include "shot.h"

typedef struct Scaler Scaler;

/* A person as `placed` in a picture of width_px, blurred as `light` says. NULL: no memory. */
Scaler *scaler_open(Arena *arena, const Base *base, const Placed *placed, const Light *light,
                    int width_px);

/* Row v of the picture: width_px premultiplied RGBA, 0..255 (beyond it by the filter's lobes).
 * Rows must be asked from above to below. NULL where nothing of the person is on the row. */
const float *scaler_row(Scaler *scaler, int v);

/* The canvas in use (turned and blurred) and how much of it is person at a base pixel, 0..255. */
double scaler_cover(const Scaler *scaler, double base_x, double base_y);

#endif
