/* SPDX-License-Identifier: MIT */
/* Rows of cells out of a CSV, XLSX, XLS or DBF file, a web page or XML of Excel 2003. All texts are UTF-8. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include "charset.h"
#include "err.h"

enum { TABLE_COLUMNS_MAX = 1024, TABLE_ROWS_MAX = 1 << 20, TABLE_TEXT_MAX = 1 << 16 };

typedef struct Cell {
    const char *text; /* "" where there is nothing; lives until the next row */
    bool number;      /* the file holds a number, not a text: long ones have lost digits */
    bool in_digits;   /* that number is written digit by digit (DBF): only who wrote it can have lost any */
} Cell;

typedef struct TableRow {
    const Cell *cells;
    int count;       /* at most TABLE_COLUMNS_MAX */
    uint32_t number; /* as a spreadsheet program shows it, from 1 */
} TableRow;

/* Cells below one another that are shown as one: what stands in the first of them is said of all. */
typedef struct Merge {
    uint32_t first, last; /* rows, from 1 */
    int column;           /* from 0 */
} Merge;

/* Called for each row that is there, in order; empty rows may be left out. `*stop` ends the reading. */
typedef Err (*TakeRow)(void *taker, const TableRow *row, bool *stop);

typedef struct Table Table;

/* The kind is found by content, not by name. `charset`: of CSV, DBF, HTML and XML. Errors live in `arena`, the
 * table in memory of its own. ERR_IO: cannot be opened or read; ERR_USAGE: all else. */
Err table_open(Arena *arena, const char *path, Charset charset, Table **out);
void table_close(Table **table); /* for CLEANUP; NULL inside is fine */

int table_sheets(const Table *table); /* 1 for CSV and DBF; tables of a page */
const char *table_sheet_name(const Table *table, int sheet); /* "" for CSV, DBF and the only table of a page */
bool table_sheet_hidden(const Table *table, int sheet);
const char *table_kind(const Table *table);    /* "CSV", "XLSX", "XLS", "DBF", "HTML", "XML" */
const char *table_charset(const Table *table); /* "" for XLSX */

const char *table_path(const Table *table);
uint64_t table_bytes(const Table *table); /* of the file */

/* What parts the cells of a CSV; '\0' where cells have places of their own. */
char table_separator(const Table *table);

Err table_read(Table *table, int sheet, TakeRow take, void *taker);

/* Whether a sheet may name persons, however damaged it is. False: a page's table that has, outside the tables in its cells, no
 * 15 digits in a row of a cell's text, nothing that a spreadsheet makes of them, and no "号" behind a digit, as certificates have it. */
bool table_may_list(const Table *table, int sheet);

/* Of the sheet that was read last, to its end. */
const Merge *table_merges(const Table *table, size_t *count);

/* "'f.xlsx', sheet '名单', cell B17"; column from 0, or -1: "'f.xlsx', sheet '名单', row 17".
 * In `arena`; "" when it is full. */
const char *table_place(Arena *arena, const Table *table, int sheet, uint32_t row, int column);

/* 0: "A", 26: "AA". */
void table_letters(int column, char out[8]);

/* "AA" to 26, either case; -1 where `text` is no column. */
int table_column(const char *text);

#endif
