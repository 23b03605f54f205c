/* SPDX-License-Identifier: MIT */
/* report.xlsx: the report as a workbook (the only <xlsxwriter.h>), one row in memory. Sheets summary, all, retake
 * with small pictures, review, missing, extra, duplicate, unreadable. Every cell is text or a number, never a formula; the
 * same lines make the same bytes. */
#ifndef BOOK_H
#define BOOK_H

#include <jansson.h>
#include "../pipeline/err.h"
#include "../pipeline/tally.h"
#include "../pipeline/text.h"
#include "line.h"
#include "lists.h"

typedef struct Book Book;

/* Opens OUT/.tmp/report.xlsx. book_close also after an error. */
Err book_open(Arena *arena, const char *out, Lang lang, Book **book);

/* A photo, in the order of the report; `thumb` may be empty. A row beyond the last that a sheet can hold is
 * left out, and the summary says how many. */
Err book_add(Book *book, const json_t *line, const LineRow *row, const Bytes *thumb);

/* Whoever stands in a list without a photo, or with a row twice: `reason` in words. */
Err book_list(Book *book, const json_t *line, const char *reason);

/* Writes the summary and puts OUT/report.xlsx in its place, unless the same bytes stand there. */
Err book_finish(Arena *arena, Book *book, const Tally *tally, const size_t *lists);
void book_close(Book *book);

#endif
