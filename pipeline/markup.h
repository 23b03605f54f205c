/* SPDX-License-Identifier: MIT */
/* Tables that web servers and Excel 2003 write as text with tags: which kind it is, in which encoding, and all of it. */
#ifndef MARKUP_H
#define MARKUP_H

#include "table_kinds.h"

enum { MARKUP_START_BYTES = 4096 };

typedef enum MarkupKind {
    MARKUP_NONE,
    MARKUP_PAGE,     /* HTML, or what else begins with a tag */
    MARKUP_WORKBOOK, /* XML of Excel 2003 */
} MarkupKind;

/* By the first bytes of a file, at most MARKUP_START_BYTES, with a zero behind them. */
MarkupKind markup_kind(const char *start, size_t bytes);

/* The whole file as UTF-8, with a zero behind it and none in it, in table->own. The encoding asked for wins, then a byte order
 * mark, then the one that the file names if it fits; else it is found as in a CSV. */
Err markup_load(Table *table, const char **text, size_t *bytes);

#endif
