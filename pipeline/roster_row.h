/* SPDX-License-Identifier: MIT */
/* One row under the header: a person, nothing, or a problem. */
#ifndef ROSTER_ROW_H
#define ROSTER_ROW_H

#include "idnum.h"
#include "pool.h"
#include "roster_columns.h"

typedef enum RowKind {
    ROW_PERSON,
    ROW_BLANK,
    ROW_HEADER, /* printed again */
    ROW_FOOTER,
    ROW_WRONG,
} RowKind;

typedef enum RowProblem {
    PROBLEM_NONE,
    PROBLEM_NO_ID,
    PROBLEM_NAME_ALONE, /* without an ID */
    PROBLEM_DAMAGED,    /* the ID, by a spreadsheet */
    PROBLEM_NOT_AN_ID,
    PROBLEM_BIRTH_DATE, /* in the ID: there is no such day */
    PROBLEM_ID_TYPE,    /* unknown */
    PROBLEM_STATUS,     /* unknown */
    PROBLEM_UNREAD_STATUS, /* in a column that is not read as the status */
    PROBLEM_WIDTH,      /* of a CSV row */
    PROBLEM_SWALLOWED,  /* a CSV cell with whole lines in it */
    PROBLEM_FOOTER,     /* looks like the end of the list, but persons follow */
} RowProblem;

/* What a row says; texts are in the pool. */
typedef struct RowFacts {
    const char *text[FIELD_KEPT]; /* [FIELD_ID]: as id_parse leaves it */
    const char *key;
    uint32_t row;
    bool eligible, contradicts_id;
    /* for the roster: */
    bool differs;
    int rows;       /* of this key, where this is its first; else 0 */
    uint32_t place; /* in the list */
    const struct RowFacts *same; /* the next row of this key, or NULL */
} RowFacts;

typedef struct RowVerdict {
    RowKind kind;
    RowProblem problem;
    int column;             /* where, or -1: the row */
    const char *shown;      /* the cell's text, masked where it is an ID; until the next row */
} RowVerdict;

enum { ROW_SAME_SLOTS = 1024 };

typedef struct RowJudge {
    const Columns *columns;
    const Above *above; /* of the header */
    Pool *pool;
    char separator;   /* of a CSV, '\0' elsewhere */
    bool in_footer;   /* behind the first line below the list */
    char *scratch;    /* TABLE_TEXT_MAX + WORD_SIZE */
    const char **same; /* ROW_SAME_SLOTS texts kept before: a class has many students */
} RowJudge;

/* ERR_MEMORY only: what is wrong with the row stands in the verdict. */
Err row_judge(Arena *arena, RowJudge *judge, const TableRow *row, RowFacts *facts,
              RowVerdict *verdict);

/* What is wrong and what to do, a sentence that begins with the place. NULL when the arena is full. */
const char *row_problem_text(Arena *arena, const char *place, const RowVerdict *verdict);

#endif
