/* SPDX-License-Identifier: MIT */
#include "journal_db.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pool.h"

// clang-format off
static const char history_sql[] =
    "SELECT path, id_key, bytes, mtime_ns, ctime_ns, inode, trusted, verdict, files_for_id, attempt,"
    " sha256, profile, program, output, output_bytes, output_mtime_ns FROM photo ORDER BY path";
static const char line_sql[] =
    "SELECT json, times, attempt FROM photo JOIN record USING (n) ORDER BY id IS NULL, id, shown, path";
// clang-format on

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the journal's rows");
}

static const char *text_at(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

/* A column that mostly repeats: the earlier copy where it is the same. */
static const char *keep_again(Pool *pool, const char *before, const char *text)
{
    return before && strcmp(before, text) == 0 ? before : pool_keep(pool, text);
}

static const char *keep_path(Pool *pool, sqlite3_stmt *row, int column)
{
    char path[PATH_MAX];
    int length = sqlite3_column_bytes(row, column);
    snprintf(path, sizeof path, "%.*s", length,
             length ? (const char *)sqlite3_column_blob(row, column) : "");
    return pool_keep(pool, path);
}

static bool output_stands(const Journal *journal, sqlite3_stmt *row)
{
    const char *output = text_at(row, 13);
    int64_t bytes, mtime_ns;
    if (!output[0])
        return true;
    return outdir_stat(journal->outdir ? journal->outdir : &journal->look, output, &bytes,
                       &mtime_ns) &&
           bytes == sqlite3_column_int64(row, 14) && mtime_ns == sqlite3_column_int64(row, 15);
}

static Err read_past(Arena *arena, const Journal *journal, Pool *pool, sqlite3_stmt *row,
                     Past *past)
{
    const Past before = *past;
    bool bound = sqlite3_column_type(row, 1) != SQLITE_NULL;
    *past = (Past){
        .path = keep_path(pool, row, 0),
        .id_key = bound ? pool_keep(pool, text_at(row, 1)) : NULL,
        .stamp = {sqlite3_column_int64(row, 2), sqlite3_column_int64(row, 3),
                  sqlite3_column_int64(row, 4), (uint64_t)sqlite3_column_int64(row, 5)},
        .trusted = sqlite3_column_int(row, 6),
        .failed = sqlite3_column_int(row, 7) == VERDICT_ERROR,
        .files_for_id = sqlite3_column_int(row, 8),
        .attempt = sqlite3_column_int(row, 9),
        .sha256 = pool_keep(pool, text_at(row, 10)),
        .profile = keep_again(pool, before.profile, text_at(row, 11)),
        .program = keep_again(pool, before.program, text_at(row, 12)),
        .output_stands = output_stands(journal, row),
    };
    if (!past->path || (bound && !past->id_key) || !past->sha256 || !past->profile ||
        !past->program)
        return no_memory(arena);
    past->file_gone = !bound && access(past->path, F_OK) && errno == ENOENT;
    return OK;
}

static Err count_rows(Arena *arena, Journal *journal, size_t *count)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    TRY(journal_prepare(arena, journal, "SELECT count(*) FROM photo", &row));
    int code = sqlite3_step(row);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    *count = (size_t)sqlite3_column_int64(row, 0);
    return OK;
}

Err journal_history(Arena *arena, Journal *journal, History *out)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    Pool pool = {.arena = arena};
    size_t room = 0;
    *out = (History){0};
    if (!journal->db)
        return OK;
    TRY(count_rows(arena, journal, &room));
    out->list = ARENA_ARRAY(arena, Past, room);
    if (!out->list)
        return no_memory(arena);
    TRY(journal_prepare(arena, journal, history_sql, &row));
    Past past = {0};
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW && out->count < room) {
        TRY(read_past(arena, journal, &pool, row, &past));
        out->list[out->count++] = past;
    }
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

Err journal_each(Arena *arena, Journal *journal, Err (*each)(void *user, const Line *line),
                 void *user)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    if (!journal->db)
        return OK;
    TRY(journal_prepare(arena, journal, line_sql, &row));
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        Line line = {text_at(row, 0), text_at(row, 1), sqlite3_column_int(row, 2)};
        TRY(each(user, &line));
    }
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

Err journal_count(Arena *arena, Journal *journal, size_t counts[4])
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    memset(counts, 0, 4 * sizeof *counts);
    if (!journal->db)
        return OK;
    TRY(journal_prepare(arena, journal, "SELECT verdict, count(*) FROM photo GROUP BY verdict",
                        &row));
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW)
        counts[sqlite3_column_int(row, 0) & 3] = (size_t)sqlite3_column_int64(row, 1);
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}
