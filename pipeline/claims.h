/* SPDX-License-Identifier: MIT */
/* Pure, a part of settling: one picture under two IDs. Nobody guesses whose it is; but who withdrew a
 * photo, by a decision, by a newer one or by moving the file, no longer stands in another's way. */
#ifndef CLAIMS_H
#define CLAIMS_H

#include "settle.h"

/* A row under a text it is sorted by. */
typedef struct Place {
    const char *text;
    uint32_t person, row;
} Place;

typedef struct Claims {
    const SettleAsk *ask;
    const Place *order; /* rows that are bound, by key */
    size_t count;
    const uint32_t *person; /* per row: one number per key */
    Settled *rows;          /* judged by themselves; facts and yields_to are written */
    /* As comparing leaves them, empty before. Per row: */
    bool *silent; /* stands in nobody's way, and is not compared */
    bool *back;   /* was silent for a newer one, which does not count after all */
    bool again;   /* some are back: what stood all the time keeps what it has of same_bytes */
} Claims;

int place_compare(const void *a, const void *b); /* by text, person, row */

/* Of order[]: the first behind those of the key of `first`. */
size_t claims_group_end(const Claims *claims, size_t first);

/* For whom these bytes ever counted: the first, and how many. */
const Counted *claims_counted(const SettleAsk *ask, const char *sha256, size_t *count);
/* True: they were sound and never counted. `key`: of that person. */
bool claims_was_sound(const Counted *counted, const char **key);
/* Or were sound for that person. */
bool claims_counted_for(const SettleAsk *ask, const char *key, const char *sha256);

/* Takes 0.2 s for 100,000 photos and grows little faster than their number. */
Err claims_compare(Arena *arena, Claims *claims);

/* Once its rows are judged by that: earlier attempts whose newer one does not count after all are no longer silent. True:
 * there are such, and all must be compared and judged once more. */
bool claims_come_back(Claims *claims);

#endif
