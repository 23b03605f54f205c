/* SPDX-License-Identifier: MIT */
/* What faces_open.c opens and faces.c works with. */
#ifndef FACES_INSIDE_H
#define FACES_INSIDE_H

#include "faces.h"
#include "finder.h"
#include "shrink.h"

/* Searches by our finder and by YuNet: the longest side they are given. Crops for the points and an eye. */
enum { SEARCH_SIDE = 160, YUNET_SIDE = 320, POINTS_SIDE = 128, EYE_SIDE = 64, JUDGED_SIDE = 64, JUDGED_SHIFT = 4, FILL = 127 };
/* A crop is first shrunk to 1.4 times what it will be, so that it does not alias; turned by 45 degrees that
 * is 2 times, and a little. */
enum { TILE_SIDE = 2 * POINTS_SIDE + 16, TURNED_SIDE = 256 };

struct FaceFinder {
    Net *finder, *points, *eye, *verifier, *cover;
    bool shares; /* another's networks, who closes them */
    const NetKernels *kernels;
    const YunetDoor *door; /* with `yunet`, its network, instead of `finder` */
    void *yunet;
    void *scratch; /* of whichever network runs */
    float *tile;   /* TILE_SIDE x TILE_SIDE pixels, or for YuNet its picture */
    uint8_t *bgr;  /* for YuNet */
    uint8_t *turned; /* twice TURNED_SIDE x TURNED_SIDE pixels */
    ShrinkScratch *shrink;
};

#endif
