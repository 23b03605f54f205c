/* SPDX-License-Identifier: MIT */
/* A row's colours apart from one another: what asks all three of a pixel is done for many pixels at once. */
#ifndef PLANES_H
#define PLANES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include "../pipeline/arena.h"

/* Pixels that the kernels take at once: a row of a colour has room for the next multiple of so many. */
enum { PLANES_STEP = 32 };

typedef struct Planes {
    uint8_t *at[3]; /* red, green, blue */
    bool by_avx2;   /* asked of the processor once: the environment has a say in it */
} Planes;

/* Room for one row. at[0] is NULL where there is none. */
Planes planes_new(Arena *arena, int width_px);

/* Of `width_px` packed pixels; what is behind the width stays. */
void planes_split(const uint8_t *rgb, int width_px, const Planes *out);

/* How far a colour is from another, in the channel where that is most. */
static inline int planes_apart(const uint8_t *a, const int b[3])
{
    int most = 0;
    for (int k = 0; k < 3; k++) {
        int d = abs(a[k] - b[k]);
        most = d > most ? d : most;
    }
    return most;
}

#endif
