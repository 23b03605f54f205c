/* SPDX-License-Identifier: MIT */
#include "shard_log_inside.h"
#include "made_file.h"
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool same_head(const ShardHead *a, const ShardHead *b)
{
    return a->program && a->shard.index == b->shard.index && a->shard.count == b->shard.count &&
           a->names == b->names && a->offered == b->offered && strcmp(a->program, b->program) == 0 &&
           strcmp(a->profile, b->profile) == 0 && strcmp(a->roster, b->roster) == 0;
}

/* Before something is added: takes the name back under which it was published. */
static Err begin(Arena *arena, ShardLog *log)
{
    if (log->is_published && renameat(log->folder, SHARD_PUBLISHED, log->folder, SHARD_WORKING))
        return shard_log_cannot(arena, log, "rename", SHARD_PUBLISHED);
    log->is_published = false;
    if (same_head(&log->head, &log->ask->head))
        return OK;
    frame_put_head(&log->unwritten, &log->chain, &log->ask->head);
    return shard_log_remember_head(log, &log->ask->head);
}

Err shard_log_put(Arena *arena, ShardLog *log, const Row *row)
{
    assert(row->record && row->times && !log->ask->look);
    ShardRow whole = {.row = *row};
    TRY(begin(arena, log));
    const char *lies = row->waits ? row->waits : row->output;
    if (*lies) {
        MadeFile found;
        TRY(made_file_look(arena, log->folder, lies, &found));
        whole.output_bytes = found.bytes, whole.output_mtime_ns = found.mtime_ns;
        errno = ENOENT;
        if (found.bytes < 0)
            return shard_log_cannot(arena, log, "find", row->output);
    }
    size_t body = log->size + log->unwritten.size + FRAME_HEADER_BYTES;
    frame_put_row(&log->unwritten, &log->chain, &whole);
    if (log->unwritten.failed)
        return shard_log_no_memory(arena);
    return shard_log_remember_row(log, &whole, body, log->size + log->unwritten.size - body);
}

static int by_path(const void *key, const void *entry)
{
    return strcmp(key, (*(const Entry *const *)entry)->past.path);
}

static void free_bytes(uint8_t **bytes)
{
    free(*bytes);
}

static bool read_whole(int fd, uint8_t *bytes, size_t size, off_t from)
{
    for (size_t at = 0; at < size;) {
        ssize_t got = pread(fd, bytes + at, size - at, from + (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

/* To be freed. */
static Err read_body(Arena *arena, const ShardLog *log, const Entry *entry, uint8_t **body)
{
    *body = malloc(entry->bytes);
    if (!*body)
        return shard_log_no_memory(arena);
    return read_whole(log->fd, *body, entry->bytes, (off_t)entry->body) ? OK : shard_log_cannot(arena, log, "read", SHARD_WORKING);
}

/* The row of `entry`, which is in the file, once more under another stamp. */
static Err put_again(Arena *arena, ShardLog *log, const Entry *entry, const Row *row)
{
    CLEANUP(free_bytes) uint8_t *body = NULL;
    TRY(read_body(arena, log, entry, &body));
    Entry next = *entry;
    next.past.stamp = row->stamp;
    next.past.trusted = row->trusted;
    TRY(begin(arena, log));
    next.body = log->size + log->unwritten.size + FRAME_HEADER_BYTES;
    frame_put_again(&log->unwritten, &log->chain, &(Frame){FRAME_ROW, body, entry->bytes}, &row->stamp, row->trusted);
    return log->unwritten.failed ? shard_log_no_memory(arena) : shard_log_add(log, &next);
}

Err shard_log_touch(Arena *arena, ShardLog *log, const Row *row)
{
    const Entry **found = log->known_count ? bsearch(row->path, log->known, log->known_count, sizeof *found, by_path) : NULL;
    const Stamp *old = found ? &(*found)->past.stamp : NULL, *new = &row->stamp;
    if (!found)
        return fail(arena, ERR_FORMAT, "'%s' does not know a photo that it has judged", log->ask->folder);
    if ((*found)->past.trusted == row->trusted && old->bytes == new->bytes && old->mtime_ns == new->mtime_ns &&
        old->ctime_ns == new->ctime_ns && old->inode == new->inode)
        return OK;
    if ((*found)->body >= log->size)
        TRY(shard_log_commit(arena, log));
    return put_again(arena, log, *found, row);
}

Err shard_log_commit(Arena *arena, ShardLog *log)
{
    FrameBytes *bytes = &log->unwritten;
    if (bytes->failed)
        return shard_log_no_memory(arena);
    if (!bytes->size)
        return OK;
    if (fsync(log->held))
        return shard_log_cannot(arena, log, "flush", ".held");
    for (size_t at = 0; at < bytes->size;) {
        ssize_t wrote = pwrite(log->fd, bytes->data + at, bytes->size - at, (off_t)(log->size + at));
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return shard_log_cannot(arena, log, "write", SHARD_WORKING);
        at += (size_t)wrote;
    }
    if (fsync(log->fd))
        return shard_log_cannot(arena, log, "flush", SHARD_WORKING);
    log->size += bytes->size;
    bytes->size = 0;
    return OK;
}

/* ---- publishing ---- */

/* Merges listing and entries by path. */
static Err find_rows(Arena *arena, const ShardLog *log, const Listing *listing, const Entry **rows)
{
    const Entry **last;
    size_t count, at = 0;
    TRY(shard_log_last(arena, log, &last, &count));
    for (size_t i = 0; i < listing->count; i++) {
        uint32_t file = listing->by_key[i];
        const char *key = listing->files[file].key;
        while (at < count && strcmp(last[at]->past.path, key) < 0)
            at++;
        if (at == count || strcmp(last[at]->past.path, key) != 0)
            return fail(arena, ERR_FORMAT, "'%s' lacks a photo that was judged", log->ask->folder);
        rows[file] = last[at];
    }
    return OK;
}

static bool same_end(const ShardEnd *a, const ShardEnd *b)
{
    bool same = a->count == b->count && a->other_count == b->other_count && a->archive_count == b->archive_count &&
                a->rows && memcmp(a->rows, b->rows, a->count * sizeof *a->rows) == 0;
    for (uint32_t i = 0; same && i < a->archive_count; i++)
        same = strcmp(a->archives[i], b->archives[i]) == 0;
    return same;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

/* In .held/ everything is ours. */
static Err remove_unclaimed(Arena *arena, const ShardLog *log, const Entry *const *rows, size_t count)
{
    const char **claimed = ARENA_ARRAY(arena, const char *, count + 1);
    size_t claims = 0;
    int fd = openat(log->held, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP(close_folder) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder || !claimed)
        return folder ? shard_log_no_memory(arena) : shard_log_cannot(arena, log, "open", ".held");
    for (size_t i = 0; i < count; i++)
        if (rows[i]->output[0])
            claimed[claims++] = strrchr(rows[i]->output, '/') + 1;
    if (claims)
        qsort(claimed, claims, sizeof *claimed, by_name);
    errno = 0;
    for (struct dirent *entry; (entry = readdir(folder)); errno = 0) {
        const char *name = entry->d_name;
        if (name[0] != '.' && !(claims && bsearch(&name, claimed, claims, sizeof *claimed, by_name)) &&
            unlinkat(log->held, name, 0) && errno != ENOENT)
            return shard_log_cannot(arena, log, "remove a file of", ".held");
    }
    return errno ? shard_log_cannot(arena, log, "read", ".held") : OK;
}

Err shard_log_publish(Arena *arena, ShardLog *log, const Listing *listing, bool *fresh)
{
    const Entry **rows = ARENA_ARRAY(arena, const Entry *, listing->count + 1);
    ShardEnd end = {.rows = ARENA_ARRAY(arena, uint32_t, listing->count + 1),
                    .count = (uint32_t)listing->count,
                    .other_count = (uint32_t)listing->other_count,
                    .archives = listing->archives,
                    .archive_count = (uint32_t)listing->archive_count};
    if (!rows || !end.rows)
        return shard_log_no_memory(arena);
    TRY(find_rows(arena, log, listing, rows));
    for (size_t i = 0; i < listing->count; i++)
        end.rows[i] = rows[i]->ordinal;
    *fresh = !log->is_published || !same_head(&log->head, &log->ask->head) || !same_end(&log->end, &end);
    if (!*fresh)
        return OK;
    TRY(begin(arena, log));
    frame_put_end(&log->unwritten, &log->chain, &end);
    TRY(shard_log_commit(arena, log));
    TRY(remove_unclaimed(arena, log, rows, listing->count));
    if (ftruncate(log->fd, (off_t)log->size) || fsync(log->fd) || fsync(log->held))
        return shard_log_cannot(arena, log, "flush", SHARD_WORKING);
    if (renameat(log->folder, SHARD_WORKING, log->folder, SHARD_PUBLISHED) || fsync(log->folder))
        return shard_log_cannot(arena, log, "publish", SHARD_PUBLISHED);
    log->is_published = true;
    log->end = end;
    return OK;
}

Err shard_log_each(Arena *arena, const ShardLog *log, const Listing *listing, TakeShardRow *each, void *user)
{
    const Entry **rows = ARENA_ARRAY(arena, const Entry *, listing->count + 1);
    if (!rows)
        return shard_log_no_memory(arena);
    TRY(find_rows(arena, log, listing, rows));
    for (size_t i = 0; i < listing->count; i++) {
        CLEANUP(free_bytes) uint8_t *body = NULL;
        ShardRow row;
        TRY(read_body(arena, log, rows[i], &body));
        if (!frame_read_row(&(Frame){FRAME_ROW, body, rows[i]->bytes}, &row))
            return fail(arena, ERR_FORMAT, "'%s' lacks a photo that was judged", log->ask->folder);
        TRY(each(user, i, &row.row));
    }
    return OK;
}
