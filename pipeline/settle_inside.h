/* SPDX-License-Identifier: MIT */
/* The inside of settle_out.c, shared with settle_by_parts.c. */
#ifndef SETTLE_INSIDE_H
#define SETTLE_INSIDE_H

#include "settle_out.h"
#include "settle_parts.h"

static const size_t SETTLE_ROW_BYTES = 4096; /* address space, used as needed */

/* Which rows are written down: strangers wait until the files of all persons are known (settle_suggest). */
typedef enum Which { WHICH_ALL, WHICH_KNOWN, WHICH_STRANGERS } Which;

typedef struct Settling {
    Arena *arena; /* of what outlives the rows, and of errors */
    const SettleJob *job;
    SettleAsk ask;
    Settlement *out;
    bool writes;
} Settling;

Err settle_write(const Settling *at, Which which);
void settle_note_standing(const Settling *at);

/* A hint outlives the rows that it was found in. */
Err settle_keep_hints(const Settling *at);

/* Settles and writes down all rows of the journal. */
Err settle_by_parts(Settling *at, Parts *parts, size_t part_rows);

#endif
