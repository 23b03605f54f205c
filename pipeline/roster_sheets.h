/* SPDX-License-Identifier: MIT */
/* Which sheet of a workbook is the roster. */
#ifndef ROSTER_SHEETS_H
#define ROSTER_SHEETS_H

#include "roster_columns.h"

enum { ROSTER_HEADER_ROWS = 20 }; /* the header is among these */

/* By name, else by number from 1. ERR_USAGE lists those there are. */
Err sheet_asked(Arena *arena, const Table *table, const char *asked, int *out);

/* That no sheet has a header. */
Err sheet_none(Arena *arena, const char *path);

/* Visible sheets beside the roster's: "'二班', '三班'", of many the first ones "and 12 more"; "" where there are none. */
typedef struct OtherSheets {
    const char *lists;   /* look like rosters too, by a header or by a number of a person */
    const char *damaged; /* cannot be looked at, which matters to nobody who reads another */
} OtherSheets;

Err sheet_others(Arena *arena, Table *table, int sheet, const Columns *asked, OtherSheets *out);

#endif
