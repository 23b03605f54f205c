/* SPDX-License-Identifier: MIT */
/* The cells of a sheet as their records come: rows and columns go up, what does not would let two readers see two lists. */
#include "xls.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <glib.h>

enum { RESULT_TEXT = 0, RESULT_TRUTH = 1, RESULT_ERROR = 2, BYTES_OF_HEAD2 = 3, BYTES_OF_RK = 6 };
static const double EXACT_MOST = 1e15;

typedef struct Reading {
    Table *table;
    XlsReader *reader;
    int sheet;
    TakeRow take;
    void *taker;
    size_t row_text;    /* bytes of reader->texts in use */
    uint32_t row;       /* from 1; 0 before the first */
    int column, filled; /* the last cell; cells of this row up to the last with text */
    bool awaits_text;   /* the result of the formula in that cell is in the record to come */
    bool stop;
    size_t cells;
} Reading;

static Err damaged(const Reading *reading, const char *what)
{
    return table_wrong(reading->table, reading->sheet, reading->row ? reading->row : 1, reading->column, what);
}

static Err end_row(Reading *reading)
{
    TableRow row = {reading->reader->cells, reading->filled, reading->row};
    if (reading->filled == 0)
        return OK;
    return reading->take(reading->taker, &row, &reading->stop);
}

/* To the cell at `row` and `column`, both from 0. */
static Err move_to(Reading *reading, uint32_t row, int column)
{
    if (row + 1 < reading->row || row >= TABLE_ROWS_MAX)
        return damaged(reading, "the row behind it is out of order: save the workbook anew as XLSX");
    if (row + 1 > reading->row) {
        TRY(end_row(reading));
        reading->row = row + 1;
        reading->column = -1;
        reading->filled = 0;
        reading->row_text = 0;
    }
    if (column <= reading->column)
        return damaged(reading, "the cell behind it is out of order: save the workbook anew as XLSX");
    if (++reading->cells > SHEET_CELLS_MAX)
        return damaged(reading, "there are too many cells");
    reading->column = column;
    reading->awaits_text = false;
    return OK;
}

/* `text` lives as long as the row. */
static Err put(Reading *reading, const char *text, bool number)
{
    if (!*text)
        return OK;
    if (reading->column >= TABLE_COLUMNS_MAX)
        return damaged(reading, "the table is wider than 1024 columns");
    Cell *cells = reading->reader->cells;
    for (; reading->filled < reading->column; reading->filled++)
        cells[reading->filled] = (Cell){.text = ""};
    cells[reading->filled++] = (Cell){.text = text, .number = number};
    return OK;
}

static Err put_copy(Reading *reading, const char *text, bool number)
{
    size_t bytes = strlen(text) + 1;
    if (bytes > XLS_ROW_TEXT - reading->row_text)
        return damaged(reading, "the row is too long");
    char *copy = memcpy(reading->reader->texts + reading->row_text, text, bytes);
    reading->row_text += bytes;
    return put(reading, copy, number);
}

/* "2021001"; from 1e15 on as it would be shown, since it has lost digits. */
static Err put_number(Reading *reading, double value)
{
    char text[40];
    if (fabs(value) < EXACT_MOST && value == trunc(value))
        snprintf(text, sizeof text, "%lld", (long long)value);
    else
        g_ascii_formatd(text, sizeof text, "%.15g", value);
    return put_copy(reading, text, true);
}

static Err put_text(Reading *reading, XlsRecord *record, int count_bytes)
{
    const char *text = xls_text(reading->reader, record, count_bytes);
    if (text == xls_too_long)
        return damaged(reading, xls_too_long);
    return text ? put_copy(reading, text, false) : damaged(reading, "holds what is no text");
}

/* As XLSX writes them. */
static Err put_truth(Reading *reading, int value, bool is_error)
{
    static const struct { int code; const char *text; } errors[] = {
        {0x00, "#NULL!"}, {0x07, "#DIV/0!"}, {0x0f, "#VALUE!"}, {0x17, "#REF!"}, {0x1d, "#NAME?"}, {0x24, "#NUM!"}, {0x2b, "#GETTING_DATA"},
    };
    if (!is_error)
        return put(reading, value ? "1" : "0", false);
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].code == value)
            return put(reading, errors[i].text, false);
    return put(reading, "#N/A", false);
}

static bool take_double(XlsRecord *record, double *out)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i += 2) {
        uint16_t two;
        if (!xls_take16(record, &two))
            return false;
        bytes[i] = (uint8_t)two;
        bytes[i + 1] = (uint8_t)(two >> 8);
    }
    *out = xls_double(bytes);
    return true;
}

/* The upper 30 bits of a double, or a whole number; hundredths of it, perhaps. */
static double unpack_rk(uint32_t rk)
{
    uint8_t bytes[8] = {0};
    for (int i = 0; i < 4; i++)
        bytes[4 + i] = (uint8_t)((rk & ~3u) >> 8 * i);
    double value = rk & 2 ? (double)((int32_t)rk >> 2) : xls_double(bytes);
    return rk & 1 ? value / 100 : value;
}

/* A number, or in its last two bytes the sign that it is none, in its first of which kind, in its third which truth or error. */
static Err put_result(Reading *reading, XlsRecord *record)
{
    double value;
    XlsRecord parts = *record;
    uint16_t kind, what, sign = 0;
    if (!take_double(record, &value) || !xls_take16(&parts, &kind) || !xls_take16(&parts, &what) || !xls_skip(&parts, 2) ||
        !xls_take16(&parts, &sign))
        return damaged(reading, "holds half a formula");
    kind &= 0xff;
    if (sign != 0xffff)
        return put_number(reading, value);
    if (kind == RESULT_TRUTH || kind == RESULT_ERROR)
        return put_truth(reading, what & 0xff, kind == RESULT_ERROR);
    reading->awaits_text = kind == RESULT_TEXT;
    return OK;
}

/* Several numbers side by side. */
static Err put_numbers(Reading *reading, XlsRecord *record, uint32_t row, int column)
{
    while (record->end - record->at >= BYTES_OF_RK) {
        uint16_t format;
        uint32_t rk;
        if (!xls_take16(record, &format) || !xls_take32(record, &rk))
            return damaged(reading, "holds half a number");
        TRY(move_to(reading, row, column++));
        TRY(put_number(reading, unpack_rk(rk)));
    }
    return OK;
}

static Err put_shared(Reading *reading, XlsRecord *record)
{
    uint32_t index;
    if (!xls_take32(record, &index) || index >= reading->reader->string_count)
        return damaged(reading, "points to a text that is not there");
    const char *text = reading->reader->strings[index];
    return text == xls_too_long ? damaged(reading, text) : put(reading, text, false);
}

/* What is behind row, column and format. */
static Err take_cell(Reading *reading, XlsRecord *record)
{
    double value = 0;
    uint16_t whole;
    uint32_t rk;
    switch (record->type) {
    case XLS_LABELSST:
        return put_shared(reading, record);
    case XLS_LABEL2:
        return put_text(reading, record, 1);
    case XLS_LABEL:
    case XLS_RSTRING:
        return put_text(reading, record, 2);
    case XLS_NUMBER:
    case XLS_NUMBER2:
        return take_double(record, &value) ? put_number(reading, value) : damaged(reading, "holds half a number");
    case XLS_INTEGER2:
        return xls_take16(record, &whole) ? put_number(reading, whole) : damaged(reading, "holds half a number");
    case XLS_RK:
        return xls_take32(record, &rk) ? put_number(reading, unpack_rk(rk)) : damaged(reading, "holds half a number");
    case XLS_BOOLERR:
    case XLS_BOOLERR2:
        return xls_take16(record, &whole) ? put_truth(reading, whole & 0xff, whole >> 8) : damaged(reading, "holds half a cell");
    default: /* XLS_FORMULA and those like it */
        return put_result(reading, record);
    }
}

static Err take_merged(Reading *reading, XlsRecord *record)
{
    uint16_t count, first, last, column, last_column;
    if (!xls_take16(record, &count))
        return damaged(reading, "holds half a cell");
    for (; count > 0; count--) {
        if (!xls_take16(record, &first) || !xls_take16(record, &last) || !xls_take16(record, &column) || !xls_take16(record, &last_column))
            return damaged(reading, "holds half a cell");
        TRY(table_merge(reading->table, (Merge){first + 1u, last + 1u, column}));
    }
    return OK;
}

static Err take_record(Reading *reading, XlsRecord *record)
{
    uint16_t row, column;
    int version = reading->reader->version;
    switch (record->type) {
    case XLS_FILEPASS: /* of a sheet that is not in a book */
        return xls_locked(reading->table);
    case XLS_STRING:
    case XLS_STRING2:
        if (!reading->awaits_text)
            return OK;
        reading->awaits_text = false;
        return put_text(reading, record, version == 2 ? 1 : 2);
    case XLS_MERGED:
        return take_merged(reading, record);
    case XLS_LABELSST:
    case XLS_LABEL:
    case XLS_RSTRING:
    case XLS_NUMBER:
    case XLS_RK:
    case XLS_MULRK:
    case XLS_BOOLERR:
    case XLS_FORMULA:
    case XLS_FORMULA3:
    case XLS_FORMULA4:
        break;
    case XLS_LABEL2:
    case XLS_NUMBER2:
    case XLS_INTEGER2:
    case XLS_BOOLERR2:
        if (version == 2)
            break;
        return OK;
    default:
        return OK;
    }
    if (!xls_take16(record, &row) || !xls_take16(record, &column))
        return damaged(reading, "holds half a cell");
    if (record->type == XLS_MULRK)
        return put_numbers(reading, record, row, column);
    if (!xls_skip(record, version == 2 ? BYTES_OF_HEAD2 : 2))
        return damaged(reading, "holds half a cell");
    TRY(move_to(reading, row, column));
    return take_cell(reading, record);
}

static bool begins(uint16_t type)
{
    return type == XLS_BOF || type == XLS_BOF2 || type == XLS_BOF3 || type == XLS_BOF4;
}

/* Up to the end of the sheet; a chart in it has a beginning and an end of its own. */
static Err read_records(Reading *reading, size_t at)
{
    XlsRecord record;
    for (int depth = 0; !reading->stop; at = record.end) {
        if (!xls_record(reading->reader, at, &record))
            return damaged(reading, "the list is cut off behind it");
        size_t end = record.end;
        if (begins(record.type))
            depth++;
        else if (record.type == XLS_EOF && --depth == 0)
            return end_row(reading);
        else if (depth == 1)
            TRY(take_record(reading, &record));
        record.end = end > record.end ? end : record.end;
    }
    return OK;
}

Err xls_sheet_read(Table *table, int sheet, TakeRow take, void *taker)
{
    XlsReader *reader = table->reader;
    Reading reading = {.table = table, .reader = reader, .sheet = sheet, .take = take, .taker = taker, .column = -1};
    return read_records(&reading, table->sheets ? reader->sheet_starts[sheet] : 0);
}
