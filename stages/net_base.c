/* SPDX-License-Identifier: MIT */
/* SSE2 on x86-64, NEON on aarch64: four floats a vector, and what else there is without vectors. */
#define LANES 4
#ifdef __aarch64__ /* 32 registers */
#define PIXELS_MOST 12
#define VECTORS_MOST 4
#define TILES(one) one(12, 1) one(4, 1) one(10, 2) one(4, 2) one(8, 3) one(4, 3) one(6, 4) one(5, 4) one(4, 4)
#else
#define PIXELS_MOST 12
#define VECTORS_MOST 2
#define TILES(one) one(12, 1) one(8, 1) one(4, 1) one(6, 2) one(5, 2) one(4, 2)
#endif
#define KERNELS net_base
#define NAME "base"
#include "net_tile.h"
