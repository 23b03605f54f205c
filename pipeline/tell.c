/* SPDX-License-Identifier: MIT */
/* Where lines are printed, photos are settled in the order of their lines, so that any number of lanes tells the same. */
#include "tell.h"
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "../stages/line.h"
#include "../stages/report.h"
#include "digest.h"
#include "plain.h"
#include "settle_json.h"

/* Who waits for the turn of its line, by index modulo RUN_WINDOW, and whom was told what: verdict, whether its bytes were
 * said to be another's too, the attempt, and what settling found, under the hash of its key. */
struct Tell {
    Judged *waiting[RUN_WINDOW];
    GHashTable *told;
};

typedef struct Told {
    unsigned verdict : 2, same : 1, attempt : 29;
    uint32_t found; /* found_in */
} Told;
_Static_assert(sizeof(Told) == sizeof(gpointer), "lives in a pointer");

static void drop(Judged **judged)
{
    free(*judged);
}

static void drop_json(json_t **json)
{
    json_decref(*json);
}

/* A digest of the findings, with their numbers, of what settle_json wrote; 0 for none. */
static uint32_t found_in(const char *settled)
{
    CLEANUP(drop_json) json_t *json = json_loads(settled ? settled : "", 0, NULL);
    const json_t *findings = json_object_get(json, "findings");
    uint64_t digest = 0;
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        const char *check = line_text(finding, "check");
        digest = digest_xxh3(check, strlen(check), digest + (uint64_t)json_integer_value(json_object_get(finding, "value")));
    }
    return (uint32_t)digest;
}

static gpointer name_of(const char *key)
{
    return GSIZE_TO_POINTER((gsize)digest_xxh3(key, strlen(key), 0));
}

/* False: nothing was told of it. */
static bool was_told(const Work *work, const char *key, Told *told)
{
    gpointer value;
    if (!g_hash_table_lookup_extended(work->tell->told, name_of(key), NULL, &value))
        return false;
    memcpy(told, &value, sizeof *told);
    return true;
}

static bool is_ordered(const Cli *cli)
{
    return cli->command != COMMAND_WATCH && (cli->json || !cli->out);
}

Err tell_open(Work *work)
{
    if (!work->tell) {
        work->tell = calloc(1, sizeof *work->tell);
        if (!work->tell)
            return fail(work->arena, ERR_MEMORY, "no memory to tell of photos");
        work->tell->told = g_hash_table_new(g_direct_hash, g_direct_equal);
    }
    bool tells = work->cli->json || !work->cli->out || work->cli->verbose || work->cli->command == COMMAND_WATCH ||
                 work->shard_log; /* tell_shard asks, too */
    if (!tells)
        return OK;
    SameAsk ask = {&work->listing, &work->history, work->roster, work->decisions, work->plan.count};
    if (!work->journal && !work->shard_log && !work->settlement.is_ready)
        TRY(settle_begin(work->arena, &(SettleAsk){.roster = work->roster, .decisions = work->decisions}, &work->settlement));
    return same_open(work->arena, &ask, &work->same);
}

void tell_close(Work *work)
{
    for (size_t i = 0; work->tell && i < RUN_WINDOW; i++)
        free(work->tell->waiting[i]);
    if (work->tell)
        g_hash_table_destroy(work->tell->told);
    free(work->tell);
    work->tell = NULL;
}

/* ---- one photo, and those it changes ---- */

static bool is_bad(const Work *work, const Settled *settled, CheckId check)
{
    const Want *want = &work->profile.want[check];
    double value = settled->facts[check];
    return want->asked && want->level > LEVEL_NOTE && (value < want->good.lo || value > want->good.hi);
}

static void tally_photo(Work *work, const Judged *judged, const Settled *settled)
{
    Tally *tally = &work->tally;
    tally->verdicts[settled->verdict]++;
    tally->open += settled->verdict != VERDICT_PASS;
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        tally->reasons[i] += judged->failed[i] || (i < BINDING_CHECKS && is_bad(work, settled, i));
}

static void tally_again(Work *work, Verdict told, const Settled *settled)
{
    Tally *tally = &work->tally;
    tally->verdicts[told]--;
    tally->verdicts[settled->verdict]++;
    tally->open += told == VERDICT_PASS && settled->verdict != VERDICT_PASS;
    tally->reasons[CHECK_same_bytes] += is_bad(work, settled, CHECK_same_bytes);
}

/* Without a journal nobody else remembers who has a photo that counts, and whose number a file nearly had. */
static Err note_person(Work *work, size_t file, const Settled *settled)
{
    const Roster *roster = work->roster;
    if (!roster || work->journal || !work->settlement.is_ready)
        return OK;
    if (settled->person)
        work->settlement.is_ready[settled->person - roster->list] = settled->ready;
    if (settled->maybe && !work->settlement.hint[settled->maybe - roster->list]) {
        const char *hint = arena_copy(work->arena, work->listing.files[file].path);
        work->settlement.hint[settled->maybe - roster->list] = hint;
        return hint ? OK : fail(work->arena, ERR_MEMORY, "no memory to tell of photos");
    }
    return OK;
}

static void note_told(Work *work, size_t file, const Settled *settled, const Reported *reported)
{
    Told told = {.verdict = settled->verdict,
                 .same = settled->facts[CHECK_same_bytes] > 0,
                 .attempt = (unsigned)reported->attempt & ((1u << 29) - 1),
                 .found = found_in(reported->settled)};
    gpointer value;
    memcpy(&value, &told, sizeof value);
    g_hash_table_replace(work->tell->told, name_of(work->listing.files[file].key), value);
}

static Err say(Work *work, const Telling *telling, Settled *settled)
{
    const Listed *listed = &work->listing.files[telling->file];
    const Judged *judged = telling->judged;
    Shot shot = {.key = listed->key, .path = listed->path, .corrected = telling->corrected};
    Reported reported = {.record = judged->record,
                         .times = judged->times,
                         .attempt = judged->attempt,
                         .corrected = telling->corrected,
                         .path = telling->corrected ? listed->path : NULL};
    Bound bound;
    arena_reset(work->line);
    TRY(work_settle_one(work, telling->file, judged, settled, telling->teller ? &reported.settled : NULL));
    TRY(note_person(work, telling->file, settled));
    if (!telling->teller)
        return OK;
    note_told(work, telling->file, settled, &reported);
    bind_frame(work->roster, listed->path, listed->slip, &bound);
    shot.id = bound.id;
    shot.verdict = settled->verdict;
    TRY(report_line(work->line, work->cli->lang, work->cli->timing, &reported, &shot.line));
    return telling->teller->say(telling->teller->user, &shot);
}

/* The record of the same bytes is the record of those, but for the path. */
static Err say_again(Work *work, const Telling *telling, size_t file)
{
    Told told;
    Settled settled;
    Judged judged = *telling->judged;
    Telling again = {file, true, &judged, telling->teller};
    if (!was_told(work, work->listing.files[file].key, &told) || told.same)
        return OK;
    judged.attempt = (int)told.attempt;
    TRY(say(work, &again, &settled));
    tally_again(work, (Verdict)told.verdict, &settled);
    return OK;
}

Err tell_photo(Work *work, const Telling *telling, Verdict *verdict)
{
    Settled settled;
    char key[64];
    size_t files[SAME_LOOKED], count = 0;
    TRY(say(work, telling, &settled));
    *verdict = settled.verdict;
    if (!telling->corrected)
        tally_photo(work, telling->judged, &settled);
    if (!work->same || settled.rejected || !*settled.key)
        return OK;
    snprintf(key, sizeof key, "%s", settled.key); /* it dies with the line */
    TRY(same_add(work->same, telling->file, telling->judged->sha256));
    if (settled.facts[CHECK_same_bytes] > 0)
        count = same_files(work->same, key, telling->judged->sha256, files);
    while (count--) /* the earliest first */
        TRY(say_again(work, telling, files[count]));
    return OK;
}

/* ---- run and check ---- */

static Err print_shot(void *user, const Shot *shot)
{
    lines_print(&((Work *)user)->lines, shot->line);
    return OK;
}

static Err tell(Work *work, size_t index, const Judged *judged, const Teller *teller)
{
    Telling telling = {.file = work->plan.tasks[index].file, .judged = judged, .teller = teller};
    Verdict verdict = VERDICT_PASS;
    Task task;
    if (judged->unchanged && work->same)
        TRY(same_add(work->same, telling.file, judged->sha256));
    if (!judged->unchanged)
        TRY(tell_photo(work, &telling, &verdict));
    if (work->cli->verbose) {
        plan_task(&work->plan, index, &task);
        progress_clear(&work->progress);
        say_photo(&task, judged->unchanged, verdict);
    }
    progress_step(&work->progress, verdict);
    return OK;
}

static Err on_turn(void *user, size_t index)
{
    Work *work = user;
    CLEANUP(drop) Judged *judged = work->tell->waiting[index % RUN_WINDOW];
    work->tell->waiting[index % RUN_WINDOW] = NULL;
    return tell(work, index, judged, &(Teller){print_shot, work});
}

Err tell_home(void *user, size_t index, const Photo *photo, const char *times)
{
    Work *work = user;
    Judged *judged;
    arena_reset(work->line);
    TRY(work_judged(work, photo, times, &judged));
    if (is_ordered(work->cli)) {
        work->tell->waiting[index % RUN_WINDOW] = judged;
        work->lines.turn = on_turn;
        work->lines.user = work;
        return lines_put(work->arena, &work->lines, index, "");
    }
    Err err = tell(work, index, judged, NULL);
    free(judged);
    return err;
}

/* ---- at the end ---- */

static void note_failed(const char *record, bool failed[CHECK_COUNT])
{
    CLEANUP(drop_json) json_t *json = json_loads(record, 0, NULL);
    const json_t *findings = json_object_get(json, "findings");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        CheckId check = check_find(line_text(finding, "check"));
        if (check < CHECK_COUNT)
            failed[check] = strcmp(line_text(finding, "level"), level_name(LEVEL_NOTE)) != 0;
    }
}

static Err tally_row(void *user, size_t file, const Row *row)
{
    Work *work = user;
    Settled settled;
    Judged judged = {.verdict = row->verdict, .attempt = 1, .record = row->record, .times = row->times, .faults = row->faults, .output = row->output};
    snprintf(judged.sha256, sizeof judged.sha256, "%s", row->sha256);
    note_failed(row->record, judged.failed);
    arena_reset(work->line);
    TRY(work_settle_one(work, file, &judged, &settled, NULL));
    tally_photo(work, &judged, &settled);
    return OK;
}

Err tell_shard(Work *work)
{
    work->tally = (Tally){0};
    return shard_log_each(work->arena, work->shard_log, &work->listing, tally_row, work);
}

bool tell_is_news(const Work *work, const Line *line)
{
    Told told;
    if (!work->tell || !was_told(work, line->path, &told))
        return false;
    return (Verdict)told.verdict != line->verdict || told.found != found_in(line->settled);
}

Err tell_row(Work *work, const Line *line, const char *text)
{
    Teller lines = {print_shot, work};
    const Teller *teller = work->again ? work->again : &lines;
    size_t file = plan_find(&work->listing, line->path);
    const char *shown = file < work->listing.count ? work->listing.files[file].path : line->path;
    Shot shot = {.key = line->path, .path = shown, .id = id_parse(line->id), .corrected = true, .verdict = line->verdict, .line = text};
    return teller->say(teller->user, &shot);
}

static Err print_missing(const Work *work, size_t number)
{
    const char *text;
    arena_reset(work->line);
    TRY(settle_missing_json(work->line, &work->roster->list[number], work->settlement.hint[number], &text));
    plain_print(stdout, text);
    putchar('\n');
    return OK;
}

Err tell_end(Work *work)
{
    const Roster *roster = work->roster;
    Settlement *settlement = &work->settlement;
    if (!roster || !settlement->is_ready)
        return OK;
    settlement->has_file = work->plan.has_file;
    settle_end(&(SettleAsk){.roster = roster}, settlement);
    for (size_t i = 0; i < roster->count; i++) {
        settlement->ready += settlement->is_ready[i];
        if (roster->list[i].eligible && !settlement->has_file[i])
            TRY(print_missing(work, i));
    }
    return fflush(stdout) ? fail(work->arena, ERR_IO, "cannot write to stdout: %m") : OK;
}
