/* SPDX-License-Identifier: MIT */
/* A picture's luma, for the measures that ask for nothing else. */
#ifndef LUMA_H
#define LUMA_H

#include "../pipeline/photo.h"

/* luma_of every pixel, row after row without gaps. */
typedef struct Luma {
    int width_px, height_px;
    uint8_t *at; /* NULL: there was no room */
} Luma;

Luma luma_plane(Arena *arena, const Picture *picture);

static inline int luma_at(const Luma *luma, int x, int y)
{
    return luma->at[(size_t)y * (size_t)luma->width_px + (size_t)x];
}

#endif
