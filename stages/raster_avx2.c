/* SPDX-License-Identifier: MIT */
/* Compiled with -mavx2. */
#define LANES 2
#define KERNELS raster_avx2
#define NAME "avx2"
#include "raster_tile.h"
