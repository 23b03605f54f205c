/* SPDX-License-Identifier: MIT */
/* Three promises hold at every moment, also after kill -9 or a power cut:
 *
 * 1. A row that names an output is committed after that output and its folder were flushed.
 * 2. A file that a row no longer claims is written down in `stale` by the commit that drops the
 *    claim, removed after that commit, and forgotten when its removal was flushed.
 * 3. A worker's file may appear before its row. `expected` names the files that may, and since when,
 *    before the first worker starts: what is left of them without a row, a killed run has written.
 *
 *
 * So only files of which the journal itself says that headroom wrote them are ever removed, and those
 * in .held/, which is nobody else's. */
#include "journal_db.h"
#include "made_file.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Why a read of this file (of the journal or its log) failed, by errno; 0: none did. SQLite says of such a read that the
 * database is damaged (SQLITE_IOERR_CORRUPTFS becomes SQLITE_CORRUPT), but the file remembers. */
static int read_error(const Journal *journal, int which)
{
    sqlite3_file *file = NULL;
    int reason = 0;
    if (sqlite3_file_control(journal->db, NULL, which, &file) || !file || !file->pMethods ||
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &reason))
        return 0;
    return reason == EIO || reason == ENXIO ? reason : 0;
}

Err journal_explain(Arena *arena, const Journal *journal, int code)
{
    ErrCode kind = ERR_IO;
    if (code == SQLITE_CORRUPT && ((errno = read_error(journal, SQLITE_FCNTL_FILE_POINTER)) ||
                                   (errno = read_error(journal, SQLITE_FCNTL_JOURNAL_POINTER))))
        return fail(arena, kind, "cannot read the journal '%s/journal.db': %m", journal->path);
    if (code == SQLITE_NOMEM)
        kind = ERR_MEMORY;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_MISMATCH ||
        code == SQLITE_ERROR)
        kind = ERR_FORMAT;
    if (code == SQLITE_INTERRUPT)
        kind = ERR_STOPPED;
    return fail(arena, kind, "journal '%s/journal.db': %s", journal->path,
                journal->db ? sqlite3_errmsg(journal->db) : sqlite3_errstr(code));
}

Err journal_execute(Arena *arena, Journal *journal, const char *text)
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
sqlite3_stmt *journal_use(Journal *journal, StatementId id)
{
    sqlite3_stmt *statement = journal->prepared[id];
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return statement;
}

Err journal_run(Arena *arena, Journal *journal, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE || code == SQLITE_ROW ? OK
                                                     : journal_explain(arena, journal, code & 0xff);
}

void journal_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

/* Paths may hold any byte. */
void journal_bind_path(sqlite3_stmt *statement, int at, const char *path)
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

Err journal_begin(Arena *arena, Journal *journal)
{
    if (journal->open_transaction)
        return OK;
    TRY(journal_execute(arena, journal, "BEGIN IMMEDIATE"));
    journal->open_transaction = true;
    journal->changes = sqlite3_total_changes(journal->db);
    return OK;
}

Err journal_is_claimed(Arena *arena, Journal *journal, const char *output, bool *claimed)
{
    sqlite3_stmt *statement = journal_use(journal, SQL_claimed);
    journal_bind_text(statement, 1, output);
    int code = sqlite3_step(statement);
    *claimed = code == SQLITE_ROW;
    sqlite3_reset(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK
                                                     : journal_explain(arena, journal, code & 0xff);
}

Err journal_make_stale(Arena *arena, Journal *journal, const char *output)
{
    sqlite3_stmt *statement = journal_use(journal, SQL_stale);
    journal_bind_text(statement, 1, output);
    return journal_run(arena, journal, statement);
}

/* Removes what is stale and not claimed again, then forgets it. */
static Err remove_stale(Arena *arena, Journal *journal)
{
    CLEANUP(journal_finish) sqlite3_stmt *each = NULL;
    TRY(journal_prepare(arena, journal, "SELECT output FROM stale", &each));
    bool any = false;
    int code;
    while ((code = sqlite3_step(each)) == SQLITE_ROW) {
        const char *output = (const char *)sqlite3_column_text(each, 0);
        bool claimed = false;
        TRY(journal_is_claimed(arena, journal, output, &claimed));
        if (!claimed)
            TRY(outdir_remove(arena, journal->outdir, output));
        any = true;
    }
    if (code != SQLITE_DONE)
        return journal_explain(arena, journal, code & 0xff);
    sqlite3_reset(each);
    if (!any)
        return OK;
    TRY(outdir_flush(arena, journal->outdir));
    return journal_execute(arena, journal, "DELETE FROM stale");
}

Err journal_expect(Arena *arena, Journal *journal, const char *file)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *statement = journal_use(journal, SQL_expect);
    journal_bind_text(statement, 1, file);
    sqlite3_bind_int64(statement, 2, journal->since_ns);
    return journal_run(arena, journal, statement);
}

Err journal_remove(Arena *arena, Journal *journal, const char *path)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *find = journal_use(journal, SQL_find);
    journal_bind_path(find, 1, path);
    int code = sqlite3_step(find);
    if (code == SQLITE_DONE)
        return OK;
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    int64_t n = sqlite3_column_int64(find, 0);
    const char *output = (const char *)sqlite3_column_text(find, 1);
    if (output && output[0])
        TRY(journal_make_stale(arena, journal, output));
    sqlite3_reset(find);
    sqlite3_stmt *drop = journal_use(journal, SQL_drop),
                 *unrecord = journal_use(journal, SQL_unrecord);
    sqlite3_bind_int64(drop, 1, n);
    sqlite3_bind_int64(unrecord, 1, n);
    TRY(journal_run(arena, journal, drop));
    return journal_run(arena, journal, unrecord);
}

static Err bind_row(Arena *arena, const Journal *journal, sqlite3_stmt *put, const Row *row)
{
    char key[64] = "";
    bool bound = row->id->kind != ID_NONE;
    MadeFile made = {0};
    if (row->output[0])
        TRY(made_file_look(arena, journal->outdir->folder, row->waits ? row->waits : row->output, &made));
    if (bound)
        id_key(row->id, key);
    journal_bind_path(put, 1, row->path);
    journal_bind_path(put, 2, row->shown);
    journal_bind_text(put, 3, bound ? row->id->text : NULL);
    journal_bind_text(put, 4, bound ? key : NULL);
    sqlite3_bind_int(put, 5, row->files_for_id);
    sqlite3_bind_int(put, 6, row->attempt);
    bind_stamp(put, 7, &row->stamp);
    sqlite3_bind_int(put, 11, row->trusted);
    journal_bind_text(put, 12, row->sha256);
    journal_bind_text(put, 13, row->profile);
    journal_bind_text(put, 14, row->program);
    sqlite3_bind_int(put, 15, (int)row->verdict);
    sqlite3_bind_int(put, 16, (int)row->action);
    journal_bind_text(put, 17, row->output);
    sqlite3_bind_int64(put, 18, made.bytes);
    sqlite3_bind_int64(put, 19, made.mtime_ns);
    journal_bind_text(put, 20, row->output_sha256);
    journal_bind_text(put, 21, row->likeness ? row->likeness : "");
    journal_bind_text(put, 22, row->faults ? row->faults : "[]");
    journal_bind_path(put, 23, row->slip ? row->slip : "");
    sqlite3_bind_int(put, 24, row->settled ? (int)row->final : VERDICT_ERROR);
    journal_bind_text(put, 25, row->settled ? row->settled : "");
    return OK;
}

/* Every judged attempt of a person stays, whatever becomes of its row. */
static Err put_attempt(Arena *arena, Journal *journal, const Row *row)
{
    char key[64], date[32];
    time_t now = time(NULL);
    struct tm utc;
    if (row->id->kind == ID_NONE || (journal->beside && row->files_for_id == 1)) /* those come together */
        return OK;
    id_key(row->id, key);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    sqlite3_stmt *put = journal_use(journal, SQL_attempt);
    journal_bind_text(put, 1, key);
    sqlite3_bind_int(put, 2, row->attempt);
    journal_bind_text(put, 3, row->sha256);
    journal_bind_path(put, 4, row->shown);
    journal_bind_text(put, 5, date);
    journal_bind_text(put, 6, row->profile);
    sqlite3_bind_int(put, 7, (int)row->verdict);
    journal_bind_text(put, 8, row->faults ? row->faults : "[]");
    return journal_run(arena, journal, put);
}

Err journal_attempt(Arena *arena, Journal *journal, const Row *row, int *number)
{
    char key[64];
    if (row->id->kind == ID_NONE || (journal->beside && row->files_for_id == 1))
        return OK;
    id_key(row->id, key);
    sqlite3_stmt *ask = journal_use(journal, journal->beside ? SQL_beside : SQL_number);
    journal_bind_text(ask, 1, key);
    journal_bind_text(ask, 2, row->sha256);
    if (!journal->beside)
        journal_bind_path(ask, 3, row->path);
    int code = sqlite3_step(ask);
    int known = sqlite3_column_int(ask, 0), last = sqlite3_column_int(ask, 1);
    sqlite3_reset(ask);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    *number = known ? known : last >= *number ? last + 1 : *number;
    return OK;
}

Err journal_put(Arena *arena, Journal *journal, const Row *row)
{
    assert(row->record && row->times);
    TRY(journal->beside ? journal_begin(arena, journal) : journal_remove(arena, journal, row->path));
    sqlite3_stmt *put = journal_use(journal, SQL_put), *record = journal_use(journal, SQL_record);
    TRY(bind_row(arena, journal, put, row));
    TRY(journal_run(arena, journal, put));
    sqlite3_bind_int64(record, 1, sqlite3_last_insert_rowid(journal->db));
    journal_bind_text(record, 2, row->record);
    journal_bind_text(record, 3, row->times);
    if (row->thumb.data)
        sqlite3_bind_blob(record, 4, row->thumb.data, (int)row->thumb.size, SQLITE_TRANSIENT);
    TRY(journal_run(arena, journal, record));
    TRY(put_attempt(arena, journal, row));
    const char *file = strrchr(row->output, '/');
    if (journal->beside) {
        journal->outputs_changed = journal->outputs_changed || row->output[0];
        return OK;
    }
    sqlite3_stmt *arrived = journal_use(journal, SQL_arrived);
    journal_bind_text(arrived, 1, file ? file + 1 : "");
    journal->outputs_changed = journal->outputs_changed || row->output[0];
    return journal_run(arena, journal, arrived);
}

Err journal_touch(Arena *arena, Journal *journal, const char *path, const Stamp *stamp,
                  bool trusted)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *touch = journal_use(journal, SQL_touch);
    journal_bind_path(touch, 1, path);
    bind_stamp(touch, 2, stamp);
    sqlite3_bind_int(touch, 6, trusted);
    return journal_run(arena, journal, touch);
}

Err journal_commit(Arena *arena, Journal *journal)
{
    if (!journal->open_transaction)
        return OK;
    if (journal->outputs_changed)
        TRY(outdir_flush(arena, journal->outdir));
    if (sqlite3_total_changes(journal->db) != journal->changes)
        TRY(journal_execute(arena, journal, "DELETE FROM seal"));
    TRY(journal_execute(arena, journal, "COMMIT"));
    journal->open_transaction = false;
    journal->outputs_changed = false;
    return remove_stale(arena, journal);
}

Err journal_disown(Arena *arena, Journal *journal, const char *output)
{
    TRY(journal_begin(arena, journal));
    return journal_make_stale(arena, journal, output);
}

Err journal_settle(Arena *arena, Journal *journal)
{
    TRY(journal_begin(arena, journal));
    TRY(journal_execute(arena, journal, "DELETE FROM expected"));
    return journal_commit(arena, journal);
}
