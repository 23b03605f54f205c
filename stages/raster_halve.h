/* SPDX-License-Identifier: MIT */
/* Area average to exactly half the width and height. */
#ifndef RASTER_HALVE_H
#define RASTER_HALVE_H

#include <stddef.h>
#include <stdint.h>

/* One row of `width_px` pixels from two rows of twice as many, one behind the other: means of four, halves rounded up.
 * `means`: room for one of those rows. */
void raster_halve_row(const uint8_t *rows, int width_px, uint8_t *means, uint8_t *out);

#endif
