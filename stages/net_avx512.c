/* SPDX-License-Identifier: MIT */
/* Compiled with -mavx512f: sixteen floats a vector, 32 registers. */
#define LANES 16
#define PIXELS_MOST 10
#define VECTORS_MOST 5
#define TILES(one)                                                                                                     \
    one(8, 1, 0) one(4, 1, 0) one(8, 1, 1) one(10, 2, 0) one(8, 2, 0) one(6, 2, 0) one(4, 2, 0) one(10, 2, 1)          \
    one(8, 2, 1) one(8, 3, 0) one(6, 3, 0) one(4, 3, 0) one(2, 3, 0) one(6, 4, 0) one(4, 4, 0)            \
    one(2, 4, 0) one(5, 5, 0) one(4, 5, 0) one(5, 5, 1) one(4, 5, 1)
#define KERNELS net_avx512
#define NAME "avx512"
#include "net_tile.h"
