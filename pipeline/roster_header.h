/* SPDX-License-Identifier: MIT */
/* The rows that touch a header from above: cells merged downwards hold their text in the upper one. */
#ifndef ROSTER_HEADER_H
#define ROSTER_HEADER_H

#include "roster_words.h"
#include "table.h"

enum { ABOVE_MAX = 2 };

typedef struct AboveRow {
    uint32_t number; /* 0: none */
    int count;
    char words[TABLE_COLUMNS_MAX][WORD_SIZE]; /* "" where nothing is */
} AboveRow;

/* Of one sheet; all zero at its begin. */
typedef struct Above {
    AboveRow rows[ABOVE_MAX];
    Cell cells[TABLE_COLUMNS_MAX]; /* of above_complete */
} Above;

void above_reset(Above *above);

/* A row that is no header. */
void above_keep(Above *above, const TableRow *row);

/* The row `distance` above `number`, from 1; NULL where a blank or no row lies there or between. */
const AboveRow *above_row(const Above *above, uint32_t number, int distance);

/* `row`, with the nearest word above in each empty cell, out of `distance` rows; until the next call. */
TableRow above_complete(Above *above, const TableRow *row, int distance);

/* Whether all that `row` says is what a row up to `distance` above the header `number` says: printed again, on each page. */
bool above_is_again(const Above *above, uint32_t number, int distance, const TableRow *row);

#endif
