/* SPDX-License-Identifier: MIT */
/* What a plan is asked for once it is made. */
#include "plan.h"
#include <string.h>
#include "home.h"

size_t plan_find(const Listing *listing, const char *key)
{
    size_t low = 0, high = listing->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(listing->files[listing->by_key[middle]].key, key);
        if (order == 0)
            return listing->by_key[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return listing->count;
}

static const Past *past_of(const History *history, const char *key)
{
    for (size_t i = 0; i < history->count; i++)
        if (strcmp(history->list[i].path, key) == 0)
            return &history->list[i];
    return NULL;
}

static PlanTask *task_of(Plan *plan, size_t file)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->tasks[i].file == file)
            return &plan->tasks[i];
    plan->tasks[plan->count] = (PlanTask){.file = (uint32_t)file, .files_for_id = plan->files_for_id[file], .why = WHY_CHANGED};
    return &plan->tasks[plan->count++];
}

void plan_again(Plan *plan, const History *history, size_t file)
{
    PlanTask *task = task_of(plan, file);
    task->past = past_of(history, plan->listing->files[file].key);
    task->known = false; /* else nothing would be told */
    task->hold = true;
}

void plan_task(const Plan *plan, size_t index, Task *out)
{
    const PlanTask *task = &plan->tasks[index];
    const Listed *file = &plan->listing->files[task->file];
    Bound bound;
    bind_frame(plan->roster, file->path, file->slip, &bound);
    *out = (Task){
        .path = file->path,
        .entry = file->entry,
        .problem = file->problem,
        .id = bound.id,
        .files_for_id = task->files_for_id,
        .known_sha256 = task->known ? task->past->sha256 : NULL,
        .known_hash = task->known ? task->past->profile : NULL,
        .hold = task->hold,
    };
    home_held(file->key, out->held);
}

int plan_attempt(const PlanTask *task, const char *sha256)
{
    if (!task->past)
        return 1;
    return task->past->attempt + (strcmp(task->past->sha256, sha256) != 0);
}

const char *why_name(Why why)
{
    static const char *const names[] = {"new", "changed", "rules", "failed", "output"};
    return names[why];
}

void plan_keep(Plan *plan, const bool *due)
{
    size_t kept = 0;
    for (size_t i = 0; i < plan->count; i++)
        if (due[plan->tasks[i].file])
            plan->tasks[kept++] = plan->tasks[i];
    plan->count = kept;
}
