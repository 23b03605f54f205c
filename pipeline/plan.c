/* SPDX-License-Identifier: MIT */
/* Two merges: files against rows by path, then files against rows by ID. */
#include "plan.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "home.h"
#include "pool.h"

/* A file or a row under the key of its person. */
typedef struct Claim {
    const char *key;
    uint32_t index;
} Claim;

typedef struct Work {
    Arena *arena;
    const PlanAsk *ask;
    const Listing *listing;
    const History *history;
    Plan *out;
    const Past **past_of; /* per file: the row of its path, or NULL */
    bool *listed;         /* per row: its path is in the listing */
    bool *nobody;         /* per row that is not listed: by this roster it is nobody's */
    Claim *files;         /* files with an ID, by key */
    size_t files_count;
    Claim *others; /* rows whose ID is here but whose path is not, by key */
    size_t others_count;
    int *files_for_id; /* per file */
    bool *counts;      /* per file: bound to somebody whose photo may be handed in */
    uint32_t *range;   /* per file: the first of its ID in others */
    uint32_t *range_count;
} Work;

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the plan");
}

static int compare_claims(const void *a, const void *b)
{
    const Claim *one = a, *two = b;
    int order = strcmp(one->key, two->key);
    return order ? order : (one->index > two->index) - (one->index < two->index);
}

static bool same_stamp(const Stamp *a, const Stamp *b)
{
    return a->inode && a->bytes == b->bytes && a->mtime_ns == b->mtime_ns &&
           a->ctime_ns == b->ctime_ns && a->inode == b->inode;
}

static Err make_room(Work *work)
{
    size_t files = work->listing->count, rows = work->history->count;
    work->past_of = ARENA_ARRAY(work->arena, const Past *, files);
    work->listed = ARENA_ARRAY(work->arena, bool, rows);
    work->nobody = ARENA_ARRAY(work->arena, bool, rows);
    work->out->found = ARENA_ARRAY(work->arena, PlanFound, rows);
    work->files = ARENA_ARRAY(work->arena, Claim, files);
    work->others = ARENA_ARRAY(work->arena, Claim, rows);
    work->files_for_id = ARENA_ARRAY(work->arena, int, files);
    work->counts = ARENA_ARRAY(work->arena, bool, files);
    size_t persons = work->ask->roster ? work->ask->roster->count : 0;
    work->out->has_file = ARENA_ARRAY(work->arena, bool, persons + 1);
    work->range = ARENA_ARRAY(work->arena, uint32_t, files);
    work->range_count = ARENA_ARRAY(work->arena, uint32_t, files);
    bool all = work->past_of && work->listed && work->nobody && work->out->found && work->files && work->others &&
               work->files_for_id && work->counts && work->out->has_file && work->range && work->range_count;
    return all ? OK : no_memory(work->arena);
}

static void match_paths(Work *work)
{
    const Listing *listing = work->listing;
    size_t row = 0;
    for (size_t i = 0; i < listing->count; i++) {
        uint32_t file = listing->by_key[i];
        const char *key = listing->files[file].key;
        while (row < work->history->count && strcmp(work->history->list[row].path, key) < 0)
            row++;
        if (row < work->history->count && strcmp(work->history->list[row].path, key) == 0) {
            work->past_of[file] = &work->history->list[row];
            work->listed[row] = true;
        }
    }
}

/* False: the file is nobody's. */
static bool look_at_file(Work *work, size_t file, Bound *bound)
{
    const Roster *roster = work->ask->roster;
    const Listed *listed = &work->listing->files[file];
    bind_frame(roster, listed->path, listed->slip, bound);
    const Person *person = bound->person;
    if (bound->id.kind == ID_NONE || listed->is_slip)
        return false;
    work->counts[file] = !roster || (person && person->eligible);
    work->out->extra += roster && !person;
    work->out->not_eligible += person && !person->eligible;
    if (person)
        work->out->has_file[person - roster->list] = true;
    return true;
}

static void note_found(Work *work, const Past *past, const char *key)
{
    if (past && !past->id_key && !past->kept && !(past->slip && *past->slip))
        work->out->found[work->out->found_count++] = (PlanFound){past, key};
}

static Err collect_ids(Work *work)
{
    Pool pool = {.arena = work->arena};
    Bound bound;
    for (size_t i = 0; i < work->listing->count; i++) {
        if (!look_at_file(work, i, &bound))
            continue;
        Claim claim = {pool_keep(&pool, bound.key), (uint32_t)i};
        if (!claim.key)
            return no_memory(work->arena);
        work->files[work->files_count++] = claim;
        note_found(work, work->past_of[i], claim.key);
    }
    qsort(work->files, work->files_count, sizeof *work->files, compare_claims);
    return OK;
}

/* The roster may bind a row to another person than when it was written: its name decides. */
static Err collect_others(Work *work)
{
    Pool pool = {.arena = work->arena};
    const Past *rows = work->history->list;
    Bound bound;
    for (size_t i = 0; i < work->history->count; i++) {
        if (work->listed[i])
            continue;
        bind_frame(work->ask->roster, rows[i].path + (rows[i].kept ? strlen("kept:") : 0), rows[i].slip, &bound);
        if (bound.person)
            work->out->has_file[bound.person - work->ask->roster->list] = true;
        work->nobody[i] = bound.id.kind == ID_NONE;
        if (work->nobody[i] || rows[i].kept)
            continue;
        Claim claim = {pool_keep(&pool, bound.key), (uint32_t)i};
        if (!claim.key)
            return no_memory(work->arena);
        work->others[work->others_count++] = claim;
        note_found(work, &rows[i], claim.key);
    }
    qsort(work->others, work->others_count, sizeof *work->others, compare_claims);
    return OK;
}

/* Counts the files of each ID and keeps of `others` the rows whose ID has a file here. */
static void match_ids(Work *work)
{
    size_t other = 0, kept = 0, end = 0;
    for (size_t first = 0; first < work->files_count; first = end) {
        const char *key = work->files[first].key;
        for (end = first; end < work->files_count && strcmp(work->files[end].key, key) == 0;)
            end++;
        while (other < work->others_count && strcmp(work->others[other].key, key) < 0)
            other++;
        size_t begin = kept;
        while (other < work->others_count && strcmp(work->others[other].key, key) == 0)
            work->others[kept++] = work->others[other++];
        for (size_t i = first; i < end; i++) {
            uint32_t file = work->files[i].index;
            work->files_for_id[file] = (int)(end - first);
            work->range[file] = (uint32_t)begin;
            work->range_count[file] = (uint32_t)(kept - begin);
        }
    }
    work->others_count = kept;
}

static bool same_rules(const Work *work, const Past *past)
{
    return strcmp(past->profile, work->ask->profile) == 0 && strcmp(past->program, work->ask->program) == 0;
}

static bool may_be_other(const Work *work, uint32_t file, const Past *past)
{
    return !past->trusted || !same_stamp(&work->listing->files[file].stamp, &past->stamp);
}

/* False: nothing to do. */
static bool judge_past(const Work *work, uint32_t file, const Past *past, PlanTask *task)
{
    bool rules = same_rules(work, past);
    bool same = !may_be_other(work, file, past);
    if (rules && same && past->output_stands && !past->failed)
        return false;
    task->known = rules && past->output_stands && !past->failed && past->sha256[0];
    if (past->failed)
        task->why = WHY_FAILED;
    else if (!rules)
        task->why = WHY_RULES;
    else
        task->why = past->output_stands ? WHY_CHANGED : WHY_OUTPUT;
    return true;
}

/* The earlier attempt of this person that still counts, or NULL. */
static const Past *kept_of(const Work *work, const char *key)
{
    char path[80];
    size_t low = 0, high = work->history->count;
    snprintf(path, sizeof path, "kept:%s", key);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(work->history->list[middle].path, path);
        if (order == 0)
            return &work->history->list[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* A photo of this person lies in photos/: one of other bytes must not be written over it before that is known to count,
 * and one of the same not where the same rules made it. */
static bool must_hold(const Work *work, uint32_t file, const Past *past)
{
    Bound bound;
    if (work->files_for_id[file] != 1 || !work->counts[file])
        return true;
    if (past && past->passed && (past != work->past_of[file] || may_be_other(work, file, past) || same_rules(work, past)))
        return true;
    bind_frame(work->ask->roster, work->listing->files[file].path, work->listing->files[file].slip, &bound);
    return kept_of(work, bound.key);
}

static const Past *latest(const Work *work, uint32_t file)
{
    const Past *found = NULL;
    for (uint32_t i = 0; i < work->range_count[file]; i++) {
        const Past *past = &work->history->list[work->others[work->range[file] + i].index];
        if (!found || past->attempt > found->attempt)
            found = past;
    }
    return found;
}

static void plan_file(const Work *work, uint32_t file, Plan *out)
{
    PlanTask task = {.file = file, .files_for_id = work->files_for_id[file], .why = WHY_NEW};
    const Past *past = work->past_of[file];
    if (work->listing->files[file].is_slip)
        return;
    out->unbound += task.files_for_id == 0;
    out->crowded += task.files_for_id > 1;
    if (past && !judge_past(work, file, past, &task)) {
        out->done++;
        return;
    }
    task.past = past ? past : latest(work, file);
    task.other = past && may_be_other(work, file, past);
    task.hold = must_hold(work, file, task.past);
    task.superseded = work->range[file];
    task.superseded_count = work->range_count[file];
    out->why[task.why]++;
    out->tasks[out->count++] = task;
}

/* An entry of a ZIP that was read just now and does not hold it. */
static bool was_in_archive(const Listing *listing, const char *path)
{
    const char *inner = strstr(path, "//");
    for (size_t i = 0; inner && i < listing->archive_count; i++) {
        size_t length = strlen(listing->archives[i]);
        if ((size_t)(inner - path) == length && memcmp(path, listing->archives[i], length) == 0)
            return true;
    }
    return false;
}

/* Per superseded row: the row of a file of its ID that needs nothing, or NULL where one of them is to be done. */
static const Past **find_beside(const Work *work, const Plan *out)
{
    const Past **beside = ARENA_ARRAY(work->arena, const Past *, work->others_count);
    for (size_t i = 0; beside && i < work->listing->count; i++)
        for (uint32_t j = 0; j < work->range_count[i]; j++)
            beside[work->range[i] + j] = work->past_of[i];
    for (size_t i = 0; beside && i < out->count; i++)
        for (uint32_t j = 0; j < out->tasks[i].superseded_count; j++)
            beside[out->tasks[i].superseded + j] = NULL;
    return beside;
}

/* Superseded rows wait for the first finished file of their ID; where nothing of it is to be done,
 * and where a file without an ID is gone, rows go at once. */
static Err plan_rows(const Work *work, Plan *out)
{
    out->superseded = ARENA_ARRAY(work->arena, const Past *, work->others_count);
    out->dropped = ARENA_ARRAY(work->arena, PlanDrop, work->others_count + work->history->count);
    const Past **beside = find_beside(work, out);
    if (!out->superseded || !out->dropped || !beside)
        return no_memory(work->arena);
    out->superseded_count = work->others_count;
    for (size_t i = 0; i < work->others_count; i++) {
        out->superseded[i] = &work->history->list[work->others[i].index];
        if (beside[i])
            out->dropped[out->dropped_count++] = (PlanDrop){out->superseded[i], beside[i]};
    }
    for (size_t i = 0; i < work->history->count; i++) {
        const Past *past = &work->history->list[i];
        bool gone = work->nobody[i] && (past->file_gone || was_in_archive(work->listing, past->path));
        if (past->kept ? !past->output_stands : gone) /* it cannot be made again */
            out->dropped[out->dropped_count++] = (PlanDrop){past, NULL};
    }
    return OK;
}

static void count_absent(const Roster *roster, Plan *out)
{
    for (size_t i = 0; roster && i < roster->count; i++)
        out->absent += roster->list[i].eligible && !out->has_file[i];
}

Err plan_make(Arena *arena, const PlanAsk *ask, Plan *out)
{
    *out = (Plan){.listing = ask->listing, .roster = ask->roster};
    Work work = {.arena = arena,
                 .ask = ask,
                 .listing = ask->listing,
                 .history = ask->history,
                 .out = out};
    TRY(make_room(&work));
    match_paths(&work);
    TRY(collect_ids(&work));
    TRY(collect_others(&work));
    match_ids(&work);
    out->tasks = ARENA_ARRAY(arena, PlanTask, ask->listing->count);
    if (!out->tasks)
        return no_memory(arena);
    for (size_t i = 0; i < ask->listing->count; i++)
        plan_file(&work, (uint32_t)i, out);
    count_absent(ask->roster, out);
    out->files_for_id = work.files_for_id;
    return plan_rows(&work, out);
}
