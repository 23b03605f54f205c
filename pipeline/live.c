/* SPDX-License-Identifier: MIT */
/* A round lists everything and plans as a run does, and judges of it what is new and settled: so the
 * journal always holds what a run would have put there, and how a round ends never matters. */
#include "live.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <glib.h>
#include "../stages/live_page.h"
#include "../stages/report.h"
#include "arrivals.h"
#include "day.h"
#include "paths.h"
#include "plain.h"
#include "say.h"
#include "tell.h"

enum { LOOK_MS = 2000, PENDING_MS = 30, ROUND_PER_LANE = 4, ROUND_BYTES_MAX_SHIFT = 32 };

typedef struct Live {
    Work *work;
    Run *run;
    const Hook *hook;
    Arena *arena, *round; /* of the watch, of one round */
    Arrivals *arrivals;
    LivePage *page;
    GHashTable *seen; /* key to the Stamp that was judged */
    GHashTable *told; /* key to whose it was said to be, as brief_of has it */
    bool *corrected;  /* per file of the listing: was told otherwise before */
    Teller teller;
    int64_t closed_ns; /* when the photo that is home was closed; 0: not known */
    RunEnd total;
    bool pending; /* something is still being written */
    bool closed;  /* some folder could not be read, and that was told */
    bool cut;     /* more is settled than a round takes */
} Live;

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* ---- one photo is home ---- */

/* Of whom a code makes a photo, or why of nobody, and how many frames are missing in between. */
static char *brief_of(const char *slip)
{
    const char *tab = slip ? strchr(slip, '\t') : NULL;
    size_t length = !slip ? 0 : tab ? (size_t)(tab - slip) + 1 + strcspn(tab + 1, "\t\n") : strcspn(slip, "\n");
    return g_strndup(slip ? slip : "", length);
}

/* A sound for what needs another shot or a look, while the person is still there. */
static void print_line(const Live *live, const LiveShot *shot, const char *line)
{
    const Cli *cli = live->work->cli;
    bool good = strcmp(shot->verdict, "PASS") == 0;
    if (cli->quiet && !cli->json && strcmp(shot->verdict, "ERROR") != 0) /* live.html tells */
        return;
    plain_print(stdout, cli->json ? line : shot->text);
    putchar('\n');
    say_flush();
    if (!good && !cli->quiet && isatty(STDERR_FILENO)) {
        putc('\a', stderr);
        fflush(stderr);
    }
}

static Err say(void *user, const Shot *said)
{
    Live *live = user;
    Work *work = live->work;
    char path[1024];
    path_mask_bound(said->path, &said->id, path, sizeof path);
    LiveShot shot = {.path = path, .key = said->key, .corrected = said->corrected};
    double waited_ms = (double)(now_ns() - live->closed_ns) / 1e6;
    if (!shot.corrected && live->closed_ns && waited_ms >= 0 && waited_ms < 60000)
        shot.waited_ms = waited_ms;
    TRY(live_page_add(work->line, live->page, said->line, &shot));
    print_line(live, &shot, said->line);
    if (!hook_send(live->hook, shot.verdict, said->line))
        say_message(work->cli, MESSAGE_hook_lags);
    return OK;
}

static Err on_home(void *user, size_t index, const Photo *photo, const char *times)
{
    Live *live = user;
    Work *work = live->work;
    Judged *judged;
    Verdict verdict;
    size_t file = work->plan.tasks[index].file;
    const Listed *listed = &work->listing.files[file];
    if (photo->unchanged)
        return OK;
    g_hash_table_replace(live->told, g_strdup(listed->key), brief_of(listed->slip));
    arena_reset(work->line);
    TRY(work_judged(work, photo, times, &judged));
    live->closed_ns = photo->source.ctime_ns;
    Err err = tell_photo(work, &(Telling){file, live->corrected[file], judged, &live->teller}, &verdict);
    free(judged);
    return err;
}

static void on_stopping(void *user, int in_flight)
{
    say_message(((Live *)user)->work->cli, MESSAGE_stopping, in_flight);
}

/* ---- rounds ---- */

static bool is_seen(const Live *live, const Listed *file)
{
    const Stamp *stamp = g_hash_table_lookup(live->seen, file->key);
    return stamp && memcmp(stamp, &file->stamp, sizeof *stamp) == 0;
}

static void remember(Live *live, const Listed *file)
{
    g_hash_table_replace(live->seen, g_strdup(file->key), g_memdup2(&file->stamp, sizeof file->stamp));
}

/* Marks what is new and settled: per file of the listing. */
static bool find_due(Live *live, bool *due)
{
    const Listing *listing = &live->work->listing;
    bool any = false;
    live->pending = false;
    for (size_t i = 0; i < listing->count; i++) {
        const Listed *file = &listing->files[i];
        if (is_seen(live, file))
            continue;
        due[i] = arrivals_is_settled(file);
        any |= due[i];
        live->pending |= !due[i];
    }
    return any;
}

/* What is forgotten is new when it comes again. Whether anything is gone: with codes that changes whose others are. */
static bool forget_gone(Live *live)
{
    const Listing *listing = &live->work->listing;
    guint there = 0;
    if (listing->closed_count) /* a folder that cannot be read now: its photos are not gone */
        return false;
    for (size_t i = 0; i < listing->count; i++)
        there += (guint)g_hash_table_contains(live->seen, listing->files[i].key);
    if (there == g_hash_table_size(live->seen))
        return false;
    GHashTable *keys = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer key;
    for (size_t i = 0; i < listing->count; i++)
        g_hash_table_add(keys, (gpointer)(uintptr_t)listing->files[i].key);
    g_hash_table_iter_init(&iter, live->seen);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (!g_hash_table_contains(keys, key))
            g_hash_table_iter_remove(&iter);
    g_hash_table_destroy(keys);
    return true;
}

static int newest_first(const void *a, const void *b)
{
    const int64_t *one = a, *two = b;
    return (*one < *two) - (*one > *two);
}

static int64_t changed_ns(const Plan *plan, const PlanTask *task)
{
    return plan->listing->files[task->file].stamp.ctime_ns;
}

/* Whoever stands at the camera does not wait for a folder full of earlier photos: the newest ones now, the
 * others in later rounds. */
static Err cut(Live *live, bool *due)
{
    Work *work = live->work;
    Plan *plan = &work->plan;
    size_t most = (size_t)live->run->lanes * ROUND_PER_LANE, kept = 0;
    live->cut = plan->count > most;
    if (!live->cut)
        return OK;
    int64_t *times = ARENA_ARRAY(work->arena, int64_t, plan->count);
    if (!times)
        return fail(work->arena, ERR_MEMORY, "no memory for the plan");
    for (size_t i = 0; i < plan->count; i++)
        times[i] = changed_ns(plan, &plan->tasks[i]);
    qsort(times, plan->count, sizeof *times, newest_first);
    for (size_t i = 0; i < plan->count; i++) {
        due[plan->tasks[i].file] = kept < most && changed_ns(plan, &plan->tasks[i]) >= times[most - 1];
        if (due[plan->tasks[i].file])
            plan->tasks[kept++] = plan->tasks[i];
    }
    plan->count = kept;
    return OK;
}

/* That a code was read, while the next student sits down. */
static Err tell_slips(Live *live, const bool *due)
{
    Work *work = live->work;
    for (size_t i = 0; work->frames.lines && i < work->listing.count; i++) {
        const char *line;
        if (!due[i] || !work->frames.lines[i])
            continue;
        TRY(work->cli->json ? report_slip_line(work->arena, work->cli->lang, work->frames.lines[i], &line)
                            : report_slip_words(work->arena, work->cli->lang, work->frames.lines[i], &line));
        TRY(live_page_code(work->arena, live->page, work->frames.lines[i]));
        if (work->cli->quiet && !work->cli->json)
            continue;
        plain_print(stdout, line);
        putchar('\n');
        say_flush();
    }
    return OK;
}

/* Frames that come late may change whose photo an earlier one is: that is told at once, with its verdict. */
static Err find_corrected(Live *live, bool *due)
{
    Work *work = live->work;
    const Listing *listing = &work->listing;
    live->corrected = ARENA_ARRAY(work->arena, bool, listing->count + 1);
    if (!live->corrected)
        return fail(work->arena, ERR_MEMORY, "no memory for the plan");
    for (size_t i = 0; i < listing->count; i++) {
        const char *told = g_hash_table_lookup(live->told, listing->files[i].key);
        if (due[i] || !told || listing->files[i].is_slip)
            continue;
        char *brief = brief_of(listing->files[i].slip);
        live->corrected[i] = strcmp(told, brief) != 0;
        g_free(brief);
        due[i] = live->corrected[i];
        if (due[i])
            plan_again(&work->plan, &work->history, i);
    }
    return OK;
}

static Err judge(Live *live)
{
    Work *work = live->work;
    RunEnd end = {0};
    live->run->plan = &work->plan;
    TRY(day_of_run(work->arena, &live->run->today)); /* a watch lasts over many */
    TRY(work_announce(work));
    TRY(tell_open(work));
    if (!work->plan.count)
        return OK;
    TRY(run_belt(work->arena, live->run, &end));
    live->total.finished += end.finished - end.unchanged;
    live->total.interrupted |= end.interrupted;
    return OK;
}

static Err look(Live *live)
{
    Work *work = live->work;
    TRY(work_list(work));
    if (!live->closed)
        work_tell_closed(work);
    live->closed = work->listing.closed_count;
    bool *due = ARENA_ARRAY(work->arena, bool, work->listing.count + 1);
    if (!due)
        return fail(work->arena, ERR_MEMORY, "no memory for the plan");
    bool rest = live->cut; /* some of the last round's, which may not be due by themselves */
    live->cut = false;
    bool gone = forget_gone(live);
    if (!find_due(live, due) && !gone && !rest)
        return OK;
    work->due = due;
    TRY(work_plan(work));
    if (work->frames.interrupted) {
        live->total.interrupted = true;
        return OK;
    }
    TRY(tell_slips(live, due));
    TRY(find_corrected(live, due));
    plan_keep(&work->plan, due);
    TRY(cut(live, due));
    for (size_t i = 0; i < work->listing.count; i++)
        if (due[i])
            remember(live, &work->listing.files[i]);
    return judge(live);
}

/* In memory that is taken back before the next one. */
static Err one_round(Live *live)
{
    Work *work = live->work;
    arena_reset(live->round);
    work->arena = live->round;
    Err err = look(live);
    work->arena = live->arena;
    if (err.code == ERR_USAGE) /* what could be listed at first is gone */
        err.code = ERR_IO;
    return err.code ? fail(live->arena, err.code, "%s", err.text) : OK;
}

static Err rounds(Live *live)
{
    bool more = true;
    live->work->enters = arrivals_follow;
    live->work->watcher = live->arrivals;
    live->work->waits = true; /* also for what is not there at the end */
    live->closed = live->work->listing.closed_count;
    while (more && !live->total.interrupted) {
        for (const char **photo = live->work->cli->photos; *photo; photo++) /* files, too */
            TRY(arrivals_follow(live->arrivals, *photo));
        TRY(one_round(live));
        more = arrivals_wait(live->arrivals, live->cut ? 0 : live->pending ? PENDING_MS : LOOK_MS);
    }
    live->total.interrupted |= live->cut; /* a signal, and photos were waiting */
    return OK;
}

/* Everything once more: also what was too young to be trusted, and what nobody finished. */
static Err last_round(Live *live)
{
    live->work->due = NULL;
    TRY(work_list(live->work));
    TRY(work_plan(live->work));
    bool *due = ARENA_ARRAY(live->work->arena, bool, live->work->listing.count + 1);
    if (!due)
        return fail(live->work->arena, ERR_MEMORY, "no memory for the plan");
    if (!live->work->frames.interrupted)
        TRY(find_corrected(live, due));
    live->total.interrupted |= live->work->frames.interrupted;
    return live->total.interrupted ? OK : judge(live);
}

static Err watch(Live *live)
{
    TRY(arrivals_open(live->arena, live->work->watch, &live->arrivals));
    TRY(live_page_open(live->arena, live->work->cli->out, live->work->cli->lang, &live->page));
    say_message(live->work->cli, MESSAGE_watching, live->work->cli->out);
    TRY(rounds(live));
    live->work->enters = NULL;
    arrivals_close(live->arrivals);
    live->arrivals = NULL;
    return live->total.interrupted ? OK : last_round(live);
}

/* Of the photos that are there now: rounds look at them again and again. */
static size_t count_unchanged(const Live *live)
{
    const Listing *listing = &live->work->listing;
    size_t unchanged = 0;
    for (size_t i = 0; i < listing->count; i++)
        unchanged += !listing->files[i].is_slip && !g_hash_table_contains(live->told, listing->files[i].key);
    return unchanged;
}

Err live_watch(Work *work, Run *run, const Hook *hook)
{
    Live *live = work->live = ARENA_NEW(work->arena, Live);
    if (!live)
        return fail(work->arena, ERR_MEMORY, "no memory");
    *live = (Live){.work = work, .run = run, .hook = hook, .arena = work->arena,
                   .round = arena_create_large((size_t)1 << ROUND_BYTES_MAX_SHIFT),
                   .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                   .told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                   .teller = {say, live}};
    work->again = &live->teller;
    run->home = on_home;
    run->stopping = on_stopping;
    run->user = live;
    Err err = live->round ? watch(live) : fail(work->arena, ERR_MEMORY, "no memory");
    work->plan.done = err.code ? 0 : count_unchanged(live);
    arena_destroy(live->round);
    work->end = live->total;
    return err;
}

Err live_end(Work *work)
{
    LivePage *page = work->live->page;
    work->live->page = NULL;
    return page ? live_page_end(work->arena, page) : OK;
}

void live_close(Work *work)
{
    Live *live = work->live;
    if (!live)
        return;
    (void)live_end(work); /* an error is told already */
    arrivals_close(live->arrivals);
    g_hash_table_destroy(live->seen);
    g_hash_table_destroy(live->told);
    work->live = NULL;
}
