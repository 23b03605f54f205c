/* SPDX-License-Identifier: MIT */
/* What the program says about a run: on stdout what was asked for, on stderr the rest. No full ID
 * in either, but in the photos' own JSON. */
#ifndef SAY_H
#define SAY_H

#include <jansson.h>
#include "cli.h"
#include "plan.h"
#include "run.h"
#include "tally.h"

/* One message on stderr, in the language of `cli`, unless quiet. */
void say_message(const Cli *cli, MessageId message, ...);

/* One line of --json on stdout. */
void say_object(const json_t *object);

/* What was printed goes out. What could not, is told by say_lost at the end: a program that only looks is not stopped by it. */
void say_flush(void);
Err say_lost(Arena *arena);

/* "error: ..." on stderr; with --json an object on stdout as well. */
void say_error(const Cli *cli, const Err *err);

/* --json only: {"type":"start",...}. `plan` may be NULL. */
void say_start(const Cli *cli, const Profile *profile, const Plan *plan, int lanes);

/* --dry-run: every task, and every problem that names show. How many of them are only to be looked at. */
size_t say_tasks(const Cli *cli, const Plan *plan);

/* Then every problem that the roster shows, and how many there are of all. */
void say_plan(const Cli *cli, const Plan *plan, size_t look);

/* -v: what became of a photo. */
void say_photo(const Task *task, bool unchanged, Verdict verdict);

/* What became of OUT. */
enum { OUTCOME_LISTS = 8 };
typedef struct Outcome {
    size_t lists[OUTCOME_LISTS]; /* how many stand in each */
    const char *list_names[OUTCOME_LISTS];
    bool packed;
    size_t packable; /* rows of the manifest */
    size_t zips, photos;
    size_t recalled; /* rows of recall.csv */
} Outcome;

typedef struct Summary {
    const Tally *tally;
    const Plan *plan;
    const RunEnd *end;
    double seconds;
    int exit_code;
    bool written; /* a report was: lists and package count */
    bool settled; /* all that was asked for is compared: persons count */
    const Roster *roster; /* or NULL */
    const Decisions *decisions; /* or NULL */
    const Settlement *settlement;
    const Outcome *outcome;
} Summary;

void say_summary(const Cli *cli, const Summary *summary);

#endif
