/* SPDX-License-Identifier: MIT */
/* The inside of the journal, shared by all of journal*.c. */
#ifndef JOURNAL_DB_H
#define JOURNAL_DB_H

#include <glib.h>
#include <limits.h>
#include <sqlite3.h>
#include "journal.h"

enum { JOURNAL_APPLICATION = 0x68726d31 }; /* says of an SQLite file that it is ours */

// clang-format off
/* One row per statement we keep prepared. */
#define STATEMENTS(X) \
    X(find,     "SELECT n, output FROM photo WHERE path=?1") \
    X(put,      "INSERT INTO photo(path,shown,id,id_key,files_for_id,attempt,bytes,mtime_ns,ctime_ns,inode," \
                "trusted,sha256,profile,program,verdict,action,output,output_bytes,output_mtime_ns,output_sha256," \
                "likeness,faults,slip,final,settled) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25)") \
    X(enter,    "INSERT INTO attempt SELECT ?2, max(attempt, 1+(SELECT ifnull(max(attempt),0) FROM attempt WHERE id_key=?2))," \
                " sha256, shown, strftime('%Y-%m-%dT%H:%M:%SZ','now'), profile, verdict, faults FROM photo WHERE path=?1" \
                " AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.id_key=?2 AND a.sha256=photo.sha256)") \
    X(entered,  "UPDATE photo SET attempt=(SELECT max(a.attempt) FROM attempt a WHERE a.id_key=?2 AND a.sha256=photo.sha256)" \
                " WHERE path=?1") \
    X(attempt,  "INSERT OR REPLACE INTO attempt VALUES(?1,?2,?3,?4,?5,?6,?7,?8)") \
    X(passed,   "SELECT 1 FROM photo p LEFT JOIN photo k ON k.path=?2 WHERE p.path=?1 AND p.kept=0 AND p.sha256<>?3 AND" \
                " ((p.final=0 OR p.final=3 AND p.verdict=0 AND p.files_for_id=1" \
                "  AND NOT EXISTS (SELECT 1 FROM counted c WHERE c.sha256=p.sha256 AND c.id_key NOT IN (?4,'sound:'||?4) AND c.id_key NOT GLOB 'named:*')" \
                "  AND NOT EXISTS (SELECT 1 FROM photo o WHERE o.sha256=p.sha256 AND o.id_key IS NOT ?4))" \
                " AND p.output GLOB 'photos/*' AND p.id_key=?4 OR ?5 AND p.attempt>=ifnull(k.attempt,0))" \
                " AND (p.profile=?6 OR k.profile IS NOT ?6)") \
    X(keep,     "UPDATE photo SET path=?2, kept=1 WHERE path=?1") \
    X(keep_alone, "UPDATE photo SET path=?2, kept=1 WHERE path=?1 AND NOT EXISTS (SELECT 1 FROM photo k WHERE k.path=?2)") \
    X(keep_counted, "UPDATE photo SET path=?2, kept=1 WHERE path=?1 AND id_key IS NULL AND length(slip)=0 AND output<>'' AND sha256<>?4 AND EXISTS" \
                " (SELECT 1 FROM counted c WHERE c.sha256=photo.sha256 AND c.id_key IN (?3,'sound:'||?3))" \
                " AND NOT EXISTS (SELECT 1 FROM photo k WHERE k.path=?2)") \
    X(verdict,  "UPDATE photo SET id=?2, id_key=?3, final=?4, settled=?5 WHERE path=?1 AND" \
                " (id IS NOT ?2 OR id_key IS NOT ?3 OR final<>?4 OR settled<>?5)") \
    X(counted,  "INSERT OR IGNORE INTO counted SELECT sha256, ?2||id_key FROM photo WHERE path=?1 AND id_key IS NOT NULL") \
    X(name,     "SELECT shown, slip, id_key FROM photo WHERE path=?1 AND kept=0 AND output<>'' AND id_key IS NOT NULL") \
    X(named,    "INSERT OR IGNORE INTO counted SELECT sha256, 'named:'||shown FROM photo WHERE path=?1") \
    X(was_named, "SELECT 1 FROM photo p JOIN counted c ON c.sha256=p.sha256 AND c.id_key='named:'||p.shown WHERE p.path=?1 AND p.output<>''") \
    X(number,   "SELECT (SELECT max(attempt) FROM attempt WHERE id_key=?1 AND sha256=?2 AND NOT EXISTS" \
                " (SELECT 1 FROM photo WHERE path=?3 AND sha256<>?2)), (SELECT max(attempt) FROM attempt WHERE id_key=?1)") \
    X(beside,   "SELECT (SELECT max(attempt) FROM attempt WHERE id_key=?1 AND sha256=?2)," \
                " (SELECT max(attempt) FROM attempt WHERE id_key=?1)") \
    X(retime,   "UPDATE photo SET output_mtime_ns=?2 WHERE output=?1") \
    X(rehome,   "UPDATE photo SET output=?2, output_bytes=?3, output_mtime_ns=?4 WHERE path=?1") \
    X(bind,     "INSERT OR IGNORE INTO decision VALUES(?1,?2)") \
    X(deliver,  "INSERT OR REPLACE INTO delivery VALUES(?1,?2,?3,?4)") \
    X(deliver_again, "UPDATE OR REPLACE delivery SET sha256='again:'||sha256 WHERE id=?1 AND sha256<>?2 AND sha256<>'' AND sha256 NOT GLOB 'again:*'") \
    X(withdraw, "UPDATE OR REPLACE delivery SET sha256='' WHERE name=?1 AND sha256<>''") \
    X(hand_in,  "UPDATE OR REPLACE delivery SET name='handed:'||name WHERE name=?1 AND sha256<>''") \
    X(attempt_path, "SELECT path FROM attempt WHERE id_key=?1 AND attempt=?2") \
    X(counts,   "SELECT 1 FROM photo WHERE id_key=?1 AND output GLOB 'photos/*'") \
    X(delivered, "SELECT 1 FROM delivery WHERE id=?1 AND sha256=?2") \
    X(record,   "INSERT INTO record(n,json,times,thumb) VALUES(?1,?2,?3,?4)") \
    X(drop,     "DELETE FROM photo WHERE n=?1") \
    X(unrecord, "DELETE FROM record WHERE n=?1") \
    X(touch,    "UPDATE photo SET bytes=?2,mtime_ns=?3,ctime_ns=?4,inode=?5,trusted=?6 WHERE path=?1") \
    X(rebind,   "UPDATE photo SET slip=?2 WHERE path=?1 AND slip<>?2") \
    X(resit,    "UPDATE OR REPLACE attempt SET id_key=?2, attempt=(SELECT ifnull(max(attempt),0)+1 FROM attempt WHERE id_key=?2)" \
                " WHERE id_key=?1 AND sha256=?3 AND NOT EXISTS (SELECT 1 FROM photo WHERE id_key=?1 AND sha256=?3 AND path<>?4)") \
    X(renumber, "UPDATE photo SET attempt=(SELECT max(attempt) FROM attempt WHERE id_key=?2 AND sha256=?3) WHERE path=?4" \
                " AND EXISTS (SELECT 1 FROM attempt WHERE id_key=?2 AND sha256=?3)") \
    X(uncount,  "DELETE FROM counted WHERE id_key IN (?1,'sound:'||?1) AND sha256=?3" \
                " AND NOT EXISTS (SELECT 1 FROM photo WHERE id_key=?1 AND sha256=?3 AND path<>?4)") \
    X(bound,    "SELECT sha256, id_key, output, slip FROM photo WHERE path=?1") \
    X(displace, "UPDATE photo SET path=?2 WHERE path=?1") \
    X(frame,    "INSERT OR REPLACE INTO frame VALUES(?1,?2,?3,?4,?5,?6,?7,?8,'')") \
    X(slip,     "UPDATE frame SET slip=?2 WHERE path=?1 AND slip<>?2") \
    X(unframe,  "DELETE FROM frame WHERE path=?1") \
    X(stale,    "INSERT OR REPLACE INTO stale VALUES(?1)") \
    X(expect,   "INSERT OR REPLACE INTO expected VALUES(?1,?2)") \
    X(arrived,  "DELETE FROM expected WHERE id=?1") \
    X(seal,     "INSERT OR REPLACE INTO seal VALUES(1,?1,?2)") \
    X(sealed,   "SELECT text FROM seal WHERE key=?1") \
    X(claimed,  "SELECT 1 FROM photo WHERE output=?1")
// clang-format on

typedef enum StatementId {
#define X(name, sql) SQL_##name,
    STATEMENTS(X)
#undef X
        SQL_COUNT
} StatementId;

struct Journal {
    sqlite3 *db;          /* NULL: looked for and not found */
    const Outdir *outdir; /* NULL: only looking */
    Outdir look;          /* then its folder */
    const char *path;
    int version; /* of its schema */
    bool begun;  /* looked for, and found empty: a run has only begun it */
    sqlite3_stmt *prepared[SQL_COUNT];
    GHashTable *sound;         /* path to key: see journal_note_sound; NULL: none */
    bool (*stops)(void *user); /* or NULL */
    void *stops_user;
    bool beside;          /* built beside the one in place, see journal_bulk.c */
    bool open_transaction;
    int changes; /* rows changed on this connection when the transaction began */
    bool outputs_changed; /* since the last flush of the folders */
    int64_t since_ns;     /* when this run began to write, by the file system's clock */
};

Err journal_explain(Arena *arena, const Journal *journal, int code);
Err journal_prepare(Arena *arena, Journal *journal, const char *text, sqlite3_stmt **out);
Err journal_execute(Arena *arena, Journal *journal, const char *text);
Err journal_begin(Arena *arena, Journal *journal);           /* a transaction, unless one is open */
sqlite3_stmt *journal_use(Journal *journal, StatementId id); /* the kept statement, fresh */
void journal_bind_path(sqlite3_stmt *statement, int at, const char *path); /* any bytes */
Err journal_run(Arena *arena, Journal *journal, sqlite3_stmt *statement);
void journal_bind_text(sqlite3_stmt *statement, int at, const char *text);
Err journal_is_claimed(Arena *arena, Journal *journal, const char *output, bool *claimed);
Err journal_make_stale(Arena *arena, Journal *journal, const char *output);
const char *journal_text_at(sqlite3_stmt *row, int column); /* "" for NULL; until the next row */
void journal_path_at(sqlite3_stmt *row, int column, char out[PATH_MAX]); /* a blob without a NUL, cut where it does not fit */
void journal_finish(sqlite3_stmt **statement); /* for CLEANUP */
Err journal_connect(Arena *arena, Journal *journal); /* opens the file and keeps the statements */
void journal_disconnect(Journal *journal);
const char *journal_index_sql(void); /* what a bulk load leaves out until its end, and a killed one has left out */

#endif
