/* SPDX-License-Identifier: MIT */
/* One command at work on photos: run, check and bench. work.c is what comes before the belt,
 * work_out.c what comes behind it. */
#ifndef WORK_H
#define WORK_H

#include <sys/stat.h>
#include "cli.h"
#include "decisions.h"
#include "frames.h"
#include "journal.h"
#include "lines.h"
#include "plan.h"
#include "progress.h"
#include "run.h"
#include "same.h"
#include "say.h"
#include "settle.h"
#include "tally.h"

typedef struct Work {
    Arena *arena;
    const Cli *cli;
    Profile profile;
    Roster people;
    const Roster *roster; /* NULL: none was given */
    Decisions decided;
    Decisions *decisions; /* NULL: none were given */
    struct stat roster_file, decisions_file, profile_file; /* as they were when they were read */
    Listing listing;
    Outdir outdir;
    Journal *journal;
    Shard shard;             /* count 0: the whole */
    const char *out;         /* cli->out, of a shard its folder; NULL: none */
    ShardAsk shard_ask;
    ShardLog *shard_log;     /* NULL: no shard */
    struct Merge *merge;     /* of shard_merge.c; NULL: no merge */
    bool shard_stood;        /* it was published before, just so */
    Watch *watch; /* NULL: nobody starts this again when it crashes */
    const Run *codes; /* the belt that looks for codes, for --bind qr */
    const bool *due;  /* as in FramesAsk */
    Err (*enters)(void *watcher, const char *folder); /* as in Wanted */
    void *watcher;
    bool waits; /* as in Wanted */
    Frames frames;
    int today;           /* see day.h */
    const char *program; /* who judges: version, mode, face finder */
    History history;
    Plan plan;
    bool sealed; /* see seal.h */
    Progress progress;
    Progress writing; /* of a merge's report */
    Lines lines;
    struct Tell *tell;          /* of tell.c */
    const struct Teller *again; /* who says what is otherwise in the end; NULL: lines on stdout */
    struct Live *live;          /* of live.c; NULL: no watch */
    Same *same;                 /* NULL: nobody is told of a photo before the end */
    Arena *line; /* of one line on stdout */
    Tally tally;
    Settlement settlement;
    Outcome outcome;
    RunEnd end;
} Work;

Mode work_mode(const Cli *cli);

/* Profile, roster, decisions, photos, OUT, journal, plan; with --bind qr no plan, since that opens photos. */
Err work_prepare(Work *work);

/* Parts of it: what is asked of a photo and by whom; OUT and its journal. */
Err work_rules(Work *work);
Err work_open(Work *work);
Err work_refuse_mode(const Work *work, const History *history); /* ERR_USAGE: OUT is of another command */

/* Two more, to do again in work->arena: the photos that are there now, and what is to be done. */
Err work_list(Work *work);
void work_tell_closed(const Work *work); /* folders of it that could not be read */
Err work_plan(Work *work);

/* A shard's photos are home: publishes them. */
Err work_publish(Work *work);

/* What must be on the disk before the first worker writes. */
Err work_announce(Work *work);

/* What the belt found out about one photo. */
typedef struct Judged {
    char sha256[65];
    Verdict verdict; /* by its own pixels */
    int attempt;
    bool unchanged;
    bool failed[CHECK_COUNT]; /* has a finding above NOTE */
    const char *record, *times, *faults, *output;
} Judged;

/* In one block for free(). */
Err work_judged(Work *work, const Photo *photo, const char *times, Judged **out);

/* How it stands by itself and among those that are home, before it is compared with all; `file`: of the listing. In
 * work->line. */
Err work_settle_one(Work *work, size_t file, const Judged *judged, Settled *out, const char **settled);

/* ERR_USAGE where --split says nothing that a package could do. */
Err work_check_split(const Work *work);

/* --bind qr, once photos may be opened: looks at them, plans, and tells of frames with codes. */
Err work_bind(Work *work);

/* The belt is empty: settles, writes the report and the package, and seals them; nothing of it where a seal holds. */
Err work_finish(Work *work);

#endif
