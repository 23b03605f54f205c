/* SPDX-License-Identifier: MIT */
/* Medians and other quantiles without sorting. */
#ifndef RANK_H
#define RANK_H

/* The value that would stand at `index` (0 .. count - 1) if `values` were sorted; reorders them. */
double rank_value(double *values, int count, int index);

#endif
