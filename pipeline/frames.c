/* SPDX-License-Identifier: MIT */
/* Frames are looked at on the belt, like photos, and only those that the journal does not know; then all of them are
 * put in order and bound. */
#include "frames.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <glib.h>
#include <jansson.h>
#include "frames_tell.h"
#include "slips.h"

enum { COMMIT_FRAMES = 64, FRACTION_DIGITS = 9 };
static const char READER[] = "codes 2"; /* another one looks at everything again */
static const int64_t SECOND_NS = 1000000000, TRUST_NS = 2 * SECOND_NS;

typedef struct Job {
    Arena *arena;
    const FramesAsk *ask;
    Listing *listing;
    Frames *out;
    const char **seen; /* per file: what it shows, or NULL */
    const char **sha256; /* per file that was seen: of its bytes, or "-" */
    const char *reader;
    FrameRow *rows;
    size_t row_count;
    Plan plan; /* of what is to be read */
    Shot *shots;
    uint32_t *file_of; /* per shot */
    ShotBound *bound;
    size_t shot_count;
    int64_t started_ns;
} Job;

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the frames");
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void drop(json_t **value)
{
    json_decref(*value);
}

static void drop_text(char **text)
{
    free(*text);
}

/* ---- what is known, and what is to be read ---- */

static Err make_room(Job *job)
{
    size_t count = job->listing->count + 1;
    job->seen = ARENA_ARRAY(job->arena, const char *, count);
    job->sha256 = ARENA_ARRAY(job->arena, const char *, count);
    job->shots = ARENA_ARRAY(job->arena, Shot, count);
    job->file_of = ARENA_ARRAY(job->arena, uint32_t, count);
    job->bound = ARENA_ARRAY(job->arena, ShotBound, count);
    job->plan.tasks = ARENA_ARRAY(job->arena, PlanTask, count);
    job->out->lines = ARENA_ARRAY(job->arena, const char *, count);
    job->reader = arena_print(job->arena, "%s %s", READER, job->ask->run->profile->hash);
    bool all = job->seen && job->sha256 && job->shots && job->file_of && job->bound && job->plan.tasks && job->out->lines && job->reader;
    return all ? OK : no_memory(job->arena);
}

static bool is_known(const Job *job, const FrameRow *row, const Stamp *stamp)
{
    bool sure = row->trusted || job->ask->due; /* while photos arrive, everything is read once more at the end */
    return sure && stamp->inode && memcmp(&row->stamp, stamp, sizeof *stamp) == 0 &&
           strcmp(row->reader, job->reader) == 0;
}

/* Of a file that is not listed: whether it is there no more. */
static bool is_gone(const char *path)
{
    return access(path, F_OK) && errno == ENOENT;
}

/* Both by key. */
static Err recall(Job *job)
{
    size_t next = 0;
    for (size_t i = 0; i < job->row_count; i++) {
        const FrameRow *row = &job->rows[i];
        int order = 1;
        while (next < job->listing->count &&
               (order = strcmp(job->listing->files[job->listing->by_key[next]].key, row->path)) < 0)
            next++;
        uint32_t file = next < job->listing->count && order == 0 ? job->listing->by_key[next] : UINT32_MAX;
        if (file == UINT32_MAX && is_gone(row->path))
            TRY(journal_frame_remove(job->arena, job->ask->journal, row->path));
        if (file != UINT32_MAX && is_known(job, row, &job->listing->files[file].stamp))
            job->seen[file] = row->seen;
    }
    return OK;
}

static Err remember(void *user, size_t index, const Photo *photo, const char *times)
{
    Job *job = user;
    (void)times;
    uint32_t file = job->plan.tasks[index].file;
    const Source *source = &photo->source;
    Stamp stamp = {(int64_t)source->bytes, source->mtime_ns, source->ctime_ns, source->inode};
    bool trusted = source->sha256[0] && source->inode && source->ctime_ns + TRUST_NS < job->started_ns;
    job->seen[file] = arena_copy(job->arena, photo->record);
    if (!job->seen[file])
        return no_memory(job->arena);
    job->out->read++;
    if (!job->ask->journal || photo->verdict == VERDICT_ERROR)
        return OK;
    FrameRow row = {job->listing->files[file].key, stamp, trusted, job->reader, job->seen[file]};
    TRY(journal_frame_put(job->arena, job->ask->journal, &row));
    return job->out->read % COMMIT_FRAMES == 0 ? journal_commit(job->arena, job->ask->journal) : OK;
}

static Err read_frames(Job *job)
{
    RunEnd end = {0};
    job->plan.listing = job->listing;
    for (size_t i = 0; i < job->listing->count; i++)
        if (!job->seen[i] && (!job->ask->due || job->ask->due[i]))
            job->plan.tasks[job->plan.count++] = (PlanTask){.file = (uint32_t)i, .why = WHY_NEW};
    if (!job->plan.count)
        return OK;
    Run run = *job->ask->run;
    run.plan = &job->plan;
    run.journal = NULL;
    run.home = remember;
    run.user = job;
    job->started_ns = now_ns();
    TRY(run_belt(job->arena, &run, &end));
    job->out->interrupted = end.interrupted; /* then nothing is written behind it */
    return job->ask->journal && end.interrupted ? journal_commit(job->arena, job->ask->journal) : OK;
}

/* ---- whose they are ---- */

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* By the camera's clock, as if that were UTC. */
static void read_time(const json_t *seen, Shot *shot)
{
    struct tm time = {0};
    const char *fraction = text_of(seen, "fraction");
    int64_t part = 0;
    if (sscanf(text_of(seen, "captured"), "%4d:%2d:%2d %2d:%2d:%2d", &time.tm_year, &time.tm_mon, &time.tm_mday,
               &time.tm_hour, &time.tm_min, &time.tm_sec) != 6)
        return;
    time.tm_year -= 1900;
    time.tm_mon--;
    for (int i = 0; i < FRACTION_DIGITS; i++) {
        part = part * 10 + (*fraction ? *fraction - '0' : 0);
        fraction += *fraction != '\0';
    }
    shot->timed = true;
    shot->fine = *text_of(seen, "fraction") != '\0';
    shot->time_ns = (int64_t)timegm(&time) * SECOND_NS + part;
}

static Err read_shot(Job *job, uint32_t file, Shot *out)
{
    CLEANUP(drop) json_t *seen = json_loads(job->seen[file], JSON_REJECT_DUPLICATES, NULL);
    const json_t *codes = json_object_get(seen, "codes");
    *out = (Shot){.path = job->listing->files[file].key};
    if (!json_is_object(seen))
        return fail(job->arena, ERR_FORMAT, "what the journal says of a frame cannot be read");
    read_time(seen, out);
    size_t count = json_array_size(codes);
    bool unread = json_is_true(json_object_get(seen, "unread"));
    out->kind = count > 1 || (count && unread) ? SHOT_CODES : count ? SHOT_CODE : unread ? SHOT_UNREAD : SHOT_PLAIN;
    const char *code = json_string_value(json_array_get(codes, 0));
    out->code = arena_copy(job->arena, code ? code : "");
    out->camera = arena_print(job->arena, "%s|%s", text_of(seen, "camera"), text_of(seen, "serial"));
    out->body = *text_of(seen, "serial") != '\0';
    const char *sha256 = text_of(seen, "sha256");
    job->sha256[file] = arena_copy(job->arena, *sha256 ? sha256 : "-");
    return out->code && out->camera && job->sha256[file] ? OK : no_memory(job->arena);
}

static Err bind_shots(Job *job)
{
    for (size_t i = 0; i < job->listing->count; i++) {
        job->listing->files[i].slip = "!no_order"; /* who is not read yet */
        if (!job->seen[i])
            continue;
        TRY(read_shot(job, (uint32_t)i, &job->shots[job->shot_count]));
        job->file_of[job->shot_count++] = (uint32_t)i;
    }
    return slips_bind(job->arena, job->ask->roster, job->shots, job->shot_count, job->bound);
}

/* One line of the report about a frame with a code. */
static Err make_line(Job *job, size_t at)
{
    const ShotBound *bound = &job->bound[at];
    const Listed *file = &job->listing->files[job->file_of[at]];
    CLEANUP(drop) json_t *line = json_object(), *seen = json_loads(job->seen[job->file_of[at]], 0, NULL);
    bool somebody = bound->id.kind != ID_NONE;
    json_object_set_new(line, "type", json_string("slip"));
    json_object_set_new(line, "id", somebody ? json_string(bound->id.text) : json_null());
    if (bound->person) {
        json_object_set_new(line, "name", json_string(bound->person->name));
        json_object_set_new(line, "group", json_string(bound->person->group));
    }
    json_object_set(line, "codes", json_object_get(seen, "codes"));
    if (bound->slip != SLIP_FINE)
        json_object_set_new(line, "problem", json_string(slip_problem_name(bound->slip)));
    json_object_set_new(line, "frames", json_integer(bound->frames));
    char *path = g_utf8_make_valid(file->path, -1);
    json_t *source = json_object();
    json_object_set_new(source, "path", json_string(path));
    g_free(path);
    if (*text_of(seen, "captured"))
        json_object_set_new(source, "captured", json_string(text_of(seen, "captured")));
    json_object_set_new(line, "source", source);
    CLEANUP(drop_text) char *text = json_dumps(line, JSON_COMPACT);
    job->out->lines[job->file_of[at]] = text ? arena_copy(job->arena, text) : NULL;
    return job->out->lines[job->file_of[at]] ? OK : no_memory(job->arena);
}

/* As bind_frame reads it: "=ID" or "!problem", what is missing in between, the frame that says so and its bytes. */
static Err write_slip(Job *job, size_t at)
{
    const ShotBound *bound = &job->bound[at];
    Listed *file = &job->listing->files[job->file_of[at]];
    bool unread = job->shots[at].kind == SHOT_UNREAD, somebody = !unread && bound->unbound == ID_FINE;
    IdProblem problem = unread ? ID_UNREAD_CODE : bound->unbound;
    uint32_t slip = unread || bound->by == SLIP_NONE ? SLIP_NONE : job->file_of[bound->by];
    char missing[16] = "";
    if (somebody && bound->missing != SLIP_UNCOUNTED)
        snprintf(missing, sizeof missing, "%d", bound->missing);
    job->out->bound += somebody;
    job->out->unbound += !somebody;
    const char *who = somebody ? bound->id.text : id_problem_name(problem);
    file->slip = slip == SLIP_NONE ? arena_print(job->arena, "%s%s", somebody ? "=" : "!", who)
                                   : arena_print(job->arena, "%s%s\t%s\t%.16s\n%s", somebody ? "=" : "!", who, missing,
                                                 job->sha256[slip], job->listing->files[slip].path);
    return file->slip ? OK : no_memory(job->arena);
}

static Err write_shots(Job *job)
{
    for (size_t i = 0; i < job->shot_count; i++) {
        if (job->bound[i].is_slip && job->shots[i].kind != SHOT_UNREAD) {
            job->listing->files[job->file_of[i]].is_slip = true;
            job->out->slips++;
            job->out->problems += job->bound[i].slip != SLIP_FINE;
            TRY(make_line(job, i));
        } else {
            TRY(write_slip(job, i));
        }
    }
    return OK;
}

Err frames_bind(Arena *arena, const FramesAsk *ask, Listing *listing, Frames *out)
{
    Job job = {.arena = arena, .ask = ask, .listing = listing, .out = out};
    *out = (Frames){0};
    TRY(make_room(&job));
    if (ask->journal) {
        TRY(journal_frames(arena, ask->journal, &job.rows, &job.row_count));
        TRY(recall(&job));
    }
    TRY(read_frames(&job));
    if (out->interrupted)
        return OK;
    TRY(bind_shots(&job));
    TRY(write_shots(&job));
    FramesFound found = {arena, ask->journal, listing, out->lines, job.sha256, job.shots, job.bound, job.file_of, job.shot_count};
    return ask->journal ? frames_tell(&found) : OK;
}
