/* SPDX-License-Identifier: MIT */
/* What headroom put into OUT, as far as the journal knows. */
#include <fcntl.h>
#include <unistd.h>
#include "journal_db.h"

static const char made_sql[] =
    "SELECT output, 0 FROM photo WHERE output<>'' UNION SELECT output, 0 FROM stale"
    " UNION SELECT 'photos/'||id, since_ns FROM expected"
    " UNION SELECT 'review/'||id, since_ns FROM expected";

/* Anybody may have an empty file; beside it stands what a run makes before. */
static bool is_begun(const Journal *journal)
{
    static const char *const before[] = {".lock", ".held", ".tmp"};
    bool all = journal->begun;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        all = all && faccessat(journal->look.folder, before[i], F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    return all;
}

Err journal_is_ours(Arena *arena, Journal *journal, bool *ours)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    *ours = is_begun(journal);
    if (!journal->db)
        return OK;
    TRY(journal_prepare(arena, journal, "PRAGMA application_id", &row));
    int code = sqlite3_step(row);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    *ours = sqlite3_column_int(row, 0) == JOURNAL_APPLICATION;
    return OK;
}

Err journal_each_made(Arena *arena, Journal *journal,
                      Err (*each)(void *user, const char *relative, int64_t since_ns), void *user)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    int code;
    if (!journal->db)
        return OK;
    TRY(journal_prepare(arena, journal, made_sql, &row));
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        const char *relative = (const char *)sqlite3_column_text(row, 0);
        if (relative)
            TRY(each(user, relative, sqlite3_column_int64(row, 1)));
    }
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}
