/* SPDX-License-Identifier: MIT */
/* Behind the belt. Knows both rooms: journal and settling here, report and package there. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../stages/lists.h"
#include "../stages/report.h"
#include "../stages/thumb.h"
#include "gone.h"
#include "plain.h"
#include "say.h"
#include "seal.h"
#include "settle_json.h"
#include "settle_out.h"
#include "tell.h"
#include "work.h"
#include "work_package.h"
#include "work_recall.h"

static_assert(OUTCOME_LISTS == (int)LIST_COUNT, "the summary names every list");

/* The report while it is written, and who of the roster comes next. */
typedef struct Writing {
    Work *work;
    Report *report;
    const Person **persons; /* without a file and eligible, by ID */
    size_t count, next;
    const char **roots; /* see gone.h */
} Writing;

static int by_id(const void *a, const void *b)
{
    const Person *const *one = a, *const *two = b;
    return strcmp((*one)->id.text, (*two)->id.text);
}

static Err find_missing(Writing *writing)
{
    const Work *work = writing->work;
    const Roster *roster = work->roster;
    if (!roster)
        return OK;
    writing->persons = ARENA_ARRAY(work->arena, const Person *, roster->count + 1);
    if (!writing->persons)
        return fail(work->arena, ERR_MEMORY, "no memory for the report");
    for (size_t i = 0; i < roster->count; i++) {
        if (!roster->list[i].eligible)
            continue;
        TRY(report_eligible(writing->report, roster->list[i].group));
        if (!work->settlement.has_file[i])
            writing->persons[writing->count++] = &roster->list[i];
    }
    if (writing->count)
        qsort(writing->persons, writing->count, sizeof *writing->persons, by_id);
    return OK;
}

static Err add_decisions(Writing *writing)
{
    const Work *work = writing->work;
    for (size_t i = 0; work->decisions && i < work->decisions->count; i++) {
        const Decision *decision = &work->decisions->list[i];
        const char *text;
        if (work->settlement.met[i] != MET_NOTHING)
            continue;
        const Person *person = work->roster ? roster_find(work->roster, decision->key) : NULL;
        TRY(settle_decision_json(work->arena, decision, work->cli->decisions, person, &text));
        TRY(report_decision(writing->report, text));
    }
    return OK;
}

static Err add_same_rows(Writing *writing)
{
    const Work *work = writing->work;
    for (size_t i = 0; work->roster && i < work->roster->count; i++) {
        const Person *person = &work->roster->list[i];
        const char *text;
        if (person->rows < 2)
            continue;
        arena_reset(work->line);
        TRY(settle_rows_json(work->line, person, &text));
        TRY(report_same_rows(writing->report, text));
    }
    return OK;
}

/* Those whose ID comes before `id`; all for "". */
static Err add_missing(Writing *writing, const char *id)
{
    const Work *work = writing->work;
    for (; writing->next < writing->count; writing->next++) {
        const Person *person = writing->persons[writing->next];
        const char *text;
        if (*id && strcmp(person->id.text, id) > 0)
            return OK;
        arena_reset(work->line);
        TRY(settle_missing_json(work->line, person, work->settlement.hint[person - work->roster->list], &text));
        TRY(report_missing(writing->report, text));
    }
    return OK;
}

/* What was told of it before all were compared is not how it ends. */
static Err tell_again(Work *work, const Line *line, Reported *reported)
{
    const char *text;
    reported->corrected = true;
    TRY(report_line(work->line, work->cli->lang, work->cli->timing, reported, &text));
    return tell_row(work, line, text);
}

static void say_row(Work *work, const Line *line)
{
    progress_clear(&work->writing);
    say_photo(&(Task){.path = line->path, .id = id_parse(line->id)}, false, line->verdict);
}

static Err on_row(void *user, const Line *line)
{
    Writing *writing = user;
    Reported reported = {.record = line->record,
                         .times = line->times,
                         .attempt = line->attempt,
                         .settled = line->settled,
                         .faults = line->faults,
                         .before = line->before,
                         .kept_record = line->kept_record,
                         .kept_settled = line->kept_settled,
                         .kept_attempt = line->kept_attempt,
                         .thumb = line->thumb};
    TRY(add_missing(writing, line->id));
    arena_reset(writing->work->line);
    if (!line->thumb.data && line->verdict != VERDICT_PASS && *line->output) /* it passed by itself, but not among the others */
        TRY(thumb_of_file(writing->work->line, writing->work->outdir.folder, line->output, &reported.thumb));
    if (writing->work->merge)
        progress_step(&writing->work->writing, VERDICT_PASS);
    TRY(report_add(writing->report, &reported));
    bool gone;
    TRY(gone_is_line(writing->work, writing->roots, line, &gone));
    writing->work->settlement.gone += gone;
    if (writing->work->merge && writing->work->cli->verbose)
        say_row(writing->work, line);
    return tell_is_news(writing->work, line) ? tell_again(writing->work, line, &reported) : OK;
}

static Err on_slip(void *user, const char *line)
{
    Writing *writing = user;
    return report_slip(writing->report, line);
}

/* ---- codes ---- */

/* Frames with codes are no photos: they are told here, once. */
static Err tell_slips(const Work *work)
{
    const Cli *cli = work->cli;
    const Frames *frames = &work->frames;
    const size_t *printed = watch_printed(work->watch); /* by a run that crashed */
    bool objects = cli->json || (!cli->out && !(printed && *printed));
    for (size_t i = 0; objects && i < work->listing.count; i++) {
        const char *line = NULL;
        if (!frames->lines[i])
            continue;
        TRY(report_slip_line(work->arena, cli->lang, frames->lines[i], &line));
        plain_print(stdout, line);
        putchar('\n');
    }
    say_message(cli, MESSAGE_codes_bound, frames->slips, frames->problems, frames->bound, frames->unbound,
                frames->read);
    return OK;
}

Err work_bind(Work *work)
{
    TRY(work_plan(work));
    work->end.interrupted = work->frames.interrupted;
    return work->frames.interrupted ? OK : tell_slips(work);
}

/* ---- all of it ---- */

/* A merge may take an hour: what it does now, and how far it is. */
static void tell_phase(Work *work, MessageId message)
{
    if (!work->merge)
        return;
    say_message(work->cli, message, work->listing.count);
    work->writing = work->progress;
    progress_again(&work->writing);
}

static Err write_all(Writing *writing)
{
    Work *work = writing->work;
    const Cli *cli = work->cli;
    tell_phase(work, MESSAGE_merge_writes);
    ReportAsk ask = {cli->out, cli->lang, cli->timing, &work->profile};
    TRY(report_open(work->arena, &ask, &writing->report));
    TRY(find_missing(writing));
    TRY(gone_roots(work, &writing->roots));
    TRY(add_same_rows(writing));
    TRY(add_decisions(writing));
    TRY(journal_each(work->arena, work->journal, on_row, writing));
    TRY(add_missing(writing, ""));
    TRY(journal_each_slip(work->arena, work->journal, on_slip, writing));
    TRY(report_finish(work->arena, writing->report));
    work->tally = *report_tally(writing->report);
    const size_t *lists = report_lists(writing->report);
    for (ListId i = 0; i < LIST_COUNT; i++)
        work->outcome.lists[i] = lists[i];
    TRY(work_package(work, report_packing(writing->report)));
    return recall_write(work);
}

/* What earlier runs were given and this one is not: strangers would be packed, and what was accepted no longer counts. */
static Err warn_forgotten(const Work *work)
{
    bool roster = false, decisions = false;
    if (!work->roster)
        TRY(journal_settled_with(work->arena, work->journal, checks[CHECK_in_roster].name, &roster));
    if (!work->decisions)
        TRY(journal_settled_with(work->arena, work->journal, "decision", &decisions));
    if (roster)
        say_message(work->cli, MESSAGE_roster_forgotten);
    if (decisions)
        say_message(work->cli, MESSAGE_decisions_forgotten);
    return OK;
}

/* A watch lasts for days, and counts by what it read when it began. */
static void warn_changed(const Work *work)
{
    const char *profile = profile_is_file(work->cli->profile) ? work->cli->profile : NULL;
    const char *const paths[] = {work->cli->roster, work->cli->decisions, profile};
    const struct stat *const read[] = {&work->roster_file, &work->decisions_file, &work->profile_file};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct stat now;
        if (paths[i] && (stat(paths[i], &now) || now.st_size != read[i]->st_size || now.st_ino != read[i]->st_ino ||
                         now.st_mtim.tv_sec != read[i]->st_mtim.tv_sec || now.st_mtim.tv_nsec != read[i]->st_mtim.tv_nsec))
            say_message(work->cli, MESSAGE_changed_meanwhile, paths[i]);
    }
}

Err work_finish(Work *work)
{
    if (!work->journal)
        return OK;
    warn_changed(work);
    for (ListId i = 0; i < LIST_COUNT; i++)
        work->outcome.list_names[i] = list_name(i);
    if (work->sealed)
        return gone_count(work);
    SettleJob job = {.journal = work->journal,
                     .outdir = &work->outdir,
                     .making = work_mode(work->cli) == MODE_MAKE,
                     .profile = &work->profile,
                     .roster = work->roster,
                     .decisions = work->decisions};
    TRY(warn_forgotten(work));
    tell_phase(work, MESSAGE_merge_compares);
    TRY(settle_out(work->arena, &job, &work->settlement));
    TRY(journal_place(work->arena, work->journal));
    Writing writing = {.work = work};
    Err err = write_all(&writing);
    progress_clear(&work->writing);
    report_close(writing.report);
    return err.code ? err : seal_put(work);
}
