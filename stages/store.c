/* SPDX-License-Identifier: MIT */
#include "store.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../pipeline/home.h"

void store_path(Verdict verdict, Action action, const Task *task, const char *name, char out[128])
{
    out[0] = '\0';
    if (action == ACTION_NONE || verdict == VERDICT_ERROR)
        return;
    if (!task->hold && task->id.kind != ID_NONE && task->id.problem == ID_FINE &&
        task->files_for_id == 1)
        home_open(verdict, task->id.text, name, out);
    if (!out[0])
        snprintf(out, 128, "%s", task->held);
}

/* A server that keeps the files may tell only now that it has no room. */
static Err close_told(Arena *arena, int fd, const char *shown)
{
    return close(fd) && errno != EINTR ? fail(arena, ERR_IO, "cannot write '%s': %m", shown) : OK;
}

static Err write_whole(Arena *arena, int fd, const char *shown, const Bytes *file)
{
    for (size_t at = 0; at < file->size;) {
        ssize_t wrote = write(fd, file->data + at, file->size - at);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return fail(arena, ERR_IO, "cannot write '%s': %m", shown);
        at += (size_t)wrote;
    }
    return OK;
}

/* `shown`: as messages have it, without the number. */
static Err write_aside(Arena *arena, const char *path, const char *shown, const Bytes *file, bool waits)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(arena, ERR_IO, "cannot create a file in '.tmp': %m");
    Err err = write_whole(arena, fd, shown, file);
    if (!err.code && !waits && fsync(fd))
        err = fail(arena, ERR_IO, "cannot flush '%s': %m", shown);
    Err closed = close_told(arena, fd, shown);
    return err.code ? err : closed;
}

Err store_file(Arena *arena, const char *out, const char *relative, const Bytes *file, bool waits)
{
    assert(file->data && relative[0]);
    char shown[PATH_MAX];
    const char *base = strrchr(relative, '/');
    base = base ? base + 1 : relative;
    const char *aside = arena_print(arena, "%s/.tmp/%s", out, base);
    const char *path = arena_print(arena, "%s/%s", out, relative);
    if (!aside || !path)
        return fail(arena, ERR_MEMORY, "no memory to name an output");
    home_mask(path, shown);
    Err err = write_aside(arena, aside, shown, file, waits);
    if (!err.code && !waits && rename(aside, path))
        err = fail(arena, ERR_IO, "cannot rename into '%s': %m", shown);
    if (err.code)
        unlink(aside);
    return err;
}
