/* SPDX-License-Identifier: MIT */
/* Every shard is planned by itself: all that a plan compares is about one person, and a person's files meet in
 * one shard. So memory holds one shard at a time. */
#include "shard_merge.h"
#include <stdio.h>
#include <string.h>
#include "home.h"
#include "remember.h"
#include "settle_json.h"
#include "shard_before.h"
#include "stop.h"

enum { BATCH_ROWS = 1 << 16, NAMES_BYTES = 16 << 20 };
static const size_t SHARD_BYTES_MAX = (size_t)8 << 30; /* address space */

/* One shard coming home. */
typedef struct Bring {
    const Merge *merge;
    unsigned at; /* the shard, from 1 */
    const char *folder;
    ShardFile file;
    Listing listing;
    Plan plan;
    SettleAsk ask;         /* where the journal is new: the rows by themselves */
    Settlement settlement;
} Bring;

static Err no_memory(const Work *work)
{
    return fail(work->arena, ERR_MEMORY, "no memory for the shards");
}

Err shard_merge_prepare(Work *work)
{
    Merge *merge = work->merge = ARENA_NEW(work->arena, Merge);
    if (!merge)
        return no_memory(work);
    *merge = (Merge){.work = work, .shard = arena_create_large(SHARD_BYTES_MAX)};
    if (!merge->shard)
        return no_memory(work);
    stop_begin();
    TRY(work_rules(work));
    TRY(shard_prove(merge));
    TRY(work_open(work));
    work->plan = (Plan){.listing = &work->listing, .roster = work->roster};
    journal_stop_when(work->journal, stop_asked, NULL);
    return OK;
}

Err shard_merge_linked(const Work *work, const char *const **out)
{
    unsigned count = work->merge->first.shard.count;
    const char **folders = ARENA_ARRAY(work->arena, const char *, (size_t)count + 1);
    *out = folders;
    for (unsigned i = 0; folders && i < count; i++)
        if (!(folders[i] = arena_print(work->arena, "%s/.held", work->merge->folders[i])))
            return no_memory(work);
    return folders ? OK : no_memory(work);
}

void shard_merge_close(Work *work)
{
    if (work->merge)
        arena_destroy(work->merge->shard);
    work->merge = NULL;
}

/* ---- what the journal must know before the first photo comes ---- */

static Err add_names(Merge *merge, const ShardFile *file, Spool *names)
{
    const Work *work = merge->work;
    for (uint32_t i = 0; i < file->end.count; i++) {
        ShardRow row;
        Bound bound;
        char home[HOME_BYTES];
        if (!shard_read_row(file, i, &row) || !row.row.output[0])
            continue;
        bind_file(work->roster, row.row.shown, &bound);
        home_open(VERDICT_PASS, bound.id.text, work->profile.file_name, home);
        if (bound.id.kind != ID_NONE && home[0])
            TRY(spool_add(names, (const char *const[]){strchr(home, '/') + 1}));
    }
    return OK;
}

static Err expect_all(const Work *work, Spool *names)
{
    for (size_t count = 1;; count++) {
        const char *const *name;
        TRY(spool_next(names, &name));
        if (!name)
            return journal_commit(work->arena, work->journal);
        TRY(journal_expect(work->arena, work->journal, name[0]));
        if (count % BATCH_ROWS == 0)
            TRY(journal_commit(work->arena, work->journal));
    }
}

static void close_spool(Spool **spool)
{
    spool_close(*spool);
}

/* What work_announce does for a run; in the order of the table, since there are millions. */
static Err announce(Merge *merge)
{
    const Work *work = merge->work;
    SpoolAsk ask = {arena_print(work->arena, "%s/.tmp", work->out), NAMES_BYTES, 1, 1};
    CLEANUP(close_spool) Spool *names = NULL;
    if (!ask.folder)
        return no_memory(work);
    TRY(spool_open(work->arena, &ask, &names));
    for (unsigned i = 0; i < merge->first.shard.count; i++) {
        ShardFile file;
        Err err = shard_prove_open(merge, merge->folders[i], &file);
        if (!err.code)
            err = add_names(merge, &file, names);
        shard_read_close(&file);
        TRY(err);
    }
    return expect_all(work, names);
}

/* ---- one photo ---- */

/* Where a single run would have put it before it compared photos. */
static void find_home(const Bring *bring, const Task *task, const Row *row, char out[128])
{
    out[0] = '\0';
    if (!task->hold && task->id.kind != ID_NONE && task->id.problem == ID_FINE && task->files_for_id == 1)
        home_open(row->verdict, task->id.text, bring->merge->work->profile.file_name, out);
    if (!out[0])
        snprintf(out, 128, "%s", task->held);
}

/* How it stands, told with the row, so that it need not be written again: among its shard, where all files of its
 * person are. What settling finds out across shards is written over it. */
static Err stand_alone(const Bring *bring, size_t index, Row *row)
{
    const Work *work = bring->merge->work;
    if (!bring->settlement.rows || bring->settlement.rows[index].drop)
        return OK;
    arena_reset(work->line);
    row->final = bring->settlement.rows[index].verdict;
    return settle_json(work->line, &bring->ask, index, &bring->settlement.rows[index], &row->settled);
}

static Err refuse_lost(const Bring *bring, const Task *task)
{
    const Work *work = bring->merge->work;
    char id[64];
    id_mask(task->id.text, id);
    return shard_prove_refuse(work, ERR_FORMAT, arena_print(work->arena, text_message(work->cli->lang, MESSAGE_shard_photo_lost), bring->folder, id));
}

static Err bring_photo(const Bring *bring, size_t index)
{
    const Merge *merge = bring->merge;
    Work *work = merge->work;
    ShardRow shard_row;
    Task task;
    char home[128];
    bool lost = false;
    plan_task(&bring->plan, index, &task);
    if (!shard_read_row(&bring->file, bring->plan.tasks[index].file, &shard_row))
        return fail(work->arena, ERR_FORMAT, "'%s' cannot be read any more", bring->folder);
    Row *row = &shard_row.row;
    Done done = {&bring->plan, index, task.known_sha256 && strcmp(task.known_sha256, row->sha256) == 0};
    row->id = &task.id;
    row->files_for_id = task.files_for_id;
    row->attempt = plan_attempt(&bring->plan.tasks[index], row->sha256);
    row->profile = work->profile.hash;
    row->program = work->program;
    progress_step(&work->progress, row->verdict);
    TRY(stand_alone(bring, index, row));
    if (row->output[0] && !done.unchanged) {
        find_home(bring, &task, row, home);
        TRY(shard_read_photo(work->arena, &bring->file, &shard_row, &work->outdir, home, &lost));
        row->output = home;
    }
    if (lost)
        return refuse_lost(bring, &task);
    work->end.finished++;
    work->end.unchanged += done.unchanged;
    return remember(work->arena, work->journal, &done, row);
}

/* ---- one shard ---- */

static Err settle_alone(Bring *bring)
{
    const Merge *merge = bring->merge;
    const Work *work = merge->work;
    const Plan *plan = &bring->plan;
    SettleRow *rows = ARENA_ARRAY(merge->shard, SettleRow, plan->count + 1);
    if (!rows)
        return no_memory(work);
    for (size_t i = 0; i < plan->count; i++) {
        Task task;
        ShardRow row;
        char home[HOME_BYTES] = "";
        plan_task(plan, i, &task);
        if (!shard_read_row(&bring->file, plan->tasks[i].file, &row))
            return fail(work->arena, ERR_FORMAT, "'%s' cannot be read any more", bring->folder);
        if (row.row.output[0])
            find_home(bring, &task, &row.row, home);
        rows[i] = (SettleRow){.path = row.row.path, .shown = row.row.shown, .sha256 = row.row.sha256, .faults = row.row.faults,
                              .judged = row.row.verdict, .output = home[0] ? arena_copy(merge->shard, home) : "", .stands = true};
        if (!rows[i].output)
            return no_memory(work);
        rows[i].alike = alike_read(row.row.likeness, rows[i].likeness);
    }
    bring->ask = (SettleAsk){.making = true, .profile = &work->profile, .roster = work->roster,
                             .decisions = work->decisions, .rows = rows, .count = plan->count};
    return settle_rows(merge->shard, &bring->ask, &bring->settlement);
}

static void add_up(Plan *sum, const Plan *plan)
{
    sum->count += plan->count;
    sum->done += plan->done;
    sum->unbound += plan->unbound;
    sum->extra += plan->extra;
    sum->not_eligible += plan->not_eligible;
    sum->crowded += plan->crowded;
}

static Err plan_shard(Bring *bring, ShardBefore *before)
{
    const Merge *merge = bring->merge;
    const Work *work = merge->work;
    unsigned at = bring->at;
    bool sound = bring->file.head.shard.index == at && bring->file.head.shard.count == merge->first.shard.count;
    if (sound)
        TRY(shard_prove_list(merge, &bring->file, &bring->listing, &sound));
    if (!sound || bring->file.chain != merge->chains[at - 1])
        return fail(work->arena, ERR_FORMAT, "'%s' has changed meanwhile", bring->folder);
    History history;
    TRY(shard_before_take(merge, before, at, &history));
    PlanAsk ask = {&bring->listing, &history, work->roster, work->profile.hash, work->program};
    return plan_make(merge->shard, &ask, &bring->plan);
}

static Err bring_rows(Bring *bring, ShardBefore *before)
{
    const Merge *merge = bring->merge;
    Work *work = merge->work;
    TRY(plan_shard(bring, before));
    TRY(remember_ahead(merge->shard, work->journal, &bring->plan));
    TRY(remember_dropped(merge->shard, work->journal, &bring->plan, work->profile.hash));
    if (journal_is_beside(work->journal))
        TRY(settle_alone(bring));
    for (size_t i = 0; i < bring->plan.count; i++) {
        TRY(bring_photo(bring, i));
        if ((i + 1) % BATCH_ROWS == 0)
            TRY(journal_commit(work->arena, work->journal));
        progress_tick(&work->progress);
    }
    add_up(&work->plan, &bring->plan);
    return journal_commit(work->arena, work->journal);
}

/* Of a row that OUT has, the shard knows whether its bytes are the same: then it needs nothing. The others need their photo. */
static Err leave_unchanged(Bring *bring)
{
    Plan *plan = &bring->plan;
    bool *due = ARENA_ARRAY(bring->merge->shard, bool, bring->listing.count + 1);
    if (!due)
        return no_memory(bring->merge->work);
    for (size_t i = 0; i < plan->count; i++) {
        PlanTask *planned = &plan->tasks[i];
        ShardRow row;
        Task task;
        plan_task(plan, i, &task);
        if (!shard_read_row(&bring->file, planned->file, &row))
            return fail(bring->merge->work->arena, ERR_FORMAT, "'%s' cannot be read any more", bring->folder);
        planned->known = task.known_sha256 && strcmp(task.known_sha256, row.row.sha256) == 0;
        due[planned->file] = !planned->known;
        plan->done += planned->known;
        if (!planned->known && row.row.output[0] && !shard_read_has(&bring->file, &row))
            return refuse_lost(bring, &task);
    }
    plan_keep(plan, due);
    return OK;
}

static Err tell_rows(Bring *bring, ShardBefore *before)
{
    Work *work = bring->merge->work;
    Plan *sum = &work->plan;
    if (stop_asked(NULL))
        return fail(work->arena, ERR_STOPPED, "stopped");
    TRY(plan_shard(bring, before));
    TRY(leave_unchanged(bring));
    (void)say_tasks(work->cli, &bring->plan); /* none is to be looked at any more */
    for (size_t i = 0; work->roster && i < work->roster->count; i++) {
        bool first = bring->plan.has_file[i] && !sum->has_file[i];
        sum->has_file[i] |= first;
        sum->absent -= first && work->roster->list[i].eligible;
    }
    add_up(sum, &bring->plan);
    return OK;
}

static Err each_shard(Merge *merge, ShardBefore *before, Err (*take)(Bring *bring, ShardBefore *before))
{
    Work *work = merge->work;
    for (unsigned i = 0; i < merge->first.shard.count; i++) {
        Bring bring = {.merge = merge, .at = i + 1, .folder = merge->folders[i]};
        Err err = shard_prove_open(merge, bring.folder, &bring.file);
        if (!err.code)
            err = take(&bring, before);
        shard_read_close(&bring.file);
        if (err.code) {
            const char *text = err.text ? arena_copy(work->arena, err.text) : NULL;
            return (Err){err.code == ERR_USAGE ? ERR_FORMAT : err.code, text}; /* something is done by now */
        }
    }
    return OK;
}

Err shard_merge_bring(Work *work)
{
    Merge *merge = work->merge;
    CLEANUP(shard_before_close) ShardBefore before = {0};
    TRY(shard_before_open(merge, &before));
    TRY(work_announce(work)); /* decisions */
    TRY(announce(merge));
    TRY(journal_bulk(work->arena, work->journal, true));
    TRY(each_shard(merge, &before, bring_rows));
    return journal_bulk(work->arena, work->journal, false);
}

Err shard_merge_plan(Work *work)
{
    CLEANUP(shard_before_close) ShardBefore before = {0};
    const Roster *roster = work->roster;
    work->plan.has_file = ARENA_ARRAY(work->arena, bool, roster ? roster->count + 1 : 1);
    if (!work->plan.has_file)
        return no_memory(work);
    for (size_t i = 0; roster && i < roster->count; i++)
        work->plan.absent += roster->list[i].eligible;
    TRY(shard_before_open(work->merge, &before));
    return each_shard(work->merge, &before, tell_rows);
}
