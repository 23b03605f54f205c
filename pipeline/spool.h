/* SPDX-License-Identifier: MIT */
/* Sorts more records than memory should hold: as many as fit are sorted there and appended, as a run, to a file
 * without a name; at the end the runs are merged. What fits altogether needs no file. */
#ifndef SPOOL_H
#define SPOOL_H

#include "err.h"

enum { SPOOL_TEXTS_MAX = 16 };

typedef struct SpoolAsk {
    const char *folder; /* where the file may lie */
    size_t bytes;       /* of memory; under 4 GiB */
    int texts, keys;    /* of a record, up to SPOOL_TEXTS_MAX; by how many of the first ones it is sorted, bytewise */
} SpoolAsk;

typedef struct Spool Spool;

/* Errors lie in `arena`, as does what is small. */
Err spool_open(Arena *arena, const SpoolAsk *ask, Spool **out);
void spool_close(Spool *spool); /* NULL: nothing to do */

Err spool_add(Spool *spool, const char *const *texts);

/* After the last spool_add: the records in their order; of equal ones the one that was added first. `*texts` is NULL
 * behind the last one and lives until the next call. */
Err spool_next(Spool *spool, const char *const **texts);

/* From the first record again. */
Err spool_again(Spool *spool);

#endif
