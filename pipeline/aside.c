/* SPDX-License-Identifier: MIT */
/* A flush of its own for every photo costs more time than to judge it: each waits for the disk. So those of a batch
 * are flushed together, by one syncfs, which gives the guarantee of an fsync for every file and tells every error
 * since its descriptor was opened. It also waits for what other programs have written; so it is asked for several
 * files only, and where the kernel is known to do all that an fsync does: a server or a process that keeps the files
 * is told of an fsync alone. */
#define _GNU_SOURCE /* syncfs */
#include "aside.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "home.h"

enum { FEW = 3 }; /* files that are flushed one by one */
#define XFS_MAGIC 0x58465342

/* A syncfs tells what a write met since Linux 5.8 alone. */
static bool syncfs_tells(void)
{
    struct utsname kernel;
    int major, minor;
    return uname(&kernel) == 0 && sscanf(kernel.release, "%d.%d", &major, &minor) == 2 &&
           (major > 5 || (major == 5 && minor >= 8));
}

static bool is_local(int folder)
{
    struct statfs info;
    if (fstatfs(folder, &info))
        return false;
    unsigned long kind = (unsigned long)info.f_type & UINT32_MAX;
    return kind == EXT4_SUPER_MAGIC || kind == XFS_MAGIC || kind == BTRFS_SUPER_MAGIC || kind == F2FS_SUPER_MAGIC ||
           kind == TMPFS_MAGIC;
}

Err aside_open(Arena *arena, const char *out, Aside *aside)
{
    *aside = (Aside){.path = out, .folder = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (aside->folder < 0)
        return fail(arena, ERR_IO, "cannot open the folder '%s': %m", out);
    aside->by_system = syncfs_tells() && is_local(aside->folder);
    return OK;
}

void aside_close(Aside *aside)
{
    if (aside->folder >= 0)
        close(aside->folder);
    aside->folder = -1;
}

void aside_path(const char *relative, char out[ASIDE_NAME])
{
    const char *base = strrchr(relative, '/');
    snprintf(out, ASIDE_NAME, ".tmp/%s", base ? base + 1 : relative);
}

void aside_add(Aside *aside, const char *relative)
{
    assert(aside->count < ASIDE_MAX && strlen(relative) < ASIDE_NAME);
    snprintf(aside->names[aside->count++], ASIDE_NAME, "%s", relative);
}

void aside_drop(const Aside *aside, const char *relative)
{
    char path[ASIDE_NAME];
    aside_path(relative, path);
    unlinkat(aside->folder, path, 0);
}

static bool flush_file(int folder, const char *path)
{
    int fd = openat(folder, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    bool flushed = fd >= 0 && fsync(fd) == 0;
    int reason = errno;
    if (fd >= 0)
        close(fd);
    errno = reason;
    return flushed;
}

static Err flush(Arena *arena, const Aside *aside)
{
    char path[ASIDE_NAME], shown[PATH_MAX];
    if (aside->by_system && aside->count > FEW)
        return syncfs(aside->folder) ? fail(arena, ERR_IO, "cannot flush '%s': %m", aside->path) : OK;
    for (int i = 0; i < aside->count; i++) {
        aside_path(aside->names[i], path);
        if (flush_file(aside->folder, path))
            continue;
        home_mask(aside->names[i], shown);
        return fail(arena, ERR_IO, "cannot flush '%s/%s': %m", aside->path, shown);
    }
    return OK;
}

Err aside_place(Arena *arena, Aside *aside)
{
    char path[ASIDE_NAME], shown[PATH_MAX];
    TRY(flush(arena, aside));
    for (int i = 0; i < aside->count; i++) {
        aside_path(aside->names[i], path);
        if (renameat(aside->folder, path, aside->folder, aside->names[i]) == 0)
            continue;
        home_mask(aside->names[i], shown);
        return fail(arena, ERR_IO, "cannot rename into '%s/%s': %m", aside->path, shown);
    }
    aside->count = 0;
    return OK;
}
