/* SPDX-License-Identifier: MIT */
/* Blocks of a scan: where they lie, their samples, and how these step at the edges between two. */
#ifndef ODD_STEPS_H
#define ODD_STEPS_H

#include "jpeg_fast.h"

enum { STEP_SIDE = 8, STEP_AROUND = 4 };

/* Levels of a block, row by row. */
typedef struct Samples {
    float at[SCAN_BLOCK];
} Samples;

/* The MCUs of a plan's picture. */
typedef struct BlockGrid {
    const FastPlan *plan;
    int across, down;
    int first[SCAN_COMPONENTS]; /* of a component's blocks in an MCU */
} BlockGrid;

typedef struct Cosines {
    float at[STEP_SIDE][STEP_SIDE];
} Cosines;

/* Left, right, upper and lower neighbour. */
extern const int step_aside[STEP_AROUND][2];

BlockGrid step_grid(const FastPlan *plan);

/* The MCU in which block (x, y) of a component lies; `number` is its own there. */
int step_mcu(const BlockGrid *grid, int component, int x, int y, int *number);

void step_cosines(Cosines *out);

/* The samples of coefficients as coded, in natural order. */
void step_samples(const int16_t *block, const int16_t *quant, const Cosines *cosines, Samples *out);

/* The mean step, in levels, at the edge between a block and its neighbour aside number `k`. */
float step_at(const Samples *own, const Samples *neighbour, int k);

#endif
