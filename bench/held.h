/* SPDX-License-Identifier: MIT */
/* A printed slip as somebody holds it before the camera, over a photo of that person: seen by a pinhole camera, turned,
 * bent, in uneven light, partly under fingers, out of focus, shaken and noisy. */
#ifndef HELD_H
#define HELD_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"

/* A page as it was printed, from a PGM. */
typedef struct Paper8 {
    int width_px, height_px;
    const uint8_t *grey;
    double px_per_mm;
} Paper8;

typedef struct HeldScene {
    double frame_mm;            /* what the frame's width is at the slip's distance */
    double tilt_deg, turn_deg, nod_deg; /* in the picture's plane; about the upright and the level axis */
    double bend_mm;             /* radius of a cylinder about the upright axis; 0: flat */
    double gain, slope, shadow; /* of the light; its change over the slip; what a hard shadow's edge takes away, 0..1 */
    double finger_mm;           /* how far two fingers reach in from the slip's edges; 0: none */
    double blur_px, shake_px, noise; /* of the frame: standard deviation, run along x, standard deviation of 8 bit */
    uint64_t seed;              /* of place and noise */
} HeldScene;

/* Lays the slip over `frame`. */
Err held_paint(Arena *arena, const Paper8 *slip, const HeldScene *scene, Picture *frame);

#endif
