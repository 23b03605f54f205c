/* SPDX-License-Identifier: MIT */
/* Compiled with -mavx2 -mfma: eight floats a vector, 16 registers. */
#define LANES 8
#define PIXELS_MOST 8
#define VECTORS_MOST 3
#define TILES(one)                                                                                                     \
    one(8, 1, 0) one(4, 1, 0) one(6, 2, 0) one(5, 2, 0) one(4, 2, 0) one(4, 3, 0) one(3, 3, 0) one(2, 3, 0)
#define KERNELS net_avx2
#define NAME "avx2"
#include "net_tile.h"
