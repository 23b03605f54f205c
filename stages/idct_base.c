/* SPDX-License-Identifier: MIT */
/* SSE2: every x86-64 has it. */
#define LANES 1
#define KERNELS idct_base
#define NAME "base"
#include "idct_tile.h"
