/* SPDX-License-Identifier: MIT */
#include "verify_run.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <jansson.h>
#include "../stages/flow.h"
#include "../stages/record.h"
#include "../stages/verify.h"
#include "archive_photo.h"
#include "listing_zip.h"
#include "paths.h"
#include "progress.h"
#include "run.h"
#include "say.h"
#include "verify_roster.h"

enum { SECONDS_PER_DAY = 86400, TEXT_BYTES = 2048, MASKED_BYTES = 4096 };

typedef struct Verifying {
    Arena *arena;
    const Cli *cli;
    Profile profile;
    Roster roster;
    Verified verified;
    Listing listing;
    Plan plan;
    Progress progress;
    RunEnd end;
    Arena *line; /* of one photo */
    size_t problems;
} Verifying;

static void drop(json_t **value)
{
    json_decref(*value);
}

/* ---- what is said ---- */

// clang-format off
static MessageId word_of(const char *kind)
{
    static const struct { const char *kind; MessageId word; } row[] = {
        {"zip", MESSAGE_verify_zip}, {"changed", MESSAGE_verify_changed}, {"size", MESSAGE_verify_size},
        {"swapped", MESSAGE_verify_swapped}, {"missing", MESSAGE_verify_missing}, {"extra", MESSAGE_verify_extra},
        {"renamed", MESSAGE_verify_renamed}, {"sums", MESSAGE_verify_sums}, {"manifest", MESSAGE_verify_manifest},
        {"no-photo", MESSAGE_verify_no_photo}, {"judged", MESSAGE_verify_judged},
        {"note", MESSAGE_verify_note},
        {"person", MESSAGE_verify_person},
        {"stranger", MESSAGE_verify_stranger},
        {"not-eligible", MESSAGE_verify_not_eligible},
        {"double", MESSAGE_verify_double},
        {"name", MESSAGE_verify_name},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (strcmp(row[i].kind, kind) == 0)
            return row[i].word;
    return MESSAGE_verify_zip;
}

/* What a stranger's file is called may be no UTF-8. */
static json_t *json_any(Arena *arena, const char *text)
{
    json_t *whole = json_string(text);
    char *copy = whole ? NULL : arena_copy(arena, text);
    for (char *at = copy; at && *at; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    return whole ? whole : json_string(copy ? copy : "");
}

/* Whose number, of those that only a list tells from a word, stands in the name of this file. */
static Id number_in(const Verifying *verifying, const char *path)
{
    char stem[64] = "";
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    const Manifest *manifest = &verifying->verified.manifest;
    snprintf(stem, sizeof stem, "%.*s", (int)strcspn(file, "."), file);
    Id id = id_parse(stem);
    if (id.kind != ID_OTHER || (verifying->cli->roster && roster_find(&verifying->roster, id.text)))
        return id;
    for (size_t i = 0; manifest->found && i < manifest->count; i++)
        if (strcmp(manifest->rows[i].id, stem) == 0 || strcmp(manifest->rows[i].file, file) == 0)
            return id_parse(manifest->rows[i].id);
    return (Id){.kind = ID_NONE};
}

/* `type`: "problem" or "note". */
static void say_line(Verifying *verifying, const char *type, const char *kind,
                     const char *const about[2])
{
    char file[MASKED_BYTES], reason[MASKED_BYTES];
    if (verifying->cli->json) {
        CLEANUP(drop) json_t *object = json_pack("{s:s,s:s}", "type", type, "kind", kind);
        json_object_set_new(object, "file", json_any(verifying->arena, about[0]));
        json_object_set_new(object, "reason", json_any(verifying->arena, about[1]));
        say_object(object);
        return;
    }
    Id id = number_in(verifying, about[0]);
    path_mask_bound(about[0], &id, file, sizeof file);
    path_mask(about[1], reason, sizeof reason);
    progress_clear(&verifying->progress);
    printf("%s: %s: %s\n", text_message(verifying->cli->lang, word_of(kind)), file, reason);
}

static Err on_problem(void *user, const char *kind, const char *file, const char *reason)
{
    Verifying *verifying = user;
    verifying->problems++;
    say_line(verifying, "problem", kind, (const char *const[2]){file, reason});
    return OK;
}

static void say_end(const Verifying *verifying, int exit_code)
{
    const Verified *verified = &verifying->verified;
    if (verifying->cli->json) {
        CLEANUP(drop)
        json_t *object = json_pack(
            "{s:s,s:I,s:I,s:I,s:b,s:i}", "type", "summary", "zips", (json_int_t)verified->zip_count,
            "photos", (json_int_t)verified->photos, "problems", (json_int_t)verifying->problems,
            "manifest", verified->manifest.found, "exit_code", exit_code);
        say_object(object);
        return;
    }
    if (!verified->manifest.found)
        say_message(verifying->cli, MESSAGE_verify_alone);
    say_message(verifying->cli, verifying->problems ? MESSAGE_verify_wrong : MESSAGE_verify_fine,
                verified->zip_count, verified->photos, verifying->problems);
}

/* ---- every photo is measured anew ---- */

typedef enum Weight { WEIGHT_NONE, WEIGHT_NOTE, WEIGHT_PROBLEM } Weight;

/* What a finding means here. The name was given by us: whose photo it is, the manifest says. What a
 * person decided stands, but not against what the file must be. And a photo that passed once,
 * measured on the larger picture it was made of, is not doubted for what the small one shows less
 * well. */
static Weight weight_of(const Finding *finding, const ManifestRow *row)
{
    CheckId check = finding->check;
    if (finding->level == LEVEL_NOTE || check == CHECK_files_for_id ||
        (row && check == CHECK_id_valid))
        return WEIGHT_NONE;
    bool of_file = check >= CHECK_width_px && check <= CHECK_metadata_bytes;
    if (of_file || !row)
        return WEIGHT_PROBLEM;
    return finding->level == LEVEL_REJECT && !row->decision[0] ? WEIGHT_PROBLEM : WEIGHT_NOTE;
}

/* The sentences of the greatest weight there is. */
static Weight reasons_of(Verifying *verifying, const Photo *photo, const ManifestRow *row,
                         const char **out)
{
    char text[TEXT_BYTES] = "";
    size_t at = 0;
    Weight most = WEIGHT_NONE;
    for (int i = 0; i < photo->findings.count; i++) {
        Weight weight = weight_of(&photo->findings.list[i], row);
        most = weight > most ? weight : most;
    }
    for (int i = 0; i < photo->findings.count && at < sizeof text; i++) {
        const Finding *finding = &photo->findings.list[i];
        if (weight_of(finding, row) != most)
            continue;
        const char *says = text_finding(verifying->line, verifying->cli->lang, finding);
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", at ? "; " : "",
                               says ? says : checks[finding->check].name);
    }
    *out = arena_copy(verifying->line, text);
    return most;
}

/* "photos-001.zip//X.JPG" of a path, as problems name it; the ZIP's name goes to `zip`. */
static const char *place_of(const char *path, char zip[NAME_MAX + 1])
{
    const char *end = archive_photo_inner(path) - 2, *base = end;
    while (base > path && base[-1] != '/')
        base--;
    snprintf(zip, NAME_MAX + 1, "%.*s", (int)(end - base), base);
    return base;
}

static Err on_home(void *user, size_t index, const Photo *photo, const char *times)
{
    (void)index;
    (void)times;
    Verifying *verifying = user;
    char zip[NAME_MAX + 1];
    const char *place = place_of(photo->task.path, zip);
    const ManifestRow *row = NULL;
    if (verifying->verified.manifest.found)
        row = verified_find(&verifying->verified, zip, archive_photo_inner(photo->task.path));
    arena_reset(verifying->line);
    const char *reasons = NULL;
    Weight weight = reasons_of(verifying, photo, row, &reasons);
    if (photo->error || !reasons) {
        weight = WEIGHT_PROBLEM;
        reasons = photo->error ? photo->error : "out of memory";
    }
    progress_step(&verifying->progress, weight == WEIGHT_PROBLEM ? VERDICT_REJECT : VERDICT_PASS);
    if (weight == WEIGHT_PROBLEM)
        return on_problem(verifying, "judged", place, reasons);
    if (weight == WEIGHT_NOTE && !verifying->cli->quiet)
        say_line(verifying, "note", "note", (const char *const[2]){place, reasons});
    return OK;
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
    const Verified *verified = &verifying->verified;
    const char **paths = ARENA_ARRAY(verifying->arena, const char *, verified->zip_count + 1);
    size_t count = 0;
    if (!paths)
        return fail(verifying->arena, ERR_MEMORY, "no memory to verify");
    for (size_t i = 0; i < verified->zip_count; i++) {
        Members members;
        if (!verified->zips[i].there)
            continue;
        Err err = listing_zip(verifying->arena, verified->zips[i].path, &members);
        if (err.code == ERR_USAGE && verified->zips[i].whole)
            TRY(on_problem(verifying, "zip", verified->zips[i].name, err.text));
        if (err.code && err.code != ERR_USAGE)
            return err;
        if (!err.code)
            paths[count++] = verified->zips[i].path;
    }
    History history = {0};
    TRY(listing_find(verifying->arena, &(Wanted){.paths = paths}, &verifying->listing));
    PlanAsk ask = {.listing = &verifying->listing,
                   .history = &history,
                   .profile = verifying->profile.hash,
                   .program = "verify"};
    return plan_make(verifying->arena, &ask, &verifying->plan);
}

static Err measure(Verifying *verifying)
{
    const Cli *cli = verifying->cli;
    TRY(list_photos(verifying));
    Run run = {
        .mode = MODE_CHECK,
        .today = (int)(time(NULL) / SECONDS_PER_DAY),
        .lanes = run_lanes(cli->lanes),
        .program = "verify",
        .profile = &verifying->profile,
        .flow = flow_of(MODE_CHECK),
        .plan = &verifying->plan,
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
    bool silent = cli->json || (cli->quiet && cli->progress == PROGRESS_AUTO);
    progress_start(&verifying->progress, silent ? PROGRESS_NEVER : cli->progress, cli->lang, stderr,
                   verifying->plan.count);
    Err err = verifying->plan.count ? run_belt(verifying->arena, &run, &verifying->end) : OK;
    progress_clear(&verifying->progress);
    return err;
}

/* ---- the roster ---- */

/* By the manifest where there is one, else by the entries' names. */
static size_t who_is_packed(Verifying *verifying, Packed *out)
{
    const Verified *verified = &verifying->verified;
    size_t count = 0;
    for (size_t i = 0; verified->manifest.found && i < verified->manifest.count; i++) {
        const ManifestRow *row = &verified->manifest.rows[i];
        if (row->present)
            out[count++] = (Packed){row->id, row->name, row->file};
    }
    for (size_t i = 0; !verified->manifest.found && i < verifying->listing.count; i++) {
        const char *file = archive_photo_inner(verifying->listing.files[i].path);
        Id id = id_from_name(file);
        const char *text =
            id.text[0] ? arena_copy(verifying->arena, id.text)
                       : arena_print(verifying->arena, "%.*s", (int)strcspn(file, "."), file);
        out[count++] = (Packed){text ? text : "", NULL, file};
    }
    return count;
}

static Err compare_roster(Verifying *verifying)
{
    const Verified *verified = &verifying->verified;
    size_t room = verified->manifest.count + verifying->listing.count + 1;
    Packed *list = ARENA_ARRAY(verifying->arena, Packed, room);
    if (!verifying->cli->roster)
        return OK;
    if (!list)
        return fail(verifying->arena, ERR_MEMORY, "no memory to verify");
    RosterAgainst against = {.list = list,
                             .count = who_is_packed(verifying, list),
                             .part = verified->part,
                             .problem = on_problem,
                             .user = verifying};
    return verify_roster(verifying->arena, &verifying->roster, &against);
}

static Err verify_all(Verifying *verifying, int *exit_code)
{
    const Cli *cli = verifying->cli;
    VerifyAsk ask = {.path = cli->photos[0], .problem = on_problem, .user = verifying};
    TRY(profile_load(verifying->arena, cli->profile, &verifying->profile));
    RosterAsk roster = {cli->roster, cli->sheet, cli->encoding, cli->columns};
    if (cli->roster)
        TRY(roster_load(verifying->arena, &roster, &verifying->roster));
    TRY(verify_package(verifying->arena, &ask, &verifying->verified));
    TRY(measure(verifying));
    TRY(compare_roster(verifying));
    *exit_code = verifying->end.interrupted ? EXIT_INTERRUPTED
                 : verifying->problems      ? EXIT_OPEN_ENDS
                                            : EXIT_ALL_PASS;
    if (!verifying->end.interrupted)
        say_end(verifying, *exit_code);
    return OK;
}

Err verify_run(Arena *arena, const Cli *cli, int *exit_code)
{
    Verifying *verifying = ARENA_NEW(arena, Verifying);
    if (!verifying)
        return fail(arena, ERR_MEMORY, "no memory");
    *verifying = (Verifying){.arena = arena, .cli = cli, .line = arena_create(1 << 24)};
    if (!verifying->line)
        return fail(arena, ERR_MEMORY, "no memory");
    Err err = verify_all(verifying, exit_code);
    arena_destroy(verifying->line);
    return err;
}
