/* SPDX-License-Identifier: MIT */
/* The same as odd_blocks.h of progressive files, where a block's bits lie in several scans. */
#ifndef ODD_SCANS_H
#define ODD_SCANS_H

#include "../pipeline/photo.h"
#include "jpeg.h"

double odd_scans_count(Arena *arena, const Picture *stored, const ScanBands *bands, const FastPlan *plan);

#endif
