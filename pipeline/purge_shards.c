/* SPDX-License-Identifier: MIT */
#include "purge_shards.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "home.h"
#include "made_file.h"
#include "shard_log.h"

/* A folder on the way down, by its descriptor and by its path below OUT. */
typedef struct Spot {
    PurgeShards *purge;
    Arena *arena;
    int fd;
    const char *path;
} Spot;

typedef Err (*Each)(const Spot *spot, const char *name);

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static Err cannot(const Spot *spot, const char *what, const char *name)
{
    return fail(spot->arena, ERR_IO, "cannot %s '%s/%s/%s': %m", what, spot->purge->outdir->path, spot->path, name);
}

static Err each_in(const Spot *spot, Each each)
{
    int fd = openat(spot->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP(close_folder) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder)
        return cannot(spot, "open", ".");
    errno = 0;
    for (struct dirent *entry; (entry = readdir(folder)); errno = 0)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            TRY(each(spot, entry->d_name));
    return errno ? cannot(spot, "read", ".") : OK;
}

static Err name_foreign(const Spot *spot, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s%s%s", spot->path, *spot->path ? "/" : "", name);
    return spot->purge->foreign(spot->purge->user, path);
}

/* What cannot be looked at ends the purge, as in purge.c: the lock stays. */
static Err look_at(const Spot *spot, const char *name, bool *is_file)
{
    struct stat info;
    *is_file = false;
    if (fstatat(spot->fd, name, &info, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT ? OK : cannot(spot, "look at", name);
    *is_file = S_ISREG(info.st_mode);
    return OK;
}

static Err remove_file(const Spot *spot, const char *name)
{
    if (!spot->purge->dry_run && unlinkat(spot->fd, name, 0))
        return cannot(spot, "remove", name);
    spot->purge->removed++;
    return OK;
}

static Err remove_photo(const Spot *spot, const char *name)
{
    bool is_file = false;
    if (home_is_held(name))
        TRY(look_at(spot, name, &is_file));
    return is_file ? remove_file(spot, name) : name_foreign(spot, name);
}

/* A folder of ours and what is ours in it; it stays where something foreign is in it, and where it is a link. */
static Err remove_inside(const Spot *above, const char *name, Each each)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s%s%s", above->path, *above->path ? "/" : "", name);
    CLEANUP(close_fd) int fd = openat(above->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    Spot spot = {above->purge, above->arena, fd, path};
    if (fd < 0)
        return errno == ENOENT ? OK : errno == ENOTDIR || errno == ELOOP ? name_foreign(above, name) : cannot(above, "open", name);
    TRY(each_in(&spot, each));
    if (!above->purge->dry_run)
        unlinkat(above->fd, name, AT_REMOVEDIR);
    return OK;
}

/* All but the lock, which goes last. */
static Err remove_part(const Spot *spot, const char *name)
{
    static const char lock[] = ".lock", *const names[] = {lock, "journal", "journal.part"};
    bool is_file = false;
    if (strcmp(name, ".held") == 0 || strcmp(name, ".tmp") == 0)
        return remove_inside(spot, name, remove_photo);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            TRY(look_at(spot, name, &is_file));
    if (!is_file)
        return name_foreign(spot, name);
    return strcmp(name, lock) == 0 ? OK : remove_file(spot, name);
}

static bool is_shard(const char *name)
{
    return strspn(name, "0123456789") == 5 && strncmp(name + 5, "-of-", 4) == 0 && strspn(name + 9, "0123456789") == 5 &&
           !name[14];
}

/* Or it is not there. A killed worker may have written less. */
static bool begins_as_ours(int folder, const char *name)
{
    char bytes[SHARD_MAGIC_BYTES];
    CLEANUP(close_fd) int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT;
    ssize_t got = read(fd, bytes, sizeof bytes);
    return got >= 0 && memcmp(bytes, shard_magic, (size_t)got) == 0;
}

static bool is_missing(int folder, const char *name)
{
    return faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) && errno == ENOENT;
}

static bool is_ours(int above, const char *name)
{
    CLEANUP(close_fd) int fd = is_shard(name) ? openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    struct stat lock;
    return fd >= 0 && fstatat(fd, ".lock", &lock, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(lock.st_mode) && !lock.st_size && is_missing(fd, "journal.db") &&
           begins_as_ours(fd, "journal") && begins_as_ours(fd, "journal.part");
}

static Err remove_shard(const Spot *spot, const char *name)
{
    CLEANUP(close_fd) int lock = -1;
    CLEANUP(close_fd) int fd = -1;
    if (!is_shard(name) || (spot->purge->doubts && !is_ours(spot->fd, name)))
        return name_foreign(spot, name);
    fd = openat(spot->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && !shard_lock(fd, spot->purge->dry_run ? SHARD_READS : SHARD_REMOVES, &lock))
        return errno == EAGAIN ? fail(spot->arena, ERR_LOCKED, "'%s/%s/%s' is in use by another run",
                                      spot->purge->outdir->path, spot->path, name)
                               : cannot(spot, "lock", name);
    TRY(remove_inside(spot, name, remove_part));
    if (lock < 0)
        return OK;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", spot->path, name);
    TRY(remove_file(&(Spot){spot->purge, spot->arena, fd, path}, ".lock"));
    if (!spot->purge->dry_run)
        unlinkat(spot->fd, name, AT_REMOVEDIR);
    return OK;
}

static bool holds_shards(const Outdir *outdir)
{
    int fd = openat(outdir->folder, "shards", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    CLEANUP(close_folder) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    bool found = false;
    for (struct dirent *entry; folder && !found && (entry = readdir(folder));)
        found = is_ours(fd, entry->d_name);
    return found;
}

static Err look(Arena *arena, const Outdir *outdir, bool *journal)
{
    MadeFile found;
    TRY(made_file_look(arena, outdir->folder, "journal.db", &found));
    *journal = found.bytes >= 0;
    if (*journal || holds_shards(outdir))
        return OK;
    return fail(arena, ERR_USAGE, "'%s' is no output folder of headroom: it holds no journal.db", outdir->path);
}

Err purge_find(Arena *arena, const char *path, bool dry_run, Outdir *out, bool *journal)
{
    TRY(outdir_find(arena, path, out));
    TRY(look(arena, out, journal)); /* nothing is written into somebody else's lock */
    TRY(outdir_lock(arena, !dry_run, out));
    return look(arena, out, journal); /* another purge may have ended in between */
}

Err purge_shard(Arena *arena, const PurgeShards *asked, const char *path, size_t *removed, bool *is_one)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *above = slash ? arena_print(arena, "%.*s", slash > path ? (int)(slash - path) : 1, path) : ".";
    CLEANUP(close_fd) int fd = above ? open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    PurgeShards purge = *asked;
    purge.outdir = &(Outdir){.path = above, .folder = fd};
    *is_one = fd >= 0 && is_ours(fd, name);
    if (*is_one)
        TRY(remove_shard(&(Spot){&purge, arena, fd, "."}, name));
    *removed = purge.removed;
    return OK;
}

Err purge_shards(Arena *arena, PurgeShards *purge)
{
    Spot out = {purge, arena, purge->outdir->folder, ""};
    return remove_inside(&out, "shards", remove_shard);
}
