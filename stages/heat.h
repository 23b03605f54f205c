/* SPDX-License-Identifier: MIT */
/* Heat maps of the point networks become points: the mean place of each map and how far it spreads. */
#ifndef HEAT_H
#define HEAT_H

#include "../pipeline/photo.h"

typedef struct HeatPoint {
    Point at;      /* 0..1 of the crop, origin top left */
    double spread; /* standard deviation in the same unit: grows where the network is unsure */
} HeatPoint;

/* `maps`: count x side x side values, one map after the other, rows top down; a value is the logarithm
 * of the weight of its cell. side at most 64. The same answer on every machine: plain arithmetic. */
void heat_points(const float *maps, int count, int side, HeatPoint *out);

#endif
