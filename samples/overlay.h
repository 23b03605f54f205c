/* SPDX-License-Identifier: MIT */
/* What an editor lays over a picture: characters, a frame. */
#ifndef OVERLAY_H
#define OVERLAY_H

#include "../pipeline/photo.h"
#include "shot.h"

/* One line of characters on the clothes, within every legal crop. */
void overlay_text(Picture *picture, const Truth *truth, uint64_t seed);

/* Glasses that have slid down: their upper rims run across the pupils. */
void overlay_low_glasses(Picture *picture, const Truth *truth, uint64_t seed);

/* A mask from the bridge of the nose to below the chin. */
void overlay_mask(Picture *picture, const Truth *truth, uint64_t seed);

/* The same that lets 30 to 50 % of the face through, in a dark colour. */
void overlay_veil(Picture *picture, const Truth *truth, uint64_t seed);

/* Pupils as a flash on the camera leaves them. */
void overlay_red_eyes(Picture *picture, const Truth *truth);

/* Moves both irises to where the truth says, `share` of the eye distance to the right; corners stay. */
void overlay_aside(Picture *picture, const Truth *truth, double share);

/* Squares of one colour over both eyes. */
void overlay_mosaic(Picture *picture, const Truth *truth, uint64_t seed);

/* A frame of one colour along all four edges. */
void overlay_border(Picture *picture, uint64_t seed);

#endif
