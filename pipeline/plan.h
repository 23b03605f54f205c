/* SPDX-License-Identifier: MIT */
/* Pure: what was found and what is remembered become what is to be done. */
#ifndef PLAN_H
#define PLAN_H

#include "bind.h"
#include "journal.h"
#include "listing.h"
#include "photo.h"

/* Why a file is to be done. */
typedef enum Why {
    WHY_NEW,     /* never seen under this path */
    WHY_CHANGED, /* other bytes perhaps: its stamp differs, or was too young to be trusted */
    WHY_RULES,   /* profile or program changed */
    WHY_FAILED,  /* ended in an error */
    WHY_OUTPUT,  /* what was made of it is gone or was touched */
    WHY_COUNT
} Why;

typedef struct PlanTask {
    uint32_t file;    /* index into the listing */
    int files_for_id; /* 0 where no ID could be bound */
    const Past *past; /* the row of this path, else the latest one of this ID; NULL: none */
    bool known;       /* the row is of this path and still right if the bytes are the same */
    bool other;       /* the row is of this path, but perhaps of other bytes */
    bool hold;        /* what is made of it waits in .held/ until everything is settled */
    Why why;
    /* Rows that give way when this one is done: a range of plan->superseded. */
    uint32_t superseded, superseded_count;
} PlanTask;

/* A row whose path is not in the listing. */
typedef struct PlanDrop {
    const Past *past;
    const Past *beside; /* the row of a file of its person, which needs nothing; NULL: it is nobody's, or cannot be made again */
} PlanDrop;

/* A row that was nobody's until now. */
typedef struct PlanFound {
    const Past *past;
    const char *key; /* of whom the roster lists now, by the name of the row */
} PlanFound;

typedef struct Plan {
    const Listing *listing;
    const Roster *roster; /* or NULL */
    PlanTask *tasks;      /* in the listing's order */
    size_t count;
    size_t done; /* files that need nothing */
    size_t why[WHY_COUNT];
    size_t unbound;          /* files whose name binds them to nobody */
    size_t extra;            /* files of an ID that the roster does not list */
    size_t not_eligible;     /* files of persons who are not to graduate */
    size_t absent;           /* eligible persons without a file, now or before */
    bool *has_file;          /* per person of the roster: a file or a row is bound to them */
    const int *files_for_id; /* per file of the listing; 0: nobody's */
    size_t crowded;          /* files that share their ID with another one */
    const Past **superseded; /* rows whose ID is here under another path, by ID */
    PlanDrop *dropped;       /* rows that give way at once */
    PlanFound *found;
    size_t superseded_count, dropped_count, found_count;
} Plan;

typedef struct PlanAsk {
    const Listing *listing;
    const History *history;
    const Roster *roster;          /* NULL: none */
    const char *profile, *program; /* what the journal's rows must be made with to stand */
} PlanAsk;

Err plan_make(Arena *arena, const PlanAsk *ask, Plan *out);

/* The index of the file of this key, or the number of files for none. */
size_t plan_find(const Listing *listing, const char *key);

/* This file is to be judged again, whatever is known of it. */
void plan_again(Plan *plan, const History *history, size_t file);

/* Keeps the tasks of the files that are due; `due`: per file of the listing. */
void plan_keep(Plan *plan, const bool *due);

/* What the lane gets. */
void plan_task(const Plan *plan, size_t index, Task *out);

/* Which attempt of its person a photo with these bytes is: other bytes count on. */
int plan_attempt(const PlanTask *task, const char *sha256);

const char *why_name(Why why); /* "new", "changed", "rules", "failed", "output" */

#endif
