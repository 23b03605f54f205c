/* SPDX-License-Identifier: MIT */
#include "work.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "digest.h"
#include "faults.h"
#include "home.h"
#include "paths.h"
#include "say.h"
#include "settle_json.h"
#include "settle_out.h"

Mode work_mode(const Cli *cli)
{
    return cli->command == COMMAND_CHECK ? MODE_CHECK : MODE_MAKE;
}

static void free_bytes(char **bytes)
{
    free(*bytes);
}

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

/* A detector is known by its bytes: another file, other results. */
static Err hash_file(Arena *arena, const char *path, char hash[65])
{
    enum { DETECTOR_BYTES_MAX = 64 << 20 };
    CLEANUP(close_file) FILE *file = fopen(path, "re");
    CLEANUP(free_bytes) char *bytes = file ? malloc(DETECTOR_BYTES_MAX) : NULL;
    size_t size = bytes ? fread(bytes, 1, DETECTOR_BYTES_MAX, file) : 0;
    if (!bytes || ferror(file))
        return fail(arena, ERR_USAGE, "cannot read the detector '%s': %m", path);
    digest_sha256(bytes, size, hash);
    return OK;
}

static Err name_program(Work *work)
{
    const char *mode = work_mode(work->cli) == MODE_MAKE ? "make" : "check";
    char hash[65] = "own";
    if (work->cli->detector)
        TRY(hash_file(work->arena, work->cli->detector, hash));
    work->program = arena_print(work->arena, "%s %s %.16s", mode, HEADROOM_VERSION, hash);
    return work->program ? OK : fail(work->arena, ERR_MEMORY, "no memory");
}

/* An output folder holds made photos or a check of received ones: one would remove what the other
 * wrote. */
static Err refuse_other_mode(Work *work, const History *history)
{
    size_t length = strcspn(work->program, " ");
    for (size_t i = 0; i < history->count; i++)
        if (strncmp(history->list[i].program, work->program, length) != 0)
            return fail(work->arena, ERR_USAGE,
                        "'%s' belongs to the command '%s', use another output folder",
                        work->cli->out, work_mode(work->cli) == MODE_MAKE ? "check" : "run");
    return OK;
}

static Err open_out(Work *work)
{
    if (!work->cli->out || work->cli->command == COMMAND_BENCH)
        return OK;
    if (work->cli->dry_run)
        return journal_open(work->arena, NULL, work->cli->out, &work->journal);
    TRY(outdir_open(work->arena, work->cli->out, &work->outdir));
    return journal_open(work->arena, &work->outdir, work->cli->out, &work->journal);
}

static Err read_people(Work *work)
{
    const Cli *cli = work->cli;
    RosterAsk ask = {cli->roster, cli->sheet, cli->encoding, cli->columns};
    if (cli->roster) {
        TRY(roster_load(work->arena, &ask, &work->people));
        work->roster = &work->people;
        say_message(cli, MESSAGE_roster_read, work->people.note);
    }
    if (cli->decisions) {
        TRY(decisions_load(work->arena, cli->decisions, &work->decided));
        work->decisions = &work->decided;
    }
    return OK;
}

Err work_list(Work *work)
{
    const Cli *cli = work->cli;
    Wanted wanted = {(const char *const *)cli->photos, cli->files_from, cli->nul,
                     cli->command == COMMAND_BENCH ? NULL : cli->out};
    return listing_find(work->arena, &wanted, &work->listing);
}

Err work_plan(Work *work)
{
    work->history = (History){0};
    if (work->journal)
        TRY(journal_history(work->arena, work->journal, &work->history));
    TRY(refuse_other_mode(work, &work->history));
    PlanAsk ask = {.listing = &work->listing,
                   .history = &work->history,
                   .roster = work->roster,
                   .profile = work->profile.hash,
                   .program = work->program};
    return plan_make(work->arena, &ask, &work->plan);
}

Err work_prepare(Work *work)
{
    const Cli *cli = work->cli;
    TRY(profile_load(work->arena, cli->profile, &work->profile));
    TRY(work_check_split(work));
    TRY(read_people(work));
    TRY(name_program(work));
    TRY(work_list(work));
    if (work->listing.closed_count) {
        char path[1024];
        path_mask(work->listing.closed, path, sizeof path);
        say_message(cli, MESSAGE_folder_closed, work->listing.closed_count, path);
    }
    TRY(open_out(work));
    return work_plan(work);
}

/* What must be on the disk before the first worker writes. */
Err work_announce(Work *work)
{
    const Plan *plan = &work->plan;
    if (!work->journal)
        return OK;
    for (size_t i = 0; i < plan->dropped_count; i++)
        TRY(journal_remove(work->arena, work->journal, plan->dropped[i]->path));
    for (size_t i = 0; i < plan->count && work_mode(work->cli) == MODE_MAKE; i++) {
        Task task;
        if (plan->tasks[i].hold)
            continue;
        char home[128];
        plan_task(plan, i, &task);
        home_open(VERDICT_PASS, task.id.text, work->profile.file_name, home);
        if (home[0])
            TRY(journal_expect(work->arena, work->journal, strrchr(home, '/') + 1));
    }
    TRY(journal_commit(work->arena, work->journal));
    SettleJob job = {.journal = work->journal,
                     .outdir = &work->outdir,
                     .making = work_mode(work->cli) == MODE_MAKE,
                     .profile = &work->profile,
                     .roster = work->roster,
                     .decisions = work->decisions};
    return settle_bind_decisions(work->arena, &job);
}

Err work_settle_one(Work *work, size_t index, const Photo *photo, Settled *out,
                    const char **settled)
{
    const PlanTask *task = &work->plan.tasks[index];
    SettleRow row = {.path = work->plan.listing->files[task->file].key,
                     .shown = photo->task.path,
                     .sha256 = photo->source.sha256,
                     .judged = photo->verdict,
                     .output = photo->output_path,
                     .stands = true,
                     .others = task->files_for_id > 1 ? task->files_for_id - 1 : 0};
    SettleAsk ask = {.making = work->journal && work_mode(work->cli) == MODE_MAKE,
                     .profile = &work->profile,
                     .roster = work->roster,
                     .decisions = work->decisions,
                     .rows = &row,
                     .count = 1};
    Settlement settlement;
    TRY(faults_json(work->line, photo, &work->profile, &row.faults));
    TRY(settle_rows(work->line, &ask, &settlement));
    *out = settlement.rows[0];
    return settle_json(work->line, &ask, 0, out, settled);
}
