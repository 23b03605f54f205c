/* SPDX-License-Identifier: MIT */
/* Rows of cells that may reach over others: what a page and XML of Excel 2003 have in common. */
#ifndef GRID_H
#define GRID_H

#include "table_kinds.h"

typedef struct GridSpan {
    uint32_t first; /* row of the merged cells whose first column this is; 0: of none */
    uint32_t last;  /* row that this column is taken up to */
} GridSpan;

typedef struct Grid {
    Table *table;
    int sheet;
    TakeRow take;
    void *taker;
    bool stop; /* the taker has enough */
    Cell *cells;
    char *texts;           /* of one row, one behind the other */
    size_t used, cell_start; /* bytes of texts; where the cell's begins */
    uint32_t row;          /* from 1; 0 before the first */
    bool in_row, in_cell, taken; /* by a cell above, so that it can have no text */
    int column, behind;    /* of the cell; the next one that it leaves free */
    int filled;            /* cells of this row up to the last with text */
    size_t cell_count;
    GridSpan *spans;       /* TABLE_COLUMNS_MAX */
    int span_count;
} Grid;

typedef struct GridCell {
    int column;            /* from 0, or -1: the next */
    bool free;             /* the next that no cell above reaches down to */
    uint32_t across, down; /* how many others it reaches over */
} GridCell;

Err grid_open(Table *table, Grid **out);
void grid_begin(Grid *grid, int sheet, TakeRow take, void *taker);

/* Each of these ends what is open of its kind and below it. Rows and columns go up. */
Err grid_row(Grid *grid, uint32_t row);
Err grid_row_end(Grid *grid);
Err grid_cell(Grid *grid, const GridCell *cell);
Err grid_add(Grid *grid, const char *text, size_t bytes); /* to the cell's text */
Err grid_cell_end(Grid *grid, bool number);
Err grid_spans_end(Grid *grid); /* nothing reaches further down than the last row */

/* ERR_USAGE: the cell, or the row, and what is wrong there. */
Err grid_wrong(const Grid *grid, const char *what);

#endif
