/* SPDX-License-Identifier: MIT */
/* What stands in OUT/package. Manifest and items come in one order, by ID. */
#include "manifest.h"
#include "package.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "package_plan.h"

typedef struct Belonging {
    const PackageAsk *ask;
    const PackageItem *item; /* NULL: before the first, or behind the last */
    bool begun, all;         /* so far */
} Belonging;

static Err next(Belonging *at)
{
    at->begun = true;
    return at->ask->next(at->ask->next_user, &at->item);
}

static Err look_at_row(void *user, const ManifestRow *row)
{
    Belonging *at = user;
    if (!at->all || !*row->file)
        return OK;
    if (!at->begun)
        TRY(next(at));
    while (at->item && strcmp(at->item->id, row->id) < 0)
        TRY(next(at));
    at->all = at->item && *at->item->source && strcmp(at->item->id, row->id) == 0 &&
              strcmp(at->item->sha256, row->sha256) == 0;
    return OK;
}

Err package_belongs(Arena *arena, const PackageAsk *ask, bool *belongs)
{
    Belonging at = {.ask = ask, .all = true};
    ManifestVisit visit = {look_at_row, &at};
    Manifest manifest;
    const char *path = arena_print(arena, "%s/package/manifest.csv", ask->out);
    const char *sums = arena_print(arena, "%s/package/SHA256SUMS", ask->out);
    if (!path || !sums)
        return fail(arena, ERR_MEMORY, "no memory for the package");
    *belongs = false;
    if (access(sums, F_OK)) /* cut off while it changed */
        return OK;
    Err err = manifest_read(arena, path, &visit, &manifest);
    if (err.code)
        return err.code == ERR_USAGE ? OK : err; /* something else lies there */
    *belongs = manifest.found && !manifest.problem && at.all;
    return OK;
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

/* Else somebody took it away to hand it in. */
static bool stands(Arena *arena, const char *out, const char *zip)
{
    const char *path = arena_print(arena, "%s/package/%s", out, zip);
    return path && access(path, F_OK) == 0;
}

Err package_names(Arena *arena, const char *out, Err (*each)(void *user, const char *name), void *user)
{
    const char *path = arena_print(arena, "%s/.package", out);
    if (!path)
        return fail(arena, ERR_MEMORY, "no memory for the package");
    CLEANUP(close_file) FILE *file = fopen(path, "re");
    CLEANUP(free_text) char *line = NULL;
    const char *last = "";
    size_t room = 0;
    if (!file && errno != ENOENT)
        return fail(arena, ERR_IO, "cannot read '%s': %m", path);
    for (ssize_t length; file && (length = getline(&line, &room, file)) > 0;) {
        line[strcspn(line, "\n")] = '\0';
        if (!package_is_zip_name(line) || !stands(arena, out, line))
            continue;
        *strchr(line, '-') = '\0'; /* the ZIP's number */
        if (strcmp(line, last) == 0)
            continue;
        TRY(each(user, line));
        last = arena_copy(arena, line);
        if (!last)
            return fail(arena, ERR_MEMORY, "no memory for the package");
    }
    return file && ferror(file) ? fail(arena, ERR_IO, "cannot read '%s': %m", path) : OK;
}
