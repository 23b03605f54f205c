/* SPDX-License-Identifier: MIT */
/* Compiled with -mavx512f: sixteen floats a vector, 32 registers. */
#define LANES 16
#define PIXELS_MOST 16
#define VECTORS_MOST 5
#define TILES(one)                                                                                                     \
    one(16, 1) one(8, 1) one(4, 1) one(12, 2) one(10, 2) one(8, 2) one(4, 2) one(8, 3) one(6, 3) one(4, 3) one(2, 3)   \
    one(6, 4) one(4, 4) one(2, 4) one(5, 5) one(4, 5)
#define KERNELS net_avx512
#define NAME "avx512"
#include "net_tile.h"
