/* SPDX-License-Identifier: MIT */
/* Weighed sums of pixels in whole numbers: the same result on every machine. Compiled for SSE2, AVX2 and AVX-512, and plainly
 * for what has none. */
#ifndef RASTER_KERNELS_H
#define RASTER_KERNELS_H

#include <stddef.h>
#include <stdint.h>

enum {
    RASTER_ONE_BITS = 14, /* shares are counted in 1 / 16384 */
    RASTER_LINE_BITS = 6, /* of a value between the two passes */
    RASTER_END_BITS = RASTER_ONE_BITS + RASTER_LINE_BITS,
    RASTER_ROWS = 16,     /* rows that are made at once, and share the work on their input rows */
    RASTER_BEHIND = 5,
};

/* One output pixel's shares of the input pixels from `first` on, an even number of them from an even one on. */
typedef struct RasterTaps {
    int first, count;
    int16_t *share;
} RasterTaps;

/* Packed rows of which the upper ones are weighed. */
typedef struct RasterRows {
    const uint8_t *first;
    size_t stride, values; /* from row to row; of one */
    int count;
} RasterRows;

typedef struct RasterKernels {
    const char *name;
    /* `count` rows of `rows->values` values, one behind the other, each of the rows that its taps say. */
    void (*down)(const RasterRows *rows, const RasterTaps *taps, int count, int16_t *out);
    /* RASTER_ROWS rows, one behind the other, of `values` each, whose pixels stand in pairs afterwards: the first two reds of each
     * row, their greens, their blues, the next two reds. The last one's neighbour is whatever lies there where `width_px` is
     * odd: its share is 0. RASTER_BEHIND values behind the last row may be read. */
    void (*turn)(const int16_t *lines, size_t values, int width_px, int16_t *pairs);
    /* `width_px` pixels of each of the first `rows` rows of pairs, the rows one behind the other. */
    void (*across)(const int16_t *pairs, int rows, const RasterTaps *taps, int width_px, uint8_t *out);
    /* One row of the rows that its taps say, of which no sum passes 2^24, so that the floats are exact. */
    void (*total)(const RasterRows *rows, const RasterTaps *taps, float *out);
} RasterKernels;

/* Those for the processor; HEADROOM_CPU=base or avx2 as for the networks' kernels. */
const RasterKernels *raster_kernels(void);

extern const RasterKernels raster_base;
extern const RasterKernels raster_avx2, raster_avx512; /* on x86-64 */

/* `down` and `total` of rows that are too narrow for vectors, and where there are none. */
void raster_down_plainly(const RasterRows *rows, const RasterTaps *taps, int count, int16_t *out);
void raster_total_plainly(const RasterRows *rows, const RasterTaps *taps, float *out);

#endif
