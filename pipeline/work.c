/* SPDX-License-Identifier: MIT */
#include "work.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "day.h"
#include "digest.h"
#include "faults.h"
#include "home.h"
#include "paths.h"
#include "remember.h"
#include "shard.h"
#include "say.h"
#include "settle_json.h"
#include "settle_out.h"
#include "text_errors.h"

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
    bool is_file;
    CLEANUP(close_file) FILE *file = path_open(path, &is_file);
    CLEANUP(free_bytes) char *bytes = file ? malloc(DETECTOR_BYTES_MAX) : NULL;
    if (!is_file)
        return fail(arena, ERR_USAGE, "'%s' is not a file", path);
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
Err work_refuse_mode(const Work *work, const History *history)
{
    size_t length = strcspn(work->program, " ");
    for (size_t i = 0; i < history->count; i++)
        if (strncmp(history->list[i].program, work->program, length) != 0)
            return fail(work->arena, ERR_USAGE,
                        "'%s' belongs to the command '%s', use another output folder",
                        work->cli->out, work_mode(work->cli) == MODE_MAKE ? "check" : "run");
    return OK;
}

Err work_open(Work *work)
{
    if (!work->cli->out || work->cli->command == COMMAND_BENCH)
        return OK;
    if (work->cli->dry_run)
        TRY(outdir_look(work->arena, work->out));
    if (work->shard.count)
        return shard_log_open(work->arena, &work->shard_ask, &work->shard_log);
    if (work->cli->dry_run)
        return journal_open(work->arena, NULL, work->cli->out, &work->journal);
    TRY(outdir_open(work->arena, work->out, &work->outdir));
    return journal_open(work->arena, &work->outdir, work->cli->out, &work->journal);
}

/* Before it is read: what is written meanwhile is told by another size or time. */
static void note_file(const char *path, struct stat *out)
{
    if (stat(path, out))
        *out = (struct stat){0}; /* reading it says why */
}

static Err read_people(Work *work)
{
    const Cli *cli = work->cli;
    RosterAsk ask = {cli->roster, cli->sheet, cli->encoding, cli->columns};
    if (cli->roster) {
        note_file(cli->roster, &work->roster_file);
        TRY(roster_load(work->arena, &ask, &work->people));
        work->roster = &work->people;
        char note[PATH_MAX];
        text_error(cli->lang, work->people.note, note, sizeof note);
        say_message(cli, MESSAGE_roster_read, note);
    }
    if (cli->decisions) {
        note_file(cli->decisions, &work->decisions_file);
        TRY(decisions_load(work->arena, cli->decisions, &work->decided));
        work->decisions = &work->decided;
    }
    return OK;
}

/* Which shard this is, if it is one, and where. */
static Err find_shard(Work *work)
{
    const Cli *cli = work->cli;
    char path[PATH_MAX];
    if (!cli->shard)
        return OK;
    TRY(shard_parse(work->arena, cli->lang, cli->shard, &work->shard));
    if (!shard_folder(cli->out, work->shard, path))
        return fail(work->arena, ERR_USAGE, "the path '%.40s...' is too long", cli->out);
    work->out = arena_copy(work->arena, path);
    return work->out ? OK : fail(work->arena, ERR_MEMORY, "no memory");
}

/* All shards of one run find the same photos, and add up the same. */
static bool is_in_shard(void *user, const char *path)
{
    Work *work = user;
    work->shard_ask.head.names += digest_xxh3(path, strlen(path), 0);
    work->shard_ask.head.offered++;
    return shard_of(work->roster, path, work->shard.count) == work->shard.index;
}

Err work_list(Work *work)
{
    const Cli *cli = work->cli;
    Wanted wanted = {.paths = (const char *const *)cli->photos,
                     .files_from = cli->files_from,
                     .nul_separated = cli->nul,
                     .out = cli->command == COMMAND_BENCH ? NULL : cli->out,
                     .wants = work->shard.count ? is_in_shard : NULL,
                     .user = work,
                     .enters = work->enters,
                     .watcher = work->watcher,
                     .waits = work->waits};
    work->shard_ask = (ShardAsk){.folder = work->out,
                                 .look = cli->dry_run,
                                 .head = {.shard = work->shard,
                                          .program = work->program,
                                          .profile = work->profile.hash,
                                          .roster = work->roster ? work->roster->hash : ""}};
    return listing_find(work->arena, &wanted, &work->listing);
}

/* Files that codes had bound in an earlier run, and now their names do. Both by key. */
static Err unbind(Work *work, const History *history)
{
    const Listing *listing = &work->listing;
    bool changed = false;
    for (size_t row = 0, next = 0; row < history->count; row++) {
        Past *past = &history->list[row];
        while (next < listing->count && strcmp(listing->files[listing->by_key[next]].key, past->path) < 0)
            next++;
        if (!past->slip || !*past->slip || next == listing->count || strcmp(listing->files[listing->by_key[next]].key, past->path) != 0)
            continue;
        if (memcmp(&past->stamp, &listing->files[listing->by_key[next]].stamp, sizeof past->stamp) != 0)
            continue; /* other bytes perhaps: its row waits until they are read */
        past->slip = "";
        if (work->cli->dry_run || !work->journal)
            continue;
        changed = true;
        TRY(journal_rebind(work->arena, work->journal, &(FrameBound){.path = past->path, .sha256 = "", .slip = "", .key = ""}));
    }
    return changed ? journal_commit(work->arena, work->journal) : OK; /* it takes the seal away */
}

static Err bind_by_codes(Work *work)
{
    FramesAsk ask = {work->codes, work->journal, work->roster, work->due};
    return frames_bind(work->arena, &ask, &work->listing, &work->frames);
}

/* Whose photo counts is for the merge to say, and the files of others are for other shards to find. */
static void plan_for_shard(Work *work)
{
    Plan *plan = &work->plan;
    for (size_t i = 0; i < plan->count; i++)
        plan->tasks[i].hold = true;
    for (size_t i = 0; work->roster && i < work->roster->count; i++) {
        const Person *person = &work->roster->list[i];
        if (plan->has_file[i] || shard_of_person(person->key, work->shard.count) == work->shard.index)
            continue;
        plan->has_file[i] = true;
        plan->absent -= person->eligible;
    }
}

Err work_plan(Work *work)
{
    bool by_codes = work->cli->bind == BIND_QR && work->cli->command != COMMAND_BENCH;
    if (by_codes)
        TRY(bind_by_codes(work));
    if (work->frames.interrupted)
        return OK;
    work->history = (History){0};
    if (work->journal)
        TRY(journal_history(work->arena, work->journal, &work->history));
    if (work->shard_log)
        TRY(shard_log_history(work->arena, work->shard_log, &work->history));
    TRY(work_refuse_mode(work, &work->history));
    if (!by_codes)
        TRY(unbind(work, &work->history));
    PlanAsk ask = {.listing = &work->listing,
                   .history = &work->history,
                   .roster = work->roster,
                   .profile = work->profile.hash,
                   .program = work->program};
    TRY(plan_make(work->arena, &ask, &work->plan));
    if (work->shard.count)
        plan_for_shard(work);
    return OK;
}

Err work_publish(Work *work)
{
    bool fresh;
    TRY(shard_log_publish(work->arena, work->shard_log, &work->listing, &fresh));
    work->shard_stood = !fresh;
    return OK;
}

Err work_rules(Work *work)
{
    work->out = work->out ? work->out : work->cli->out;
    TRY(day_of_run(work->arena, &work->today));
    note_file(work->cli->profile, &work->profile_file);
    TRY(profile_load(work->arena, work->cli->profile, &work->profile));
    TRY(work_check_split(work));
    return read_people(work);
}

void work_tell_closed(const Work *work)
{
    char path[1024];
    if (!work->listing.closed_count)
        return;
    path_mask(work->listing.closed, path, sizeof path);
    say_message(work->cli, MESSAGE_folder_closed, work->listing.closed_count, path);
}

Err work_prepare(Work *work)
{
    const Cli *cli = work->cli;
    TRY(find_shard(work));
    TRY(work_rules(work));
    TRY(name_program(work));
    TRY(work_list(work));
    work_tell_closed(work);
    if (work->listing.link_count)
        say_message(cli, MESSAGE_links_left_out, work->listing.link_count);
    TRY(work_open(work));
    work->plan.listing = &work->listing;
    return cli->bind == BIND_QR ? OK : work_plan(work);
}

/* Which rows may have to give way is known of a merge only when its shards are planned. */
static Err settle_before(Work *work)
{
    bool making = work_mode(work->cli) == MODE_MAKE, retires = work->merge;
    for (size_t i = 0; i < work->plan.count && !retires; i++)
        retires = work->plan.tasks[i].past;
    for (size_t i = 0; i < work->plan.dropped_count && !retires; i++)
        retires = !work->plan.dropped[i].past->kept;
    SettleJob job = {.journal = work->journal,
                     .outdir = &work->outdir,
                     .making = making,
                     .profile = &work->profile,
                     .roster = work->roster,
                     .decisions = work->decisions};
    TRY(settle_ahead(work->arena, &job, making && retires));
    return remember_ahead(work->arena, work->journal, &work->plan);
}

/* What must be on the disk before the first worker writes. */
Err work_announce(Work *work)
{
    const Plan *plan = &work->plan;
    if (!work->journal)
        return OK;
    TRY(settle_before(work));
    TRY(remember_dropped(work->arena, work->journal, plan, work->profile.hash));
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
    return journal_commit(work->arena, work->journal);
}

static char *put_text(char **at, const char *text)
{
    char *begin = *at;
    *at = stpcpy(begin, text) + 1;
    return begin;
}

Err work_judged(Work *work, const Photo *photo, const char *times, Judged **out)
{
    const char *faults = "[]", *record = photo->record ? photo->record : "";
    if (!photo->unchanged)
        TRY(faults_json(work->line, photo, &work->profile, &faults));
    Judged *made = *out = calloc(1, sizeof *made + strlen(record) + strlen(times) + strlen(faults) + strlen(photo->output_path) + 4);
    if (!made)
        return fail(work->arena, ERR_MEMORY, "no memory for a line");
    *made = (Judged){.verdict = photo->verdict, .attempt = photo->attempt, .unchanged = photo->unchanged};
    memcpy(made->sha256, photo->source.sha256, sizeof made->sha256);
    for (int i = 0; i < photo->findings.count; i++)
        made->failed[photo->findings.list[i].check] |= photo->findings.list[i].level > LEVEL_NOTE;
    char *at = (char *)(made + 1);
    made->record = put_text(&at, record);
    made->times = put_text(&at, times);
    made->faults = put_text(&at, faults);
    made->output = put_text(&at, photo->output_path);
    return OK;
}

Err work_settle_one(Work *work, size_t file, const Judged *judged, Settled *out, const char **settled)
{
    const Listed *listed = &work->listing.files[file];
    int files = work->plan.files_for_id[file];
    Bound bound;
    SettleRow row = {.path = listed->key,
                     .shown = listed->path,
                     .slip = listed->slip,
                     .sha256 = judged->sha256,
                     .faults = judged->faults,
                     .judged = judged->verdict,
                     .output = judged->output,
                     .stands = true,
                     .others = files > 1 ? files - 1 : 0};
    SettleAsk ask = {.making = work->journal && work_mode(work->cli) == MODE_MAKE,
                     .provisional = true,
                     .profile = &work->profile,
                     .roster = work->roster,
                     .decisions = work->decisions,
                     .rows = &row,
                     .count = 1};
    Settlement settlement;
    bind_frame(work->roster, listed->path, listed->slip, &bound);
    char twin[64] = "";
    if (work->same && bound.id.kind != ID_NONE)
        row.elsewhere = same_elsewhere(work->same, bound.key, judged->sha256, twin);
    if (*twin && !(row.twin = arena_copy(work->line, twin)))
        return fail(work->arena, ERR_MEMORY, "no memory to tell of photos");
    TRY(settle_rows(work->line, &ask, &settlement));
    *out = settlement.rows[0];
    return settled ? settle_json(work->line, &ask, 0, out, settled) : OK;
}
