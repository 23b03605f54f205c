/* SPDX-License-Identifier: MIT */
/* SSE2 on x86-64, NEON on aarch64: four floats a vector, and what else there is without vectors. */
#define LANES 4
#ifdef __aarch64__ /* 32 registers */
#define PIXELS_MOST 8
#define VECTORS_MOST 4
#define TILES(one)                                                                                                     \
    one(8, 1, 0) one(4, 1, 0) one(8, 2, 0) one(4, 2, 0) one(8, 3, 0) one(4, 3, 0) one(6, 4, 0) one(5, 4, 0) one(4, 4, 0)
#else
#define PIXELS_MOST 8
#define VECTORS_MOST 2
#define TILES(one) one(8, 1, 0) one(4, 1, 0) one(6, 2, 0) one(5, 2, 0) one(4, 2, 0)
#endif
#define KERNELS net_base
#define NAME "base"
#include "net_tile.h"
