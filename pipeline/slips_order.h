/* SPDX-License-Identifier: MIT */
/* Pure, a part of slips: which frame was shot before which, as far as that is certain. */
#ifndef SLIPS_ORDER_H
#define SLIPS_ORDER_H

#include "slips.h"

/* Frames that have a time, by time; where two are equal, by their numbers. What cannot be read at all has none: its
 * number tells its place, if it stands in a row with others. */
typedef struct ShotOrder {
    uint32_t *at;       /* indices of shots */
    size_t count;
    bool *certain;      /* per place: all before it were shot before all from it on */
    bool *placed;       /* per shot */
    const char **group; /* per shot: the card or folder it lies in; equal texts are one pointer */
    bool one_camera;    /* in each group, as far as bodies or counters tell */
} ShotOrder;

Err slips_order(Arena *arena, const Shot *shots, size_t count, ShotOrder *out);

#endif
