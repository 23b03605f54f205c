/* SPDX-License-Identifier: MIT */
/* Pure, a part of slips: which frame was shot before which, as far as that is certain. */
#ifndef SLIPS_ORDER_H
#define SLIPS_ORDER_H

#include "slips.h"

enum { SKIPPED_UNKNOWN = -1 };

/* Frames that have a time, by time; where two are equal, by their numbers. What cannot be read at all has none: its
 * number tells its place, if it stands in a row with others. */
typedef struct ShotOrder {
    uint32_t *at;       /* indices of shots */
    size_t count;
    bool *certain;      /* per place: all before it were shot before all from it on */
    bool *placed;       /* per shot */
    const char **group; /* per shot: the card or folder it lies in; equal texts are one pointer */
    bool one_camera;    /* in each group, as far as bodies or counters tell */
    int *skipped;       /* per shot: numbers of the camera's counter between it and the shot before it in `at`;
                           SKIPPED_UNKNOWN: they have no counter in common */
} ShotOrder;

/* Bytes of `path` that name its card, which numbered folders lie in, or else its folder. */
size_t slips_group(const char *path);

Err slips_order(Arena *arena, const Shot *shots, size_t count, ShotOrder *out);

#endif
