/* SPDX-License-Identifier: MIT */
/* The class that is written once for all its students, in cells that were merged. */
#ifndef ROSTER_MERGED_H
#define ROSTER_MERGED_H

#include "roster_row.h"

enum { ROW_BLOCK = 1024, ROW_BLOCKS_MAX = TABLE_ROWS_MAX / ROW_BLOCK };

/* Gives the rows, which go up, what the first row of their merged cells says of class, site, major, level and college; never
 * who they are, and how it ended. `table` has just been read. */
void roster_share_merged(const Table *table, const Columns *columns, RowFacts *const blocks[ROW_BLOCKS_MAX], size_t rows);

static inline RowFacts *row_at(RowFacts *const blocks[ROW_BLOCKS_MAX], size_t index)
{
    return &blocks[index / ROW_BLOCK][index % ROW_BLOCK];
}

#endif
