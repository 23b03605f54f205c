/* SPDX-License-Identifier: MIT */
#include "remember.h"
#include <string.h>

Err remember(Arena *arena, Journal *journal, const Done *done, Row *row)
{
    const Plan *plan = done->plan;
    const PlanTask *task = &plan->tasks[done->index];
    for (uint32_t i = 0; i < task->superseded_count; i++)
        TRY(journal_retire(arena, journal, plan->superseded[task->superseded + i]->path, row));
    if (done->unchanged)
        return journal_touch(arena, journal, row->path, &row->stamp, row->trusted);
    TRY(journal_attempt(arena, journal, row, &row->attempt));
    if (task->past && strcmp(task->past->path, row->path) == 0)
        TRY(journal_retire(arena, journal, row->path, row));
    return journal_put(arena, journal, row);
}
