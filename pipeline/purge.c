/* SPDX-License-Identifier: MIT */
/* Ours is what the journal or OUT/.package names, what has a fixed name, and in .held/ and .tmp/ what has the
 * form of name that only headroom gives. A file is removed through the descriptor of its folder, never by a
 * path, so no link on the way can lead elsewhere. */
#include "purge.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <jansson.h>
#include "../stages/lists.h"
#include "../stages/package_plan.h"
#include "../stages/page_thumbs.h"
#include "home.h"
#include "journal.h"
#include "made_file.h"
#include "paths.h"
#include "purge_names.h"
#include "purge_shards.h"
#include "say.h"

typedef enum Part { PART_PHOTOS, PART_REVIEW, PART_HELD, PART_ASIDE, PART_LISTS, PART_THUMBS, PART_PACKAGE, PART_OUT, PART_COUNT } Part;

static const char *const parts[PART_COUNT] = {"photos", "review", ".held", ".tmp", "lists", "thumbs", "package", "."};

// clang-format off
static const struct { Part part; const char *name; } fixed[] = {
    {PART_OUT,     "report.jsonl"},
    {PART_OUT,     "report.csv"},
    {PART_OUT,     "report.xlsx"},
    {PART_OUT,     "report.html"},
    {PART_OUT,     "live.html"},
    {PART_OUT,     "live.js"},
    {PART_LISTS,   "summary.csv"},
    {PART_LISTS,   "recall.csv"},
    {PART_PACKAGE, "manifest.csv"},
    {PART_PACKAGE, "SHA256SUMS"},
    {PART_ASIDE,   "moving"},
    {PART_ASIDE,   "merging"},
};
// clang-format on

typedef struct Purge {
    Arena *arena;
    const Cli *cli;
    Outdir outdir;
    Journal *journal;
    int folders[PART_COUNT]; /* -1: not there, or no folder */
    size_t removed, left;
    const char **ours; /* of a dry run: "PART/NAME" of what would go, each once when sorted */
    size_t ours_count, ours_room;
} Purge;

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static void free_text(char **text)
{
    free(*text);
}

static void drop(json_t **value)
{
    json_decref(*value);
}

/* ---- a dry run remembers ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static Err remember(Purge *purge, Part part, const char *name)
{
    const char *text = arena_print(purge->arena, "%s/%s", parts[part], name);
    if (text && purge->ours_count == purge->ours_room) {
        size_t room = purge->ours_room ? purge->ours_room * 2 : 256;
        const char **more = ARENA_ARRAY(purge->arena, const char *, room);
        if (more && purge->ours_count)
            memcpy(more, purge->ours, purge->ours_count * sizeof *more);
        text = more ? text : NULL;
        purge->ours = more ? more : purge->ours;
        purge->ours_room = room;
    }
    if (!text)
        return fail(purge->arena, ERR_MEMORY, "no memory for the names in '%s'", purge->outdir.path);
    purge->ours[purge->ours_count++] = text;
    return OK;
}

/* What several rules name counts once. */
static void sort_remembered(Purge *purge)
{
    size_t count = 0;
    if (purge->ours_count)
        qsort(purge->ours, purge->ours_count, sizeof *purge->ours, compare_names);
    for (size_t i = 0; i < purge->ours_count; i++)
        if (!count || strcmp(purge->ours[count - 1], purge->ours[i]) != 0)
            purge->ours[count++] = purge->ours[i];
    purge->ours_count = purge->removed = count;
}

static bool is_remembered(const Purge *purge, Part part, const char *name)
{
    char text[2 * NAME_MAX];
    const char *key = text;
    snprintf(text, sizeof text, "%s/%s", parts[part], name);
    return purge->ours_count && bsearch(&key, purge->ours, purge->ours_count, sizeof key, compare_names);
}

/* ---- one file ---- */

/* Ends the purge, and the journal stays: what could not be seen would never be found again. */
static Err cannot(const Purge *purge, const char *what, Part part, const char *name)
{
    char shown[PATH_MAX];
    home_mask(name, shown);
    return fail(purge->arena, ERR_IO, "cannot %s '%s/%s/%s': %m", what, purge->outdir.path, parts[part], shown);
}

static Err remove_file(Purge *purge, Part part, const char *name)
{
    struct stat info;
    int folder = purge->folders[part];
    if (folder < 0)
        return OK;
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT ? OK : cannot(purge, "look at", part, name);
    if (!S_ISREG(info.st_mode))
        return OK;
    if (purge->cli->dry_run)
        return remember(purge, part, name);
    if (unlinkat(folder, name, 0))
        return cannot(purge, "remove", part, name);
    purge->removed++;
    return OK;
}

/* In its place, and where it is written before. */
static Err remove_both(Purge *purge, Part part, const char *name)
{
    TRY(remove_file(purge, PART_ASIDE, name));
    return remove_file(purge, part, name);
}

/* Calls `each` with every name in a part, "." and ".." left out. */
static Err each_in(Purge *purge, Part part, Err (*each)(Purge *, Part, const char *name))
{
    if (purge->folders[part] < 0)
        return OK;
    int fd = openat(purge->folders[part], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP(close_folder) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder)
        return cannot(purge, "open", part, ".");
    errno = 0;
    for (struct dirent *entry; (entry = readdir(folder)); errno = 0)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            TRY(each(purge, part, entry->d_name));
    return errno ? cannot(purge, "read", part, ".") : OK;
}

/* ---- what is ours ---- */

static Err remove_made(void *user, const char *relative, int64_t since_ns)
{
    Purge *purge = user;
    const char *slash = strchr(relative, '/');
    if (!slash || strchr(slash + 1, '/'))
        return OK;
    TRY(remove_file(purge, PART_ASIDE, slash + 1));
    for (Part part = PART_PHOTOS; part <= PART_HELD; part++) {
        MadeFile found;
        if (strlen(parts[part]) != (size_t)(slash - relative) || !path_inside(relative, parts[part]))
            continue;
        TRY(made_file_look(purge->arena, purge->outdir.folder, relative, &found));
        return found.bytes >= 0 && found.came_ns >= since_ns ? remove_file(purge, part, slash + 1) : OK;
    }
    return OK;
}

static Err remove_formed(Purge *purge, Part part, const char *name)
{
    bool ours = part == PART_THUMBS ? page_thumbs_is_ours(name)
                                    : home_is_held(name) || (part == PART_ASIDE && purge_is_aside(name));
    return ours ? remove_file(purge, part, name) : OK;
}

static Err remove_fixed(Purge *purge)
{
    char name[64];
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        TRY(remove_both(purge, fixed[i].part, fixed[i].name));
    for (ListId i = 0; i < LIST_COUNT; i++) {
        snprintf(name, sizeof name, "%s.csv", list_name(i));
        TRY(remove_both(purge, PART_LISTS, name));
    }
    return OK;
}

/* OUT/.package names the ZIPs of ours, and goes behind them. */
static Err remove_package(Purge *purge)
{
    int fd = openat(purge->outdir.folder, ".package", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    CLEANUP(close_file) FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    CLEANUP(free_text) char *line = NULL;
    size_t room = 0;
    if (!file && errno != ENOENT && errno != ELOOP)
        return cannot(purge, "open", PART_OUT, ".package");
    while (file && getline(&line, &room, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (package_is_zip_name(line))
            TRY(remove_file(purge, PART_PACKAGE, line));
    }
    if (file && ferror(file))
        return cannot(purge, "read", PART_OUT, ".package");
    return remove_both(purge, PART_OUT, ".package");
}

static Err remove_journal(Purge *purge)
{
    static const char *const names[] = {"journal.db-wal", "journal.db-shm", "journal.db-journal", "journal.db"};
    journal_close(purge->journal);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        TRY(remove_file(purge, PART_OUT, names[i]));
    return OK;
}

/* ---- what is not ---- */

static Err name_left(void *user, const char *path)
{
    Purge *purge = user;
    char masked[4 * NAME_MAX];
    path_mask(path, masked, sizeof masked);
    purge->left++;
    if (!purge->cli->json) {
        say_message(purge->cli, MESSAGE_purge_left, masked);
        return OK;
    }
    CLEANUP(drop) json_t *object = json_pack("{s:s,s:s}", "type", "foreign", "path", masked);
    say_object(object);
    return OK;
}

static Err name_foreign(Purge *purge, Part part, const char *name)
{
    char path[2 * NAME_MAX];
    Part inner = PART_PHOTOS;
    if ((part == PART_OUT && strcmp(name, ".lock") == 0) || is_remembered(purge, part, name))
        return OK;
    while (inner < PART_OUT && strcmp(name, parts[inner]) != 0)
        inner++;
    if (part == PART_OUT && inner < PART_OUT && purge->folders[inner] >= 0)
        return each_in(purge, inner, name_foreign);
    snprintf(path, sizeof path, "%s%s%s", part == PART_OUT ? "" : parts[part], part == PART_OUT ? "" : "/", name);
    return part == PART_OUT && strcmp(name, "shards") == 0 ? OK : name_left(purge, path); /* they named theirs */
}

static void say_end(const Purge *purge)
{
    if (!purge->cli->json) {
        say_message(purge->cli, purge->cli->dry_run ? MESSAGE_purge_would : MESSAGE_purge_done, purge->removed,
                    purge->left);
        return;
    }
    CLEANUP(drop)
    json_t *object = json_pack("{s:s,s:I,s:I,s:i}", "type", "summary", "removed", (json_int_t)purge->removed, "left",
                               (json_int_t)purge->left, "exit", EXIT_ALL_PASS);
    if (purge->cli->dry_run)
        json_object_set_new(object, "dry_run", json_true());
    say_object(object);
}

/* ---- all of it ---- */

static Err open_parts(Purge *purge)
{
    for (Part part = 0; part < PART_COUNT; part++) {
        int fd = openat(purge->outdir.folder, parts[part], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
            return cannot(purge, "open", part, ".");
        purge->folders[part] = fd;
    }
    return OK;
}

/* Without a journal nothing is ours but shards. */
static Err open_ours(Purge *purge, const char *path)
{
    bool ours = false, journal;
    TRY(purge_find(purge->arena, path, purge->cli->dry_run, &purge->outdir, &journal));
    TRY(open_parts(purge));
    if (!journal)
        return OK;
    Err err = journal_open(purge->arena, NULL, path, &purge->journal);
    if (!err.code)
        err = journal_is_ours(purge->arena, purge->journal, &ours);
    if (err.code == ERR_FORMAT || (!err.code && !ours))
        return err.code ? fail(purge->arena, ERR_USAGE, "'%s' is no output folder of this headroom: %s", path, err.text)
                        : fail(purge->arena, ERR_USAGE, "'%s' is no output folder of this headroom", path);
    return err;
}

static Err remove_ours(Purge *purge)
{
    TRY(journal_each_made(purge->arena, purge->journal, remove_made, purge));
    TRY(each_in(purge, PART_HELD, remove_formed));
    TRY(each_in(purge, PART_ASIDE, remove_formed));
    TRY(each_in(purge, PART_THUMBS, remove_formed));
    TRY(remove_fixed(purge));
    TRY(remove_package(purge));
    for (Part part = 0; part < PART_OUT; part++)
        if (purge->folders[part] >= 0 && !purge->cli->dry_run)
            unlinkat(purge->outdir.folder, parts[part], AT_REMOVEDIR); /* stays where something foreign is in it */
    return remove_journal(purge);
}

static Err purge_all(Purge *purge, const char *path)
{
    bool alone;
    PurgeShards shards = {.outdir = &purge->outdir, .dry_run = purge->cli->dry_run, .foreign = name_left, .user = purge};
    TRY(purge_shard(purge->arena, &shards, path, &purge->removed, &alone));
    if (alone) {
        say_end(purge);
        return OK;
    }
    TRY(open_ours(purge, path));
    shards.doubts = !purge->journal;
    TRY(purge_shards(purge->arena, &shards));
    if (purge->journal)
        TRY(remove_ours(purge));
    if (purge->cli->dry_run) {
        TRY(remove_file(purge, PART_OUT, ".lock"));
        sort_remembered(purge);
    }
    TRY(each_in(purge, PART_OUT, name_foreign));
    if (!purge->cli->dry_run) {
        TRY(remove_file(purge, PART_OUT, ".lock"));
        if (!purge->left)
            rmdir(path);
    }
    purge->removed += shards.removed;
    say_end(purge);
    return OK;
}

Err purge_run(Arena *arena, const Cli *cli)
{
    char path[PATH_MAX];
    Purge purge = {.arena = arena, .cli = cli};
    if (strlen(cli->photos[0]) >= PATH_MAX)
        return fail(arena, ERR_USAGE, "the path '%.40s...' is too long", cli->photos[0]);
    path_clean(cli->photos[0], path);
    for (Part part = 0; part < PART_COUNT; part++)
        purge.folders[part] = -1;
    Err err = purge_all(&purge, path);
    journal_close(purge.journal);
    for (Part part = 0; part < PART_COUNT; part++)
        if (purge.folders[part] >= 0)
            close(purge.folders[part]);
    outdir_close(&purge.outdir);
    return err;
}
