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
    RASTER_PIXELS = 8,    /* input pixels that are weighed at once along a row, at most */
    RASTER_ROWS = 4,      /* rows that are weighed along at once */
};

/* One output pixel's shares of the input pixels from `first` on, an even number of them from an even one on. Along a row there
 * are zeros behind them, up to the most shares of any, in multiples of RASTER_PIXELS; and pixels behind the last. */
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

/* Rows of pixels in pairs, of which the upper `count` are wanted and RASTER_ROWS are read. */
typedef struct RasterLines {
    const int16_t *pairs;
    size_t stride;
    int count;
} RasterLines;

typedef struct RasterKernels {
    const char *name;
    /* `count` rows of `rows->values` values, one behind the other, each of the rows that its taps say. */
    void (*down)(const RasterRows *rows, const RasterTaps *taps, int count, int16_t *out);
    /* Two pixels become red, red, green, green, blue, blue, 0, 0. `width_px` may be odd: then the last one's neighbour
     * is 0. Two values behind `packed` may be read. */
    void (*pair)(const int16_t *packed, int width_px, int16_t *pairs);
    /* `width_px` pixels of each row, the rows one behind the other. */
    void (*across)(const RasterLines *lines, const RasterTaps *taps, int width_px, uint8_t *out);
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
