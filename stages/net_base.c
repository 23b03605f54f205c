/* SPDX-License-Identifier: MIT */
/* SSE2 on x86-64, NEON on aarch64: four floats a vector, and what else there is without vectors. */
#define LANES 4
#ifdef __aarch64__ /* 32 registers */
#define TILE_PIXELS 6
#define TILE_VECTORS 4
#else
#define TILE_PIXELS 6
#define TILE_VECTORS 2
#endif
#define KERNELS net_base
#define NAME "base"
#include "net_tile.h"
