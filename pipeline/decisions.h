/* SPDX-License-Identifier: MIT */
/* What a person decided about a photo: a CSV of id, check, decision, by, reason, date and, if it is
 * there, sha256. */
#ifndef DECISIONS_H
#define DECISIONS_H

#include <stdint.h>
#include "checks.h"
#include "err.h"
#include "idnum.h"

typedef enum Ruling {
    RULING_ACCEPT, /* a photo in REVIEW counts as passed */
    RULING_REJECT,
    RULING_WAIVE, /* one check does not count: accept with a check */
} Ruling;

enum { DECISION_MET = 0x80 };

/* Texts live in the arena, "" where nothing was said. */
typedef struct Decision {
    const char *id, *by, *reason, *date;
    char key[64]; /* id_key of id */
    CheckId check;
    Ruling ruling;
    int day; /* of date, as 20261231 */
    uint32_t line;
    char tag[65];    /* SHA-256 of who, check, ruling and day: names it in the journal */
    char sha256[65]; /* the source it judged; "" until it is bound to one */
    bool given;      /* sha256 stood in the file */
    uint8_t known;   /* DECISION_MET and which of settle_claims were at fault when it was first met; 0: it was not met before */
    uint8_t now;     /* the same of this run */
} Decision;

typedef struct Decisions {
    Decision *list; /* by key, then by day, then by line: of two that contradict each other the later one holds */
    size_t count;
} Decisions;

/* Cells are parted by ',', ';' or tabs; rows without text are passed over. ERR_USAGE with file and line on anything that is not
 * plain: an unknown column, word or check, a check that no decision can waive, a missing name or reason, an ID that a spreadsheet
 * has damaged. */
Err decisions_load(Arena *arena, const char *path, Decisions *out);

/* A fuzz door; `file` is for messages only. */
Err decisions_parse(Arena *arena, const char *file, const char *text, Decisions *out);

/* The decisions on one person: the first, and how many. */
const Decision *decisions_of(const Decisions *decisions, const char *key, size_t *count);

/* By which a journal may know it, number 0, 1 ...: the surest first; "" behind the last. */
Err decision_tag(Arena *arena, const Decision *decision, int number, char tag[65]);

/* Whether a decision judged these very bytes. */
bool decision_counts(const Decision *decision, const char *sha256);

/* A person said that these bytes are not those of `key`, and that is so to this day. */
bool decisions_reject(const Decisions *decisions, const char *key, const char *sha256);

const char *ruling_name(Ruling ruling); /* "accept", "reject", "waive" */

#endif
