/* SPDX-License-Identifier: MIT */
/* A fingerprint of the picture of a face, to find one photo under two IDs. It knows pictures, not
 * persons: two photos of one person differ as two persons do. */
#ifndef LIKENESS_H
#define LIKENESS_H

#include "face_place.h"
#include "luma.h"

enum { LIKENESS_BITS = 256, LIKENESS_HEX = LIKENESS_BITS / 4 + 1 };

/* 256 bits as lower-case hex: signs of the low frequencies (DCT-II) of the luma of the face, cut upright
 * by eyes and mouth and at a fixed size, so that size, crop, compression and tone do not count.
 * "" where the eyes are unknown or the cut leaves the picture by more than half. */
void likeness_of(const Luma *picture, const FacePlace *face, char out[LIKENESS_HEX]);

/* Differing bits of two fingerprints, 0..256; 256 where one is "". */
int likeness_distance(const char *one, const char *other);

#endif
