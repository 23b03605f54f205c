/* SPDX-License-Identifier: MIT */
/* The one file that knows both rooms: it hands the belt its stages and the report its rows. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../stages/flow.h"
#include "../stages/record.h"
#include "bench.h"
#include "cli.h"
#include "confine.h"
#include "guard.h"
#include "list.h"
#include "live.h"
#include "purge.h"
#include "shard_merge.h"
#include "say.h"
#include "seal.h"
#include "tell.h"
#include "verify_run.h"
#include "work.h"

static const size_t BATCH_BYTES_MAX = (size_t)8
                                      << 30; /* address space for lists and plan; used as needed */

/* ---- photos coming home ---- */

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

static int exit_of(const Work *work)
{
    const size_t *verdicts = work->tally.verdicts;
    if (work->end.interrupted)
        return EXIT_INTERRUPTED;
    if (work->shard.count) /* published, whatever the verdicts */
        return work->listing.closed_count ? EXIT_UNFINISHED : EXIT_ALL_PASS;
    if (verdicts[VERDICT_ERROR] || work->listing.closed_count)
        return EXIT_UNFINISHED;
    bool open = work->roster ? work->settlement.unready : work->tally.open;
    return open ? EXIT_OPEN_ENDS : EXIT_ALL_PASS;
}

static void make_run(const Work *work, Run *out)
{
    const Cli *cli = work->cli;
    *out = (Run){
        .mode = work_mode(cli),
        .today = work->today,
        .lanes = run_lanes(cli->lanes),
        .out = work->out,
        .together = work->out && work_mode(cli) == MODE_MAKE && cli->command != COMMAND_WATCH && !cli->json, /* who is told opens it */
        .program = work->program,
        .profile = &work->profile,
        .flow = flow_of(work_mode(cli)),
        .plan = &work->plan,
        .journal = work->journal,
        .shard = work->shard_log,
        .watch = work->watch,
        .detector = cli->detector,
        .fast_decoder = cli->decoder == DECODER_FAST,
        .open = flow_open,
        .close = flow_close,
        .record = record_json,
    };
}

static void start_progress(Work *work)
{
    const Cli *cli = work->cli;
    ProgressMode mode =
        (cli->quiet || cli->command == COMMAND_WATCH) && cli->progress == PROGRESS_AUTO ? PROGRESS_NEVER : cli->progress;
    bool objects = cli->json && mode != PROGRESS_NEVER;
    progress_start(&work->progress, objects ? PROGRESS_JSON : mode, cli->lang,
                   objects ? stdout : stderr, work->merge ? work->listing.count : work->plan.count);
    work->lines = (Lines){.to = stdout};
    if (!work->journal && !work->shard_log)
        work->lines.printed = watch_printed(work->watch);
}

static void make_codes_run(const Work *work, Run *out)
{
    make_run(work, out);
    out->together = false; /* nothing is made */
    out->flow = flow_of_codes();
    out->open = flow_open_codes;
    out->close = flow_close;
    out->record = flow_record_codes;
}

static Err run_once(Work *work)
{
    Run run;
    make_run(work, &run);
    run.home = tell_home;
    run.tick = on_tick;
    run.stopping = on_stopping;
    run.user = work;
    say_start(work->cli, &work->profile, &work->plan, run.lanes);
    start_progress(work);
    TRY(seal_look(work));
    if (work->sealed)
        return OK;
    TRY(work_announce(work));
    TRY(tell_open(work));
    Err err = work->plan.count ? run_belt(work->arena, &run, &work->end) : OK;
    progress_clear(&work->progress);
    Err last = lines_close(&work->lines);
    return err.code ? err : last;
}

/* A shard tries again at once what this machine failed on: its engine takes it for done. */
static Err run_photos(Work *work)
{
    enum { SHARD_TRIES = 3 };
    size_t finished = 0, unchanged = 0;
    for (int tries = 1;; tries++) {
        TRY(run_once(work));
        finished += work->end.finished - (tries > 1 ? work->end.unchanged : 0);
        unchanged += tries > 1 ? 0 : work->end.unchanged;
        size_t failed = work->end.verdicts[VERDICT_ERROR];
        if (!work->shard_log || work->end.interrupted || !failed || tries == SHARD_TRIES)
            break;
        work->tally.verdicts[VERDICT_ERROR] = 0;
        finished -= failed;
        TRY(work_plan(work));
    }
    work->end.finished = finished;
    work->end.unchanged = unchanged;
    return OK;
}

static Err watch_photos(Work *work, const Hook *hook)
{
    Run run;
    make_run(work, &run);
    say_start(work->cli, &work->profile, &work->plan, run.lanes);
    start_progress(work);
    return live_watch(work, &run, hook);
}

/* Before the first photo is opened, and before the lanes' threads. */
static Err shut_files(Work *work)
{
    const Cli *cli = work->cli;
    SandboxFiles files = {.inputs = (const char *const *)cli->photos,
                          .listing = cli->files_from ? &work->listing : NULL,
                          .out = work->out};
    if (work->merge && !cli->no_sandbox)
        TRY(shard_merge_linked(work, &files.linked));
    return confine_files(work->arena, cli, &files);
}

static Err merge_photos(Work *work)
{
    start_progress(work);
    Err err = shard_merge_bring(work);
    progress_clear(&work->progress);
    return err;
}

static Err bring_home(Work *work, const Hook *hook)
{
    if (work->cli->command == COMMAND_MERGE)
        return merge_photos(work);
    return work->cli->command == COMMAND_WATCH ? watch_photos(work, hook) : run_photos(work);
}

static Err finish(Work *work)
{
    const Shard *shard = &work->shard;
    if (work->end.interrupted) {
        say_message(work->cli, MESSAGE_resume_how);
        return work->live ? live_end(work) : OK;
    }
    if (!work->shard_log) {
        TRY(work->journal ? work_finish(work) : tell_end(work));
        return work->live ? live_end(work) : OK;
    }
    if (work->listing.closed_count) /* some of its photos may be there */
        return OK;
    TRY(work_publish(work));
    TRY(tell_shard(work)); /* the same however it was told of, and when */
    say_message(work->cli, work->shard_stood ? MESSAGE_shard_stands : MESSAGE_shard_published, shard->index, shard->count,
                work->listing.count, work->out);
    return OK;
}

static Err judge_photos(Work *work, const Hook *hook, int *exit_code)
{
    const Cli *cli = work->cli;
    TRY(cli->command == COMMAND_MERGE ? shard_merge_prepare(work) : work_prepare(work));
    if (cli->dry_run) {
        size_t look = 0;
        if (work->merge)
            TRY(shard_merge_plan(work));
        else
            look = say_tasks(cli, &work->plan);
        say_plan(cli, &work->plan, look);
        return OK;
    }
    if (!work->listing.count && cli->command != COMMAND_WATCH && !work->shard.count)
        say_message(cli, MESSAGE_no_photos);
    TRY(shut_files(work));
    Run codes;
    make_codes_run(work, &codes);
    work->codes = &codes;
    if (cli->bind == BIND_QR && cli->command != COMMAND_WATCH)
        TRY(work_bind(work));
    if (!work->end.interrupted)
        TRY(bring_home(work, hook));
    TRY(finish(work));
    *exit_code = exit_of(work);
    Summary summary = {.tally = &work->tally,
                       .plan = &work->plan,
                       .end = &work->end,
                       .seconds = progress_seconds(&work->progress),
                       .exit_code = *exit_code,
                       .written = work->journal && !work->end.interrupted,
                       .settled = !work->shard.count && !work->end.interrupted,
                       .roster = work->roster,
                       .decisions = work->decisions,
                       .settlement = &work->settlement,
                       .outcome = &work->outcome};
    if (!work->end.interrupted || work->cli->json)
        say_summary(work->cli, &summary);
    return OK;
}

static Err measure_speed(Work *work, int *exit_code)
{
    Run run;
    TRY(work_prepare(work));
    make_run(work, &run);
    TRY(bench_run(work->arena, work->cli, &run, &work->end));
    *exit_code = work->end.interrupted ? EXIT_INTERRUPTED : EXIT_ALL_PASS;
    return OK;
}

/* What lasts, and opens files that others made. */
static bool is_guarded(const Cli *cli)
{
    static const unsigned lasting = 1u << COMMAND_RUN | 1u << COMMAND_CHECK | 1u << COMMAND_WATCH | 1u << COMMAND_VERIFY;
    bool plans = cli->dry_run && cli->command != COMMAND_VERIFY; /* and opens no photo */
    return lasting >> cli->command & 1 && !plans && !cli->help && !cli->version;
}

static Err with_pictures(Arena *arena, const Cli *cli, Watch *watch, int *exit_code)
{
    Work *work = ARENA_NEW(arena, Work);
    if (!work)
        return fail(arena, ERR_MEMORY, "no memory");
    *work = (Work){.arena = arena, .cli = cli, .watch = watch, .line = arena_create(1 << 26)};
    work->outdir = (Outdir){.folder = -1, .lock = -1, .photos = -1, .review = -1, .held = -1};
    Hook hook = {.fd = -1};
    Err err = work->line ? hook_open(arena, cli->on_result, &hook) : fail(arena, ERR_MEMORY, "no memory");
    if (!err.code && (is_guarded(cli) || cli->command == COMMAND_MERGE))
        err = confine_calls(arena, cli);
    if (!err.code)
        err = cli->command == COMMAND_BENCH ? measure_speed(work, exit_code)
                                            : judge_photos(work, &hook, exit_code);
    if (err.code) /* its text may lie in the line */
        err.text = err.text ? arena_copy(arena, err.text) : NULL;
    live_close(work); /* while OUT is ours */
    journal_close(work->journal);
    shard_log_close(work->shard_log);
    shard_merge_close(work);
    outdir_close(&work->outdir);
    hook_close(&hook);
    tell_close(work);
    arena_destroy(work->line);
    return err;
}

static Err dispatch(Arena *arena, const Cli *cli, Watch *watch, int *exit_code)
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
    if (cli->command == COMMAND_PURGE)
        return purge_run(arena, cli);
    if (cli->command == COMMAND_VERIFY)
        return verify_run(arena, cli, watch, exit_code);
    return with_pictures(arena, cli, watch, exit_code);
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
    signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of write(), */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
    Arena *arena = arena_create_large(BATCH_BYTES_MAX);
    Cli cli = {0};
    Watch *watch = NULL;
    int exit_code = EXIT_ALL_PASS;
    if (!arena) {
        fputs("error: out of memory\n", stderr);
        return EXIT_UNFINISHED;
    }
    Err err = cli_parse(argc, argv, arena, &cli);
    bool ended = false;
    if (!err.code && is_guarded(&cli))
        err = guard_stand(arena, &cli, &watch, &ended, &exit_code);
    if (ended) {
        arena_destroy(arena);
        return exit_code;
    }
    if (!err.code)
        err = dispatch(arena, &cli, watch, &exit_code);
    if (!err.code)
        err = say_lost(arena);
    bool merges = cli.command == COMMAND_MERGE;
    if (err.code == ERR_STOPPED) {
        say_message(&cli, merges ? MESSAGE_resume_merge : MESSAGE_resume_how);
        exit_code = EXIT_INTERRUPTED;
    } else if (err.code) {
        say_error(&cli, &err);
        exit_code = exit_for(err.code);
        if (exit_code == EXIT_UNFINISHED && cli.out && !cli.dry_run)
            say_message(&cli, merges ? MESSAGE_kept_shards : MESSAGE_kept);
    }
    arena_destroy(arena);
    return exit_code;
}
