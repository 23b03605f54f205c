/* SPDX-License-Identifier: MIT */
/* Chroma at luma's size: the triangle filter that libjpeg calls fancy upsampling, bit for bit. */
#ifndef CHROMA_H
#define CHROMA_H

#include <stdint.h>

/* A row twice as wide: each sample becomes two, at 1/4 of the way to its neighbours. `width` samples in; beyond the
 * ends the outermost go on. */
void chroma_wider(const uint8_t *in, int width, uint8_t *out);

/* The same of a row between two: `near` weighs 3, `far` 1. `sums`: room for width + 2. */
void chroma_wider_between(const uint8_t *near, const uint8_t *far, int width, uint16_t *sums, uint8_t *out);

#endif
