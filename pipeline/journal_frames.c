/* SPDX-License-Identifier: MIT */
/* What frames show and whom they bind. */
#include "journal_db.h"
#include <limits.h>
#include <stdio.h>
#include "pool.h"

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the journal's frames");
}

static const char *keep(Pool *pool, sqlite3_stmt *row, int column)
{
    int length = sqlite3_column_bytes(row, column);
    const char *text = length ? sqlite3_column_blob(row, column) : "";
    char path[PATH_MAX];
    if (length < PATH_MAX) {
        snprintf(path, sizeof path, "%.*s", length, text);
        return pool_keep(pool, path);
    }
    return arena_print(pool->arena, "%.*s", length, text);
}

static Err read_frame(Arena *arena, Pool *pool, sqlite3_stmt *row, FrameRow *out)
{
    *out = (FrameRow){.path = keep(pool, row, 0),
                      .stamp = {sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 2),
                                sqlite3_column_int64(row, 3), (uint64_t)sqlite3_column_int64(row, 4)},
                      .trusted = sqlite3_column_int(row, 5),
                      .reader = keep(pool, row, 6),
                      .seen = keep(pool, row, 7)};
    return out->path && out->reader && out->seen ? OK : no_memory(arena);
}

Err journal_frames(Arena *arena, Journal *journal, FrameRow **list, size_t *count)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    Pool pool = {.arena = arena};
    size_t room = 0;
    *count = 0;
    TRY(journal_prepare(arena, journal, "SELECT count(*) FROM frame", &row));
    int code = sqlite3_step(row);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    room = (size_t)sqlite3_column_int64(row, 0);
    journal_finish(&row);
    *list = ARENA_ARRAY(arena, FrameRow, room + 1);
    if (!*list)
        return no_memory(arena);
    TRY(journal_prepare(arena, journal,
                        "SELECT path, bytes, mtime_ns, ctime_ns, inode, trusted, reader, seen FROM frame ORDER BY path",
                        &row));
    while ((code = sqlite3_step(row)) == SQLITE_ROW && *count < room)
        TRY(read_frame(arena, &pool, row, &(*list)[(*count)++]));
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

Err journal_frame_put(Arena *arena, Journal *journal, const FrameRow *row)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *put = journal_use(journal, SQL_frame);
    journal_bind_path(put, 1, row->path);
    sqlite3_bind_int64(put, 2, row->stamp.bytes);
    sqlite3_bind_int64(put, 3, row->stamp.mtime_ns);
    sqlite3_bind_int64(put, 4, row->stamp.ctime_ns);
    sqlite3_bind_int64(put, 5, (int64_t)row->stamp.inode);
    sqlite3_bind_int(put, 6, row->trusted);
    journal_bind_text(put, 7, row->reader);
    journal_bind_text(put, 8, row->seen);
    return journal_run(arena, journal, put);
}

Err journal_frame_remove(Arena *arena, Journal *journal, const char *path)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *remove = journal_use(journal, SQL_unframe);
    journal_bind_path(remove, 1, path);
    return journal_run(arena, journal, remove);
}

Err journal_frame_slip(Arena *arena, Journal *journal, const char *path, const char *line)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *slip = journal_use(journal, SQL_slip);
    journal_bind_path(slip, 1, path);
    journal_bind_text(slip, 2, line);
    return journal_run(arena, journal, slip);
}

Err journal_each_slip(Arena *arena, Journal *journal, Err (*each)(void *user, const char *line), void *user)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    if (!journal->db || journal->version < 6)
        return OK;
    TRY(journal_prepare(arena, journal, "SELECT slip FROM frame WHERE slip<>'' ORDER BY path", &row));
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW)
        TRY(each(user, (const char *)sqlite3_column_text(row, 0)));
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}
