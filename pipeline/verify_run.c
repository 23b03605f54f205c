/* SPDX-License-Identifier: MIT */
#include "verify_run.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../stages/flow.h"
#include "../stages/record.h"
#include "../stages/verify_part.h"
#include "archive_photo.h"
#include "confine.h"
#include "day.h"
#include "lines.h"
#include "listing_zip.h"
#include "paths.h"
#include "progress.h"
#include "run.h"
#include "say.h"
#include "verify_packed.h"
#include "verify_say.h"
#include "verify_weigh.h"

static const size_t PART_BYTES_MAX = (size_t)4 << 30; /* some hundred thousand files */

/* Of a photo that is home. */
typedef struct Heard {
    const char *place;      /* "photos-001.zip//X.JPG"; both live as long as the part */
    const ManifestRow *row; /* NULL: none */
    Weight weight;
    long quality; /* -1: not to be compared */
    char reasons[];
} Heard;

typedef struct Verifying {
    Arena *arena;
    const Cli *cli;
    Watch *watch; /* NULL: nobody starts this again */
    size_t said;  /* lines */
    int today; /* see day.h */
    Profile profile;
    Roster roster;
    Verified verified;
    const VerifyPart *part; /* being measured */
    Arena *part_arena;
    Listing listing; /* of the part, as is the plan */
    Plan plan;
    PackedList packed;
    Progress progress;
    bool measuring; /* the progress has been started */
    RunEnd end;
    Arena *line; /* of one photo */
    Heard *heard[RUN_WINDOW]; /* by index modulo RUN_WINDOW, until its turn */
    Lines turns;
    size_t problems;
} Verifying;

/* ---- what is said ---- */

/* The same lines in the same order at any number of lanes: those that a crash interrupted are not said again. */
static void say_line(Verifying *verifying, const Said *said)
{
    size_t *printed = watch_printed(verifying->watch);
    if (printed && ++verifying->said <= *printed)
        return;
    progress_clear(&verifying->progress);
    verify_say(verifying->cli, said);
    say_flush();
    if (printed)
        *printed = verifying->said;
}

static void say_problem(Verifying *verifying, const Said *said)
{
    verifying->problems++;
    say_line(verifying, said);
}

static Err on_problem(void *user, const char *kind, const char *file, const char *reason, const char *id)
{
    say_problem(user, &(Said){.type = "problem", .kind = kind, .file = file, .reason = reason, .id = id});
    return OK;
}

/* What somebody accepted is told and no problem. Whom the manifest has without a photo, the roster's turn need not name again. */
static Err on_package_problem(void *user, const char *kind, const char *file, const char *reason, const char *id)
{
    Verifying *verifying = user;
    if (strcmp(kind, "accepted") == 0) {
        if (!verifying->cli->quiet)
            say_line(verifying, &(Said){.type = "note", .kind = kind, .file = file, .reason = reason, .id = id});
        return OK;
    }
    if (verifying->cli->roster && strcmp(kind, "no-photo") == 0)
        TRY(packed_add(&verifying->packed, &(Packed){.id = id, .file = ""}));
    return on_problem(user, kind, file, reason, id);
}

/* ---- every photo is measured anew ---- */

/* "photos-001.zip//X.JPG" of a path, as problems name it; the ZIP's name goes to `zip`. */
static const char *place_of(const char *path, char zip[NAME_MAX + 1])
{
    const char *end = archive_photo_inner(path) - 2, *base = end;
    while (base > path && base[-1] != '/')
        base--;
    snprintf(zip, NAME_MAX + 1, "%.*s", (int)(end - base), base);
    return base;
}

/* What an entry is called where no manifest knows it: by a number at all, and as the profile says. */
static Err check_called(Verifying *verifying, const char *place)
{
    static const char unknown[] = "is called by no valid identity number, and neither manifest nor roster vouches for it";
    const char *file = archive_photo_inner(place);
    const Roster *roster = verifying->cli->roster ? &verifying->roster : NULL;
    char reason[256];
    Called called;
    Said said = {.type = "problem", .kind = "number", .file = place, .reason = unknown, .look = true};
    if (!roster && id_from_name(file).problem != ID_FINE) {
        say_problem(verifying, &said);
        return OK;
    }
    if (packed_called(file, roster, verifying->profile.file_name, &called))
        return OK;
    snprintf(reason, sizeof reason, "must be called '%s' by this profile", called.name);
    return on_problem(verifying, "file-name", place, reason, called.id);
}

/* What an entry is called against its row. */
static Err check_name(Verifying *verifying, const char *place, const ManifestRow *row)
{
    if (row && !packed_is_named(row->file, row->id, verifying->profile.file_name))
        return on_problem(verifying, "number", place, "is of another number in manifest.csv", row->id);
    return verifying->verified.manifest.found ? OK : check_called(verifying, place);
}

/* Of a photo that is the one of its row. */
static Err check_quality(Verifying *verifying, const Heard *heard)
{
    const ManifestRow *row = heard->row;
    char *end, reason[128];
    if (heard->quality < 0 || (row->quality[0] && strtod(row->quality, &end) == (double)heard->quality && !*end))
        return OK;
    snprintf(reason, sizeof reason, "has quality %ld, manifest.csv says %.40s", heard->quality, row->quality);
    return on_problem(verifying, "quality", heard->place, reason, row->id);
}

static void drop_heard(Heard **heard)
{
    free(*heard);
}

/* What was heard of a photo is said when its turn has come. */
static Err on_turn(void *user, size_t index)
{
    Verifying *verifying = user;
    CLEANUP(drop_heard) Heard *heard = verifying->heard[index % RUN_WINDOW];
    verifying->heard[index % RUN_WINDOW] = NULL;
    if (!heard)
        return OK;
    TRY(check_name(verifying, heard->place, heard->row));
    TRY(check_quality(verifying, heard));
    Verdict verdict = heard->weight > WEIGHT_LOOK ? VERDICT_REJECT : heard->weight == WEIGHT_LOOK ? VERDICT_REVIEW : VERDICT_PASS;
    Said said = {.type = "problem", .kind = "judged", .file = heard->place, .reason = heard->reasons,
                 .id = heard->row ? heard->row->id : NULL, .look = verdict == VERDICT_REVIEW};
    progress_step(&verifying->progress, verdict == VERDICT_PASS ? VERDICT_PASS : VERDICT_REJECT);
    if (verifying->cli->verbose) {
        progress_clear(&verifying->progress);
        say_photo(&(Task){.path = heard->place, .id = id_from_name(archive_photo_inner(heard->place))}, false, verdict);
    }
    if (heard->weight >= WEIGHT_LOOK)
        say_problem(verifying, &said);
    said.type = said.kind = "note";
    if (heard->weight == WEIGHT_NOTE && !verifying->cli->quiet)
        say_line(verifying, &said);
    return OK;
}

/* To compare with its row; -1: nothing to. */
static long quality_of(const Verifying *verifying, const Photo *photo, const ManifestRow *row)
{
    double measured = photo->facts.v[CHECK_quality];
    if (!row || !verifying->verified.manifest.has_quality || photo->error || strcmp(photo->source.sha256, row->sha256) != 0)
        return -1;
    return isnan(measured) ? 0 : lround(measured);
}

static Err on_home(void *user, size_t index, const Photo *photo, const char *times)
{
    (void)times;
    Verifying *verifying = user;
    char zip[NAME_MAX + 1];
    Heard heard = {.place = place_of(photo->task.path, zip)};
    if (verifying->verified.manifest.found)
        heard.row = verify_find(verifying->part, zip, archive_photo_inner(photo->task.path));
    heard.quality = quality_of(verifying, photo, heard.row);
    arena_reset(verifying->line);
    const char *reasons = NULL;
    heard.weight = verify_weigh(verifying->line, verifying->cli->lang, photo, heard.row ? heard.row->decision : NULL, &reasons);
    if (photo->error || !reasons) {
        heard.weight = WEIGHT_PROBLEM;
        reasons = photo->error ? photo->error : "out of memory";
    }
    Heard *kept = malloc(sizeof heard + strlen(reasons) + 1);
    if (!kept)
        return fail(verifying->part_arena, ERR_MEMORY, "no memory to verify");
    *kept = heard;
    strcpy(kept->reasons, reasons);
    verifying->heard[index % RUN_WINDOW] = kept;
    return lines_put(verifying->part_arena, &verifying->turns, index, "");
}

static void on_tick(void *user)
{
    progress_tick(&((Verifying *)user)->progress);
}

static void on_stopping(void *user, int in_flight)
{
    Verifying *verifying = user;
    progress_clear(&verifying->progress);
    say_message(verifying->cli, MESSAGE_stopping, in_flight);
}

/* The ZIPs that can be listed; what is wrong with the others was said, or is now. */
static Err list_photos(Verifying *verifying)
{
    const VerifyPart *part = verifying->part;
    Arena *arena = verifying->part_arena;
    const char **paths = ARENA_ARRAY(arena, const char *, part->zip_count + 1);
    size_t count = 0;
    if (!paths)
        return fail(arena, ERR_MEMORY, "no memory to verify");
    for (size_t i = 0; i < part->zip_count; i++) {
        Members members;
        if (!part->zips[i].there)
            continue;
        Err err = listing_zip(arena, part->zips[i].path, &members);
        if (err.code == ERR_USAGE && part->zips[i].whole)
            TRY(on_problem(verifying, "zip", part->zips[i].name, err.text, NULL));
        if (err.code && err.code != ERR_USAGE)
            return err;
        if (!err.code)
            paths[count++] = part->zips[i].path;
    }
    static const History history;
    TRY(listing_find(arena, &(Wanted){.paths = paths}, &verifying->listing));
    PlanAsk ask = {.listing = &verifying->listing,
                   .history = &history,
                   .profile = verifying->profile.hash,
                   .program = "verify"};
    return plan_make(arena, &ask, &verifying->plan);
}

/* As many as there are in the parts so far, and of the others as many as the manifest says. */
static void show_progress(Verifying *verifying)
{
    const Cli *cli = verifying->cli;
    const Verified *verified = &verifying->verified;
    bool silent = cli->json || (cli->quiet && cli->progress == PROGRESS_AUTO);
    if (!verifying->measuring)
        progress_start(&verifying->progress, silent ? PROGRESS_NEVER : cli->progress, cli->lang, stderr, verified->with_photo);
    verifying->measuring = true;
    verifying->progress.total += verifying->plan.count;
    verifying->progress.total -= verifying->part->row_count;
}

static Err measure(Verifying *verifying)
{
    const Cli *cli = verifying->cli;
    Run run = {
        .mode = MODE_CHECK,
        .today = verifying->today,
        .lanes = run_lanes(cli->lanes),
        .program = "verify",
        .profile = &verifying->profile,
        .flow = flow_of(MODE_CHECK),
        .plan = &verifying->plan,
        .watch = verifying->watch,
        .detector = cli->detector,
        .fast_decoder = cli->decoder == DECODER_FAST,
        .open = flow_open,
        .close = flow_close,
        .record = record_json,
        .home = on_home,
        .tick = on_tick,
        .stopping = on_stopping,
        .user = verifying,
    };
    show_progress(verifying);
    verifying->turns = (Lines){.to = stdout, .turn = on_turn, .user = verifying};
    Err err = verifying->plan.count ? run_belt(verifying->part_arena, &run, &verifying->end) : OK;
    Err held = lines_close(&verifying->turns);
    err = err.code ? err : held;
    progress_clear(&verifying->progress);
    bool stops = verifying->part->last ? verifying->end.interrupted : verifying->end.asked;
    if (!err.code && verifying->plan.count && stops)
        return fail(verifying->part_arena, ERR_STOPPED, "stopped");
    return err;
}

/* ---- the roster ---- */

/* By the manifest where there is one, else by the entries' names. */
static Err note_packed(Verifying *verifying)
{
    const VerifyPart *part = verifying->part;
    bool found = verifying->verified.manifest.found;
    for (size_t i = 0; found && i < part->row_count; i++) {
        const ManifestRow *row = &part->rows[i];
        if (row->present)
            TRY(packed_add(&verifying->packed, &(Packed){.id = row->id, .name = row->name, .group = row->group, .file = row->file}));
        else /* missing, or in a ZIP that cannot be read whole: it is said */
            TRY(packed_add(&verifying->packed, &(Packed){.id = row->id, .file = ""}));
    }
    for (size_t i = 0; !found && i < verifying->listing.count; i++) {
        const char *file = archive_photo_inner(verifying->listing.files[i].path);
        Id id = id_from_name(file);
        const char *text = id.text[0] ? id.text : arena_print(verifying->part_arena, "%.*s", (int)strcspn(file, "."), file);
        TRY(packed_add(&verifying->packed, &(Packed){.id = text ? text : "", .file = file}));
    }
    return OK;
}

static Err take_part(Verifying *verifying)
{
    TRY(list_photos(verifying));
    TRY(measure(verifying));
    return verifying->cli->roster ? note_packed(verifying) : OK;
}

static Err on_part(void *user, const VerifyPart *part)
{
    Verifying *verifying = user;
    arena_reset(verifying->part_arena);
    verifying->part = part;
    Err err = take_part(verifying);
    return err.code ? fail(verifying->arena, err.code, "%s", err.text) : OK;
}

static Err compare_roster(Verifying *verifying)
{
    if (!verifying->cli->roster)
        return OK;
    RosterAgainst against = {.next = packed_next,
                             .next_user = &verifying->packed,
                             .part = verifying->verified.part,
                             .problem = on_problem,
                             .user = verifying};
    return verify_roster(verifying->arena, &verifying->roster, &against);
}

static Err verify_all(Verifying *verifying, int *exit_code)
{
    const Cli *cli = verifying->cli;
    const char *folder = getenv("TMPDIR");
    VerifyAsk ask = {.path = cli->photos[0], .folder = folder && *folder ? folder : "/tmp",
                     .problem = on_package_problem, .part = on_part, .user = verifying};
    TRY(day_of_run(verifying->arena, &verifying->today));
    TRY(profile_load(verifying->arena, cli->profile, &verifying->profile));
    RosterAsk roster = {cli->roster, cli->sheet, cli->encoding, cli->columns};
    if (cli->roster)
        TRY(roster_load(verifying->arena, &roster, &verifying->roster));
    TRY(packed_open(verifying->arena, ask.folder, &verifying->packed));
    const char *package, *only;
    TRY(verify_folder(verifying->arena, ask.path, &package, &only));
    const char *const inputs[] = {package, ask.path, NULL}; /* no link in it is followed */
    TRY(confine_files(verifying->arena, cli, &(SandboxFiles){.inputs = inputs, .scratch = ask.folder}));
    Err err = verify_package(verifying->arena, &ask, &verifying->verified);
    if (err.code == ERR_STOPPED) {
        *exit_code = EXIT_INTERRUPTED;
        return OK;
    }
    TRY(err);
    TRY(compare_roster(verifying));
    *exit_code = verifying->problems ? EXIT_OPEN_ENDS : EXIT_ALL_PASS;
    const Verified *verified = &verifying->verified;
    verify_say_end(cli, &(SaidEnd){verified->zip_count, verified->photos, verifying->problems, *exit_code, verified->part, verified->manifest.found});
    return OK;
}

Err verify_run(Arena *arena, const Cli *cli, Watch *watch, int *exit_code)
{
    Verifying *verifying = ARENA_NEW(arena, Verifying);
    if (!verifying)
        return fail(arena, ERR_MEMORY, "no memory");
    *verifying = (Verifying){.arena = arena, .cli = cli, .watch = watch, .line = arena_create(1 << 24), .part_arena = arena_create_large(PART_BYTES_MAX)};
    Err err = confine_calls(arena, cli);
    if (!err.code)
        err = verifying->line && verifying->part_arena ? verify_all(verifying, exit_code) : fail(arena, ERR_MEMORY, "no memory");
    packed_close(&verifying->packed);
    arena_destroy(verifying->part_arena);
    arena_destroy(verifying->line);
    return err;
}
