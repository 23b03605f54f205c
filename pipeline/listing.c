/* SPDX-License-Identifier: MIT */
/* A walk with openat() and an explicit folder at every level. The path shown and the key share
 * their tail, so both grow and shrink together. */
#include "listing.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "folder_names.h"
#include "listing_lines.h"
#include "listing_settle.h"
#include "listing_zip.h"
#include "looks.h"
#include "paths.h"
#include "pool.h"

enum { DEPTH_MAX = 64 };

typedef struct Walk {
    Arena *arena;
    Listing *list;
    size_t room; /* of list->files */
    Pool texts;
    const char *out; /* resolved, or NULL */
    bool (*wants)(void *user, const char *path); /* as in Wanted */
    void *user;
    Err (*enters)(void *watcher, const char *folder);
    void *watcher;
    bool waits;  /* as in Wanted */
    bool hidden; /* inside a hidden folder, where pictures are counted and nothing else is done */
} Walk;

/* One folder on the way: its two names end in '/'. */
typedef struct Spot {
    char path[PATH_MAX], key[PATH_MAX];
} Spot;

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the list of photos");
}

static Stamp stamp_of(const struct stat *info)
{
    return (Stamp){
        .bytes = info->st_size,
        .mtime_ns = info->st_mtim.tv_sec * 1000000000LL + info->st_mtim.tv_nsec,
        .ctime_ns = info->st_ctim.tv_sec * 1000000000LL + info->st_ctim.tv_nsec,
        .inode = info->st_ino,
    };
}

/* A copy of `file` with texts that last. */
static Err add_listed(Walk *walk, Listed file)
{
    Listing *list = walk->list;
    if (list->count == walk->room) {
        size_t room = walk->room ? walk->room * 2 : 256;
        Listed *files = ARENA_ARRAY(walk->arena, Listed, room);
        if (!files)
            return no_memory(walk->arena);
        if (list->count)
            memcpy(files, list->files, list->count * sizeof *files);
        list->files = files;
        walk->room = room;
    }
    bool same = strcmp(file.path, file.key) == 0;
    file.path = pool_keep(&walk->texts, file.path);
    file.key = same ? file.path : pool_keep(&walk->texts, file.key);
    if (!file.path || !file.key)
        return no_memory(walk->arena);
    list->files[list->count++] = file;
    return OK;
}

/* Once for every file. */
static bool wants(const Walk *walk, const char *path)
{
    return !walk->wants || walk->wants(walk->user, path);
}

static Err add_file(Walk *walk, const char *path, const char *key, Stamp stamp)
{
    return add_listed(walk, (Listed){.path = path, .key = key, .stamp = stamp});
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static Err note_closed(Walk *walk, const char *path)
{
    if (walk->hidden)
        walk->list->other_count++;
    else if (!walk->list->closed_count++)
        walk->list->closed = pool_keep(&walk->texts, path);
    return OK;
}

/* What is named in person. Another one of its name is not let in by the sandbox: that is no waiting for it. */
static Err cannot_open(Walk *walk, const char *path)
{
    return walk->waits && errno != EACCES ? note_closed(walk, path) : fail(walk->arena, ERR_USAGE, "cannot open '%s': %m", path);
}

static bool append(char text[PATH_MAX], const char *name, const char *end)
{
    size_t at = strlen(text), room = PATH_MAX - at;
    int length = snprintf(text + at, room, "%s%s", name, end);
    return length >= 0 && (size_t)length < room;
}

/* Appends `name` (and `end`) at both tails; the old lengths come back through `at`. */
static bool spot_enter(Spot *spot, const char *name, const char *end, size_t at[2])
{
    at[0] = strlen(spot->path);
    at[1] = strlen(spot->key);
    return append(spot->path, name, end) && append(spot->key, name, end);
}

static void spot_leave(Spot *spot, const size_t at[2])
{
    spot->path[at[0]] = '\0';
    spot->key[at[1]] = '\0';
}

/* Network file systems may break off. */
static int open_folder(int parent, const char *name, int flags)
{
    int fd;
    do
        fd = openat(parent, name, flags | O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    return fd;
}

static Err walk_folder(Walk *walk, int fd, Spot *spot, int depth);

/* A photo that nobody wants is not looked at: a shard of a million files asks for the names alone. */
static bool left_out(const Walk *walk, const FolderName *entry, Spot *spot)
{
    size_t at[2];
    if (!walk->wants || walk->hidden || entry->type != DT_REG || listing_looks(entry->name) != LOOKS_PICTURE)
        return false;
    bool out = spot_enter(spot, entry->name, "", at) && !wants(walk, spot->path);
    spot_leave(spot, at);
    return out;
}

/* What is left out of those that are no folder, and counted: "other" is also what only looks like a photo (a pipe). */
static bool only_counted(Walk *walk, const char *name, mode_t mode)
{
    Looks looks = listing_looks(name);
    if (looks == LOOKS_PICTURE && (walk->hidden || !S_ISREG(mode)))
        looks = LOOKS_HIDDEN;
    if (S_ISLNK(mode))
        walk->list->link_count += !walk->hidden;
    else
        walk->list->other_count += looks == LOOKS_HIDDEN || (looks == LOOKS_OTHER && !walk->hidden);
    return S_ISLNK(mode) || looks != LOOKS_PICTURE;
}

static Err enter_folder(Walk *walk, int parent, const char *name, Spot *spot, int depth)
{
    bool before = walk->hidden;
    walk->hidden |= name[0] == '.';
    int fd = depth < DEPTH_MAX ? open_folder(parent, name, O_NOFOLLOW) : -1;
    Err err = fd < 0 ? note_closed(walk, spot->path) : walk_folder(walk, fd, spot, depth + 1);
    walk->hidden = before;
    return err;
}

/* Gone since the folder was read, or there and out of reach, as errno says. */
static Err note_unseen(Walk *walk, const char *name, Spot *spot)
{
    size_t at[2];
    if (errno == ENOENT)
        return OK;
    spot_enter(spot, name, "", at);
    Err err = note_closed(walk, spot->path);
    spot_leave(spot, at);
    return err;
}

static Err walk_entry(Walk *walk, int folder, const FolderName *entry, Spot *spot, int depth)
{
    const char *name = entry->name;
    struct stat info;
    size_t at[2];
    if (left_out(walk, entry, spot))
        return OK;
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW))
        return note_unseen(walk, name, spot);
    bool is_folder = S_ISDIR(info.st_mode);
    if (!is_folder && only_counted(walk, name, info.st_mode))
        return OK;
    Err err = OK;
    if (!spot_enter(spot, name, is_folder ? "/" : "", at))
        err = note_closed(walk, spot->path);
    else if (is_folder)
        err = enter_folder(walk, folder, name, spot, depth);
    else if (entry->type == DT_REG || wants(walk, spot->path))
        err = add_file(walk, spot->path, spot->key, stamp_of(&info));
    spot_leave(spot, at);
    return err;
}

/* The tail's '/' is not told. */
static Err tell_folder(const Walk *walk, Spot *spot)
{
    size_t length = strlen(spot->path);
    if (!walk->enters || walk->hidden)
        return OK;
    if (length < 2)
        return walk->enters(walk->watcher, length ? spot->path : ".");
    spot->path[length - 1] = '\0';
    Err err = walk->enters(walk->watcher, spot->path);
    spot->path[length - 1] = '/';
    return err;
}

/* Takes over `fd`. */
static Err walk_folder(Walk *walk, int fd, Spot *spot, int depth)
{
    CLEANUP(close_folder) DIR *folder = fdopendir(fd);
    CLEANUP(folder_names_free) FolderNames names = {0};
    bool whole = false;
    if (!folder) {
        close(fd);
        return no_memory(walk->arena);
    }
    TRY(tell_folder(walk, spot));
    if (!folder_names_read(folder, &names, &whole))
        return no_memory(walk->arena);
    if (!whole)
        TRY(note_closed(walk, spot->path));
    walk->list->link_count += walk->hidden ? 0 : names.links;
    for (size_t i = 0; i < names.count; i++)
        TRY(walk_entry(walk, dirfd(folder), &names.list[i], spot, depth));
    return OK;
}

static Err refuse_overlap(Walk *walk, const char *key, const char *path, bool folder)
{
    if (!walk->out)
        return OK;
    if (path_inside(key, walk->out))
        return fail(walk->arena, ERR_USAGE, "'%s' lies inside the output folder", path);
    if (folder && path_inside(walk->out, key))
        return fail(walk->arena, ERR_USAGE, "the output folder lies inside '%s'", path);
    return OK;
}

static Err walk_root(Walk *walk, const char *path, Spot *spot)
{
    if (!realpath(path, spot->key))
        return cannot_open(walk, path);
    TRY(refuse_overlap(walk, spot->key, path, true));
    snprintf(spot->path, PATH_MAX, "%s", strcmp(path, ".") ? path : "");
    if (spot->path[0] && strcmp(spot->path, "/") && strlen(spot->path) < PATH_MAX - 1)
        strcat(spot->path, "/");
    if (strcmp(spot->key, "/") && strlen(spot->key) < PATH_MAX - 1)
        strcat(spot->key, "/");
    int fd = open_folder(AT_FDCWD, path, 0);
    return fd < 0 ? cannot_open(walk, path) : walk_folder(walk, fd, spot, 0);
}

/* Entries by "ZIP//name"; copies of one name, which are refused, by "ZIP//[2]/name". */
static Err add_member(Walk *walk, const char *path, const char *key, const Member *member)
{
    char copy[24] = "";
    if (member->copy > 1)
        snprintf(copy, sizeof copy, "[%d]/", member->copy);
    Listed file = {
        .path = arena_print(walk->arena, "%s//%s%s", path, copy, member->name),
        .key = arena_print(walk->arena, "%s//%s%s", key, copy, member->name),
        .stamp = member->stamp,
        .entry = member->number,
        .problem = member->problem,
    };
    if (!file.path || !file.key)
        return no_memory(walk->arena);
    return wants(walk, file.path) ? add_listed(walk, file) : OK;
}

static Err add_archive(Walk *walk, const char *path, const char *key)
{
    Listing *list = walk->list;
    Members members;
    const char **archives = ARENA_ARRAY(walk->arena, const char *, list->archive_count + 1);
    TRY(listing_zip(walk->arena, path, &members));
    TRY(listing_zip_fit(walk->arena, path, key, &members));
    if (!archives)
        return no_memory(walk->arena);
    for (size_t i = 0; i < list->archive_count; i++)
        archives[i] = list->archives[i];
    archives[list->archive_count] = pool_keep(&walk->texts, key);
    list->archives = archives;
    if (!archives[list->archive_count++])
        return no_memory(walk->arena);
    for (size_t i = 0; i < members.count; i++)
        TRY(add_member(walk, path, key, &members.list[i]));
    list->other_count += members.other_count;
    return OK;
}

/* `listed`: from a list, where a line that names nothing becomes a file that cannot be read. */
static Err take(Walk *walk, const char *asked, bool listed, Spot *spot)
{
    static const char *const zips[] = {"zip", NULL};
    static const char *const archives[] = {"rar", "7z", "tar", "gz", NULL};
    char path[PATH_MAX];
    struct stat info;
    if (strlen(asked) >= PATH_MAX)
        return fail(walk->arena, ERR_USAGE, "the path '%.40s...' is too long", asked);
    path_clean(asked, path);
    bool missing = lstat(listed ? path : asked, &info) != 0; /* a slash behind what is no folder is no path */
    if (missing && !listed)
        return cannot_open(walk, asked);
    struct stat target = {0};
    if (!missing && stat(path, &target) && errno != ENOENT && errno != ELOOP) /* it may be a folder */
        return listed ? note_closed(walk, path) : cannot_open(walk, asked);
    if (S_ISDIR(target.st_mode))
        return walk_root(walk, path, spot);
    if (!missing && looks_end(path, archives))
        return fail(walk->arena, ERR_USAGE, "'%s' is an archive, unpack it first", path);
    if (!path_resolve_file(path, spot->key))
        snprintf(spot->key, PATH_MAX, "%s", path);
    TRY(refuse_overlap(walk, spot->key, path, false));
    if (!missing && looks_end(path, zips))
        return add_archive(walk, path, spot->key);
    if (!wants(walk, path))
        return OK;
    return add_file(walk, path, spot->key, missing ? (Stamp){0} : stamp_of(&info));
}

typedef struct Taking {
    Walk *walk;
    Spot *spot;
} Taking;

static Err take_line(void *user, const char *line)
{
    const Taking *taking = user;
    return take(taking->walk, line, true, taking->spot);
}

Err listing_find(Arena *arena, const Wanted *wanted, Listing *out)
{
    *out = (Listing){0};
    Walk walk = {.arena = arena, .list = out, .texts = {.arena = arena}, .wants = wanted->wants, .user = wanted->user,
                 .enters = wanted->enters, .watcher = wanted->watcher, .waits = wanted->waits};
    Spot *spot = ARENA_NEW(arena, Spot);
    if (!spot)
        return no_memory(arena);
    if (wanted->out)
        TRY(path_resolve_new(arena, wanted->out, &walk.out));
    for (const char *const *path = wanted->paths; path && *path; path++)
        TRY(take(&walk, *path, false, spot));
    Taking taking = {&walk, spot};
    if (wanted->files_from)
        TRY(listing_lines(arena, wanted->files_from, wanted->nul_separated, take_line, &taking));
    return listing_settle(arena, out);
}
