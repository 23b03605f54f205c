/* SPDX-License-Identifier: MIT */
/* Area average to exactly half the width and height. */
#ifndef RASTER_HALVE_H
#define RASTER_HALVE_H

#include <stddef.h>
#include <stdint.h>

/* `rows` rows of `width_px` pixels from twice as many of twice as many, one behind the other: means of four, halves
 * rounded up. `means`: room for one row of those read. */
void raster_halve(const uint8_t *rgb, int width_px, int rows, uint8_t *means, uint8_t *out);

#endif
