/* SPDX-License-Identifier: MIT */
/* Which photos are to be handed in, read off the lines of the report as they pass by. */
#ifndef PACKING_H
#define PACKING_H

#include <jansson.h>
#include "../pipeline/idnum.h"
#include "../pipeline/spool.h"
#include "package.h"

enum { PACKING_SHOWN = 10, PACKING_ID_BYTES = sizeof(((Id *)0)->text) };

typedef struct Packing {
    Arena *arena;
    Spool *items; /* by ID; more than memory should hold lie in OUT/.tmp */
    Arena *line;      /* of one item */
    PackageItem item; /* the last that was read */
    size_t count, without;            /* without: persons whose photo is not there yet, "" as source */
    char last[PACKING_ID_BYTES];           /* the last ID that was added */
    char shown[PACKING_SHOWN][PACKING_ID_BYTES]; /* the first of those without */
} Packing;

Err packing_open(Arena *arena, const char *out, Packing *packing);
void packing_close(Packing *packing);

/* A line, and whether its photo counts. One with neither photo nor kept attempt counts as missing
 * where `wanted`: the person is eligible. Lines come by ID. */
Err packing_add(Packing *packing, const json_t *line, bool ready, bool wanted);

/* After the last packing_add: one by one, NULL behind the last; it lives until the next. */
Err packing_next(Packing *packing, const PackageItem **item);
Err packing_again(Packing *packing); /* from the first */

#endif
