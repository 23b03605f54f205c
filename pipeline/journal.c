/* SPDX-License-Identifier: MIT */
/* Three promises hold at every moment, also after kill -9 or a power cut:
 *
 * - A row that names an output was committed after that output and its folder were flushed.
 * - A file that a row no longer claims is written down in `stale` by the commit that drops the
 * claim, is removed after that commit, and leaves `stale` only when its removal was flushed. The
 * next run goes on.
 * - A worker's file may appear before its row. `expected` names the IDs that may (and since when),
 * before the first worker starts. What is left of them without a row was written by a run that was
 * killed.
 *
 * So only files of which the journal itself says that headroom wrote them are ever removed. */
#include "journal_db.h"
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SCHEMA = 1, APPLICATION = 0x68726d31 };

// clang-format off
static const char schema[] =
    "CREATE TABLE photo("
    " n INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, shown BLOB NOT NULL, id TEXT, id_key TEXT,"
    " files_for_id INTEGER NOT NULL, attempt INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,"
    " trusted INTEGER NOT NULL, sha256 TEXT NOT NULL, profile TEXT NOT NULL, program TEXT NOT NULL,"
    " verdict INTEGER NOT NULL, action INTEGER NOT NULL,"
    " output TEXT NOT NULL, output_bytes INTEGER NOT NULL, output_mtime_ns INTEGER NOT NULL,"
    " output_sha256 TEXT NOT NULL);"
    "CREATE INDEX photo_order ON photo(id IS NULL, id, shown, path);"
    "CREATE INDEX photo_output ON photo(output);"
    "CREATE TABLE record(n INTEGER PRIMARY KEY, json TEXT NOT NULL, times TEXT NOT NULL);"
    "CREATE TABLE stale(output TEXT PRIMARY KEY, removed INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE expected(id TEXT PRIMARY KEY, since_ns INTEGER NOT NULL) WITHOUT ROWID;";

// clang-format on

static const char *const sql[SQL_COUNT] = {
#define X(name, text) [SQL_##name] = text,
    STATEMENTS(X)
#undef X
};

Err journal_explain(Arena *arena, const Journal *journal, int code)
{
    ErrCode kind = ERR_IO;
    if (code == SQLITE_NOMEM)
        kind = ERR_MEMORY;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_MISMATCH ||
        code == SQLITE_ERROR)
        kind = ERR_FORMAT;
    return fail(arena, kind, "journal '%s/journal.db': %s", journal->path,
                journal->db ? sqlite3_errmsg(journal->db) : sqlite3_errstr(code));
}

static Err execute(Arena *arena, Journal *journal, const char *text)
{
    int code = sqlite3_exec(journal->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK ? OK : journal_explain(arena, journal, code & 0xff);
}

void journal_finish(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
    *statement = NULL;
}

Err journal_prepare(Arena *arena, Journal *journal, const char *text, sqlite3_stmt **out)
{
    int code = sqlite3_prepare_v2(journal->db, text, -1, out, NULL);
    return code == SQLITE_OK ? OK : journal_explain(arena, journal, code & 0xff);
}

/* The kept statement, fresh. */
static sqlite3_stmt *use(Journal *journal, StatementId id)
{
    sqlite3_stmt *statement = journal->prepared[id];
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return statement;
}

static Err run(Arena *arena, Journal *journal, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE || code == SQLITE_ROW ? OK
                                                     : journal_explain(arena, journal, code & 0xff);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

/* Paths may hold any byte. */
static void bind_path(sqlite3_stmt *statement, int at, const char *path)
{
    sqlite3_bind_blob(statement, at, path, (int)strlen(path), SQLITE_TRANSIENT);
}

static void bind_stamp(sqlite3_stmt *statement, int at, const Stamp *stamp)
{
    sqlite3_bind_int64(statement, at, stamp->bytes);
    sqlite3_bind_int64(statement, at + 1, stamp->mtime_ns);
    sqlite3_bind_int64(statement, at + 2, stamp->ctime_ns);
    sqlite3_bind_int64(statement, at + 3, (int64_t)stamp->inode);
}

static Err begin(Arena *arena, Journal *journal)
{
    if (journal->open_transaction)
        return OK;
    TRY(execute(arena, journal, "BEGIN IMMEDIATE"));
    journal->open_transaction = true;
    return OK;
}

/* The clock that stamps files: it lags a little behind the exact one. */
static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static Err check_schema(Arena *arena, Journal *journal, bool writable)
{
    CLEANUP(journal_finish) sqlite3_stmt *version = NULL;
    TRY(journal_prepare(arena, journal, "PRAGMA user_version", &version));
    int code = sqlite3_step(version);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    int found = sqlite3_column_int(version, 0);
    if (found == SCHEMA)
        return OK;
    if (found != 0 || !writable)
        return fail(arena, ERR_FORMAT,
                    "journal '%s/journal.db' has version %d, this program reads %d", journal->path,
                    found, SCHEMA);
    sqlite3_reset(version);
    TRY(execute(arena, journal, "BEGIN IMMEDIATE"));
    TRY(execute(arena, journal, schema));
    char marks[96];
    snprintf(marks, sizeof marks, "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
             APPLICATION, SCHEMA);
    return execute(arena, journal, marks);
}

/* As a URI, so that a journal nobody writes can be read without leaving files beside it. */
static const char *uri_of(Arena *arena, const char *path, bool still)
{
    char *out = arena_alloc(arena, 3 * strlen(path) + 48), *at = out;
    if (!out)
        return NULL;
    at = stpcpy(at, "file:");
    for (; *path; path++)
        at += sprintf(at, strchr("%?#", *path) ? "%%%02X" : "%c", (unsigned)*path);
    strcpy(at, still ? "?immutable=1" : "");
    return out;
}

static Err connect(Arena *arena, Journal *journal)
{
    bool writable = journal->outdir != NULL;
    const char *path = arena_print(arena, "%s/journal.db", journal->path);
    const char *log = arena_print(arena, "%s/journal.db-wal", journal->path);
    if (!path || !log)
        return fail(arena, ERR_MEMORY, "no memory for the journal");
    if (!writable && access(path, F_OK))
        return OK;
    const char *uri = uri_of(arena, path, !writable && access(log, F_OK));
    if (!uri)
        return fail(arena, ERR_MEMORY, "no memory for the journal");
    int flags = writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    int code =
        sqlite3_open_v2(uri, &journal->db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    return code == SQLITE_OK ? OK : journal_explain(arena, journal, code & 0xff);
}

static Err open_database(Arena *arena, Journal *journal)
{
    TRY(connect(arena, journal));
    if (!journal->db)
        return OK;
    bool writable = journal->outdir != NULL;
    sqlite3_busy_timeout(journal->db, 2000);
    if (writable)
        TRY(execute(arena, journal, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"));
    TRY(check_schema(arena, journal, writable));
    for (StatementId i = 0; writable && i < SQL_COUNT; i++)
        TRY(journal_prepare(arena, journal, sql[i], &journal->prepared[i]));
    return OK;
}

static Err is_claimed(Arena *arena, Journal *journal, const char *output, bool *claimed)
{
    sqlite3_stmt *statement = use(journal, SQL_claimed);
    bind_text(statement, 1, output);
    int code = sqlite3_step(statement);
    *claimed = code == SQLITE_ROW;
    sqlite3_reset(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK
                                                     : journal_explain(arena, journal, code & 0xff);
}

static Err make_stale(Arena *arena, Journal *journal, const char *output)
{
    sqlite3_stmt *statement = use(journal, SQL_stale);
    bind_text(statement, 1, output);
    return run(arena, journal, statement);
}

/* Removes what is stale and not claimed again. Outside a transaction of its own: the files go
 * first. */
static Err remove_stale(Arena *arena, Journal *journal)
{
    CLEANUP(journal_finish) sqlite3_stmt *each = NULL;
    TRY(journal_prepare(arena, journal, "SELECT output FROM stale WHERE removed=0", &each));
    bool any = false;
    int code;
    while ((code = sqlite3_step(each)) == SQLITE_ROW) {
        const char *output = (const char *)sqlite3_column_text(each, 0);
        bool claimed = false;
        TRY(is_claimed(arena, journal, output, &claimed));
        if (!claimed)
            TRY(outdir_remove(arena, journal->outdir, output));
        any = true;
    }
    if (code != SQLITE_DONE)
        return journal_explain(arena, journal, code & 0xff);
    sqlite3_reset(each);
    if (!any)
        return OK;
    journal->outputs_changed = true;
    TRY(begin(arena, journal));
    return execute(arena, journal, "UPDATE stale SET removed=1 WHERE removed=0");
}

typedef struct Leftover {
    Arena *arena;
    Journal *journal;
    sqlite3_stmt *expected;
} Leftover;

/* A file of an ID that a killed run was about to write, newer than that run's start, without a row.
 */
static Err look_at_leftover(void *user, const char *output)
{
    Leftover *left = user;
    int64_t bytes, mtime_ns;
    bool claimed = false;
    Id id = id_from_name(output);
    sqlite3_reset(left->expected);
    bind_text(left->expected, 1, id.text);
    if (id.kind == ID_NONE || sqlite3_step(left->expected) != SQLITE_ROW ||
        !outdir_stat(left->journal->outdir, output, &bytes, &mtime_ns) ||
        mtime_ns < sqlite3_column_int64(left->expected, 0))
        return OK;
    TRY(is_claimed(left->arena, left->journal, output, &claimed));
    return claimed ? OK : make_stale(left->arena, left->journal, output);
}

static Err tidy(Arena *arena, Journal *journal)
{
    Leftover left = {arena, journal, NULL};
    TRY(journal_prepare(arena, journal, "SELECT since_ns FROM expected WHERE id=?1",
                        &left.expected));
    Err err = begin(arena, journal);
    if (!err.code)
        err = outdir_each(journal->outdir, look_at_leftover, &left);
    sqlite3_finalize(left.expected);
    TRY(err);
    TRY(execute(arena, journal, "DELETE FROM expected; UPDATE stale SET removed=0"));
    return journal_commit(arena, journal);
}

Err journal_open(Arena *arena, const Outdir *outdir, const char *path, Journal **out)
{
    Journal *journal = *out = ARENA_NEW(arena, Journal);
    if (!journal)
        return fail(arena, ERR_MEMORY, "no memory for the journal");
    journal->outdir = outdir;
    journal->path = path;
    journal->since_ns = now_ns();
    journal->look = (Outdir){.path = path, .folder = -1, .lock = -1, .photos = -1, .review = -1};
    if (!outdir)
        journal->look.folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    TRY(open_database(arena, journal));
    return outdir ? tidy(arena, journal) : OK;
}

void journal_close(Journal *journal)
{
    if (!journal)
        return;
    if (journal->look.folder >= 0)
        close(journal->look.folder);
    journal->look.folder = -1;
    for (StatementId i = 0; i < SQL_COUNT; i++)
        journal_finish(&journal->prepared[i]);
    sqlite3_close(journal->db);
    journal->db = NULL;
}

Err journal_expect(Arena *arena, Journal *journal, const char *id)
{
    TRY(begin(arena, journal));
    sqlite3_stmt *statement = use(journal, SQL_expect);
    bind_text(statement, 1, id);
    sqlite3_bind_int64(statement, 2, journal->since_ns);
    return run(arena, journal, statement);
}

Err journal_remove(Arena *arena, Journal *journal, const char *path)
{
    TRY(begin(arena, journal));
    sqlite3_stmt *find = use(journal, SQL_find);
    bind_path(find, 1, path);
    int code = sqlite3_step(find);
    if (code == SQLITE_DONE)
        return OK;
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    int64_t n = sqlite3_column_int64(find, 0);
    const char *output = (const char *)sqlite3_column_text(find, 1);
    if (output && output[0])
        TRY(make_stale(arena, journal, output));
    sqlite3_reset(find);
    sqlite3_stmt *drop = use(journal, SQL_drop), *unrecord = use(journal, SQL_unrecord);
    sqlite3_bind_int64(drop, 1, n);
    sqlite3_bind_int64(unrecord, 1, n);
    TRY(run(arena, journal, drop));
    return run(arena, journal, unrecord);
}

static void bind_row(const Journal *journal, sqlite3_stmt *put, const Row *row)
{
    char key[64] = "";
    bool bound = row->id->kind != ID_NONE;
    int64_t bytes = 0, mtime_ns = 0;
    if (row->output[0])
        outdir_stat(journal->outdir, row->output, &bytes, &mtime_ns);
    if (bound)
        id_key(row->id, key);
    bind_path(put, 1, row->path);
    bind_path(put, 2, row->shown);
    bind_text(put, 3, bound ? row->id->text : NULL);
    bind_text(put, 4, bound ? key : NULL);
    sqlite3_bind_int(put, 5, row->files_for_id);
    sqlite3_bind_int(put, 6, row->attempt);
    bind_stamp(put, 7, &row->stamp);
    sqlite3_bind_int(put, 11, row->trusted);
    bind_text(put, 12, row->sha256);
    bind_text(put, 13, row->profile);
    bind_text(put, 14, row->program);
    sqlite3_bind_int(put, 15, (int)row->verdict);
    sqlite3_bind_int(put, 16, (int)row->action);
    bind_text(put, 17, row->output);
    sqlite3_bind_int64(put, 18, bytes);
    sqlite3_bind_int64(put, 19, mtime_ns);
    bind_text(put, 20, row->output_sha256);
}

Err journal_put(Arena *arena, Journal *journal, const Row *row)
{
    assert(row->record && row->times);
    TRY(journal_remove(arena, journal, row->path));
    sqlite3_stmt *put = use(journal, SQL_put), *record = use(journal, SQL_record);
    bind_row(journal, put, row);
    TRY(run(arena, journal, put));
    sqlite3_bind_int64(record, 1, sqlite3_last_insert_rowid(journal->db));
    bind_text(record, 2, row->record);
    bind_text(record, 3, row->times);
    TRY(run(arena, journal, record));
    sqlite3_stmt *arrived = use(journal, SQL_arrived);
    bind_text(arrived, 1, row->id->text);
    journal->outputs_changed = journal->outputs_changed || row->output[0];
    return run(arena, journal, arrived);
}

Err journal_touch(Arena *arena, Journal *journal, const char *path, const Stamp *stamp,
                  bool trusted)
{
    TRY(begin(arena, journal));
    sqlite3_stmt *touch = use(journal, SQL_touch);
    bind_path(touch, 1, path);
    bind_stamp(touch, 2, stamp);
    sqlite3_bind_int(touch, 6, trusted);
    return run(arena, journal, touch);
}

Err journal_commit(Arena *arena, Journal *journal)
{
    if (!journal->open_transaction)
        return OK;
    if (journal->outputs_changed) {
        TRY(outdir_flush(arena, journal->outdir));
        TRY(execute(arena, journal, "DELETE FROM stale WHERE removed=1"));
    }
    TRY(execute(arena, journal, "COMMIT"));
    journal->open_transaction = false;
    journal->outputs_changed = false;
    return remove_stale(arena, journal);
}
