/* SPDX-License-Identifier: MIT */
/* Compiled with -mavx512f: sixteen floats a vector, 32 registers. */
#define LANES 16
#define TILE_PIXELS 8
#define TILE_VECTORS 3
#define KERNELS net_avx512
#define NAME "avx512"
#include "net_tile.h"
