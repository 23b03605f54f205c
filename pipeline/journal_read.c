/* SPDX-License-Identifier: MIT */
#include "journal_db.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "made_file.h"
#include "pool.h"

/* Texts of so many rows at a time, each with two paths of PATH_MAX at most. */
enum { PAST_ROWS = 1024, PAST_BYTES = 16 << 20 };

// clang-format off
static const char history_sql[] =
    "SELECT path, id_key, bytes, mtime_ns, ctime_ns, inode, trusted, verdict, files_for_id, attempt,"
    " sha256, profile, program, output, output_bytes, output_mtime_ns, output_sha256, kept, %s"
    " FROM photo ORDER BY path";
static const char rows_sql[] =
    "SELECT path, shown, sha256, faults, likeness, verdict, kept, attempt, output, output_bytes, output_mtime_ns, output_sha256,"
    " sha256<>'' AND kept=0 AND sha256 IN (SELECT sha256 FROM photo GROUP BY sha256 HAVING count(*)>1), slip, profile"
    " FROM photo ORDER BY path";
static const char some_rows_sql[] =
    "SELECT path, shown, sha256, faults, likeness, verdict, kept, attempt, output, output_bytes, output_mtime_ns, output_sha256,"
    " 0, slip, profile FROM photo WHERE n>?1 AND n<=?2 ORDER BY n";
static const char line_sql[] =
    "SELECT r.json, r.times, p.attempt, p.id, p.settled, p.faults,"
    " (SELECT a.faults FROM attempt a WHERE a.id_key=p.id_key AND a.attempt<p.attempt AND a.verdict<>3"
    "  ORDER BY a.attempt DESC, a.sha256 LIMIT 1), kr.json, k.settled, k.attempt, r.thumb, p.output, p.final, p.path, k.output"
    " FROM photo p JOIN record r USING (n)"
    " LEFT JOIN photo k ON p.kept=0 AND k.path=CAST('kept:'||p.id_key AS BLOB)"
    " LEFT JOIN record kr ON kr.n=k.n"
    " WHERE p.kept=0 OR p.id_key IS NOT NULL AND NOT EXISTS(SELECT 1 FROM photo c WHERE c.id_key=p.id_key AND c.kept=0)"
    " ORDER BY p.id IS NULL, p.id, p.shown, p.path";
// clang-format on

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the journal's rows");
}

const char *journal_text_at(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

void journal_path_at(sqlite3_stmt *row, int column, char out[PATH_MAX])
{
    const void *text = sqlite3_column_blob(row, column);
    size_t length = text ? (size_t)sqlite3_column_bytes(row, column) : 0;
    length = length < PATH_MAX ? length : PATH_MAX - 1;
    if (length)
        memcpy(out, text, length);
    out[length] = '\0';
}

/* Until the next step. */
static Bytes blob_at(sqlite3_stmt *row, int column)
{
    const void *data = sqlite3_column_blob(row, column);
    return (Bytes){(uint8_t *)(uintptr_t)data, data ? (size_t)sqlite3_column_bytes(row, column) : 0};
}

/* A column that mostly repeats: the earlier copy where it is the same. */
static const char *keep_again(Pool *pool, const char *before, const char *text)
{
    return before && strcmp(before, text) == 0 ? before : pool_keep(pool, text);
}

static const char *keep_path(Pool *pool, sqlite3_stmt *row, int column)
{
    char path[PATH_MAX];
    journal_path_at(row, column, path);
    return pool_keep(pool, path);
}

/* Mostly the end of the path, and then no text of its own. */
static const char *keep_end(Pool *pool, sqlite3_stmt *row, int column, const char *path)
{
    size_t length = (size_t)sqlite3_column_bytes(row, column), whole = path ? strlen(path) : 0;
    const void *text = sqlite3_column_blob(row, column);
    if (length && length <= whole && memcmp(path + whole - length, text, length) == 0)
        return path + whole - length;
    return keep_path(pool, row, column);
}

/* Output, bytes, time and SHA-256 are four columns from `at`. */
static Err look_at_output(Arena *arena, const Journal *journal, sqlite3_stmt *row, int at, MadeFile *found)
{
    const char *output = journal_text_at(row, at);
    *found = (MadeFile){.stands = true};
    if (!output[0])
        return OK;
    MadeFile wanted = {.bytes = sqlite3_column_int64(row, at + 1), .mtime_ns = sqlite3_column_int64(row, at + 2), .sha256 = journal_text_at(row, at + 3)};
    int folder = journal->outdir ? journal->outdir->folder : journal->look.folder;
    return made_file_compare(arena, folder, output, &wanted, found);
}

/* An archive's entry is gone with its archive: while that is there, errno is ENOTDIR. */
static bool is_gone(const char *path)
{
    return access(path, F_OK) && errno == ENOENT;
}

static bool needs_roster(const char *key)
{
    Id id = id_parse(key);
    return id.kind == ID_OTHER || id.problem != ID_FINE;
}

static Err read_past(Arena *arena, const Journal *journal, Pool *pool, sqlite3_stmt *row,
                     Past *past)
{
    const Past before = *past;
    bool bound = sqlite3_column_type(row, 1) != SQLITE_NULL;
    MadeFile made;
    TRY(look_at_output(arena, journal, row, 13, &made));
    *past = (Past){
        .path = keep_path(pool, row, 0),
        .id_key = bound ? pool_keep(pool, journal_text_at(row, 1)) : NULL,
        .stamp = {sqlite3_column_int64(row, 2), sqlite3_column_int64(row, 3),
                  sqlite3_column_int64(row, 4), (uint64_t)sqlite3_column_int64(row, 5)},
        .trusted = sqlite3_column_int(row, 6),
        .failed = sqlite3_column_int(row, 7) == VERDICT_ERROR,
        .files_for_id = sqlite3_column_int(row, 8),
        .attempt = sqlite3_column_int(row, 9),
        .sha256 = pool_keep(pool, journal_text_at(row, 10)),
        .profile = keep_again(pool, before.profile, journal_text_at(row, 11)),
        .program = keep_again(pool, before.program, journal_text_at(row, 12)),
        .output_stands = made.stands,
        .output_mtime_ns = made.mtime_ns,
        .passed = strncmp(journal_text_at(row, 13), "photos/", 7) == 0,
        .kept = sqlite3_column_int(row, 17),
        .slip = keep_path(pool, row, 18),
    };
    if (!past->path || !past->slip || (bound && !past->id_key) || !past->sha256 || !past->profile ||
        !past->program)
        return no_memory(arena);
    past->file_gone = (!bound || needs_roster(past->id_key)) && is_gone(past->path);
    return OK;
}

Err journal_count(Arena *arena, Journal *journal, size_t *count)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    *count = 0;
    if (!journal->db)
        return OK;
    TRY(journal_prepare(arena, journal, "SELECT count(*) FROM photo", &row));
    int code = sqlite3_step(row);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    *count = (size_t)sqlite3_column_int64(row, 0);
    return OK;
}

static Err prepare_history(Arena *arena, Journal *journal, sqlite3_stmt **row)
{
    const char *sql = arena_print(arena, history_sql, journal->version < 6 ? "''" : "slip");
    return sql ? journal_prepare(arena, journal, sql, row) : no_memory(arena);
}

typedef struct Retimed { /* outputs that stand with another time than the journal's */
    Arena *arena;
    struct { const char *output; int64_t mtime_ns; } *list;
    size_t count, room;
} Retimed;

static Err note_time(Retimed *retimed, sqlite3_stmt *row, const Past *past)
{
    if (!past->output_stands || past->output_mtime_ns == sqlite3_column_int64(row, 15))
        return OK;
    retimed->list = arena_more(retimed->arena, retimed->list, retimed->count, &retimed->room, sizeof *retimed->list);
    const char *output = arena_copy(retimed->arena, journal_text_at(row, 13));
    if (!retimed->list || !output)
        return no_memory(retimed->arena);
    retimed->list[retimed->count].output = output;
    retimed->list[retimed->count++].mtime_ns = past->output_mtime_ns;
    return OK;
}

/* In a copied OUT, so that the files need not be read again next time. */
static Err put_times(Arena *arena, Journal *journal, const Retimed *retimed)
{
    if (!journal->outdir || !retimed->count)
        return OK;
    TRY(journal_begin(arena, journal));
    for (size_t i = 0; i < retimed->count; i++) {
        sqlite3_stmt *retime = journal_use(journal, SQL_retime);
        journal_bind_text(retime, 1, retimed->list[i].output);
        sqlite3_bind_int64(retime, 2, retimed->list[i].mtime_ns);
        TRY(journal_run(arena, journal, retime));
    }
    return journal_commit(arena, journal);
}

Err journal_history(Arena *arena, Journal *journal, History *out)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    Pool pool = {.arena = arena};
    size_t room = 0;
    *out = (History){0};
    if (!journal->db)
        return OK;
    TRY(journal_count(arena, journal, &room));
    out->list = ARENA_ARRAY(arena, Past, room);
    if (!out->list)
        return no_memory(arena);
    TRY(prepare_history(arena, journal, &row));
    Past past = {0};
    Retimed retimed = {.arena = arena};
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW && out->count < room) {
        TRY(read_past(arena, journal, &pool, row, &past));
        out->list[out->count++] = past;
        TRY(note_time(&retimed, row, &past));
    }
    journal_finish(&row);
    return code == SQLITE_DONE ? put_times(arena, journal, &retimed) : journal_explain(arena, journal, code & 0xff);
}

static void drop_arena(Arena **arena)
{
    arena_destroy(*arena);
}

Err journal_each_past(Arena *arena, Journal *journal, Err (*each)(void *user, const Past *past), void *user)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    CLEANUP(drop_arena) Arena *texts = arena_create(PAST_BYTES);
    Pool pool = {.arena = texts};
    Past past = {0};
    int code;
    if (!journal->db)
        return OK;
    if (!texts)
        return no_memory(arena);
    TRY(prepare_history(arena, journal, &row));
    for (size_t count = 1; (code = sqlite3_step(row)) == SQLITE_ROW; count++) {
        TRY(read_past(arena, journal, &pool, row, &past));
        TRY(each(user, &past));
        if (count % PAST_ROWS == 0) {
            arena_reset(texts);
            pool = (Pool){.arena = texts};
            past = (Past){0};
        }
    }
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

static Err read_row(Arena *arena, const Journal *journal, Pool *pool, sqlite3_stmt *row,
                    SettleRow *out)
{
    const SettleRow before = *out;
    MadeFile made;
    TRY(look_at_output(arena, journal, row, 8, &made));
    *out = (SettleRow){
        .path = keep_path(pool, row, 0),
        .slip = keep_path(pool, row, 13),
        .sha256 = pool_keep(pool, journal_text_at(row, 2)),
        .faults = keep_again(pool, before.faults, journal_text_at(row, 3)),
        .profile = keep_again(pool, before.profile, journal_text_at(row, 14)),
        .judged = (Verdict)(sqlite3_column_int(row, 5) & 3),
        .kept = sqlite3_column_int(row, 6),
        .attempt = sqlite3_column_int(row, 7),
        .output = pool_keep(pool, journal_text_at(row, 8)),
        .stands = made.stands,
    };
    out->shown = keep_end(pool, row, 1, out->path);
    out->gone = out->path && sqlite3_column_int(row, 12) && is_gone(out->path);
    out->alike = alike_read(journal_text_at(row, 4), out->likeness);
    return out->path && out->shown && out->slip && out->sha256 && out->faults && out->profile && out->output ? OK
                                                                               : no_memory(arena);
}

Err journal_rows(Arena *arena, Journal *journal, SettleRow **rows, size_t *count)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    Pool pool = {.arena = arena};
    size_t room = 0;
    *count = 0;
    if (journal->db)
        TRY(journal_count(arena, journal, &room));
    *rows = ARENA_ARRAY(arena, SettleRow, room + 1);
    if (!*rows)
        return no_memory(arena);
    if (!journal->db)
        return OK;
    TRY(journal_prepare(arena, journal, rows_sql, &row));
    SettleRow next = {0};
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW && *count < room) {
        TRY(read_row(arena, journal, &pool, row, &next));
        (*rows)[(*count)++] = next;
    }
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

Err journal_some_rows(Arena *arena, Journal *journal, const RowRange *range, SettleRows *out)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    Pool pool = {.arena = arena};
    SettleRow next = {0};
    *out = (SettleRows){.list = ARENA_ARRAY(arena, SettleRow, range->count + 1)};
    if (!out->list)
        return no_memory(arena);
    TRY(journal_prepare(arena, journal, some_rows_sql, &row));
    sqlite3_bind_int64(row, 1, range->after);
    sqlite3_bind_int64(row, 2, range->last);
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW && out->count < range->count) {
        TRY(read_row(arena, journal, &pool, row, &next));
        out->list[out->count++] = next;
    }
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

bool journal_row_is_gone(const SettleRow *row)
{
    return !row->kept && is_gone(row->path);
}

Err journal_counted(Arena *arena, Journal *journal, Counted **list, size_t *count)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    Pool pool = {.arena = arena};
    size_t room = 0;
    *count = 0;
    TRY(journal_prepare(arena, journal, "SELECT count(*) FROM counted WHERE id_key NOT GLOB 'named:*'", &row));
    int code = sqlite3_step(row);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    room = (size_t)sqlite3_column_int64(row, 0);
    journal_finish(&row);
    *list = ARENA_ARRAY(arena, Counted, room + 1);
    if (!*list)
        return no_memory(arena);
    TRY(journal_prepare(arena, journal, "SELECT sha256, id_key FROM counted WHERE id_key NOT GLOB 'named:*' ORDER BY 1, 2", &row));
    while ((code = sqlite3_step(row)) == SQLITE_ROW && *count < room) {
        Counted one = {pool_keep(&pool, journal_text_at(row, 0)), pool_keep(&pool, journal_text_at(row, 1))};
        if (!one.sha256 || !one.key)
            return no_memory(arena);
        (*list)[(*count)++] = one;
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
    char path[PATH_MAX];
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        Line line = {.record = journal_text_at(row, 0),
                     .times = journal_text_at(row, 1),
                     .attempt = sqlite3_column_int(row, 2),
                     .id = journal_text_at(row, 3),
                     .settled = journal_text_at(row, 4),
                     .faults = journal_text_at(row, 5),
                     .before = journal_text_at(row, 6),
                     .kept_record = journal_text_at(row, 7),
                     .kept_settled = journal_text_at(row, 8),
                     .kept_attempt = sqlite3_column_int(row, 9),
                     .thumb = blob_at(row, 10),
                     .output = journal_text_at(row, 11),
                     .verdict = (Verdict)sqlite3_column_int(row, 12),
                     .path = path,
                     .kept_output = journal_text_at(row, 14)};
        journal_path_at(row, 13, path);
        TRY(each(user, &line));
    }
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}
