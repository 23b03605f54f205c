/* SPDX-License-Identifier: MIT */
/* The journal: one row per photo, all that outlives a run. The only <sqlite3.h>; one thread, one
 * writer. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <limits.h>
#include "listing.h"
#include "outdir.h"
#include "photo.h"
#include "settle.h"

typedef struct Journal Journal;

/* What plan needs to know about an earlier run's photo. Texts live in the arena; NULL: none. */
typedef struct Past {
    const char *path;   /* the key: absolute */
    const char *id_key; /* NULL: no ID was bound */
    Stamp stamp;
    bool trusted;       /* the stamp was old enough when it was taken to tell editions apart */
    bool failed;        /* ended in VERDICT_ERROR or could not be read */
    bool output_stands; /* what was written is still there, or nothing was */
    int64_t output_mtime_ns; /* as it is there */
    bool file_gone;     /* only looked up where id_key is NULL or needs a roster to vouch for it */
    bool passed;        /* its photo lies in photos/ */
    bool kept;          /* an earlier attempt that may still count; path is "kept:" and id_key */
    int files_for_id, attempt;
    const char *sha256, *profile, *program;
    const char *slip; /* as in Row */
} Past;

/* A photo in a package. */
typedef struct Delivered {
    const char *id, *sha256; /* of the photo as it was packed */
} Delivered;

typedef struct History {
    Past *list; /* bytewise by path */
    size_t count;
} History;

/* One photo, finished. */
typedef struct Row {
    const char *path, *shown;
    const char *slip; /* whose it is, as bind_frame reads it; NULL: its name says so */
    const Id *id;
    int files_for_id, attempt;
    Stamp stamp;
    bool trusted;
    const char *sha256, *profile, *program;
    Verdict verdict;
    Action action;
    const char *output; /* below OUT, "" for none */
    const char *waits;  /* where it lies until the commit; NULL: there already */
    const char *output_sha256;
    const char *likeness; /* of the picture, hex, or "" */
    const char *faults;   /* as faults_json wrote them */
    const char *record;   /* one JSON object */
    const char *times;  /* one JSON object: stage to ms */
    Bytes thumb;        /* small JPEG, or none */
    Verdict final;      /* with `settled`: how it stands, as far as is known by now */
    const char *settled; /* as settle_json wrote it; NULL: not known yet */
} Row;

/* Opens or makes OUT/journal.db. NULL `outdir`: only looks, at `path`/journal.db, which may be
 * missing. */
Err journal_open(Arena *arena, const Outdir *outdir, const char *path, Journal **out);
void journal_close(Journal *journal);

/* `stops` is asked every few thousand steps of the journal's; true ends what it does with ERR_STOPPED. NULL: nobody is asked
 * any more. */
void journal_stop_when(Journal *journal, bool (*stops)(void *user), void *user);

/* Around many rows at once, up to 512 MiB for pages. A journal that holds nothing yet is built beside, with no log of
 * its own and its indices last; journal_place puts it in its place once all is settled. Until then a crash leaves the
 * empty one, with what journal_expect told it before. While it is built, a path is put once, rows of a person who has one
 * file need no number by journal_attempt, and nothing may be asked by path or output before the load ends. */
Err journal_bulk(Arena *arena, Journal *journal, bool begins);
bool journal_is_beside(const Journal *journal);
Err journal_place(Arena *arena, Journal *journal); /* commits; nothing to do where it is in place */

Err journal_history(Arena *arena, Journal *journal, History *out);

/* The same rows in the same order, one at a time: it lives until `each` returns, whose Err ends the reading. */
Err journal_each_past(Arena *arena, Journal *journal, Err (*each)(void *user, const Past *past), void *user);

/* Before the first photo of a run: which files may appear in photos/ and review/ before their rows
 * do. Call once per file name, then journal_commit. What a killed run left behind of its own was
 * removed by journal_open. */
Err journal_expect(Arena *arena, Journal *journal, const char *file);

/* Which attempt of its person a photo is, by its path, ID and bytes. `number`: as the plan counts, and better
 * known afterwards. Bytes that were judged for this person before keep their number, so that an old file
 * that is listed again is no newer attempt; but not where they come back in place of others. */
Err journal_attempt(Arena *arena, Journal *journal, const Row *row, int *number);

/* A row that was nobody's is that person's from now on. Unless these bytes have a number there, it is their newest attempt. */
Err journal_number(Arena *arena, Journal *journal, const char *path, const char *key);

Err journal_put(Arena *arena, Journal *journal, const Row *row);
/* A newer attempt takes the place of this row. Where it counts or is sound, it is kept for its person until that one
 * passes as well, by whatever profile it was judged; otherwise it is removed. Before journal_put. */
Err journal_retire(Arena *arena, Journal *journal, const char *path, const Row *newer);
/* The file of this row is gone, and it is nobody's: where it counted for somebody before (see journal_note_sound), it is kept
 * for that one; it stays where another one is, or where it did not count but has a made photo, and else it is removed. */
Err journal_part(Arena *arena, Journal *journal, const char *path);
/* Before a row becomes nobody's: journal_part knows by it that it was somebody's. */
Err journal_note_named(Arena *arena, Journal *journal, const char *path);
/* Which rows are sound (see Settled), though they may not have counted: by roster and decisions of this run. `key`: of
 * their person now, or where the roster does not list that person and the name alone says nothing, of before. Until the next
 * journal_forget_sound. */
void journal_note_sound(Journal *journal, const char *path, const char *key);
bool journal_is_sound(const Journal *journal, const char *path);
void journal_forget_sound(Journal *journal);
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

/* One file in the report. "" for what is not there. */
typedef struct Line {
    const char *record, *times;
    int attempt;
    const char *id;
    const char *settled; /* as settle_json wrote it */
    const char *faults, *before;      /* of this attempt and of the one before */
    const char *kept_record, *kept_settled; /* of the earlier attempt that is kept */
    int kept_attempt;
    Bytes thumb; /* as it was put */
    const char *output; /* where its made photo lies */
    Verdict verdict;    /* as settled */
    const char *path;   /* its key */
    const char *kept_output; /* where that of the earlier attempt lies */
} Line;

/* All files: by ID bytewise, those without one last, then by path. */
Err journal_each(Arena *arena, Journal *journal, Err (*each)(void *user, const Line *line),
                 void *user);

/* ---- settling ---- */

/* How many rows there are. */
Err journal_count(Arena *arena, Journal *journal, size_t *count);

/* All rows, by path. In the arena. */
Err journal_rows(Arena *arena, Journal *journal, SettleRow **rows, size_t *count);

/* What tells which rows have to do with one another. Texts until the next. */
typedef struct Mark {
    int64_t number; /* of the row, for good */
    const char *path, *shown, *slip, *sha256, *likeness;
} Mark;

/* Rows of numbers above `after`, up to `last`: so many. */
typedef struct RowRange {
    int64_t after, last;
    size_t count;
} RowRange;

typedef struct SettleRows {
    SettleRow *list;
    size_t count;
} SettleRows;

typedef struct CountedList {
    Counted *list;
    size_t count;
} CountedList;

/* All rows as marks, and the rows of a range, in the order of their numbers.
 * `gone` is not looked up: see journal_row_is_gone. */
Err journal_each_mark(Arena *arena, Journal *journal, Err (*each)(void *user, const Mark *mark), void *user);
Err journal_some_rows(Arena *arena, Journal *journal, const RowRange *range, SettleRows *out);
bool journal_row_is_gone(const SettleRow *row);

/* Of these rows' bytes what ever counted for somebody. */
Err journal_counted_of(Arena *arena, Journal *journal, const SettleRows *rows, CountedList *out);

/* All bytes that ever counted for somebody, by sha256. In the arena. */
Err journal_counted(Arena *arena, Journal *journal, Counted **list, size_t *count);

/* What counts of a row from now on. */
typedef struct Verdicted {
    const char *path;
    const Id *id;
    Verdict verdict;
    const char *settled;
    bool sound; /* see Settled: remembered of its bytes, too, see COUNTED_SOUND */
} Verdicted;

/* Writes nothing where all of it stands already. */
Err journal_verdict(Arena *arena, Journal *journal, const Verdicted *row);

/* The made photo of a row lies elsewhere now; where it lay before is disowned. */
Err journal_rehome(Arena *arena, Journal *journal, const char *path, const char *output);

/* The made photo of a row that waits in .held/ waits under another name there, so that one of other bytes that comes under
 * the row's path is not written over it. */
Err journal_step_aside(Arena *arena, Journal *journal, const char *path);

/* The bytes that a decision is bound to, for good: the first binding stands. "" for none. */
Err journal_bind_decision(Arena *arena, Journal *journal, const char *tag, const char *sha256);
Err journal_recall_decision(Arena *arena, Journal *journal, const char *tag, char sha256[65]);

/* ---- frames that show codes ---- */

/* What was seen in a frame. */
typedef struct FrameRow {
    const char *path;   /* its key */
    Stamp stamp;
    bool trusted;       /* as in Past */
    const char *reader; /* who looked */
    const char *seen;   /* one JSON object */
} FrameRow;

/* All of them, bytewise by path. In the arena. */
Err journal_frames(Arena *arena, Journal *journal, FrameRow **list, size_t *count);
Err journal_frame_put(Arena *arena, Journal *journal, const FrameRow *row);
Err journal_frame_remove(Arena *arena, Journal *journal, const char *path);

/* The line of the report of a frame with a code; "": it is none. Writes nothing where it stands already. */
Err journal_frame_slip(Arena *arena, Journal *journal, const char *path, const char *line);

/* A file as it is now. */
typedef struct FrameBound {
    const char *path, *sha256; /* its key, its bytes; "": those of its row; "-": unreadable, so those of no row */
    const char *slip;          /* whom a code binds it to, as in Row; "": its name says so; NULL: it is a slip itself */
    const char *key;           /* id_key of that person; "": nobody */
    bool over;                 /* another card was copied over its own */
} FrameBound;

/* A row of other bytes that a code has bound to somebody else does not go with its file, nor does one of the same bytes
 * that is only in doubt behind another card: it stands until that person has a newer one, under a path that no file has. `away`: whether the row of this path was such a one. */
Err journal_displace(Arena *arena, Journal *journal, const FrameBound *frame, bool *away);

/* The same, and else brings the row of its path to the frame; writes nothing where it stands already. */
Err journal_rebind(Arena *arena, Journal *journal, const FrameBound *frame);

/* A row that codes have bound. Its path begins with a slash, or no file is left of it: kept, or others took its place. */
typedef struct CodedRow {
    const char *path, *shown, *sha256, *key, *slip;
} CodedRow;

/* In the arena. */
Err journal_coded(Arena *arena, Journal *journal, CodedRow **list, size_t *count);

/* All lines of frames with codes, by path. */
Err journal_each_slip(Arena *arena, Journal *journal, Err (*each)(void *user, const char *line), void *user);

/* ---- the seal ---- */

/* `text` under `key`, in place of an earlier one, until any commit that changes a row. Commits; nothing else may
 * be waiting for that. */
Err journal_seal(Arena *arena, Journal *journal, const char *key, const char *text);
/* In the arena; "" where there is none under that key. */
Err journal_sealed(Arena *arena, Journal *journal, const char *key, const char **text);

/* ---- what is ours in OUT ---- */

/* Whether what was opened to look at is a journal of headroom at all. */
Err journal_is_ours(Arena *arena, Journal *journal, bool *ours);

/* Calls `each` with every photo below OUT that was written, or was about to be when a run was killed:
 * then it is ours only if it is not older than `since_ns`, which else is 0. */
Err journal_each_made(Arena *arena, Journal *journal,
                      Err (*each)(void *user, const char *relative, int64_t since_ns), void *user);

/* Whether anything that was settled before has this member: "in_roster" after a run with a roster, "decision" where one met
 * its photo. Looks at all rows where none has. */
Err journal_settled_with(Arena *arena, Journal *journal, const char *member, bool *out);

/* ---- deliveries ---- */

/* Of one ID the last counts: what was delivered of it before, of other bytes, is delivered again, so that it can be corrected back. */
Err journal_deliver(Arena *arena, Journal *journal, const char *name, const Delivered *photo);
/* Who received the photos of this ID was asked to withdraw them: what counts of it is delivered again. */
Err journal_recall(Arena *arena, Journal *journal, const char *id);
/* Whether an earlier delivery held this photo of this person. */
Err journal_was_delivered(Arena *arena, Journal *journal, const Delivered *photo, bool *was);
/* Whoever was delivered and not taken away, and when last, by ID. */
Err journal_each_delivered(Arena *arena, Journal *journal, Err (*each)(void *user, const char *id, const char *date), void *user);
/* Where the file of an attempt was: its key; "" for none. */
Err journal_attempt_path(Arena *arena, Journal *journal, const char *key, int attempt, char path[PATH_MAX]);
/* Whether a photo of this person lies in photos/. */
Err journal_counts(Arena *arena, Journal *journal, const char *key, bool *counts);
/* This one was handed in; another one will have its name. Commits. */
Err journal_hand_in(Arena *arena, Journal *journal, const char *name);
/* This one was taken away before it was handed in: what it held it has not held. */
Err journal_withdraw(Arena *arena, Journal *journal, const char *name);
/* How many deliveries there were, those taken away among them. */
Err journal_deliveries(Arena *arena, Journal *journal, size_t *count);

#endif
