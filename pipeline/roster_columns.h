/* SPDX-License-Identifier: MIT */
/* Which column of a table holds what. */
#ifndef ROSTER_COLUMNS_H
#define ROSTER_COLUMNS_H

#include "roster_header.h"

enum { COLUMN_NONE = -1 };

/* From "--column FIELD=TEXT". */
typedef struct Override {
    bool given;
    const char *text;      /* as written; "": there is no such column */
    char word[WORD_SIZE];
} Override;

typedef struct Columns {
    Override overrides[FIELD_COUNT];
    int at[FIELD_COUNT]; /* COLUMN_NONE where there is none */
    int width;           /* of the header, without empty cells at its end */
    int least;           /* cells of a CSV row: `width`, or as many as the lowest row of the header has */
    uint32_t row;        /* of the header, the lowest of several; 0: not found */
    int above;           /* rows above it that belong to the header */
    char id_word[WORD_SIZE]; /* what the ID column is called, to know a header printed again */
} Columns;

/* `wanted` as in RosterAsk. ERR_USAGE: no '=', unknown or repeated field. */
Err columns_start(Arena *arena, const char *const *wanted, Columns *out);

/* Whether the row is the header; fills `at`, `width` and `row` then. Where it is empty, what stands right above it counts, if a
 * field is called so; `above`, which keeps what is no header, may be NULL. ERR_USAGE: two columns could be the ID, the name, the
 * status or the kind of document, or one asked for is not there, or the status is named above several columns. */
Err columns_find(Arena *arena, const TableRow *row, Above *above, Columns *columns, bool *found);

/* "A, name=B, status=D", the first one being where the numbers are. */
const char *columns_text(Arena *arena, const Columns *columns);

/* Where the table has no header, but the ID column is asked for by its letter. */
bool columns_by_letters(Columns *columns);

#endif
