/* SPDX-License-Identifier: MIT */
/* What settling, decisions and deliveries write down. */
#include "journal_db.h"
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "home.h"
#include "made_file.h"

Err journal_verdict(Arena *arena, Journal *journal, const Verdicted *row)
{
    char key[64] = "";
    bool bound = row->id->kind != ID_NONE;
    TRY(journal_begin(arena, journal));
    if (bound)
        id_key(row->id, key);
    else
        TRY(journal_note_named(arena, journal, row->path));
    sqlite3_stmt *verdict = journal_use(journal, SQL_verdict);
    journal_bind_path(verdict, 1, row->path);
    journal_bind_text(verdict, 2, bound ? row->id->text : NULL);
    journal_bind_text(verdict, 3, bound ? key : NULL);
    sqlite3_bind_int(verdict, 4, (int)row->verdict);
    journal_bind_text(verdict, 5, row->settled);
    TRY(journal_run(arena, journal, verdict));
    bool passed = row->verdict == VERDICT_PASS; /* beside, those come all at once: see journal_bulk.c */
    bool stood = !journal->beside && !sqlite3_changes(journal->db);
    if (stood || !(passed ? !journal->beside : row->sound))
        return OK;
    sqlite3_stmt *counted = journal_use(journal, SQL_counted);
    journal_bind_path(counted, 1, row->path);
    journal_bind_text(counted, 2, passed ? "" : COUNTED_SOUND);
    return journal_run(arena, journal, counted);
}

Err journal_rehome(Arena *arena, Journal *journal, const char *path, const char *output)
{
    MadeFile moved;
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *find = journal_use(journal, SQL_find);
    journal_bind_path(find, 1, path);
    int code = sqlite3_step(find);
    if (code != SQLITE_ROW)
        return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
    TRY(journal_make_stale(arena, journal, (const char *)sqlite3_column_text(find, 1)));
    sqlite3_reset(find);
    TRY(made_file_look(arena, journal->outdir->folder, output, &moved));
    sqlite3_stmt *rehome = journal_use(journal, SQL_rehome);
    journal_bind_path(rehome, 1, path);
    journal_bind_text(rehome, 2, output);
    sqlite3_bind_int64(rehome, 3, moved.bytes);
    sqlite3_bind_int64(rehome, 4, moved.mtime_ns);
    journal->outputs_changed = true;
    return journal_run(arena, journal, rehome);
}

Err journal_step_aside(Arena *arena, Journal *journal, const char *path)
{
    char from[64], to[64];
    const char *name = arena_print(arena, "sound:%s", path);
    if (!name)
        return fail(arena, ERR_MEMORY, "no memory for the journal's rows");
    home_held(path, from);
    home_held(name, to);
    sqlite3_stmt *find = journal_use(journal, SQL_find);
    journal_bind_path(find, 1, path);
    int code = sqlite3_step(find);
    bool there = code == SQLITE_ROW && strcmp(journal_text_at(find, 1), from) == 0;
    sqlite3_reset(find);
    if (!there)
        return code == SQLITE_ROW || code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
    TRY(outdir_copy(arena, journal->outdir, from, to));
    return journal_rehome(arena, journal, path, to);
}

Err journal_recall_decision(Arena *arena, Journal *journal, const char *tag, char sha256[65])
{
    sha256[0] = '\0';
    if (!journal->db)
        return OK;
    CLEANUP(journal_finish) sqlite3_stmt *recall = NULL; /* also where the journal is only read */
    TRY(journal_prepare(arena, journal, "SELECT sha256 FROM decision WHERE tag=?1", &recall));
    journal_bind_text(recall, 1, tag);
    int code = sqlite3_step(recall);
    if (code == SQLITE_ROW)
        snprintf(sha256, 65, "%s", (const char *)sqlite3_column_text(recall, 0));
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK
                                                     : journal_explain(arena, journal, code & 0xff);
}

Err journal_bind_decision(Arena *arena, Journal *journal, const char *tag, const char *sha256)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *bind = journal_use(journal, SQL_bind);
    journal_bind_text(bind, 1, tag);
    journal_bind_text(bind, 2, sha256);
    return journal_run(arena, journal, bind);
}

/* All of this ID but these bytes. */
static Err again_but(Arena *arena, Journal *journal, const Delivered *photo)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *again = journal_use(journal, SQL_deliver_again);
    journal_bind_text(again, 1, photo->id);
    journal_bind_text(again, 2, photo->sha256);
    return journal_run(arena, journal, again);
}

Err journal_recall(Arena *arena, Journal *journal, const char *id)
{
    return again_but(arena, journal, &(Delivered){id, ""});
}

Err journal_deliver(Arena *arena, Journal *journal, const char *name, const Delivered *photo)
{
    char date[16];
    time_t now = time(NULL);
    struct tm utc;
    strftime(date, sizeof date, "%Y-%m-%d", gmtime_r(&now, &utc));
    TRY(again_but(arena, journal, photo));
    sqlite3_stmt *deliver = journal_use(journal, SQL_deliver);
    journal_bind_text(deliver, 1, name);
    journal_bind_text(deliver, 2, photo->id);
    journal_bind_text(deliver, 3, photo->sha256);
    journal_bind_text(deliver, 4, date);
    return journal_run(arena, journal, deliver);
}

Err journal_was_delivered(Arena *arena, Journal *journal, const Delivered *photo, bool *was)
{
    sqlite3_stmt *delivered = journal_use(journal, SQL_delivered);
    journal_bind_text(delivered, 1, photo->id);
    journal_bind_text(delivered, 2, photo->sha256);
    int code = sqlite3_step(delivered);
    *was = code == SQLITE_ROW;
    sqlite3_reset(delivered);
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK
                                                     : journal_explain(arena, journal, code & 0xff);
}

Err journal_each_delivered(Arena *arena, Journal *journal, Err (*each)(void *user, const char *id, const char *date), void *user)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    int code;
    TRY(journal_prepare(arena, journal, "SELECT id, max(date) FROM delivery WHERE sha256<>'' GROUP BY id ORDER BY id", &row));
    while ((code = sqlite3_step(row)) == SQLITE_ROW)
        TRY(each(user, journal_text_at(row, 0), journal_text_at(row, 1)));
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

Err journal_counts(Arena *arena, Journal *journal, const char *key, bool *counts)
{
    sqlite3_stmt *find = journal_use(journal, SQL_counts);
    journal_bind_text(find, 1, key);
    int code = sqlite3_step(find);
    *counts = code == SQLITE_ROW;
    sqlite3_reset(find);
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

Err journal_attempt_path(Arena *arena, Journal *journal, const char *key, int attempt, char path[PATH_MAX])
{
    sqlite3_stmt *find = journal_use(journal, SQL_attempt_path);
    journal_bind_text(find, 1, key);
    sqlite3_bind_int(find, 2, attempt);
    int code = sqlite3_step(find);
    path[0] = '\0';
    if (code == SQLITE_ROW)
        journal_path_at(find, 0, path);
    sqlite3_reset(find);
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

Err journal_hand_in(Arena *arena, Journal *journal, const char *name)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *hand_in = journal_use(journal, SQL_hand_in);
    journal_bind_text(hand_in, 1, name);
    TRY(journal_run(arena, journal, hand_in));
    return journal_commit(arena, journal);
}

/* Its name stays, so that no other gets it. */
Err journal_withdraw(Arena *arena, Journal *journal, const char *name)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *withdraw = journal_use(journal, SQL_withdraw);
    journal_bind_text(withdraw, 1, name);
    return journal_run(arena, journal, withdraw);
}

Err journal_settled_with(Arena *arena, Journal *journal, const char *member, bool *out)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    const char *wanted = arena_print(arena, "\"%s\":", member);
    if (!wanted)
        return fail(arena, ERR_MEMORY, "no memory for the journal");
    TRY(journal_prepare(arena, journal, "SELECT EXISTS(SELECT 1 FROM photo WHERE instr(settled, ?))", &row));
    sqlite3_bind_text(row, 1, wanted, -1, SQLITE_STATIC);
    int code = sqlite3_step(row);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    *out = sqlite3_column_int(row, 0);
    return OK;
}

Err journal_deliveries(Arena *arena, Journal *journal, size_t *count)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    TRY(journal_prepare(arena, journal, "SELECT count(DISTINCT replace(name, 'handed:', '')) FROM delivery", &row));
    int code = sqlite3_step(row);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    *count = (size_t)sqlite3_column_int64(row, 0);
    return OK;
}
