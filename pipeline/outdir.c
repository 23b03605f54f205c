/* SPDX-License-Identifier: MIT */
#include "outdir.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "home.h"
#include "made_file.h"

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

/* Where a file or a link to nothing stands in the way, another folder must be given; all else is the machine's. */
static ErrCode code_of(int reason)
{
    return reason == ENOTDIR || reason == ENOENT || reason == ELOOP ? ERR_USAGE : ERR_IO;
}

Err outdir_make(Arena *arena, const char *path)
{
    char part[PATH_MAX];
    if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part)
        return fail(arena, ERR_USAGE, "the path '%.40s...' is too long", path);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0700) && errno != EEXIST)
            return fail(arena, code_of(errno), "cannot make the folder '%s': %m", part);
        *slash = '/';
    }
    if (mkdir(part, 0700) && errno != EEXIST)
        return fail(arena, code_of(errno), "cannot make the folder '%s': %m", part);
    return OK;
}

/* Part after part, as outdir_make would go. */
Err outdir_look(Arena *arena, const char *path)
{
    char part[PATH_MAX];
    struct stat facts;
    bool broken = false; /* the part before is a link to nothing */
    for (size_t end = 0; end == 0 || path[end];) {
        end += 1 + strcspn(path + end + 1, "/");
        if ((size_t)snprintf(part, sizeof part, "%.*s", (int)end, path) >= sizeof part)
            return fail(arena, ERR_USAGE, "the path '%.40s...' is too long", path);
        if (lstat(part, &facts) && errno == ENOENT && !broken)
            return OK;
        if (lstat(part, &facts))
            return fail(arena, code_of(errno), "cannot make the folder '%s': %m", part);
        broken = stat(part, &facts);
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail(arena, code_of(errno), "cannot open the folder '%s': %m", path);
    close(fd);
    return OK;
}

static Err open_inside(Arena *arena, const Outdir *outdir, const char *name, int *fd)
{
    if (mkdirat(outdir->folder, name, 0700) && errno != EEXIST)
        return fail(arena, ERR_IO, "cannot make the folder '%s/%s': %m", outdir->path, name);
    *fd = openat(outdir->folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*fd < 0)
        return fail(arena, ERR_IO, "cannot open the folder '%s/%s': %m", outdir->path, name);
    return OK;
}

static void empty_aside(const Outdir *outdir)
{
    int fd = openat(outdir->folder, ".tmp", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    CLEANUP(close_folder) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            unlinkat(fd, entry->d_name, 0);
}

enum { LOCK_TRIES = 40, LOCK_WAIT_NS = 50000000, NUMBER_SIZE = 32 };

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* Or was not waited for yet. No signal asks: by now they may be refused. */
static bool has_ended(long process)
{
    char text[256] = "";
    snprintf(text, sizeof text, "/proc/%ld/stat", process);
    CLEANUP(close_fd) int fd = open(text, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT;
    ssize_t got = read(fd, text, sizeof text - 1);
    text[got > 0 ? got : 0] = '\0';
    const char *state = strrchr(text, ')'); /* behind the name, which may hold any character */
    return got <= 0 || (state && state[1] && (state[2] == 'Z' || state[2] == 'X'));
}

/* A killed run holds its lock until the system has taken it down: the lock's file names the process
 * that waits for the run, and when that one is gone, the run is about to go. */
static bool is_dying(int lock)
{
    char text[NUMBER_SIZE] = "";
    if (pread(lock, text, sizeof text - 1, 0) <= 0)
        return false;
    long waiting = strtol(text, NULL, 10);
    return waiting > 0 && has_ended(waiting);
}

static bool name_holder(int lock)
{
    char text[NUMBER_SIZE];
    ssize_t length = snprintf(text, sizeof text, "%d\n", (int)getppid()), at = 0, put = 1;
    if (ftruncate(lock, 0))
        return false;
    for (; at < length && put > 0; at += put)
        put = pwrite(lock, text + at, (size_t)(length - at), at);
    return put > 0;
}

static Err lock(Arena *arena, Outdir *out, bool named)
{
    out->lock = openat(out->folder, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (out->lock < 0)
        return fail(arena, ERR_IO, "cannot lock '%s': %m", out->path);
    bool mine = flock(out->lock, LOCK_EX | LOCK_NB) == 0;
    int reason = errno;
    for (int tries = 0; !mine && tries < LOCK_TRIES && is_dying(out->lock); tries++) {
        nanosleep(&(struct timespec){.tv_nsec = LOCK_WAIT_NS}, NULL);
        mine = flock(out->lock, LOCK_EX | LOCK_NB) == 0;
        reason = errno;
    }
    struct stat info = {0}; /* a purge may have removed the lock since it was opened */
    if (mine && (fstat(out->lock, &info) || !info.st_nlink)) {
        mine = false;
        reason = info.st_mode ? EWOULDBLOCK : errno;
    }
    errno = reason;
    if (!mine && reason == EWOULDBLOCK)
        return fail(arena, ERR_LOCKED, "'%s' is in use by another run", out->path);
    if (!mine || (named && !name_holder(out->lock)))
        return fail(arena, ERR_IO, "cannot lock '%s': %m", out->path);
    return OK;
}

Err outdir_open(Arena *arena, const char *path, Outdir *out)
{
    *out = (Outdir){.path = path, .folder = -1, .lock = -1, .photos = -1, .review = -1, .held = -1};
    int other = -1;
    TRY(outdir_make(arena, path));
    out->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out->folder < 0)
        return fail(arena, code_of(errno), "cannot open the folder '%s': %m", path);
    TRY(lock(arena, out, true));
    TRY(open_inside(arena, out, "photos", &out->photos));
    TRY(open_inside(arena, out, "review", &out->review));
    TRY(open_inside(arena, out, ".held", &out->held));
    TRY(open_inside(arena, out, "lists", &other));
    close(other);
    TRY(open_inside(arena, out, ".tmp", &other));
    close(other);
    empty_aside(out);
    return OK;
}

Err outdir_find(Arena *arena, const char *path, Outdir *out)
{
    *out = (Outdir){.path = path, .folder = -1, .lock = -1, .photos = -1, .review = -1, .held = -1};
    out->folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (out->folder < 0)
        return fail(arena, ERR_USAGE, "cannot open the folder '%s': %m", path);
    return OK;
}

Err outdir_lock(Arena *arena, bool named, Outdir *out)
{
    MadeFile file;
    TRY(made_file_look(arena, out->folder, ".lock", &file));
    return file.bytes >= 0 ? lock(arena, out, named) : OK;
}

void outdir_close(Outdir *outdir)
{
    if (outdir->lock >= 0 && outdir->photos >= 0) { /* it is ours */
        empty_aside(outdir);
        [[maybe_unused]] int left = ftruncate(outdir->lock, 0); /* a number that stays harms nobody */
    }
    int *const fds[] = {&outdir->photos, &outdir->review, &outdir->held, &outdir->lock, &outdir->folder};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
}

Err outdir_flush(Arena *arena, const Outdir *outdir)
{
    if (fsync(outdir->photos) || fsync(outdir->review) || fsync(outdir->held))
        return fail(arena, ERR_IO, "cannot flush '%s': %m", outdir->path);
    return OK;
}

Err outdir_remove(Arena *arena, const Outdir *outdir, const char *relative)
{
    char shown[PATH_MAX];
    if (unlinkat(outdir->folder, relative, 0) == 0 || errno == ENOENT)
        return OK;
    home_mask(relative, shown);
    return fail(arena, ERR_IO, "cannot remove '%s/%s': %m", outdir->path, shown);
}

static Err each_in(Arena *arena, const Outdir *outdir, const char *name,
                   Err (*each)(void *user, const char *relative), void *user)
{
    int fd = openat(outdir->folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    CLEANUP(close_folder) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    char relative[PATH_MAX];
    if (!folder)
        return fail(arena, ERR_IO, "cannot open the folder '%s/%s': %m", outdir->path, name);
    errno = 0;
    for (struct dirent *entry; (entry = readdir(folder)); errno = 0) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(relative, sizeof relative, "%s/%s", name, entry->d_name);
        TRY(each(user, relative));
    }
    return errno ? fail(arena, ERR_IO, "cannot read the folder '%s/%s': %m", outdir->path, name) : OK;
}

Err outdir_each_held(Arena *arena, const Outdir *outdir,
                     Err (*each)(void *user, const char *relative), void *user)
{
    return each_in(arena, outdir, ".held", each, user);
}

static bool copy_bytes(int from, int to, bool *unread)
{
    char bytes[1 << 16];
    for (;;) {
        ssize_t got = read(from, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        *unread = got < 0;
        if (got <= 0)
            return got == 0 && fsync(to) == 0;
        for (ssize_t at = 0; at < got;) {
            ssize_t wrote = write(to, bytes + at, (size_t)(got - at));
            if (wrote < 0 && errno == EINTR)
                continue;
            if (wrote <= 0)
                return false;
            at += wrote;
        }
    }
}

/* `unread`: errno is of the file that is there and cannot be read. */
static bool copy(int folder, const char *from, const Outdir *outdir, const char *to, bool *unread)
{
    static const char aside[] = ".tmp/moving";
    CLEANUP(close_fd) int in = openat(folder, from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    *unread = in < 0 && errno != ENOENT && !err_short_of(errno);
    CLEANUP(close_fd)
    int out = in < 0 ? -1
                     : openat(outdir->folder, aside,
                              O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (out >= 0 && copy_bytes(in, out, unread) && renameat(outdir->folder, aside, outdir->folder, to) == 0)
        return true;
    int reason = errno;
    unlinkat(outdir->folder, aside, 0);
    errno = reason;
    return false;
}

static Err cannot_copy(Arena *arena, const Outdir *outdir, const char *from, const char *to)
{
    char shown[2][PATH_MAX];
    home_mask(from, shown[0]);
    home_mask(to, shown[1]);
    return fail(arena, ERR_IO, "cannot copy '%s' to '%s/%s': %m", shown[0], outdir->path, shown[1]);
}

Err outdir_copy(Arena *arena, const Outdir *outdir, const char *from, const char *to)
{
    bool unread;
    char shown[PATH_MAX];
    if (copy(outdir->folder, from, outdir, to, &unread))
        return OK;
    if (!unread)
        return cannot_copy(arena, outdir, from, to); /* which is full, say */
    home_mask(from, shown);
    return fail(arena, ERR_IO, "'%s/%s' cannot be read: %m: if that stays so, delete that file, and a run on its original makes it anew", outdir->path, shown);
}

Err outdir_bring(Arena *arena, int folder, const char *from, const Outdir *outdir, const char *to)
{
    bool unread;
    return copy(folder, from, outdir, to, &unread) ? OK : cannot_copy(arena, outdir, from, to);
}

Err outdir_each(Arena *arena, const Outdir *outdir, Err (*each)(void *user, const char *relative),
                void *user)
{
    TRY(each_in(arena, outdir, "photos", each, user));
    return each_in(arena, outdir, "review", each, user);
}
