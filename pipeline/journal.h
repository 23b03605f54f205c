/* SPDX-License-Identifier: MIT */
/* The journal: one row per photo, all that outlives a run. The only <sqlite3.h>; one thread, one
 * writer. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "listing.h"
#include "outdir.h"
#include "photo.h"

typedef struct Journal Journal;

/* What plan needs to know about an earlier run's photo. Texts live in the arena; NULL: none. */
typedef struct Past {
    const char *path;   /* the key: absolute */
    const char *id_key; /* NULL: no ID was bound */
    Stamp stamp;
    bool trusted;       /* the stamp was old enough when it was taken to tell editions apart */
    bool failed;        /* ended in VERDICT_ERROR or could not be read */
    bool output_stands; /* what was written is still there, or nothing was */
    bool file_gone;     /* only looked up where id_key is NULL */
    int files_for_id, attempt;
    const char *sha256, *profile, *program;
} Past;

typedef struct History {
    Past *list; /* bytewise by path */
    size_t count;
} History;

/* One photo, finished. */
typedef struct Row {
    const char *path, *shown;
    const Id *id;
    int files_for_id, attempt;
    Stamp stamp;
    bool trusted;
    const char *sha256, *profile, *program;
    Verdict verdict;
    Action action;
    const char *output; /* below OUT, "" for none */
    const char *output_sha256;
    const char *record; /* one JSON object */
    const char *times;  /* one JSON object: stage to ms */
} Row;

/* Opens or makes OUT/journal.db. NULL `outdir`: only looks, at `path`/journal.db, which may be
 * missing. */
Err journal_open(Arena *arena, const Outdir *outdir, const char *path, Journal **out);
void journal_close(Journal *journal);

Err journal_history(Arena *arena, Journal *journal, History *out);

/* Before the first photo of a run: whose outputs may appear before their rows do. Call once per ID,
 * then journal_commit. What a killed run left behind of its own was removed by journal_open. */
Err journal_expect(Arena *arena, Journal *journal, const char *id);

Err journal_put(Arena *arena, Journal *journal, const Row *row);
/* The same bytes under a new stamp. */
Err journal_touch(Arena *arena, Journal *journal, const char *path, const Stamp *stamp,
                  bool trusted);
Err journal_remove(Arena *arena, Journal *journal, const char *path);

/* Nobody claims this file of ours: the next commit removes it. */
Err journal_disown(Arena *arena, Journal *journal, const char *output);

/* After the last photo of a run: nobody is expected any more. Commits. */
Err journal_settle(Arena *arena, Journal *journal);

/* Flushes the folders, commits, then removes the files that no row claims any more. */
Err journal_commit(Arena *arena, Journal *journal);

typedef struct Line {
    const char *record, *times;
    int attempt;
} Line;

/* All rows: by ID bytewise, those without one last, then by path. */
Err journal_each(Arena *arena, Journal *journal, Err (*each)(void *user, const Line *line),
                 void *user);

/* Rows per verdict. */
Err journal_count(Arena *arena, Journal *journal, size_t counts[4]);

#endif
