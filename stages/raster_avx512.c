/* SPDX-License-Identifier: MIT */
/* Compiled with -mavx512bw -mavx512vl -mavx512vnni: products are added as they are made. */
#define LANES 4
#define KERNELS raster_avx512
#define NAME "avx512"
#include "raster_tile.h"
