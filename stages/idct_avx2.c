/* SPDX-License-Identifier: MIT */
/* Compiled with -mavx2. */
#define LANES 2
#define KERNELS idct_avx2
#define NAME "avx2"
#include "idct_tile.h"
