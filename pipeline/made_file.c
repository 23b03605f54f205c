/* SPDX-License-Identifier: MIT */
#include "made_file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "digest.h"
#include "home.h"

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* Not there, or something else in its place. */
static bool is_absent(int reason)
{
    return reason == ENOENT || reason == ENOTDIR || reason == ELOOP;
}

static int64_t nanoseconds(struct timespec time)
{
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

Err made_file_look(Arena *arena, int folder, const char *relative, MadeFile *out)
{
    struct stat info;
    char shown[PATH_MAX];
    *out = (MadeFile){.bytes = -1};
    if (fstatat(folder, relative, &info, AT_SYMLINK_NOFOLLOW)) {
        if (is_absent(errno))
            return OK;
        home_mask(relative, shown);
        return fail(arena, ERR_IO, "cannot look at '%s': %m", shown);
    }
    int64_t written = nanoseconds(info.st_mtim), changed = nanoseconds(info.st_ctim);
    if (S_ISREG(info.st_mode))
        *out = (MadeFile){.bytes = info.st_size, .mtime_ns = written, .came_ns = written > changed ? written : changed};
    return OK;
}

static Err compare_bytes(Arena *arena, int folder, const char *relative, const MadeFile *wanted, bool *same)
{
    char sha256[65], shown[PATH_MAX];
    CLEANUP(close_fd) int fd = openat(folder, relative, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    *same = false;
    if (fd < 0 && is_absent(errno))
        return OK;
    if (fd >= 0 && digest_file(fd, sha256)) {
        *same = *sha256 && strcmp(sha256, wanted->sha256) == 0;
        return OK;
    }
    home_mask(relative, shown);
    return fail(arena, ERR_IO, "cannot read '%s': %m", shown);
}

Err made_file_compare(Arena *arena, int folder, const char *relative, const MadeFile *wanted, MadeFile *out)
{
    TRY(made_file_look(arena, folder, relative, out));
    if (out->bytes < 0 || out->bytes != wanted->bytes)
        return OK;
    out->stands = out->mtime_ns == wanted->mtime_ns;
    return out->stands || !*wanted->sha256 ? OK : compare_bytes(arena, folder, relative, wanted, &out->stands);
}
