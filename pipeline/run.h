/* SPDX-License-Identifier: MIT */
/* The belt: N lanes carry photos through a flow; one thread admits, journals and lets go. The only
 * <uv.h>. */
#ifndef RUN_H
#define RUN_H

#include "journal.h"
#include "plan.h"
#include "shard_log.h"
#include "stage.h"
#include "watch.h"

enum { RUN_WINDOW = 1024, RUN_LANES_MAX = 256 };

/* Const while the belt runs. The callbacks are called on the calling thread, but `record`, and `open` of all lanes but
 * the first, on a worker. */
typedef struct Run {
    Mode mode;
    int today;           /* days since 1970-01-01 */
    int lanes;           /* 1..RUN_LANES_MAX */
    const char *out;     /* for Tools; NULL: nothing is written */
    bool together;       /* its files are flushed and placed by the batch, before the rows that name them */
    const char *program; /* for the journal's rows */
    const Profile *profile;
    const Stage *flow; /* NULL name at the end */
    const Plan *plan;
    Journal *journal; /* NULL: nothing is remembered */
    ShardLog *shard;  /* of one shard, instead of a journal; or NULL */
    Watch *watch;     /* NULL: nobody starts this run again when it crashes */

    const char *detector;
    bool fast_decoder; /* for Tools */
    Err (*open)(Arena *arena, const char *detector, Tools *tools);
    void (*close)(Tools *tools);
    Err (*record)(Arena *arena, const Photo *photo, const Profile *profile, const char **out);

    /* A photo is home; dies when this returns. Tasks come home out of order, but never more than
     * RUN_WINDOW apart. An Err ends the run. `times`: its stages' ms as a JSON object. */
    Err (*home)(void *user, size_t index, const Photo *photo, const char *times);
    void (*tick)(void *user);                    /* four times a second; may be NULL */
    void (*stopping)(void *user, int in_flight); /* the first signal; may be NULL */
    void *user;
} Run;

typedef struct RunEnd {
    bool asked;       /* to stop, by a signal that was heard */
    bool interrupted; /* and that before everything was done */
    size_t finished, unchanged;
    size_t verdicts[4]; /* of those that were judged */
} RunEnd;

/* As many as asked for; 0: one per core, where there is address space for them. */
int run_lanes(int asked);

/* Until everything is done, a signal comes, or the machine fails: what came home is then committed
 * all the same. A second signal commits and leaves the process with 130. */
Err run_belt(Arena *arena, const Run *run, RunEnd *out);

#endif
