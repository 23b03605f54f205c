/* SPDX-License-Identifier: MIT */
/* The one file that knows both rooms: it hands the belt its stages and the report its rows. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "../stages/flow.h"
#include "../stages/raster.h"
#include "../stages/record.h"
#include "../stages/report.h"
#include "bench.h"
#include "cli.h"
#include "digest.h"
#include "journal.h"
#include "lines.h"
#include "list.h"
#include "listing.h"
#include "paths.h"
#include "plan.h"
#include "progress.h"
#include "run.h"
#include "say.h"
#include "verify_run.h"

enum { SECONDS_PER_DAY = 86400 };
static const size_t BATCH_BYTES_MAX = (size_t)8
                                      << 30; /* address space for lists and plan; used as needed */

/* One command at work. */
typedef struct Work {
    Arena *arena;
    const Cli *cli;
    Profile profile;
    Listing listing;
    Outdir outdir;
    Journal *journal;
    const char *program; /* who judges: version, mode, face finder */
    Plan plan;
    Progress progress;
    Lines lines;
    Arena *line; /* of one line on stdout */
    Report *report;
    Tally tally;
    RunEnd end;
} Work;

static Mode mode_of(const Cli *cli)
{
    return cli->command == COMMAND_CHECK ? MODE_CHECK : MODE_MAKE;
}

/* ---- photos coming home ---- */

static void tally_photo(Tally *tally, const Photo *photo)
{
    tally->verdicts[photo->verdict]++;
    for (int i = 0; i < photo->findings.count; i++)
        tally->reasons[photo->findings.list[i].check] += photo->findings.list[i].level > LEVEL_NOTE;
}

static Err print_line(Work *work, size_t index, const Photo *photo, const char *times)
{
    const char *text = "";
    if (!work->cli->json && work->cli->out)
        return OK;
    arena_reset(work->line);
    int attempt = plan_attempt(&work->plan.tasks[index], photo->source.sha256);
    Reported reported = {photo->record, times, attempt};
    if (!photo->unchanged)
        TRY(report_line(work->line, work->cli->lang, work->cli->timing, &reported, &text));
    return lines_put(work->arena, &work->lines, index, text);
}

static Err on_home(void *user, size_t index, const Photo *photo, const char *times)
{
    Work *work = user;
    if (!work->cli->out)
        tally_photo(&work->tally, photo);
    if (work->cli->verbose) {
        progress_clear(&work->progress);
        say_photo(photo);
    }
    TRY(print_line(work, index, photo, times));
    progress_step(&work->progress, photo->unchanged ? VERDICT_PASS : photo->verdict);
    return OK;
}

static void on_tick(void *user)
{
    progress_tick(&((Work *)user)->progress);
}

static void on_stopping(void *user, int in_flight)
{
    Work *work = user;
    progress_clear(&work->progress);
    say_message(work->cli, MESSAGE_stopping, in_flight);
}

/* ---- before ---- */

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
    const char *mode = mode_of(work->cli) == MODE_MAKE ? "make" : "check";
    char hash[65] = "cascade";
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
                        work->cli->out, mode_of(work->cli) == MODE_MAKE ? "check" : "run");
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

static Err prepare(Work *work)
{
    const Cli *cli = work->cli;
    History history = {0};
    Wanted wanted = {(const char *const *)cli->photos, cli->files_from, cli->nul,
                     cli->command == COMMAND_BENCH ? NULL : cli->out};
    TRY(profile_load(work->arena, cli->profile, &work->profile));
    TRY(name_program(work));
    TRY(listing_find(work->arena, &wanted, &work->listing));
    if (work->listing.closed_count) {
        char path[1024];
        path_mask(work->listing.closed, path, sizeof path);
        say_message(cli, MESSAGE_folder_closed, work->listing.closed_count, path);
    }
    TRY(open_out(work));
    if (work->journal)
        TRY(journal_history(work->arena, work->journal, &history));
    TRY(refuse_other_mode(work, &history));
    return plan_make(work->arena, &work->listing, &history, work->profile.hash, work->program,
                     &work->plan);
}

/* What must be on the disk before the first worker writes. */
static Err announce(Work *work)
{
    const Plan *plan = &work->plan;
    if (!work->journal)
        return OK;
    for (size_t i = 0; i < plan->dropped_count; i++)
        TRY(journal_remove(work->arena, work->journal, plan->dropped[i]->path));
    for (size_t i = 0; i < plan->count && mode_of(work->cli) == MODE_MAKE; i++) {
        Task task;
        if (plan->tasks[i].files_for_id != 1)
            continue;
        plan_task(plan, i, &task);
        TRY(journal_expect(work->arena, work->journal, task.id.text));
    }
    return journal_commit(work->arena, work->journal);
}

/* ---- after ---- */

static Err on_row(void *user, const Line *line)
{
    Reported reported = {line->record, line->times, line->attempt};
    return report_add(user, &reported);
}

static Err write_report(Work *work)
{
    const Cli *cli = work->cli;
    if (!work->journal)
        return OK;
    Err err = report_open(work->arena, cli->out, cli->lang, cli->timing, &work->report);
    if (!err.code)
        err = journal_each(work->arena, work->journal, on_row, work->report);
    if (!err.code)
        err = report_finish(work->arena, work->report);
    if (!err.code)
        work->tally = *report_tally(work->report);
    report_close(work->report);
    return err;
}

static int exit_of(const Work *work)
{
    const size_t *verdicts = work->tally.verdicts;
    if (work->end.interrupted)
        return EXIT_INTERRUPTED;
    if (verdicts[VERDICT_ERROR] || work->listing.closed_count)
        return EXIT_UNFINISHED;
    return verdicts[VERDICT_REVIEW] || verdicts[VERDICT_REJECT] ? EXIT_OPEN_ENDS : EXIT_ALL_PASS;
}

static void make_run(const Work *work, Run *out)
{
    const Cli *cli = work->cli;
    *out = (Run){
        .mode = mode_of(cli),
        .today = (int)(time(NULL) / SECONDS_PER_DAY),
        .lanes = run_lanes(cli->lanes),
        .out = cli->out,
        .program = work->program,
        .profile = &work->profile,
        .flow = flow_of(mode_of(cli)),
        .plan = &work->plan,
        .journal = work->journal,
        .detector = cli->detector,
        .open = flow_open,
        .close = flow_close,
        .record = record_json,
    };
}

static void start_progress(Work *work)
{
    const Cli *cli = work->cli;
    ProgressMode mode =
        cli->quiet && cli->progress == PROGRESS_AUTO ? PROGRESS_NEVER : cli->progress;
    bool objects = cli->json && mode != PROGRESS_NEVER;
    progress_start(&work->progress, objects ? PROGRESS_JSON : mode, cli->lang,
                   objects ? stdout : stderr, work->plan.count);
    work->lines.to = stdout;
}

static Err run_photos(Work *work)
{
    Run run;
    make_run(work, &run);
    run.home = on_home;
    run.tick = on_tick;
    run.stopping = on_stopping;
    run.user = work;
    say_start(work->cli, &work->profile, &work->plan, run.lanes);
    start_progress(work);
    TRY(announce(work));
    Err err = work->plan.count ? run_belt(work->arena, &run, &work->end) : OK;
    progress_clear(&work->progress);
    lines_close(&work->lines);
    return err;
}

static Err judge_photos(Work *work, int *exit_code)
{
    TRY(prepare(work));
    if (work->cli->dry_run) {
        say_plan(work->cli, &work->plan);
        return OK;
    }
    if (!work->listing.count)
        say_message(work->cli, MESSAGE_no_photos);
    TRY(run_photos(work));
    if (work->end.interrupted)
        say_message(work->cli, MESSAGE_resume_how);
    else
        TRY(write_report(work));
    *exit_code = exit_of(work);
    Summary summary = {&work->tally, &work->plan,
                       &work->end,   progress_seconds(&work->progress),
                       *exit_code,   work->journal && !work->end.interrupted};
    if (!work->end.interrupted || work->cli->json)
        say_summary(work->cli, &summary);
    return OK;
}

static Err measure_speed(Work *work, int *exit_code)
{
    Run run;
    TRY(prepare(work));
    make_run(work, &run);
    TRY(bench_run(work->arena, work->cli, &run, &work->end));
    *exit_code = work->end.interrupted ? EXIT_INTERRUPTED : EXIT_ALL_PASS;
    return OK;
}

static Err with_pictures(Arena *arena, const Cli *cli, int *exit_code)
{
    Work *work = ARENA_NEW(arena, Work);
    if (!work)
        return fail(arena, ERR_MEMORY, "no memory");
    *work = (Work){.arena = arena, .cli = cli, .line = arena_create(1 << 26)};
    work->outdir = (Outdir){.folder = -1, .lock = -1, .photos = -1, .review = -1};
    Err err = work->line ? raster_start("headroom") : fail(arena, ERR_MEMORY, "no memory");
    if (!err.code)
        err = cli->command == COMMAND_BENCH ? measure_speed(work, exit_code)
                                            : judge_photos(work, exit_code);
    journal_close(work->journal);
    outdir_close(&work->outdir);
    arena_destroy(work->line);
    raster_stop();
    return err;
}

static Err dispatch(Arena *arena, const Cli *cli, int *exit_code)
{
    if (cli->version) {
        printf("headroom %s\n", HEADROOM_VERSION);
        return OK;
    }
    if (cli->help || cli->command == COMMAND_NONE) {
        cli_help(stdout, cli->lang, cli->command);
        return OK;
    }
    if (cli->command == COMMAND_LIST) {
        Form form = cli->json ? FORM_JSON : cli->markdown ? FORM_MARKDOWN : FORM_PLAIN;
        return list_print(arena, stdout, cli->topic, form, cli->lang);
    }
    if (cli->command == COMMAND_COMPLETION) {
        cli_completion(stdout, cli->shell);
        return OK;
    }
    if (cli->command == COMMAND_MAN) {
        cli_man(stdout, cli->lang);
        return OK;
    }
    if (cli->command == COMMAND_VERIFY)
        return verify_run(arena, cli, exit_code);
    return with_pictures(arena, cli, exit_code);
}

static int exit_for(ErrCode code)
{
    if (code == ERR_USAGE)
        return EXIT_USAGE;
    return code == ERR_LOCKED ? EXIT_IN_USE : EXIT_UNFINISHED;
}

int main(int argc, char **argv)
{
    umask(077);               /* reports and photos name people */
    signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of write() */
    Arena *arena = arena_create(BATCH_BYTES_MAX);
    Cli cli = {0};
    int exit_code = EXIT_ALL_PASS;
    if (!arena) {
        fputs("error: out of memory\n", stderr);
        return EXIT_UNFINISHED;
    }
    Err err = cli_parse(argc, argv, arena, &cli);
    if (!err.code)
        err = dispatch(arena, &cli, &exit_code);
    if (!err.code && fflush(stdout))
        err = fail(arena, ERR_IO, "cannot write to stdout: %m");
    if (err.code) {
        say_error(&cli, &err);
        exit_code = exit_for(err.code);
        if (exit_code == EXIT_UNFINISHED && cli.out && !cli.dry_run)
            say_message(&cli, MESSAGE_kept);
    }
    arena_destroy(arena);
    return exit_code;
}
