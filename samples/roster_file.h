/* SPDX-License-Identifier: MIT */
/* Invented rosters as offices send them: GB18030 CSV, XLSX, DBF. */
#ifndef ROSTER_FILE_H
#define ROSTER_FILE_H

#include "../pipeline/err.h"

typedef struct RosterRow {
    char id[32], name[64], class_name[32], site[32], status[16], id_type[16]; /* UTF-8 */
} RosterRow;

/* FOLDER/roster.csv, roster.xlsx and roster.dbf, all of the same rows. */
Err roster_write(Arena *arena, const char *folder, const RosterRow *rows, int count);

#endif
