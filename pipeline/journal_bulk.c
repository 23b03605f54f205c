/* SPDX-License-Identifier: MIT */
/* Many rows at once. Rows that come in no order would touch every page of every index again and again, each time
 * through the log. So a new journal is built beside, where nobody waits for it: no log, no flush, rows as they come,
 * and what has an order of its own (indices, attempts, what has counted) at its end, sorted. It is flushed and takes
 * the place of the empty one, which until then knows by `expected` which photos a killed merge may have left. */
#include "journal_db.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char more_memory[] = "PRAGMA cache_size=-524288; PRAGMA wal_autocheckpoint=16384";

/* Sorting takes as much again as there is for pages. */
static const char less_memory[] = "PRAGMA cache_size=-65536";

static const char no_index[] = "DROP INDEX photo_path; DROP INDEX photo_order; DROP INDEX photo_output; DROP INDEX photo_person";

enum { READER_S = 60 }; /* that who opened the journal meanwhile is waited for */

/* As journal_put does for each row that is not put beside. */
static const char attempts[] =
    "INSERT OR IGNORE INTO attempt SELECT id_key, attempt, sha256, shown, strftime('%Y-%m-%dT%H:%M:%SZ','now'), profile,"
    " verdict, faults FROM photo WHERE files_for_id=1 AND id_key IS NOT NULL ORDER BY 1, 2, 3";

/* As journal_verdict does. */
static const char counted[] =
    "INSERT OR IGNORE INTO counted SELECT sha256, id_key FROM photo WHERE final=0 AND id_key IS NOT NULL ORDER BY 1, 2";

bool journal_is_beside(const Journal *journal)
{
    return journal->beside;
}

/* Nothing at all that a new one would have to hold, too. */
static Err is_new(Arena *arena, Journal *journal, bool *out)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    TRY(journal_prepare(arena, journal,
                        "SELECT 1 WHERE EXISTS(SELECT 1 FROM photo) OR EXISTS(SELECT 1 FROM attempt)"
                        " OR EXISTS(SELECT 1 FROM counted) OR EXISTS(SELECT 1 FROM decision)"
                        " OR EXISTS(SELECT 1 FROM delivery) OR EXISTS(SELECT 1 FROM frame)",
                        &row));
    int code = sqlite3_step(row);
    *out = code == SQLITE_DONE;
    return code == SQLITE_DONE || code == SQLITE_ROW ? OK : journal_explain(arena, journal, code & 0xff);
}

/* The log goes with the last who reads: whoever reads now would keep the empty one's, which must never meet another. */
static bool is_read(const Journal *journal)
{
    return faccessat(journal->outdir->folder, "journal.db-wal", F_OK, 0) == 0;
}

static Err begin(Arena *arena, Journal *journal)
{
    bool new;
    TRY(journal_execute(arena, journal, more_memory));
    TRY(is_new(arena, journal, &new));
    if (!new)
        return OK;
    journal_disconnect(journal);
    journal->beside = !is_read(journal);
    TRY(journal_connect(arena, journal));
    TRY(journal_execute(arena, journal, more_memory));
    return journal->beside ? journal_execute(arena, journal, no_index) : OK;
}

Err journal_bulk(Arena *arena, Journal *journal, bool begins)
{
    if (begins)
        return begin(arena, journal);
    TRY(journal_execute(arena, journal, less_memory));
    TRY(journal_execute(arena, journal, journal_index_sql()));
    if (journal->beside)
        TRY(journal_execute(arena, journal, attempts));
    return journal_execute(arena, journal, more_memory);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* On the disk before its name is. */
static Err put_in_place(Arena *arena, const Journal *journal)
{
    int out = journal->outdir->folder;
    for (int waited = 0; waited < READER_S && is_read(journal); waited++) {
        if (journal->stops && journal->stops(journal->stops_user))
            return fail(arena, ERR_STOPPED, "stopped");
        sleep(1);
    }
    if (is_read(journal))
        return fail(arena, ERR_LOCKED, "another program reads '%s/journal.db': close it and merge again", journal->path);
    CLEANUP(close_fd) int fd = openat(out, ".tmp/journal.db", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fsync(fd) || renameat(out, ".tmp/journal.db", out, "journal.db") || fsync(out))
        return fail(arena, ERR_IO, "cannot put '%s/journal.db' in its place: %m", journal->path);
    return OK;
}

Err journal_place(Arena *arena, Journal *journal)
{
    if (!journal->beside)
        return OK;
    TRY(journal_commit(arena, journal));
    TRY(journal_execute(arena, journal, less_memory));
    TRY(journal_execute(arena, journal, counted));
    journal_disconnect(journal);
    TRY(put_in_place(arena, journal));
    journal->beside = false;
    TRY(journal_connect(arena, journal));
    return journal_execute(arena, journal, more_memory);
}
