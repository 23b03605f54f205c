/* SPDX-License-Identifier: MIT */
#include "read.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../pipeline/digest.h"

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* NULL when the arena is full. */
static const char *system_text(Arena *arena, int reason)
{
    errno = reason;
    return arena_print(arena, "cannot be read: %m");
}

/* O_NONBLOCK: opening a pipe must not wait for its writer. */
static int open_file(const char *path)
{
    int fd;
    do
        fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    while (fd < 0 && errno == EINTR);
    return fd;
}

static const char *kind_problem(mode_t mode)
{
    if (S_ISREG(mode))
        return NULL;
    if (S_ISDIR(mode))
        return "is a folder";
    return "is no regular file"; /* a pipe, a socket, a device */
}

static int64_t time_ns(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Fills `data` as far as the file goes. Returns the bytes read, or -1 with errno. */
static ssize_t read_whole(int fd, uint8_t *data, size_t bytes)
{
    size_t done = 0;
    while (done < bytes) {
        ssize_t got = read(fd, data + done, bytes - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

/* One byte more than fstat said is asked for: a file that still grows answers it. */
static Err read_data(Arena *arena, int fd, Source *out)
{
    uint8_t *data = arena_raw(arena, out->bytes + 1);
    if (!data)
        return fail(arena, ERR_MEMORY, "no room for a file of %zu bytes", out->bytes);
    ssize_t got = read_whole(fd, data, out->bytes + 1);
    if (got < 0) {
        out->problem = system_text(arena, errno);
        return out->problem ? OK : (Err){ERR_MEMORY, "no room for a message"};
    }
    if ((size_t)got != out->bytes) {
        out->problem =
            (size_t)got > out->bytes ? "grew while it was read" : "shrank while it was read";
        return OK;
    }
    out->data = data;
    digest_sha256(data, out->bytes, out->sha256);
    return OK;
}

static Err read_open(Arena *arena, int fd, const Profile *profile, Source *out, Facts *facts)
{
    struct stat info;
    if (fstat(fd, &info)) {
        out->problem = system_text(arena, errno);
        return out->problem ? OK : (Err){ERR_MEMORY, "no room for a message"};
    }
    out->problem = kind_problem(info.st_mode);
    if (out->problem)
        return OK;
    out->bytes = (size_t)info.st_size;
    out->mtime_ns = time_ns(info.st_mtim);
    out->ctime_ns = time_ns(info.st_ctim);
    out->inode = info.st_ino;
    fact_set(facts, CHECK_source_bytes, (double)out->bytes, 0);
    if (info.st_size > profile->source_bytes_max) {
        out->problem = "is larger than the limit";
        return OK;
    }
    return read_data(arena, fd, out);
}

Err read_source(Arena *arena, const char *path, const Profile *profile, Source *out, Facts *facts)
{
    *out = (Source){0};
    CLEANUP(close_fd) int fd = open_file(path);
    if (fd < 0 && err_short_of(errno)) /* no retake would help */
        return fail(arena, ERR_IO, "cannot open a photo: %m");
    if (fd < 0) {
        out->problem = errno == ELOOP ? "is a symbolic link" : system_text(arena, errno);
        if (!out->problem)
            return (Err){ERR_MEMORY, "no room for a message"};
    } else {
        TRY(read_open(arena, fd, profile, out, facts));
    }
    fact_set(facts, CHECK_readable, out->data != NULL, 0);
    return OK;
}

Err read_entry(Arena *arena, ArchiveSeat *seat, const Task *task, const Profile *profile,
               Source *out, Facts *facts)
{
    *out = (Source){.problem = task->problem};
    if (!task->problem) {
        size_t cap = (size_t)profile->source_bytes_max;
        TRY(archive_photo_read(arena, seat, task, cap, out));
        fact_set(facts, CHECK_source_bytes, (double)out->bytes, 0);
    }
    if (out->data)
        digest_sha256(out->data, out->bytes, out->sha256);
    fact_set(facts, CHECK_readable, out->data != NULL, 0);
    return OK;
}
