/* SPDX-License-Identifier: MIT */
/* What the readers of single formats share with table.c, and nobody else needs. */
#ifndef TABLE_KINDS_H
#define TABLE_KINDS_H

#include "table.h"

enum { SHEET_CELLS_MAX = 32 << 20, SHEET_COLUMNS = 16384 }; /* with and without text */

typedef struct Sheet {
    const char *name;
    const char *part; /* of the XLSX */
    bool hidden;
} Sheet;

typedef struct TableKind {
    const char *name;
    Err (*open)(Table *table); /* fills reader, and sheets where there are any */
    Err (*read)(Table *table, int sheet, TakeRow take, void *taker);
    void (*close)(Table *table); /* also after an open that failed */
    bool (*may_list)(const Table *table, int sheet); /* NULL: always */
} TableKind;

struct Table {
    Arena *arena; /* of the caller: errors */
    Arena *own;   /* dies with the table */
    const char *path;
    size_t bytes; /* of the file */
    const TableKind *kind;
    Charset charset; /* asked for, then found */
    char separator;
    Sheet *sheets;
    int sheet_count;
    void *reader; /* the kind's own */
    Merge *merges; /* of the sheet being read */
    size_t merge_count, merge_room, merged_rows;
};

/* ERR_USAGE: table_place(), and what is wrong there. */
Err table_wrong(const Table *table, int sheet, uint32_t row, int column, const char *what);

/* ERR_USAGE: there is none in the file. */
Err table_none(const Table *table);

/* "2021001" for 2021001.0 and 2.021001E6; what cannot be exact stays as it is written. */
const char *table_plain_number(const char *text, char out[32]);

/* Keeps it where it is of several rows. */
Err table_merge(Table *table, Merge merge);

extern const TableKind table_csv, table_xlsx, table_xls, table_dbf, table_html, table_xml;

#endif
