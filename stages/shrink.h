/* SPDX-License-Identifier: MIT */
/* Small pictures for the networks. Plain arithmetic without a choice of instructions: the networks see
 * the same pixels on every machine. */
#ifndef SHRINK_H
#define SHRINK_H

#include "net.h"
#include "raster.h"

#include "../pipeline/photo.h"

enum { SHRINK_ROW_MOST = 65536, SHRINK_RATIO_MOST = 250, SHRINK_COLUMNS_MOST = 1024 };

/* Source pixels under one pixel: the first by its share, then whole ones, as many under every pixel, then
 * two more by their shares, of which the second may be 0. */
typedef struct ShrinkSpan {
    int first;
    float share, next_shares[2];
} ShrinkSpan;

/* What shrink_area works with; one for each lane. */
typedef struct ShrinkScratch {
    uint16_t sums[(SHRINK_ROW_MOST + 5) * 3]; /* the last spans reach over the end, by no share */
    ShrinkSpan columns[SHRINK_COLUMNS_MOST];
} ShrinkScratch;

/* `part` of `in`, averaged over the area of each pixel of `out`, whose size the caller sets: at most the
 * part's, at most 250 times smaller, at most 1024 wide. R G B and a fourth without meaning, 0..255 as the
 * networks want it: -1..1. */
void shrink_area(const Picture *in, Box part, ShrinkScratch *scratch, NetMaps *out);

/* out[y][x] = in at (m[0] x + m[1] y + m[2], m[3] x + m[4] y + m[5]), bilinear, between pixel centres;
 * outside, what is next on the edge. */
void shrink_sample(const NetMaps *in, const double m[6], NetMaps *out);

/* Makes a hardly lit picture look lit, for the networks saw few so dark; no other is touched. What is
 * measured of light is measured elsewhere, on the picture as it is. */
void shrink_brighten(NetMaps *maps);

#endif
