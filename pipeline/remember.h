/* SPDX-License-Identifier: MIT */
/* What a photo that is home leaves in the journal, whoever judged it: a lane of this run or a shard. */
#ifndef REMEMBER_H
#define REMEMBER_H

#include "plan.h"

typedef struct Done {
    const Plan *plan;
    size_t index;   /* of the task */
    bool unchanged; /* the same bytes by the same rules: only the stamp is new */
} Done;

/* Before the first photo, after settle_ahead: what is sound is not written over until it is known what takes its place. */
Err remember_ahead(Arena *arena, Journal *journal, Plan *plan);

/* Rows that give way although no file of their person is to be done. Before the first photo, after settle_ahead; commits. */
Err remember_dropped(Arena *arena, Journal *journal, const Plan *plan, const char *profile);

/* What the photo supersedes retires in the same commit. `row->attempt`: as plan_attempt counts, and better
 * known afterwards. */
Err remember(Arena *arena, Journal *journal, const Done *done, Row *row);

#endif
