/* SPDX-License-Identifier: MIT */
/* What settling in parts asks of the journal. */
#include "journal_db.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "pool.h"

Err journal_each_mark(Arena *arena, Journal *journal, Err (*each)(void *user, const Mark *mark), void *user)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    char path[PATH_MAX], shown[PATH_MAX], slip[PATH_MAX];
    TRY(journal_prepare(arena, journal, "SELECT n, path, shown, slip, sha256, likeness FROM photo ORDER BY n", &row));
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        journal_path_at(row, 1, path);
        journal_path_at(row, 2, shown);
        journal_path_at(row, 3, slip);
        TRY(each(user, &(Mark){sqlite3_column_int64(row, 0), path, shown, slip, journal_text_at(row, 4), journal_text_at(row, 5)}));
    }
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

static int by_sha256(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef struct Found {
    Arena *arena;
    Pool pool;
    Counted *list;
    size_t count, room;
} Found;

static Err add_counted(Found *found, const char *sha256, const char *key)
{
    found->list = arena_more(found->arena, found->list, found->count, &found->room, sizeof *found->list);
    key = found->list ? pool_keep(&found->pool, key) : NULL;
    if (!key)
        return fail(found->arena, ERR_MEMORY, "no memory for the journal's rows");
    found->list[found->count++] = (Counted){sha256, key};
    return OK;
}

static Err find_counted(Journal *journal, Found *found, const char *const *sums, size_t count)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    TRY(journal_prepare(found->arena, journal, "SELECT id_key FROM counted WHERE sha256=?1 AND id_key NOT GLOB 'named:*' ORDER BY 1", &row));
    for (size_t i = 0; i < count; i++) {
        int code;
        if (i && strcmp(sums[i - 1], sums[i]) == 0)
            continue;
        sqlite3_reset(row);
        journal_bind_text(row, 1, sums[i]);
        while ((code = sqlite3_step(row)) == SQLITE_ROW)
            TRY(add_counted(found, sums[i], journal_text_at(row, 0)));
        if (code != SQLITE_DONE)
            return journal_explain(found->arena, journal, code & 0xff);
    }
    return OK;
}

Err journal_counted_of(Arena *arena, Journal *journal, const SettleRows *rows, CountedList *out)
{
    Found found = {.arena = arena, .pool = {.arena = arena}};
    const char **sums = ARENA_ARRAY(arena, const char *, rows->count + 1);
    size_t count = 0;
    if (!sums)
        return fail(arena, ERR_MEMORY, "no memory for the journal's rows");
    for (size_t i = 0; i < rows->count; i++)
        if (*rows->list[i].sha256)
            sums[count++] = rows->list[i].sha256;
    if (count)
        qsort(sums, count, sizeof *sums, by_sha256);
    TRY(find_counted(journal, &found, sums, count));
    *out = (CountedList){found.list, found.count};
    return OK;
}
