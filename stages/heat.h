/* SPDX-License-Identifier: MIT */
/* Heat maps of the point networks become points: the mean place of each map and how far it spreads. */
#ifndef HEAT_H
#define HEAT_H

#include "../pipeline/photo.h"
#include "net.h"

typedef struct HeatPoint {
    Point at;      /* 0..1 of the crop, origin top left */
    double spread; /* standard deviation in the same unit: grows where the network is unsure */
} HeatPoint;

/* One map for each channel; a value is the logarithm of the weight of its cell. At most 64 x 64 cells;
 * a pixel is whole blocks of channels. The same answer on every machine: plain arithmetic. */
void heat_points(const NetMaps *maps, HeatPoint *out);

#endif
