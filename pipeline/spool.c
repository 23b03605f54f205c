/* SPDX-License-Identifier: MIT */
/* A record is its length in four bytes and its texts, each with its NUL: in memory as in the file. */
#define _GNU_SOURCE /* qsort_r */
#include "spool.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LENGTH_BYTES = 4 };

/* A sorted part of the file while it is read. */
typedef struct Run {
    off_t begin, from, end; /* from: what is not read yet */
    char *buffer;
    size_t at, have;
} Run;

struct Spool {
    Arena *arena;
    SpoolAsk ask;
    Arena *memory;
    char *buffer;    /* records from its start, their places backwards from its end */
    size_t used, count;
    size_t longest;
    int fd;          /* -1: no run yet */
    off_t size;
    Run *runs;       /* those of the heap first */
    size_t run_count, run_room, heap;
    uint32_t *order; /* of the heap: the run with the least record first */
    size_t next;     /* where no run was needed */
    bool merging, taken;
    const char *texts[SPOOL_TEXTS_MAX];
};

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory to sort");
}

static Err broken(const Spool *spool)
{
    return fail(spool->arena, ERR_IO, "cannot sort in '%s': %m", spool->ask.folder);
}

Err spool_open(Arena *arena, const SpoolAsk *ask, Spool **out)
{
    assert(ask->texts <= SPOOL_TEXTS_MAX && ask->bytes < UINT32_MAX && ask->bytes % sizeof(uint32_t) == 0);
    Spool *spool = *out = ARENA_NEW(arena, Spool);
    if (!spool)
        return no_memory(arena);
    *spool = (Spool){.arena = arena, .ask = *ask, .fd = -1, .memory = arena_create(ask->bytes + 64)};
    spool->buffer = spool->memory ? arena_raw(spool->memory, ask->bytes) : NULL;
    return spool->buffer ? OK : no_memory(arena);
}

void spool_close(Spool *spool)
{
    if (!spool)
        return;
    if (spool->fd >= 0)
        close(spool->fd);
    spool->fd = -1;
    arena_destroy(spool->memory);
    spool->memory = NULL;
    free(spool->runs);
    spool->runs = NULL;
}

static int compare(const Spool *spool, const char *one, const char *other)
{
    one += LENGTH_BYTES;
    other += LENGTH_BYTES;
    for (int i = 0; i < spool->ask.keys; i++) {
        int order = strcmp(one, other);
        if (order)
            return order;
        one += strlen(one) + 1;
        other += strlen(other) + 1;
    }
    return 0;
}

/* ---- runs ---- */

static uint32_t *places(const Spool *spool)
{
    return (uint32_t *)(void *)(spool->buffer + spool->ask.bytes) - spool->count;
}

static int by_record(const void *a, const void *b, void *user)
{
    const Spool *spool = user;
    uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
    int order = compare(spool, spool->buffer + one, spool->buffer + other);
    return order ? order : (one > other) - (one < other);
}

static size_t record_bytes(const char *record)
{
    uint32_t length;
    memcpy(&length, record, LENGTH_BYTES);
    return LENGTH_BYTES + length;
}

static bool write_whole(int fd, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t wrote = write(fd, bytes + at, size - at);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        at += (size_t)wrote;
    }
    return true;
}

static bool open_file(Spool *spool)
{
    if (spool->fd >= 0)
        return true;
    char *path = arena_print(spool->arena, "%s/sorting.XXXXXX", spool->ask.folder);
    spool->fd = path ? mkostemp(path, O_CLOEXEC) : -1;
    return spool->fd >= 0 && unlink(path) == 0;
}

static Err add_run(Spool *spool, off_t end)
{
    if (spool->run_count == spool->run_room) {
        size_t room = spool->run_room ? 2 * spool->run_room : 64;
        Run *runs = realloc(spool->runs, room * sizeof *runs);
        if (!runs)
            return no_memory(spool->arena);
        spool->runs = runs;
        spool->run_room = room;
    }
    spool->runs[spool->run_count++] = (Run){.begin = spool->size, .from = spool->size, .end = end};
    spool->size = end;
    return OK;
}

static void sort_places(Spool *spool)
{
    if (spool->count)
        qsort_r(places(spool), spool->count, sizeof(uint32_t), by_record, spool);
}

static Err write_run(Spool *spool)
{
    char block[1 << 16];
    size_t have = 0;
    sort_places(spool);
    if (!open_file(spool))
        return broken(spool);
    for (size_t i = 0; i < spool->count; i++) {
        const char *record = spool->buffer + places(spool)[i];
        size_t bytes = record_bytes(record);
        if (have + bytes > sizeof block) {
            if (!write_whole(spool->fd, block, have))
                return broken(spool);
            have = 0;
        }
        if (bytes > sizeof block && !write_whole(spool->fd, record, bytes))
            return broken(spool);
        if (bytes <= sizeof block) {
            memcpy(block + have, record, bytes);
            have += bytes;
        }
    }
    if (!write_whole(spool->fd, block, have))
        return broken(spool);
    TRY(add_run(spool, spool->size + (off_t)spool->used));
    spool->used = spool->count = 0;
    return OK;
}

Err spool_add(Spool *spool, const char *const *texts)
{
    size_t bytes = LENGTH_BYTES;
    for (int i = 0; i < spool->ask.texts; i++)
        bytes += strlen(texts[i]) + 1;
    if (bytes + sizeof(uint32_t) > spool->ask.bytes)
        return fail(spool->arena, ERR_MEMORY, "no memory to sort a record of %zu bytes", bytes);
    if (spool->used + bytes + (spool->count + 1) * sizeof(uint32_t) > spool->ask.bytes)
        TRY(write_run(spool));
    uint32_t length = (uint32_t)bytes - LENGTH_BYTES;
    char *at = mempcpy(spool->buffer + spool->used, &length, LENGTH_BYTES);
    for (int i = 0; i < spool->ask.texts; i++)
        at = stpcpy(at, texts[i]) + 1;
    spool->count++;
    *places(spool) = (uint32_t)spool->used;
    spool->used += bytes;
    spool->longest = bytes > spool->longest ? bytes : spool->longest;
    return OK;
}

/* ---- merging ---- */

/* The record at the head of the run is wholly in its buffer. */
static Err fill(const Spool *spool, Run *run, size_t room)
{
    size_t left = run->have - run->at;
    if (left >= LENGTH_BYTES && left >= record_bytes(run->buffer + run->at))
        return OK;
    memmove(run->buffer, run->buffer + run->at, left);
    run->at = 0;
    run->have = left;
    while (run->have < room && run->from < run->end) {
        size_t wanted = room - run->have, there = (size_t)(run->end - run->from);
        ssize_t got = pread(spool->fd, run->buffer + run->have, wanted < there ? wanted : there, run->from);
        if (got < 0 && errno == EINTR)
            continue;
        errno = got ? errno : EIO;
        if (got <= 0)
            return broken(spool);
        run->have += (size_t)got;
        run->from += got;
    }
    return OK;
}

static size_t share(const Spool *spool)
{
    size_t part = spool->ask.bytes / spool->run_count;
    return part > spool->longest ? part : spool->longest;
}

static bool is_before(const Spool *spool, uint32_t one, uint32_t other)
{
    const Run *a = &spool->runs[one], *b = &spool->runs[other];
    int order = compare(spool, a->buffer + a->at, b->buffer + b->at);
    return order ? order < 0 : one < other;
}

static void sift_down(const Spool *spool, size_t at)
{
    uint32_t *heap = spool->order;
    for (;;) {
        size_t least = at, left = 2 * at + 1;
        for (size_t child = left; child < left + 2 && child < spool->heap; child++)
            if (is_before(spool, heap[child], heap[least]))
                least = child;
        if (least == at)
            return;
        uint32_t moved = heap[at];
        heap[at] = heap[least];
        heap[least] = moved;
        at = least;
    }
}

/* From the beginning of each run. */
static Err fill_heap(Spool *spool, size_t room)
{
    spool->heap = 0;
    spool->taken = false;
    for (size_t i = 0; i < spool->run_count; i++) {
        Run *run = &spool->runs[i];
        run->from = run->begin;
        run->at = run->have = 0;
        TRY(fill(spool, run, room));
        spool->order[spool->heap++] = (uint32_t)i;
    }
    for (size_t i = spool->run_count / 2; i-- > 0;)
        sift_down(spool, i);
    return OK;
}

/* The last records become a run, too, and what they lay in the buffers of all. */
static Err begin_merge(Spool *spool)
{
    if (spool->count)
        TRY(write_run(spool));
    size_t count = spool->run_count, room = share(spool);
    arena_destroy(spool->memory);
    spool->memory = arena_create(count * (room + sizeof(uint32_t) + 128));
    spool->order = spool->memory ? ARENA_ARRAY(spool->memory, uint32_t, count) : NULL;
    if (!spool->order)
        return no_memory(spool->arena);
    for (size_t i = 0; i < count; i++)
        if (!(spool->runs[i].buffer = arena_raw(spool->memory, room)))
            return no_memory(spool->arena);
    return fill_heap(spool, room);
}

static Err take_next(Spool *spool, const char **record)
{
    *record = NULL;
    Run *run = spool->heap ? &spool->runs[spool->order[0]] : NULL;
    if (run && spool->taken) {
        run->at += record_bytes(run->buffer + run->at);
        TRY(fill(spool, run, share(spool)));
        if (run->at == run->have)
            spool->order[0] = spool->order[--spool->heap];
        sift_down(spool, 0);
        run = spool->heap ? &spool->runs[spool->order[0]] : NULL;
    }
    spool->taken = true;
    *record = run ? run->buffer + run->at : NULL;
    return OK;
}

Err spool_next(Spool *spool, const char *const **texts)
{
    const char *record = NULL;
    if (!spool->merging) {
        spool->merging = true;
        if (spool->run_count)
            TRY(begin_merge(spool));
        else
            sort_places(spool);
    }
    if (spool->run_count)
        TRY(take_next(spool, &record));
    else if (spool->next < spool->count)
        record = spool->buffer + places(spool)[spool->next++];
    *texts = record ? spool->texts : NULL;
    record += record ? LENGTH_BYTES : 0;
    for (int i = 0; *texts && i < spool->ask.texts; i++) {
        spool->texts[i] = record;
        record += strlen(record) + 1;
    }
    return OK;
}

Err spool_again(Spool *spool)
{
    spool->next = 0;
    return spool->merging && spool->run_count ? fill_heap(spool, share(spool)) : OK;
}
