/* SPDX-License-Identifier: MIT */
/* Opening the journal: its schema, and what a killed run left behind. */
#include "journal_db.h"
#include "made_file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SCHEMA = 7 };

// clang-format off
#define PHOTO_COLUMNS \
    "(n INTEGER PRIMARY KEY, path BLOB NOT NULL, shown BLOB NOT NULL, id TEXT, id_key TEXT," \
    " files_for_id INTEGER NOT NULL, attempt INTEGER NOT NULL," \
    " bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL," \
    " trusted INTEGER NOT NULL, sha256 TEXT NOT NULL, profile TEXT NOT NULL, program TEXT NOT NULL," \
    " verdict INTEGER NOT NULL, action INTEGER NOT NULL," \
    " output TEXT NOT NULL, output_bytes INTEGER NOT NULL, output_mtime_ns INTEGER NOT NULL," \
    " output_sha256 TEXT NOT NULL, kept INTEGER NOT NULL DEFAULT 0, final INTEGER NOT NULL DEFAULT 3," \
    " likeness TEXT NOT NULL DEFAULT '', faults TEXT NOT NULL DEFAULT '[]', settled TEXT NOT NULL DEFAULT ''," \
    " slip BLOB NOT NULL DEFAULT X'');"
#define PEOPLE_TABLES \
    "CREATE TABLE attempt(id_key TEXT NOT NULL, attempt INTEGER NOT NULL, sha256 TEXT NOT NULL," \
    " path BLOB NOT NULL, date TEXT NOT NULL, profile TEXT NOT NULL, verdict INTEGER NOT NULL," \
    " faults TEXT NOT NULL, PRIMARY KEY(id_key, attempt, sha256)) WITHOUT ROWID;" \
    "CREATE TABLE decision(tag TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;" \
    "CREATE TABLE delivery(name TEXT NOT NULL, id TEXT NOT NULL, sha256 TEXT NOT NULL," \
    " date TEXT NOT NULL, PRIMARY KEY(id, sha256, name)) WITHOUT ROWID;"
#define COUNTED_TABLE \
    "CREATE TABLE counted(sha256 TEXT NOT NULL, id_key TEXT NOT NULL, PRIMARY KEY(sha256, id_key)) WITHOUT ROWID;"
#define SEAL_TABLE "CREATE TABLE seal(n INTEGER PRIMARY KEY, key TEXT NOT NULL, text TEXT NOT NULL);"
#define FRAME_TABLE \
    "CREATE TABLE frame(path BLOB NOT NULL PRIMARY KEY, bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL," \
    " ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, trusted INTEGER NOT NULL, reader TEXT NOT NULL," \
    " seen TEXT NOT NULL, slip TEXT NOT NULL) WITHOUT ROWID;"

/* Of a new journal: what the steps below make of one of the first version. */
static const char schema[] =
    "CREATE TABLE photo" PHOTO_COLUMNS
    "CREATE TABLE record(n INTEGER PRIMARY KEY, json TEXT NOT NULL, times TEXT NOT NULL, thumb BLOB);"
    "CREATE TABLE stale(output TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE expected(id TEXT PRIMARY KEY, since_ns INTEGER NOT NULL) WITHOUT ROWID;"
    PEOPLE_TABLES COUNTED_TABLE SEAL_TABLE FRAME_TABLE;

static const char *const steps[SCHEMA] = { /* from each version to the next */
    /* What was judged then is judged again, since whose photo it is was part of it; its attempt counts on. */
    [1] = "ALTER TABLE photo ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;"
          "ALTER TABLE photo ADD COLUMN final INTEGER NOT NULL DEFAULT 3;"
          "ALTER TABLE photo ADD COLUMN likeness TEXT NOT NULL DEFAULT '';"
          "ALTER TABLE photo ADD COLUMN faults TEXT NOT NULL DEFAULT '[]';"
          "ALTER TABLE photo ADD COLUMN settled TEXT NOT NULL DEFAULT '';"
          PEOPLE_TABLES
          "UPDATE photo SET program=program||', journal 1';"
          "UPDATE expected SET id=id||'.JPG';",
    [2] = COUNTED_TABLE
          "INSERT OR IGNORE INTO counted SELECT sha256, id_key FROM photo WHERE final=0 AND id_key IS NOT NULL;",
    /* What was judged before has no small picture until it is judged again. */
    [3] = "ALTER TABLE record ADD COLUMN thumb BLOB;",
    [4] = SEAL_TABLE,
    /* What frames show, and whom they bind. A slip is "" where a file's name says whose it is. */
    [5] = "ALTER TABLE photo ADD COLUMN slip BLOB NOT NULL DEFAULT X'';" FRAME_TABLE,
    /* That a path stands once is an index of its own, which can be built last. */
    [6] = "CREATE TABLE next" PHOTO_COLUMNS
          "INSERT INTO next SELECT n, path, shown, id, id_key, files_for_id, attempt, bytes, mtime_ns, ctime_ns, inode, trusted,"
          " sha256, profile, program, verdict, action, output, output_bytes, output_mtime_ns, output_sha256, kept, final,"
          " likeness, faults, settled, slip FROM photo;"
          "DROP TABLE photo;"
          "ALTER TABLE next RENAME TO photo;",
};
// clang-format on

static const char index_sql[] =
    "CREATE UNIQUE INDEX IF NOT EXISTS photo_path ON photo(path);"
    "CREATE INDEX IF NOT EXISTS photo_order ON photo(id IS NULL, id, shown, path);"
    "CREATE INDEX IF NOT EXISTS photo_output ON photo(output);"
    "CREATE INDEX IF NOT EXISTS photo_person ON photo(id_key);";

const char *journal_index_sql(void)
{
    return index_sql;
}

static const char *const sql[SQL_COUNT] = {
#define X(name, text) [SQL_##name] = text,
    STATEMENTS(X)
#undef X
};

/* The clock that stamps files: it lags a little behind the exact one. */
static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* A run that has just begun, or was killed then, has not written its schema yet. */
static bool is_empty(Arena *arena, Journal *journal)
{
    CLEANUP(journal_finish) sqlite3_stmt *any = NULL;
    Err err = journal_prepare(arena, journal, "SELECT 1 FROM sqlite_master", &any);
    return !err.code && sqlite3_step(any) == SQLITE_DONE;
}

static Err check_schema(Arena *arena, Journal *journal, bool writable)
{
    CLEANUP(journal_finish) sqlite3_stmt *version = NULL;
    TRY(journal_prepare(arena, journal, "PRAGMA user_version", &version));
    int code = sqlite3_step(version);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    int found = sqlite3_column_int(version, 0);
    journal->version = writable ? SCHEMA : found;
    if (found == SCHEMA || (found >= 2 && found < SCHEMA && !writable))
        return OK;
    journal->begun = found == 0 && !writable && is_empty(arena, journal);
    if (journal->begun || (found == 1 && !writable)) { /* nothing in it stands, see steps[1] */
        journal_finish(&version);
        sqlite3_close(journal->db);
        journal->db = NULL;
        return OK;
    }
    if (found < 0 || found > SCHEMA || !writable)
        return fail(arena, ERR_FORMAT,
                    "journal '%s/journal.db' has version %d, this program reads %d", journal->path,
                    found, SCHEMA);
    sqlite3_reset(version);
    TRY(journal_execute(arena, journal, "BEGIN IMMEDIATE"));
    if (found == 0)
        TRY(journal_execute(arena, journal, schema));
    for (int step = found; found && step < SCHEMA; step++)
        TRY(journal_execute(arena, journal, steps[step]));
    TRY(journal_execute(arena, journal, index_sql)); /* one flush for all */
    char marks[96];
    snprintf(marks, sizeof marks, "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
             JOURNAL_APPLICATION, SCHEMA);
    return journal_execute(arena, journal, marks);
}

/* As a URI, so that a journal nobody writes can be read without leaving files beside it. */
static const char *uri_of(Arena *arena, const char *path, bool still)
{
    char *out = arena_alloc(arena, 3 * strlen(path) + 48), *at = out;
    if (!out)
        return NULL;
    at = stpcpy(at, *path == '/' ? "file://" : "file:"); /* of a path that begins with "//", the rest would be a machine */
    for (; *path; path++)
        at += sprintf(at, strchr("%?#", *path) ? "%%%02X" : "%c", (unsigned)*path);
    strcpy(at, still ? "?immutable=1" : "");
    return out;
}

static Err connect(Arena *arena, Journal *journal)
{
    bool writable = journal->outdir != NULL;
    const char *folder = journal->beside ? "/.tmp" : "";
    const char *path = arena_print(arena, "%s%s/journal.db", journal->path, folder);
    const char *log = arena_print(arena, "%s%s/journal.db-wal", journal->path, folder);
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

/* SQLite sorts large tables in files, and asks for their folder once, when it is used first. Afterwards it may not
 * be allowed any other. */
static Err sort_inside(Arena *arena, const Journal *journal)
{
    const char *aside = arena_print(arena, "%s/.tmp", journal->path);
    return !journal->outdir || (aside && setenv("SQLITE_TMPDIR", aside, 1) == 0) ? OK
                                                                               : fail(arena, ERR_MEMORY, "no memory");
}

static int ask_to_stop(void *user)
{
    const Journal *journal = user;
    return journal->stops(journal->stops_user);
}

static void ask_often(Journal *journal)
{
    enum { STEPS = 10000 }; /* of SQLite's machine: some hundred rows */
    if (journal->db)
        sqlite3_progress_handler(journal->db, STEPS, journal->stops ? ask_to_stop : NULL, journal);
}

void journal_stop_when(Journal *journal, bool (*stops)(void *user), void *user)
{
    journal->stops = stops;
    journal->stops_user = user;
    ask_often(journal);
}

Err journal_connect(Arena *arena, Journal *journal)
{
    TRY(connect(arena, journal));
    if (!journal->db)
        return OK;
    bool writable = journal->outdir != NULL;
    sqlite3_busy_timeout(journal->db, 2000);
    ask_often(journal);
    if (writable)
        TRY(journal_execute(arena, journal, journal->beside ? "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE"
                                                            : "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"));
    TRY(check_schema(arena, journal, writable));
    if (!journal->db)
        return OK;
    if (writable)
        TRY(journal_execute(arena, journal, index_sql));
    for (StatementId i = 0; writable && i < SQL_COUNT; i++)
        TRY(journal_prepare(arena, journal, sql[i], &journal->prepared[i]));
    return OK;
}

typedef struct Leftover {
    Arena *arena;
    Journal *journal;
    sqlite3_stmt *expected;
} Leftover;

/* A file that a killed run was about to write, newer than that run's start, without a row. */
static Err look_at_leftover(void *user, const char *output)
{
    Leftover *left = user;
    bool claimed = false;
    const char *file = strrchr(output, '/');
    sqlite3_reset(left->expected);
    journal_bind_text(left->expected, 1, file ? file + 1 : output);
    int code = sqlite3_step(left->expected);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return journal_explain(left->arena, left->journal, code & 0xff);
    MadeFile found = {.bytes = -1};
    if (code == SQLITE_ROW)
        TRY(made_file_look(left->arena, left->journal->outdir->folder, output, &found));
    if (found.bytes < 0 || found.came_ns < sqlite3_column_int64(left->expected, 0))
        return OK;
    TRY(journal_is_claimed(left->arena, left->journal, output, &claimed));
    return claimed ? OK : journal_make_stale(left->arena, left->journal, output);
}

/* In .held/ everything is ours. */
static Err look_at_held(void *user, const char *output)
{
    Leftover *left = user;
    bool claimed = false;
    TRY(journal_is_claimed(left->arena, left->journal, output, &claimed));
    return claimed ? OK : journal_make_stale(left->arena, left->journal, output);
}

static Err tidy(Arena *arena, Journal *journal)
{
    Leftover left = {arena, journal, NULL};
    TRY(journal_prepare(arena, journal, "SELECT since_ns FROM expected WHERE id=?1",
                        &left.expected));
    Err err = journal_begin(arena, journal);
    if (!err.code)
        err = outdir_each(arena, journal->outdir, look_at_leftover, &left);
    if (!err.code)
        err = outdir_each_held(arena, journal->outdir, look_at_held, &left);
    sqlite3_finalize(left.expected);
    TRY(err);
    TRY(journal_execute(arena, journal, "DELETE FROM expected"));
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
    journal->look = (Outdir){.path = path, .folder = -1, .lock = -1, .photos = -1, .review = -1, .held = -1};
    if (!outdir)
        journal->look.folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    TRY(sort_inside(arena, journal));
    TRY(journal_connect(arena, journal));
    return outdir ? tidy(arena, journal) : OK;
}

void journal_disconnect(Journal *journal)
{
    for (StatementId i = 0; i < SQL_COUNT; i++)
        journal_finish(&journal->prepared[i]);
    sqlite3_close(journal->db);
    journal->db = NULL;
}

void journal_close(Journal *journal)
{
    if (!journal)
        return;
    if (journal->look.folder >= 0)
        close(journal->look.folder);
    journal->look.folder = -1;
    journal_forget_sound(journal);
    journal_disconnect(journal);
}
