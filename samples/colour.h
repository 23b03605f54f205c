/* SPDX-License-Identifier: MIT */
/* Colour spaces of cameras: the same look, other numbers. */
#ifndef COLOUR_H
#define COLOUR_H

#include "shot.h"

typedef struct Colours Colours;

Colours *colour_open(Arena *arena, Space space); /* NULL: no memory */

/* Turns width RGB triples (0..255, sRGB) into the space; values are clipped to 0..255 first. */
void colour_row(const Colours *colours, float *rgb, int width);

#endif
