/* SPDX-License-Identifier: MIT */
#include "gone.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Err gone_roots(const Work *work, const char ***out)
{
    char root[PATH_MAX];
    size_t count = 0, room = 0;
    while (work->cli->photos && work->cli->photos[room])
        room++;
    const char **roots = *out = ARENA_ARRAY(work->arena, const char *, room + 1);
    for (size_t i = 0; roots && i < room && !work->merge && !work->listing.closed_count; i++)
        if (realpath(work->cli->photos[i], root) && !(roots[count++] = arena_copy(work->arena, root)))
            return fail(work->arena, ERR_MEMORY, "no memory for the report");
    return roots ? OK : fail(work->arena, ERR_MEMORY, "no memory for the report");
}

static const char *root_of(const char *const *roots, const char *key)
{
    for (; *roots; roots++)
        if (strncmp(key, *roots, strlen(*roots)) == 0 && key[strlen(*roots)] == '/')
            return *roots;
    return NULL;
}

static bool is_gone(const Work *work, const char *root, const char *key)
{
    if (plan_find(&work->listing, key) < work->listing.count) /* a merge has no listing by key */
        return false;
    return key[strlen(root) + 1] == '/' || journal_row_is_gone(&(SettleRow){.path = key}); /* of an archive */
}

static bool in_photos(const char *output)
{
    return strncmp(output, "photos/", strlen("photos/")) == 0;
}

Err gone_is_line(const Work *work, const char *const *roots, const Line *line, bool *out)
{
    char key[64], newer[PATH_MAX];
    const char *path = line->path;
    bool kept = in_photos(line->kept_output);
    *out = false;
    if (!kept && !in_photos(line->output))
        return OK;
    if (kept && line->kept_attempt > line->attempt) {
        Id id = id_parse(line->id);
        id_key(&id, key);
        TRY(journal_attempt_path(work->arena, work->journal, key, line->kept_attempt, newer));
        path = newer;
    }
    const char *root = root_of(roots, path);
    *out = root && is_gone(work, root, path);
    return OK;
}

/* The earlier attempt of this person, or NULL. */
static const Past *kept_of(const History *history, const char *key)
{
    char path[80];
    size_t first = 0, end = history->count;
    snprintf(path, sizeof path, "kept:%s", key ? key : "");
    while (key && first < end) {
        size_t middle = first + (end - first) / 2;
        int order = strcmp(history->list[middle].path, path);
        if (!order)
            return &history->list[middle];
        first = order < 0 ? middle + 1 : first;
        end = order < 0 ? end : middle;
    }
    return NULL;
}

Err gone_count(Work *work)
{
    const char **roots;
    TRY(gone_roots(work, &roots));
    for (size_t i = 0; i < work->history.count; i++) {
        const Past *past = &work->history.list[i], *kept = past->kept ? NULL : kept_of(&work->history, past->id_key);
        bool gone;
        Line line = {.path = past->path, .id = past->id_key, .output = past->passed ? "photos/" : "", .attempt = past->attempt,
                     .kept_output = kept && kept->passed ? "photos/" : "", .kept_attempt = kept ? kept->attempt : 0};
        TRY(gone_is_line(work, roots, &line, &gone));
        work->settlement.gone += gone;
    }
    return OK;
}
