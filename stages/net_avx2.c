/* SPDX-License-Identifier: MIT */
/* Compiled with -mavx2 -mfma: eight floats a vector, 16 registers. */
#define LANES 8
#define PIXELS_MOST 12
#define VECTORS_MOST 3
#define TILES(one) one(12, 1) one(8, 1) one(4, 1) one(6, 2) one(5, 2) one(4, 2) one(4, 3) one(3, 3) one(2, 3)
#define KERNELS net_avx2
#define NAME "avx2"
#include "net_tile.h"
