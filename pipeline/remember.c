/* SPDX-License-Identifier: MIT */
#include "remember.h"
#include <string.h>

Err remember_ahead(Arena *arena, Journal *journal, Plan *plan)
{
    for (size_t i = 0; i < plan->found_count; i++)
        TRY(journal_number(arena, journal, plan->found[i].past->path, plan->found[i].key));
    for (size_t i = 0; i < plan->count; i++) {
        PlanTask *task = &plan->tasks[i];
        for (uint32_t j = 0; j < task->superseded_count; j++)
            task->hold = task->hold || journal_is_sound(journal, plan->superseded[task->superseded + j]->path);
        if (!task->other || !journal_is_sound(journal, task->past->path))
            continue;
        task->hold = true;
        TRY(journal_step_aside(arena, journal, task->past->path));
    }
    return OK;
}

/* Of its person stands a file that was judged before: as if that one came now. */
static Err drop(Arena *arena, Journal *journal, const Roster *roster, const PlanDrop *drop, const char *profile)
{
    Bound bound;
    const Past *beside = drop->beside;
    if (!beside)
        return drop->past->kept || !drop->past->output_stands ? journal_remove(arena, journal, drop->past->path) : journal_part(arena, journal, drop->past->path);
    bind_frame(roster, beside->path, beside->slip, &bound);
    return journal_retire(arena, journal, drop->past->path, &(Row){.id = &bound.id, .sha256 = beside->sha256, .profile = profile});
}

Err remember_dropped(Arena *arena, Journal *journal, const Plan *plan, const char *profile)
{
    for (size_t i = 0; i < plan->dropped_count; i++)
        TRY(drop(arena, journal, plan->roster, &plan->dropped[i], profile));
    return journal_commit(arena, journal);
}

/* What stood under its own path. What could not be read is of other bytes than any. */
static Err give_way(Arena *arena, Journal *journal, const Row *row)
{
    char key[64];
    bool away;
    id_key(row->id, key);
    FrameBound frame = {.path = row->path, .sha256 = *row->sha256 ? row->sha256 : "-", .slip = row->slip, .key = key};
    TRY(journal_displace(arena, journal, &frame, &away));
    return away ? OK : journal_retire(arena, journal, row->path, row);
}

Err remember(Arena *arena, Journal *journal, const Done *done, Row *row)
{
    const Plan *plan = done->plan;
    const PlanTask *task = &plan->tasks[done->index];
    for (uint32_t i = 0; i < task->superseded_count; i++)
        TRY(journal_retire(arena, journal, plan->superseded[task->superseded + i]->path, row));
    if (done->unchanged) {
        const char *slip = row->slip ? row->slip : "", *before = task->past && task->past->slip ? task->past->slip : "";
        if (strcmp(before, slip) != 0)
            TRY(journal_rebind(arena, journal, &(FrameBound){.path = row->path, .sha256 = "", .slip = slip, .key = ""}));
        return journal_touch(arena, journal, row->path, &row->stamp, row->trusted);
    }
    TRY(journal_attempt(arena, journal, row, &row->attempt));
    if (task->past && strcmp(task->past->path, row->path) == 0)
        TRY(give_way(arena, journal, row));
    return journal_put(arena, journal, row);
}
