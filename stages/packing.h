/* SPDX-License-Identifier: MIT */
/* Which photos are to be handed in, read off the lines of the report as they pass by. */
#ifndef PACKING_H
#define PACKING_H

#include <jansson.h>
#include "package.h"

typedef struct Packing {
    PackageItem *items; /* by ID; "" as source: a person whose photo is not there yet */
    size_t count, room;
} Packing;

/* A line, and whether its photo counts. One with neither photo nor kept attempt counts as missing
 * where `wanted`: the person is eligible. */
Err packing_add(Arena *arena, Packing *packing, const json_t *line, bool ready, bool wanted);

#endif
