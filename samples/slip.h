/* SPDX-License-Identifier: MIT */
/* A slip of paper with a QR code, as somebody holds it before the camera. */
#ifndef SLIP_H
#define SLIP_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"

typedef struct SlipScene {
    int width_px, height_px;
    const char *texts[2]; /* the second one beside the first, NULL: none; of at most QR_TEXT_MAX bytes */
    double module_px;     /* a module's side */
    double tilt_deg;
    double lean;          /* -1..1: how far the slip is turned away, by perspective */
    double gain, slope;   /* brightness; its change over the width, as a share */
    double blur_px, noise; /* standard deviations: pixels, 8-bit units */
    bool thumb;           /* over one finder pattern */
    uint64_t seed;        /* of noise and place */
} SlipScene;

/* ERR_USAGE: a text is too long for a code. */
Err slip_paint(Arena *arena, const SlipScene *scene, Picture *out);

#endif
