/* SPDX-License-Identifier: MIT */
/* Compiled with -mavx2 -mfma: eight floats a vector, 16 registers. */
#define LANES 8
#define TILE_PIXELS 6
#define TILE_VECTORS 2
#define KERNELS net_avx2
#define NAME "avx2"
#include "net_tile.h"
