/* SPDX-License-Identifier: MIT */
#include "journal_db.h"
#include <assert.h>

Err journal_seal(Arena *arena, Journal *journal, const char *key, const char *text)
{
    assert(!journal->open_transaction);
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *seal = journal_use(journal, SQL_seal);
    journal_bind_text(seal, 1, key);
    journal_bind_text(seal, 2, text);
    TRY(journal_run(arena, journal, seal));
    journal->changes = sqlite3_total_changes(journal->db); /* itself is no change */
    return journal_commit(arena, journal);
}

Err journal_sealed(Arena *arena, Journal *journal, const char *key, const char **text)
{
    sqlite3_stmt *sealed = journal_use(journal, SQL_sealed);
    *text = "";
    journal_bind_text(sealed, 1, key);
    int code = sqlite3_step(sealed);
    if (code == SQLITE_ROW)
        *text = arena_copy(arena, (const char *)sqlite3_column_text(sealed, 0));
    sqlite3_reset(sealed);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return journal_explain(arena, journal, code & 0xff);
    return *text ? OK : fail(arena, ERR_MEMORY, "no memory for the seal");
}
