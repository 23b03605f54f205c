/* SPDX-License-Identifier: MIT */
/* The narrow shadow of somebody who stands close to the paper. */
#ifndef STRIPS_H
#define STRIPS_H

#include "silhouette.h"

/* Of every second row on both sides of the head: how wide a strip of one shade of the paper lies between the person and
 * the paper, and how light it is against the paper. */
typedef struct Strips {
    int rows, most;
    float *light[2]; /* 0: there is none */
    int *width[2];
} Strips;

bool strips_new(Arena *arena, int rows, Strips *out); /* false: out of memory */

/* The next row; a bit for each pixel of the person in it, `paper` as PaperRow gives it. */
void strips_look(const Silhouette *in, int y, const uint64_t *person, const float *paper, Strips *strips);

/* Pixels of the strips in the rows seen that go on with one lightness for at least that many of them. */
int strips_shadow(const Strips *strips, int rows_least);

#endif
