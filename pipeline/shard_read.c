/* SPDX-License-Identifier: MIT */
#include "shard_read.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "digest.h"
#include "home.h"
#include "shard_load.h"

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for a shard");
}

static Err add_row(Arena *arena, ShardFile *file, const Frame *frame, size_t *room)
{
    if (file->row_count == *room) {
        size_t more = *room ? *room * 2 : 1024;
        Frame *rows = ARENA_ARRAY(arena, Frame, more);
        if (!rows || more > UINT32_MAX)
            return no_memory(arena);
        if (file->row_count)
            memcpy(rows, file->rows, file->row_count * sizeof *rows);
        file->rows = rows;
        *room = more;
    }
    file->rows[file->row_count++] = *frame;
    return OK;
}

static void take_head(ShardFile *file, const ShardHead *head)
{
    bool same = file->head.program && strcmp(file->head.program, head->program) == 0 &&
                strcmp(file->head.profile, head->profile) == 0;
    if (!same)
        file->since = file->row_count;
    file->head = *head;
}

/* Every frame, and the last one is an END. */
static Err read_frames(Arena *arena, ShardFile *file, bool *whole)
{
    FrameReader reader;
    Frame frame;
    size_t room = 0;
    bool ended = false, good = frame_start(&reader, file->data, file->size);
    while (good && frame_next(&reader, &frame)) {
        ShardHead head;
        ended = frame.kind == FRAME_END;
        if (frame.kind == FRAME_ROW)
            TRY(add_row(arena, file, &frame, &room));
        else if (ended)
            TRY(frame_read_end(arena, &frame, &file->end, &good));
        else if ((good = frame_read_head(&frame, &head)))
            take_head(file, &head);
    }
    file->chain = reader.chain;
    *whole = good && ended && reader.at == file->size && file->head.program;
    for (uint32_t i = 0; *whole && i < file->end.count; i++)
        *whole = file->end.rows[i] < file->row_count && file->end.rows[i] >= file->since;
    return OK;
}

static Err read_file(Arena *arena, const char *folder, ShardFile *file, ShardState *state)
{
    bool whole = false;
    *state = SHARD_DAMAGED;
    if (!shard_load(file->fd, &file->data, &file->size))
        return errno == EINVAL ? OK : fail(arena, ERR_IO, "cannot read '%s/journal': %m", folder);
    if (file->size)
        TRY(read_frames(arena, file, &whole));
    *state = whole ? SHARD_READY : SHARD_DAMAGED;
    return OK;
}

Err shard_read_open(Arena *arena, const char *folder, ShardFile *out, ShardState *state)
{
    *out = (ShardFile){.folder = -1, .lock = -1, .fd = -1};
    *state = SHARD_NONE;
    out->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out->folder < 0)
        return errno == ENOENT || errno == ENOTDIR ? OK : fail(arena, ERR_IO, "cannot open the folder '%s': %m", folder);
    if (!shard_lock(out->folder, SHARD_READS, &out->lock)) {
        *state = SHARD_BUSY;
        return errno == EAGAIN ? OK : fail(arena, ERR_IO, "cannot lock '%s': %m", folder);
    }
    out->fd = openat(out->folder, "journal", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (out->fd < 0 && errno != ENOENT)
        return fail(arena, ERR_IO, "cannot open '%s/journal': %m", folder);
    if (out->fd < 0) {
        *state = faccessat(out->folder, "journal.part", F_OK, 0) == 0 ? SHARD_UNPUBLISHED : SHARD_NONE;
        return OK;
    }
    return read_file(arena, folder, out, state);
}

void shard_read_close(ShardFile *file)
{
    int *const fds[] = {&file->fd, &file->lock, &file->folder};
    free(file->data);
    file->data = NULL;
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
}

bool shard_read_row(const ShardFile *file, uint32_t i, ShardRow *out)
{
    return frame_read_row(&file->rows[file->end.rows[i]], out);
}

/* ---- photos ---- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* A copy of a shard's folder has other times: then the bytes themselves must be those. */
bool shard_read_has(const ShardFile *file, const ShardRow *row)
{
    struct stat info;
    char sha256[65];
    if (fstatat(file->folder, row->row.output, &info, AT_SYMLINK_NOFOLLOW) || !S_ISREG(info.st_mode) ||
        info.st_size != row->output_bytes)
        return false;
    if (info.st_mtim.tv_sec * 1000000000LL + info.st_mtim.tv_nsec == row->output_mtime_ns)
        return true;
    CLEANUP(close_fd) int fd = openat(file->folder, row->row.output, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    return fd >= 0 && digest_file(fd, sha256) && strcmp(sha256, row->row.output_sha256) == 0;
}

/* Its worker flushed it; who copied the shard perhaps did not, and a row must not come to the disk before its photo.
 * What is there already costs next to nothing. */
static Err flush(Arena *arena, const ShardFile *file, const ShardRow *row)
{
    CLEANUP(close_fd) int fd = openat(file->folder, row->row.output, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fdatasync(fd))
        return fail(arena, ERR_IO, "cannot flush the photo '%s' of a shard: %m", row->row.output);
    return OK;
}

static Err cannot_make(Arena *arena, const Outdir *outdir, const char *home)
{
    char shown[PATH_MAX];
    home_mask(home, shown);
    return fail(arena, ERR_IO, "cannot make '%s/%s': %m", outdir->path, shown);
}

Err shard_read_photo(Arena *arena, const ShardFile *file, const ShardRow *row, const Outdir *outdir,
                     const char *home, bool *lost)
{
    static const char aside[] = ".tmp/merging";
    *lost = !shard_read_has(file, row);
    if (*lost)
        return OK;
    TRY(flush(arena, file, row));
    unlinkat(outdir->folder, aside, 0);
    if (linkat(file->folder, row->row.output, outdir->folder, aside, 0)) {
        if (errno == ENOSPC || errno == EDQUOT || errno == EROFS)
            return cannot_make(arena, outdir, home);
        return outdir_bring(arena, file->folder, row->row.output, outdir, home); /* another file system, say */
    }
    bool moved = renameat(outdir->folder, aside, outdir->folder, home) == 0;
    Err err = moved ? OK : cannot_make(arena, outdir, home);
    unlinkat(outdir->folder, aside, 0); /* a rename between two names of one file leaves both */
    return err;
}
