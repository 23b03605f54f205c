/* SPDX-License-Identifier: MIT */
/* Blocks of coefficients to samples, and samples to colours, in whole numbers: bit for bit what libjpeg-turbo makes on
 * x86-64, for every input. Compiled for SSE2 and for AVX2, which takes two blocks at once. */
#ifndef IDCT_H
#define IDCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two blocks of 64 coefficients in natural order, one behind the other, with their own tables (of 64, natural order)
 * and places for their samples, rows `stride` apart. The same place twice: the second one stays. */
typedef struct IdctPair {
    const int16_t *blocks;
    const int16_t *quant[2];
    uint8_t *out[2];
    size_t stride;
} IdctPair;

/* False from `four` and `eight`: a value of the first row of coefficients is beyond +-8191, where libjpeg takes
 * another way where the rows below are 0, and the results part. No picture has such values. */
typedef struct IdctKernels {
    const char *name;
    bool (*four)(const IdctPair *pair);  /* 4x4 samples a block: half the size */
    bool (*eight)(const IdctPair *pair); /* 8x8 */
    /* `width` pixels, R G B; nothing behind them is touched. The samples may be read up to the next multiple of 32. */
    void (*colours)(const uint8_t *const planes[3], int width, uint8_t *rgb);
} IdctKernels;

extern const IdctKernels idct_base; /* SSE2 */
extern const IdctKernels idct_avx2;

/* The samples of a block whose other coefficients are 0: of either size, all the same. */
static inline uint8_t idct_flat(int dequantised)
{
    int level = ((dequantised + 4) >> 3) + 128;
    return (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
}

enum { IDCT_FIRST_MOST = 8191 };

#endif
