/* SPDX-License-Identifier: MIT */
/* Medians and other quantiles without sorting. */
#ifndef RANK_H
#define RANK_H

#include <stdint.h>

/* The value that would stand at `index` (0 .. count - 1) if `values` were sorted; reorders them. */
double rank_value(double *values, int count, int index);

/* The same of levels, which stay as they are. */
double rank_level(const uint8_t *levels, int count, int index);

typedef struct RankCount { /* so many equal values */
    double value;
    int count;
} RankCount;

/* The same of values of which each stands for as many as it says, `entries` of them; `index` counts all. Reorders them. */
double rank_counted(RankCount *list, int entries, int index);

#endif
