/* SPDX-License-Identifier: MIT */
/* A file of the report: written aside, renamed when whole, left alone when nothing changed. CSV for
 * Excel. */
#ifndef SHEET_H
#define SHEET_H

#include <stdbool.h>
#include <stdio.h>
#include "../pipeline/err.h"

typedef struct Sheet {
    FILE *file;
    const char *aside, *path;
    bool fresh; /* no cell in this row yet */
} Sheet;

/* Opens OUT/.tmp/NAME for OUT/relative. */
Err sheet_open(Arena *arena, const char *out, const char *relative, Sheet *sheet);

/* Flushes and renames, unless OUT/relative holds the same bytes already. */
Err sheet_close(Arena *arena, Sheet *sheet);

/* Whether OUT/relative holds what was written so far, byte for byte. */
bool sheet_stands(const Sheet *sheet);

/* Puts a whole file that was written aside in its place, unless the same bytes stand there; `aside` is gone
 * after it, except on an error. */
Err sheet_place(Arena *arena, const char *aside, const char *path);

/* Throws away what sheet_close did not take. */
void sheet_drop(Sheet *sheet);

void sheet_mark(Sheet *sheet);                   /* UTF-8 BOM: Excel needs it */
void sheet_text(Sheet *sheet, const char *text); /* never a formula, one line; as sheet_id where it would become a number or a date */
void sheet_id(Sheet *sheet, const char *id);     /* never a number; "" for none */
void sheet_number(Sheet *sheet, double value);   /* empty for NaN */
void sheet_end_row(Sheet *sheet);

#endif
