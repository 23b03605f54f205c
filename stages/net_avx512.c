/* SPDX-License-Identifier: MIT */
/* Compiled with -mavx512f: sixteen floats a vector, 32 registers. No more than three vectors: most weights come from the second
 * cache, and what serves ten pixels is fetched half as often as what serves five. */
#define LANES 16
#define PIXELS_MOST 16
#define VECTORS_MOST 3
#define TILES(one)                                                                                                     \
    one(16, 1, 0) one(8, 1, 0) one(4, 1, 0) one(16, 1, 1) one(10, 2, 0) one(8, 2, 0) one(6, 2, 0) one(4, 2, 0)         \
    one(10, 2, 1) one(8, 2, 1) one(8, 3, 0) one(6, 3, 0) one(4, 3, 0) one(2, 3, 0) one(8, 3, 1) one(4, 3, 1)
#define KERNELS net_avx512
#define NAME "avx512"
#include "net_tile.h"
