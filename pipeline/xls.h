/* SPDX-License-Identifier: MIT */
/* The records of an old workbook ([MS-XLS]; BIFF2 to BIFF8): table_xls.c opens it, xls_text.c reads its texts, xls_sheet.c its
 * cells. */
#ifndef XLS_H
#define XLS_H

#include "pool.h"
#include "table_kinds.h"

enum { XLS_ROW_TEXT = 1 << 20, XLS_WIDE_ROOM = 2 * TABLE_TEXT_MAX, XLS_TEXT_ROOM = 2 * (XLS_WIDE_ROOM + 8) + 1, XLS_UNICODE = 0x0600 };

typedef enum XlsType {
    XLS_EOF = 0x000a,
    XLS_CONTINUE = 0x003c,
    XLS_CODEPAGE = 0x0042,
    XLS_FILEPASS = 0x002f,
    XLS_BOUNDSHEET = 0x0085,
    XLS_SST = 0x00fc,
    XLS_FORMULA = 0x0006,
    XLS_FORMULA3 = 0x0206,
    XLS_FORMULA4 = 0x0406,
    XLS_STRING = 0x0207,
    XLS_STRING2 = 0x0007,
    XLS_INTEGER2 = 0x0002,
    XLS_NUMBER2 = 0x0003,
    XLS_LABEL2 = 0x0004,
    XLS_BOOLERR2 = 0x0005,
    XLS_BOOLERR = 0x0205,
    XLS_NUMBER = 0x0203,
    XLS_LABEL = 0x0204,
    XLS_RSTRING = 0x00d6,
    XLS_LABELSST = 0x00fd,
    XLS_RK = 0x027e,
    XLS_MULRK = 0x00bd,
    XLS_MERGED = 0x00e5,
    XLS_BOF2 = 0x0009,
    XLS_BOF3 = 0x0209,
    XLS_BOF4 = 0x0409,
    XLS_BOF = 0x0809,
} XlsType;

/* One record; what continues it is read as it comes. */
typedef struct XlsRecord {
    const uint8_t *stream;
    size_t bytes;    /* of the stream */
    size_t at, end;  /* the next byte of it; its end, or the end of the part at hand */
    uint16_t type;
} XlsRecord;

typedef struct XlsReader {
    const uint8_t *stream;
    size_t bytes;
    int version;              /* XLS_UNICODE, 0x0500, 4, 3, 2 */
    size_t *sheet_starts;     /* where the records of each begin */
    const char **strings;
    uint32_t string_count;
    Decoder decoder;          /* of texts before XLS_UNICODE */
    bool decoding;
    Pool pool;
    char *text, *wide;        /* XLS_TEXT_ROOM, XLS_WIDE_ROOM: of the text being read */
    Cell *cells;              /* of one row */
    char *texts;              /* XLS_ROW_TEXT: of one row, where they are no shared strings */
} XlsReader;

/* The record at `at`. False: none begins there, or it is cut off. */
bool xls_record(const XlsReader *reader, size_t at, XlsRecord *out);

/* The next bytes of it, also from what continues it. False: there are not so many. */
bool xls_take16(XlsRecord *record, uint16_t *out);
bool xls_take32(XlsRecord *record, uint32_t *out);
bool xls_skip(XlsRecord *record, size_t bytes);
double xls_double(const uint8_t bytes[8]);

/* A text as UTF-8, whose count of letters takes `count_bytes` (1 or 2), in reader->text; or xls_too_long. NULL: damaged, or
 * no text of its encoding. */
const char *xls_text(XlsReader *reader, XlsRecord *record, int count_bytes);

/* Stands for a text of TABLE_TEXT_MAX bytes or more, and says so. */
extern const char xls_too_long[];

/* The shared strings. */
Err xls_strings(Table *table, XlsRecord *record);

Err xls_damaged(Table *table);
Err xls_locked(Table *table); /* by a password */

Err xls_sheet_read(Table *table, int sheet, TakeRow take, void *taker);

#endif
