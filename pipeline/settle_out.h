/* SPDX-License-Identifier: MIT */
/* Brings journal and OUT to what settling says: verdicts are written down, photos move between
 * photos/, review/ and .held/. Killed at any moment, the next one completes it. */
#ifndef SETTLE_OUT_H
#define SETTLE_OUT_H

#include "journal.h"

typedef struct SettleJob {
    Journal *journal;
    const Outdir *outdir;
    bool making;
    const Profile *profile;
    const Roster *roster; /* or NULL */
    Decisions *decisions; /* or NULL */
    size_t part_rows;     /* rows in memory at a time, but for those that have to do with others; 0: as many as is usual */
} SettleJob;

/* Before the first photo of a run: binds the decisions to the bytes that the journal holds now, and notes which rows are
 * sound. `retires`: some may have to give way. */
Err settle_ahead(Arena *arena, const SettleJob *job, bool retires);

/* Up to two parts of rows are settled as a whole, more of them part by part (settle_parts.h), with the same result.
 * `out->rows` is NULL then: their memory goes back before a report is written. */
Err settle_out(Arena *arena, const SettleJob *job, Settlement *out);

#endif
