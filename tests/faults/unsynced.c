/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "unsynced.h"
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILES_MAX = 512, RENAMES_MAX = 1024, PATH_BYTES = 256, FD_FROM = 300 };

typedef struct File { /* that was written to */
    dev_t device;
    ino_t inode;
    int fd;       /* ours */
    off_t synced; /* bytes that are safe */
} File;

typedef struct Rename {
    char from[PATH_BYTES], to[PATH_BYTES];
    dev_t device; /* of the folder of `to` */
    ino_t inode;
    int before; /* what `to` held, ours; -1: nothing */
    bool safe;
} Rename;

static File files[FILES_MAX];
static Rename renames[RENAMES_MAX];
static size_t file_count, rename_count;

/* Out of the way of the program's own. */
static int keep(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, FD_FROM);
}

/* ---- files ---- */

static File *find_file(int fd)
{
    struct stat info;
    if (fstat(fd, &info) || !S_ISREG(info.st_mode))
        return NULL;
    for (size_t i = 0; i < file_count; i++)
        if (files[i].inode == info.st_ino && files[i].device == info.st_dev)
            return &files[i];
    int own = file_count < FILES_MAX ? keep(fd) : -1;
    if (own < 0)
        return NULL;
    files[file_count] = (File){info.st_dev, info.st_ino, own, info.st_size};
    return &files[file_count++];
}

void unsynced_write(int fd)
{
    (void)find_file(fd);
}

void unsynced_truncate(int fd)
{
    struct stat info;
    File *file = find_file(fd);
    if (file && fstat(fd, &info) == 0 && info.st_size < file->synced)
        file->synced = info.st_size;
}

void unsynced_sync(int fd)
{
    struct stat info;
    if (fstat(fd, &info))
        return;
    if (S_ISDIR(info.st_mode)) {
        for (size_t i = 0; i < rename_count; i++)
            renames[i].safe |= renames[i].inode == info.st_ino && renames[i].device == info.st_dev;
        while (rename_count && renames[rename_count - 1].safe)
            if (renames[--rename_count].before >= 0)
                close(renames[rename_count].before);
        return;
    }
    File *file = find_file(fd);
    if (file)
        file->synced = info.st_size;
}

void unsynced_sync_all(void)
{
    struct stat info;
    for (size_t i = 0; i < file_count; i++)
        if (fstat(files[i].fd, &info) == 0)
            files[i].synced = info.st_size;
    while (rename_count)
        if (renames[--rename_count].before >= 0)
            close(renames[rename_count].before);
}

/* ---- renames ---- */

void unsynced_rename(const char *from, const char *to)
{
    char folder[PATH_BYTES];
    struct stat info;
    const char *slash = strrchr(to, '/');
    if (rename_count == RENAMES_MAX || strlen(from) >= PATH_BYTES || strlen(to) >= PATH_BYTES || !slash)
        return;
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - to), to);
    if (stat(folder, &info))
        return;
    Rename *one = &renames[rename_count++];
    *one = (Rename){.device = info.st_dev, .inode = info.st_ino, .before = -1};
    memcpy(one->from, from, strlen(from) + 1);
    memcpy(one->to, to, strlen(to) + 1);
    int before = (int)syscall(SYS_openat, AT_FDCWD, to, O_RDONLY | O_CLOEXEC, 0L, 0L, MAGIC);
    if (before >= 0) {
        one->before = keep(before);
        close(before);
    }
}

static void put_back(int before, const char *path)
{
    char bytes[1 << 14];
    struct stat info;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600L, 0L, MAGIC);
    long got;
    off_t at = 0;
    while (fd >= 0 && (got = syscall(SYS_pread64, before, bytes, sizeof bytes, at, 0L, MAGIC)) > 0) {
        if (syscall(SYS_write, fd, bytes, got, 0L, 0L, MAGIC) != got)
            break;
        at += got;
    }
    if (fd >= 0 && fstat(before, &info) == 0)
        futimens(fd, (const struct timespec[]){info.st_atim, info.st_mtim});
}

int unsynced_lose(void)
{
    int undone = 0;
    for (size_t i = 0; i < file_count; i++) {
        struct stat info;
        if (fstat(files[i].fd, &info) == 0 && info.st_size > files[i].synced)
            syscall(SYS_ftruncate, files[i].fd, files[i].synced, 0L, 0L, 0L, MAGIC);
    }
    while (rename_count) {
        const Rename *one = &renames[--rename_count];
        if (one->safe)
            continue;
        undone += syscall(SYS_renameat2, AT_FDCWD, one->to, AT_FDCWD, one->from, 0L, MAGIC) == 0;
        if (one->before >= 0)
            put_back(one->before, one->to);
    }
    return undone;
}
