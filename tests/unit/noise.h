/* SPDX-License-Identifier: MIT */
/* The same random numbers on every machine, and pictures of them. */
#ifndef NOISE_H
#define NOISE_H

#include "../../pipeline/photo.h"
#include <stdint.h>

/* The next of a linear congruential generator (Numerical Recipes): its upper 16 bits. */
static inline unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static inline uint8_t *pixel(const Picture *picture, int x, int y)
{
    return picture->rgb + 3 * ((size_t)y * (size_t)picture->width_px + (size_t)x);
}

static inline void fill_noise(Picture *picture, unsigned seed)
{
    for (size_t i = 0; i < (size_t)picture->width_px * (size_t)picture->height_px * 3; i++)
        picture->rgb[i] = (uint8_t)(next_random(&seed) >> 8);
}

#endif
