/* SPDX-License-Identifier: MIT */
/* A row is committed after the photo it names and that photo's folder were flushed. What a killed worker wrote
 * into .held/ without a row is written over by the next one, or removed when the shard is published. */
#include "shard_log_inside.h"
#include "made_file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "outdir.h"
#include "shard_load.h"

Err shard_log_no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the shard's journal");
}

Err shard_log_cannot(Arena *arena, const ShardLog *log, const char *what, const char *name)
{
    return fail(arena, ERR_IO, "cannot %s '%s/%s': %m", what, log->ask->folder, name);
}

/* ---- reading it ---- */

static const char *again(ShardLog *log, const char *before, const char *text)
{
    return before && strcmp(before, text) == 0 ? before : pool_keep(&log->pool, text);
}

Err shard_log_remember_head(ShardLog *log, const ShardHead *head)
{
    log->head = *head;
    log->head.program = pool_keep(&log->pool, head->program);
    log->head.profile = pool_keep(&log->pool, head->profile);
    log->head.roster = pool_keep(&log->pool, head->roster);
    return log->head.program && log->head.profile && log->head.roster ? OK : shard_log_no_memory(log->arena);
}

Err shard_log_add(ShardLog *log, const Entry *entry)
{
    if (log->count == log->room) {
        size_t room = log->room ? log->room * 2 : 256;
        Entry *entries = ARENA_ARRAY(log->arena, Entry, room);
        if (!entries)
            return shard_log_no_memory(log->arena);
        if (log->count)
            memcpy(entries, log->entries, log->count * sizeof *entries);
        log->entries = entries;
        log->room = room;
    }
    log->entries[log->count] = *entry;
    log->entries[log->count].ordinal = (uint32_t)log->count;
    log->count++;
    return OK;
}

Err shard_log_remember_row(ShardLog *log, const ShardRow *shard_row, size_t body, size_t bytes)
{
    const Row *row = &shard_row->row;
    Entry entry = {.past = {.path = pool_keep(&log->pool, row->path),
                            .stamp = row->stamp,
                            .trusted = row->trusted,
                            .failed = row->verdict == VERDICT_ERROR,
                            .files_for_id = 1,
                            .attempt = 1,
                            .sha256 = pool_keep(&log->pool, row->sha256),
                            .profile = log->head.profile,
                            .program = log->head.program},
                   .output = again(log, "", row->output),
                   .output_bytes = shard_row->output_bytes,
                   .output_mtime_ns = shard_row->output_mtime_ns,
                   .body = body,
                   .bytes = bytes};
    if (!entry.past.path || !entry.past.sha256 || !entry.output)
        return shard_log_no_memory(log->arena);
    return shard_log_add(log, &entry);
}

/* Reads as far as it is whole. `ended`: the last frame is an END. */
static Err read_frames(ShardLog *log, FrameReader *reader, bool *ended)
{
    Frame frame;
    FrameReader before = *reader;
    *ended = false;
    for (; frame_next(reader, &frame); before = *reader) {
        ShardHead head;
        ShardRow row;
        bool good = false;
        if (frame.kind == FRAME_HEAD && (good = frame_read_head(&frame, &head)))
            TRY(shard_log_remember_head(log, &head));
        if (frame.kind == FRAME_ROW && (good = log->head.program && frame_read_row(&frame, &row)))
            TRY(shard_log_remember_row(log, &row, (size_t)(frame.body - reader->data), frame.size));
        if (frame.kind == FRAME_END)
            TRY(frame_read_end(log->arena, &frame, &log->end, &good));
        if (frame.kind == FRAME_END && good)
            for (uint32_t i = 0; i < log->end.archive_count; i++)
                if (!(log->end.archives[i] = again(log, "", log->end.archives[i])))
                    return shard_log_no_memory(log->arena);
        if (!good)
            break;
        *ended = frame.kind == FRAME_END;
    }
    *reader = before;
    return OK;
}

static Err read_file(ShardLog *log, bool *whole)
{
    FrameReader reader;
    uint8_t *data;
    size_t size;
    bool ended = false;
    *whole = false;
    if (!shard_load(log->fd, &data, &size))
        return shard_log_cannot(log->arena, log, "read", SHARD_WORKING);
    Err err = frame_start(&reader, data, size) ? read_frames(log, &reader, &ended) : OK;
    free(data);
    log->size = reader.at;
    log->chain = reader.chain;
    *whole = ended && reader.at == size;
    return err;
}

/* ---- opening ---- */

static Err open_file(ShardLog *log)
{
    int flags = (log->ask->look ? O_RDONLY : O_RDWR) | O_NOFOLLOW | O_CLOEXEC;
    bool whole = false;
    log->fd = openat(log->folder, SHARD_PUBLISHED, flags);
    bool named = log->fd >= 0;
    if (log->fd < 0 && errno == ENOENT)
        log->fd = openat(log->folder, SHARD_WORKING, flags | (log->ask->look ? 0 : O_CREAT), 0600);
    if (log->fd < 0)
        return log->ask->look && errno == ENOENT ? OK : shard_log_cannot(log->arena, log, "open", SHARD_WORKING);
    TRY(read_file(log, &whole));
    log->is_published = named && whole;
    if (log->ask->look || log->is_published)
        return OK;
    if (named && renameat(log->folder, SHARD_PUBLISHED, log->folder, SHARD_WORKING)) /* damaged: what is whole goes on */
        return shard_log_cannot(log->arena, log, "rename", SHARD_PUBLISHED);
    if (ftruncate(log->fd, (off_t)log->size))
        return shard_log_cannot(log->arena, log, "cut", SHARD_WORKING);
    if (!log->size && pwrite(log->fd, shard_magic, SHARD_MAGIC_BYTES, 0) != SHARD_MAGIC_BYTES)
        return shard_log_cannot(log->arena, log, "write", SHARD_WORKING);
    log->size = log->size ? log->size : SHARD_MAGIC_BYTES;
    return OK;
}

static void empty_aside(const ShardLog *log)
{
    int fd = openat(log->folder, ".tmp", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            unlinkat(fd, entry->d_name, 0);
    if (folder)
        closedir(folder);
}

static Err make_inside(ShardLog *log)
{
    if (mkdirat(log->folder, ".held", 0700) && errno != EEXIST)
        return shard_log_cannot(log->arena, log, "make", ".held");
    if (mkdirat(log->folder, ".tmp", 0700) && errno != EEXIST)
        return shard_log_cannot(log->arena, log, "make", ".tmp");
    empty_aside(log);
    return OK;
}

Err shard_log_open(Arena *arena, const ShardAsk *ask, ShardLog **out)
{
    ShardLog *log = *out = ARENA_NEW(arena, ShardLog);
    if (!log)
        return shard_log_no_memory(arena);
    *log = (ShardLog){.ask = ask, .arena = arena, .pool = {.arena = arena}, .folder = -1, .held = -1, .lock = -1, .fd = -1};
    if (!ask->look)
        TRY(outdir_make(arena, ask->folder));
    log->folder = open(ask->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (log->folder < 0)
        return ask->look && errno == ENOENT ? OK : shard_log_cannot(arena, log, "open", ".");
    if (!ask->look && !shard_lock(log->folder, SHARD_WRITES, &log->lock))
        return errno == EAGAIN ? fail(arena, ERR_LOCKED, "'%s' is in use by another run", ask->folder)
                               : shard_log_cannot(arena, log, "lock", ".lock");
    if (!ask->look)
        TRY(make_inside(log));
    log->held = openat(log->folder, ".held", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (log->held < 0 && !ask->look)
        return shard_log_cannot(arena, log, "open", ".held");
    TRY(open_file(log));
    if (!ask->look && !log->is_published && fsync(log->folder)) /* rows that are flushed need their file's name */
        return shard_log_cannot(arena, log, "flush", ".");
    return OK;
}

void shard_log_close(ShardLog *log)
{
    if (!log)
        return;
    int *const fds[] = {&log->fd, &log->held, &log->lock, &log->folder};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
    free(log->unwritten.data);
    log->unwritten = (FrameBytes){0};
}

/* ---- what is judged ---- */

static int by_path(const void *a, const void *b)
{
    const Entry *const *one = a, *const *two = b;
    int order = strcmp((*one)->past.path, (*two)->past.path);
    return order ? order : ((*one)->ordinal > (*two)->ordinal) - ((*one)->ordinal < (*two)->ordinal);
}

/* Without a hash: what has another time is made again. */
static Err stands(Arena *arena, const ShardLog *log, const Entry *entry, bool *out)
{
    MadeFile wanted = {.bytes = entry->output_bytes, .mtime_ns = entry->output_mtime_ns, .sha256 = ""}, found = {.stands = true};
    if (entry->output[0])
        TRY(made_file_compare(arena, log->folder, entry->output, &wanted, &found));
    *out = found.stands;
    return OK;
}

/* The last entry of each path, by path. */
Err shard_log_last(Arena *arena, const ShardLog *log, const Entry ***list, size_t *count)
{
    const Entry **sorted = ARENA_ARRAY(arena, const Entry *, log->count + 1);
    if (!sorted)
        return shard_log_no_memory(arena);
    for (size_t i = 0; i < log->count; i++)
        sorted[i] = &log->entries[i];
    if (log->count)
        qsort(sorted, log->count, sizeof *sorted, by_path);
    *count = 0;
    for (size_t i = 0; i < log->count; i++)
        if (i + 1 == log->count || strcmp(sorted[i]->past.path, sorted[i + 1]->past.path) != 0)
            sorted[(*count)++] = sorted[i];
    *list = sorted;
    return OK;
}

Err shard_log_history(Arena *arena, ShardLog *log, History *out)
{
    const Entry **list;
    size_t count;
    *out = (History){0};
    TRY(shard_log_last(arena, log, &list, &count));
    log->known = list;
    log->known_count = count;
    out->list = ARENA_ARRAY(arena, Past, count + 1);
    if (!out->list)
        return shard_log_no_memory(arena);
    for (size_t i = 0; i < count; i++) {
        out->list[i] = list[i]->past;
        TRY(stands(arena, log, list[i], &out->list[i].output_stands));
    }
    out->count = count;
    return OK;
}
