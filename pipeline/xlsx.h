/* SPDX-License-Identifier: MIT */
/* The parts of a workbook: table_xlsx.c opens it, xlsx_strings.c and xlsx_sheet.c read its long parts. */
#ifndef XLSX_H
#define XLSX_H

#include "pool.h"
#include "table_kinds.h"
#include "xml.h"

enum { XLSX_STRINGS_BLOCK = 8192, XLSX_STRINGS_BLOCKS = 4096 };

typedef struct XlsxStrings {
    Pool pool;
    const char ***blocks; /* XLSX_STRINGS_BLOCKS of XLSX_STRINGS_BLOCK each */
    size_t count;
} XlsxStrings;

typedef struct XlsxReader {
    Archive *archive;
    const char *strings_part; /* NULL: the workbook has none */
    XlsxStrings *strings;     /* read with the first sheet */
    Cell *cells;              /* of one row */
    char *texts;              /* of one row, where they are no shared strings */
} XlsxReader;

enum { XLSX_ROW_TEXT = 1 << 20 };

/* A text as it comes, in pieces. */
typedef struct XlsxText {
    char *bytes; /* TABLE_TEXT_MAX */
    size_t count;
    bool taking;  /* inside <t> or <v> */
    int phonetic; /* inside <rPh>: how it is read aloud */
} XlsxText;

Err xlsx_text_add(Arena *arena, XlsxText *text, const char *piece, size_t bytes);

/* Ends it: "_x000D_" becomes what it means. */
const char *xlsx_text_end(XlsxText *text);

/* ERR_USAGE names the part. */
Err xlsx_part(Table *table, const char *part, uint64_t cap, const XmlEvents *events);

Err xlsx_strings_read(Table *table);
const char *xlsx_string(const XlsxStrings *strings, const char *index); /* NULL: no such */

Err xlsx_sheet_read(Table *table, int sheet, TakeRow take, void *taker);

#endif
