/* SPDX-License-Identifier: MIT */
#include "gone.h"
#include <limits.h>
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

bool gone_is(const Work *work, const char *const *roots, const char *key)
{
    if (!*roots || plan_find(&work->listing, key) < work->listing.count) /* a merge has no listing by key */
        return false;
    for (; *roots; roots++) {
        size_t length = strlen(*roots);
        if (strncmp(key, *roots, length) == 0 && key[length] == '/')
            return key[length + 1] == '/' || journal_row_is_gone(&(SettleRow){.path = key});
    }
    return false;
}

Err gone_count(Work *work)
{
    const char **roots;
    TRY(gone_roots(work, &roots));
    for (size_t i = 0; i < work->history.count; i++)
        work->settlement.gone += work->history.list[i].passed && gone_is(work, roots, work->history.list[i].path);
    return OK;
}
