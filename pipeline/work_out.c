/* SPDX-License-Identifier: MIT */
/* Behind the belt. Knows both rooms: journal and settling here, report and package there. */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../stages/lists.h"
#include "../stages/package.h"
#include "../stages/report.h"
#include "../stages/thumb.h"
#include "gone.h"
#include "plain.h"
#include "say.h"
#include "seal.h"
#include "settle_json.h"
#include "settle_out.h"
#include "stop.h"
#include "tell.h"
#include "work.h"

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
    writing->work->settlement.gone += strncmp(line->output, "photos/", 7) == 0 && gone_is(writing->work, writing->roots, line->path);
    return tell_is_news(writing->work, line) ? tell_again(writing->work, line, &reported) : OK;
}

static Err on_slip(void *user, const char *line)
{
    Writing *writing = user;
    return report_slip(writing->report, line);
}

/* ---- the package ---- */

/* What is to be packed, one by one. */
typedef struct Supply {
    Work *work;
    Packing *packing;
} Supply;

/* Without the photos that an earlier package held. */
static Err next_item(void *user, const PackageItem **item)
{
    const Supply *supply = user;
    const Work *work = supply->work;
    for (bool was = true; was;) {
        TRY(packing_next(supply->packing, item));
        was = false;
        if (*item && work->cli->new_only && *(*item)->source)
            TRY(journal_was_delivered(work->arena, work->journal, &(Delivered){(*item)->id, (*item)->sha256}, &was));
    }
    return OK;
}

static Err count_items(Supply *supply, size_t *photos)
{
    const PackageItem *item;
    size_t count = 0;
    *photos = 0;
    for (;; count++) {
        TRY(next_item(supply, &item));
        if (!item)
            break;
        *photos += *item->source != '\0';
    }
    supply->work->outcome.packable = count;
    return packing_again(supply->packing);
}

/* Each ID once, so that nothing that is recorded here is left out here. */
static Err record_delivery(Supply *supply, const char *name)
{
    const Work *work = supply->work;
    const PackageItem *item;
    TRY(packing_again(supply->packing));
    for (;;) {
        TRY(next_item(supply, &item));
        if (!item)
            return journal_commit(work->arena, work->journal);
        if (*item->source)
            TRY(journal_deliver(work->arena, work->journal, name, &(Delivered){item->id, item->sha256}));
    }
}

/* Another delivery has another name; one that was cut off is made again under the same. */
static Err name_delivery(Work *work, const char **name)
{
    size_t before = 0;
    *name = "photos";
    if (!work->cli->new_only)
        return OK;
    TRY(journal_deliveries(work->arena, work->journal, &before));
    if (before)
        *name = arena_print(work->arena, "photos%zu", before + 1);
    return *name ? OK : fail(work->arena, ERR_MEMORY, "no memory for the package");
}

/* The first few of them, masked. */
static void say_incomplete(const Work *work, const Packing *packing)
{
    char names[PACKING_SHOWN * 70] = "";
    size_t at = 0;
    for (size_t i = 0; i < packing->without && i < PACKING_SHOWN; i++) {
        char id[64];
        id_mask(packing->shown[i], id);
        at += (size_t)snprintf(names + at, sizeof names - at, "%s%s", at ? ", " : ": ", id);
    }
    if (packing->without > PACKING_SHOWN)
        snprintf(names + at, sizeof names - at, " ...");
    say_message(work->cli, MESSAGE_package_incomplete, packing->without ? packing->without : work->tally.open, names);
}

/* "group", "500" photos or "100MB" a ZIP. */
static Err read_split(const Work *work, PackageSplit *split, size_t *limit)
{
    const char *text = work->cli->split;
    char *end = NULL;
    if (!text)
        return OK;
    *split = SPLIT_GROUP;
    if (strcmp(text, "group") == 0)
        return OK;
    unsigned long number = *text >= '1' && *text <= '9' ? strtoul(text, &end, 10) : 0;
    *split = end && strcmp(end, "MB") == 0 ? SPLIT_BYTES : SPLIT_COUNT;
    *limit = *split == SPLIT_BYTES ? number * 1000000 : number;
    return *limit && number <= 1000000 && (!*end || *split == SPLIT_BYTES)
               ? OK
               : fail(work->arena, ERR_USAGE, "--split is group, a number of photos, or NMB, not '%s'", text);
}

Err work_check_split(const Work *work)
{
    PackageSplit split;
    size_t limit;
    return read_split(work, &split, &limit);
}

static bool has_package(const Work *work)
{
    return faccessat(work->outdir.folder, "package", F_OK, 0) == 0;
}

/* What stands in package/ is handed in: it goes when it is not what counts. */
static Err withdraw(const Work *work)
{
    bool was;
    TRY(package_withdraw(work->arena, work->cli->out, &was));
    if (was)
        say_message(work->cli, MESSAGE_package_withdrawn);
    return OK;
}

static Err next_of_all(void *user, const PackageItem **item)
{
    return packing_next(((const Supply *)user)->packing, item);
}

/* The last delivery may be waiting there to be handed in. */
static Err keep_delivery(const Work *work, Supply *supply)
{
    bool belongs;
    PackageAsk ask = {.out = work->cli->out, .next = next_of_all, .next_user = supply};
    TRY(package_belongs(work->arena, &ask, &belongs));
    if (!belongs)
        TRY(withdraw(work));
    say_message(work->cli, MESSAGE_package_nothing_new);
    return OK;
}

static Err write_package(Work *work, Packing *packing)
{
    size_t photos;
    PackageAsk ask = {.out = work->cli->out, .file_name = work->profile.file_name};
    TRY(read_split(work, &ask.split, &ask.limit));
    if (work_mode(work->cli) != MODE_MAKE || (!packing->count && !has_package(work)))
        return OK;
    bool incomplete = work->roster ? work->settlement.unready : work->tally.open;
    if (work->cli->complete && incomplete) {
        say_incomplete(work, packing);
        return withdraw(work);
    }
    Supply supply = {work, packing};
    TRY(count_items(&supply, &photos));
    TRY(name_delivery(work, &ask.name));
    ask.next = next_item;
    ask.next_user = &supply;
    ask.stops = work->cli->command == COMMAND_MERGE ? stop_asked : NULL;
    if (work->cli->new_only && !photos)
        return keep_delivery(work, &supply);
    Packaged packaged;
    TRY(package_write(work->arena, &ask, &packaged));
    work->outcome.packed = true;
    work->outcome.zips = packaged.zips;
    work->outcome.photos = packaged.photos;
    journal_stop_when(work->journal, NULL, NULL); /* what is in place is noted */
    return record_delivery(&supply, ask.name);
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
    return write_package(work, report_packing(writing->report));
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

Err work_finish(Work *work)
{
    if (!work->journal)
        return OK;
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
