/* SPDX-License-Identifier: MIT */
/* Out once, back once: uv_queue_work hands a lane to a worker, after_work brings it home, and everything that is shared
 * belongs to the loop's thread. A lane out belongs to its worker alone, so nothing is locked. N lanes are N photos in memory. */
#include "run.h"
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>
#include "aside.h"
#include "pass.h"
#include "remember.h"
#include "run_row.h"

static_assert((int)RUN_LANES_MAX <= (int)WATCH_SEATS, "every lane has a seat");
enum { BATCH_PHOTOS = ASIDE_MAX, BATCH_MS = 500, TICK_MS = 250, EXIT_INTERRUPTED = 130 };
static const size_t TOOLS_BYTES_MAX = (size_t)256 << 20;

typedef struct Belt Belt;

/* One seat. */
typedef struct Lane {
    uv_work_t work;
    Belt *belt;
    Arena *photo_arena, *tools_arena;
    Tools tools;
    bool open;    /* tools */
    bool out;     /* with a worker */
    size_t index; /* of the task */
    char key[64]; /* of the person */
    Photo photo;
    int64_t read_at_ns;
    Err err;          /* of the machine: ends the run */
    char orphan[128]; /* what the failed photo had stored already, or "" */
    char reason[256]; /* why the photo ended in an error */
} Lane;

struct Belt {
    const Run *run;
    RunEnd *end;
    Arena *arena; /* of the loop's thread: texts of errors */
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t signals[2];
    Lane *lanes;
    size_t next; /* task to admit */
    int in_flight;
    size_t uncommitted;
    Aside aside; /* their files, if they are placed together */
    bool lost;   /* one could not be placed: nothing is committed any more */
    uint64_t committed_ms;
    bool stopping; /* admit no more */
    bool alone;    /* who is out was at work at a crash: nobody joins it */
    Err err;       /* the first one */
};

/* ---- on a worker ---- */

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* What is left of a photo on which the machine failed: where it came from, and why. */
static Err spoil(Lane *lane, Err err)
{
    const Run *run = lane->belt->run;
    Photo *photo = &lane->photo;
    Task task = photo->task;
    Source read = photo->source;
    snprintf(lane->reason, sizeof lane->reason, "%s", err.text ? err.text : "out of memory");
    memcpy(lane->orphan, photo->output_path, sizeof lane->orphan);
    arena_reset(lane->photo_arena);
    pass_begin(photo, lane->photo_arena, lane->belt->run, &task);
    photo->source.bytes = read.bytes;
    photo->source.mtime_ns = read.mtime_ns;
    photo->source.ctime_ns = read.ctime_ns;
    photo->source.inode = read.inode;
    memcpy(photo->source.sha256, read.sha256, sizeof read.sha256);
    photo->verdict = VERDICT_ERROR;
    photo->error = lane->reason;
    return run->record(photo->arena, photo, run->profile, &photo->record);
}

/* The first lane's come before all work, so that others may share what lies in them. */
static bool open_tools(Lane *lane)
{
    const Run *run = lane->belt->run;
    size_t seat = (size_t)(lane - lane->belt->lanes);
    const FaceFinder *first = seat ? lane->belt->lanes[0].tools.finder : NULL;
    lane->tools = (Tools){.first = first, .fast_decoder = run->fast_decoder, .out = run->out, .waits = run->together};
    watch_opening(run->watch, seat, true);
    lane->err = run->open(lane->tools_arena, run->detector, &lane->tools);
    watch_opening(run->watch, seat, false);
    return lane->open = lane->err.code == ERR_NONE;
}

static void work(uv_work_t *request)
{
    Lane *lane = request->data;
    const Run *run = lane->belt->run;
    lane->read_at_ns = clock_ns(CLOCK_REALTIME);
    if (!lane->open && !open_tools(lane))
        return;
    Err err = pass_run(run, &lane->photo, &lane->tools);
    bool alone = err.code && err.code != ERR_IO; /* the disk is full or gone: no other photo will fare better */
    lane->err = alone ? spoil(lane, err) : err;
}

/* ---- on the loop's thread ---- */

static void stop(Belt *belt, Err err)
{
    belt->stopping = true;
    if (!err.code || belt->err.code)
        return;
    const char *text = err.text ? arena_copy(belt->arena, err.text) : NULL;
    belt->err = (Err){err.code, text ? text : "out of memory"};
}

/* What was not flushed is told once: after that no row may be committed any more. */
static Err place(Belt *belt)
{
    if (belt->lost)
        return fail(belt->arena, ERR_IO, "earlier photos could not be placed");
    if (!belt->aside.count)
        return OK;
    Err err = aside_place(belt->arena, &belt->aside);
    belt->lost = belt->lost || err.code;
    return err;
}

static Err keep(Lane *lane, const char *times)
{
    Belt *belt = lane->belt;
    const Run *run = belt->run;
    const Listed *file = &run->plan->listing->files[run->plan->tasks[lane->index].file];
    char waits[ASIDE_NAME];
    Row row;
    TRY(row_of(run, &lane->photo, file, lane->read_at_ns, &row));
    row.times = times;
    if (lane->orphan[0] && run->together)
        aside_drop(&belt->aside, lane->orphan);
    if (row.output[0] && run->together) {
        aside_path(row.output, waits);
        row.waits = waits;
    }
    if (run->shard && lane->photo.unchanged) /* it may commit earlier rows */
        TRY(place(belt));
    if (run->shard) {
        TRY((lane->photo.unchanged ? shard_log_touch : shard_log_put)(belt->arena, run->shard, &row));
    } else if (run->journal) {
        if (lane->orphan[0] && !run->together)
            TRY(journal_disown(belt->arena, run->journal, lane->orphan));
        Done done = {run->plan, lane->index, lane->photo.unchanged};
        TRY(remember(belt->arena, run->journal, &done, &row));
        lane->photo.attempt = row.attempt;
    }
    if (row.waits)
        aside_add(&belt->aside, row.output);
    return OK;
}

static Err commit(Belt *belt)
{
    belt->committed_ms = uv_now(&belt->loop);
    belt->uncommitted = 0;
    if (belt->lost)
        return OK;
    TRY(place(belt));
    if (belt->run->shard)
        return shard_log_commit(belt->arena, belt->run->shard);
    return belt->run->journal ? journal_commit(belt->arena, belt->run->journal) : OK;
}

static Err come_home(Lane *lane)
{
    Belt *belt = lane->belt;
    char times[STAGE_MAX * 48];
    TRY(lane->err);
    if (belt->lost) /* no row may follow */
        return OK;
    const PlanTask *task = &belt->run->plan->tasks[lane->index];
    lane->photo.attempt = plan_attempt(task, lane->photo.source.sha256);
    photo_times(&lane->photo, belt->run->flow, times, sizeof times);
    if (belt->run->journal || belt->run->shard || belt->run->together)
        TRY(keep(lane, times));
    if (++belt->uncommitted >= BATCH_PHOTOS)
        TRY(commit(belt));
    belt->end->finished++;
    belt->end->unchanged += lane->photo.unchanged;
    if (!lane->photo.unchanged)
        belt->end->verdicts[lane->photo.verdict]++;
    return belt->run->home ? belt->run->home(belt->run->user, lane->index, &lane->photo, times) : OK;
}

static void admit(Belt *belt);

static void after(uv_work_t *request, int status)
{
    (void)status; /* nothing cancels */
    Lane *lane = request->data;
    Belt *belt = lane->belt;
    lane->out = false;
    belt->in_flight--;
    watch_end(belt->run->watch, (size_t)(lane - belt->lanes));
    Err err = come_home(lane);
    if (err.code)
        stop(belt, err);
    arena_reset(lane->photo_arena);
    admit(belt);
}

static size_t oldest_out(const Belt *belt)
{
    size_t oldest = belt->next;
    for (int i = 0; i < belt->run->lanes; i++)
        if (belt->lanes[i].out && belt->lanes[i].index < oldest)
            oldest = belt->lanes[i].index;
    return oldest;
}

static const Listed *next_file(const Belt *belt)
{
    const Plan *plan = belt->run->plan;
    return &plan->listing->files[plan->tasks[belt->next].file];
}

/* Several photos of one person come home in the order of their paths, which numbers their attempts. */
static bool rival_is_out(const Belt *belt)
{
    char key[64];
    Task task;
    if (belt->run->plan->tasks[belt->next].files_for_id < 2)
        return false;
    plan_task(belt->run->plan, belt->next, &task);
    id_key(&task.id, key);
    for (int i = 0; i < belt->run->lanes; i++)
        if (belt->lanes[i].out && strcmp(belt->lanes[i].key, key) == 0)
            return true;
    return false;
}

/* Who was at work at a crash waits until everybody is home: a second crash then names one photo. */
static bool must_wait(const Belt *belt)
{
    return belt->in_flight && (belt->alone || watch_suspects(belt->run->watch, next_file(belt)) || rival_is_out(belt));
}

static void hand_out(Belt *belt, Lane *lane)
{
    const Run *run = belt->run;
    Task task;
    lane->index = belt->next;
    plan_task(run->plan, lane->index, &task);
    id_key(&task.id, lane->key);
    belt->alone = watch_begin(run->watch, (size_t)(lane - belt->lanes), next_file(belt), &task);
    pass_begin(&lane->photo, lane->photo_arena, run, &task);
    lane->err = OK;
    lane->orphan[0] = '\0';
    lane->work.data = lane;
    int code = uv_queue_work(&belt->loop, &lane->work, work, after);
    if (code) {
        stop(belt, fail(belt->arena, ERR_MEMORY, "cannot start work: %s", uv_strerror(code)));
        return;
    }
    lane->out = true;
    belt->in_flight++;
    belt->next++;
}

static void admit(Belt *belt)
{
    for (int i = 0; i < belt->run->lanes; i++) {
        if (belt->stopping || belt->next >= belt->run->plan->count ||
            belt->next - oldest_out(belt) >= RUN_WINDOW || must_wait(belt))
            return;
        if (!belt->lanes[i].out)
            hand_out(belt, &belt->lanes[i]);
    }
}

static void on_timer(uv_timer_t *timer)
{
    Belt *belt = timer->data;
    if (belt->run->tick)
        belt->run->tick(belt->run->user);
    if (belt->uncommitted && uv_now(&belt->loop) - belt->committed_ms >= BATCH_MS) {
        Err err = commit(belt);
        if (err.code)
            stop(belt, err);
    }
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    Belt *belt = handle->data;
    if (belt->end->asked) { /* the second one: at once */
        stop(belt, commit(belt));
        _exit(EXIT_INTERRUPTED);
    }
    belt->end->asked = true;
    belt->stopping = true;
    if (belt->run->stopping)
        belt->run->stopping(belt->run->user, belt->in_flight);
}

static Err belt_open(Belt *belt)
{
    const Run *run = belt->run;
    char lanes[16];
    snprintf(lanes, sizeof lanes, "%d", run->lanes);
    setenv("UV_THREADPOOL_SIZE", lanes, 1); /* read by libuv when its first work is queued */
    int code = uv_loop_init(&belt->loop);
    if (code)
        return fail(belt->arena, ERR_MEMORY, "cannot start the loop: %s", uv_strerror(code));
    uv_timer_init(&belt->loop, &belt->timer);
    belt->timer.data = belt;
    uv_timer_start(&belt->timer, on_timer, TICK_MS, TICK_MS);
    uv_unref((uv_handle_t *)&belt->timer);
    const int numbers[] = {run->watch ? WATCH_INT : SIGINT, run->watch ? WATCH_TERM : SIGTERM};
    for (int i = 0; i < 2; i++) {
        uv_signal_init(&belt->loop, &belt->signals[i]);
        belt->signals[i].data = belt;
        uv_signal_start(&belt->signals[i], on_signal, numbers[i]);
        uv_unref((uv_handle_t *)&belt->signals[i]);
    }
    if (run->together)
        TRY(aside_open(belt->arena, run->out, &belt->aside));
    belt->lanes = ARENA_ARRAY(belt->arena, Lane, (size_t)run->lanes);
    bool enough = belt->lanes;
    for (int i = 0; enough && i < run->lanes; i++) {
        Lane *lane = &belt->lanes[i];
        lane->belt = belt;
        lane->photo_arena = arena_create(budget_memory(run->profile));
        lane->tools_arena = arena_create(TOOLS_BYTES_MAX);
        enough = lane->photo_arena && lane->tools_arena;
    }
    if (!enough)
        return fail(belt->arena, ERR_MEMORY, "no memory for %d lanes", run->lanes);
    if (run->plan->count)
        open_tools(&belt->lanes[0]);
    return belt->lanes[0].err;
}

static void belt_close(Belt *belt)
{
    for (int i = belt->lanes ? belt->run->lanes - 1 : -1; i >= 0; i--) {
        Lane *lane = &belt->lanes[i];
        if (lane->open && belt->run->close)
            belt->run->close(&lane->tools);
        arena_destroy(lane->photo_arena);
        arena_destroy(lane->tools_arena);
    }
    if (belt->run->together)
        aside_close(&belt->aside);
    if (belt->timer.data) {
        uv_close((uv_handle_t *)&belt->timer, NULL);
        uv_close((uv_handle_t *)&belt->signals[0], NULL);
        uv_close((uv_handle_t *)&belt->signals[1], NULL);
        uv_run(&belt->loop, UV_RUN_DEFAULT);
        uv_loop_close(&belt->loop);
    }
}

int run_lanes(int asked)
{
    long lanes = asked > 0 ? asked : budget_lanes(sysconf(_SC_NPROCESSORS_ONLN));
    return lanes < 1 ? 1 : lanes < RUN_LANES_MAX ? (int)lanes : RUN_LANES_MAX;
}

Err run_belt(Arena *arena, const Run *run, RunEnd *out)
{
    assert(run->lanes >= 1 && run->lanes <= RUN_LANES_MAX && (run->out || !run->together));
    Belt belt = {.run = run, .end = out, .arena = arena, .aside.folder = -1};
    *out = (RunEnd){0};
    Err err = belt_open(&belt);
    if (err.code)
        stop(&belt, err);
    else
        admit(&belt);
    if (belt.timer.data) {
        uv_run(&belt.loop, UV_RUN_DEFAULT);
        uv_ref((uv_handle_t *)&belt.signals[0]);
        uv_run(&belt.loop, UV_RUN_NOWAIT); /* hears a signal that came with the last photo */
        err = commit(&belt);
        if (!err.code && !belt.err.code && run->journal)
            err = journal_settle(arena, run->journal);
        stop(&belt, err);
    }
    out->interrupted = out->asked && out->finished < run->plan->count;
    belt_close(&belt);
    return belt.err;
}
