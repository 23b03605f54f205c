/* SPDX-License-Identifier: MIT */
/* A sheet as it streams by: one row of cells at a time. */
#include "xlsx.h"
#include <stdlib.h>
#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
static const uint64_t SHEET_PART_MAX = 1ull << 30;

typedef enum CellType { TYPE_NUMBER, TYPE_SHARED, TYPE_TEXT } CellType;

typedef struct Reading {
    Table *table;
    XlsxReader *reader;
    int sheet;
    TakeRow take;
    void *taker;
    XlsxText text;
    size_t row_text; /* bytes of reader->texts in use */
    bool in_data, in_cell, stop;
    CellType type;
    uint32_t row;
    int column, filled; /* the cell being read; cells of this row up to the last with text */
    size_t cells;
} Reading;

static Err damaged(const Reading *reading, const char *what)
{
    return table_wrong(reading->table, reading->sheet, reading->row, reading->in_cell ? reading->column : -1, what);
}

/* Rows and cells go up; what does not would let two readers see two rosters. */
static Err begin_row(Reading *reading, const char **attributes)
{
    const char *number = xml_attribute(attributes, "r");
    char *end = NULL;
    unsigned long row = number ? strtoul(number, &end, 10) : reading->row + 1ul;
    if (row <= reading->row || row > TABLE_ROWS_MAX || (number && *end) || reading->in_cell)
        return damaged(reading, "the row behind it is out of order: save the workbook anew as XLSX");
    reading->row = (uint32_t)row;
    reading->column = -1;
    reading->filled = 0;
    reading->row_text = 0;
    return OK;
}

static int column_of(const char *place, int before)
{
    char letters[4] = "";
    if (!place)
        return before + 1;
    size_t count = strspn(place, LETTERS);
    if (count == 0 || count > 3)
        return -1;
    memcpy(letters, place, count);
    return table_column(letters);
}

static Err begin_cell(Reading *reading, const char **attributes)
{
    const char *type = xml_attribute(attributes, "t");
    int column = column_of(xml_attribute(attributes, "r"), reading->column);
    if (column <= reading->column || column >= SHEET_COLUMNS || reading->in_cell)
        return damaged(reading, "the cell behind it is out of order: save the workbook anew as XLSX");
    if (++reading->cells > SHEET_CELLS_MAX)
        return damaged(reading, "there are too many cells");
    reading->column = column;
    reading->in_cell = true;
    reading->text.count = 0;
    reading->type = !type || strcmp(type, "n") == 0 ? TYPE_NUMBER
                    : strcmp(type, "s") == 0        ? TYPE_SHARED
                                                    : TYPE_TEXT;
    return OK;
}

/* The row's own copy of a text that is not shared. */
static const char *keep(Reading *reading, const char *text)
{
    size_t bytes = strlen(text) + 1;
    if (bytes > XLSX_ROW_TEXT - reading->row_text)
        return NULL;
    char *copy = memcpy(reading->reader->texts + reading->row_text, text, bytes);
    reading->row_text += bytes;
    return copy;
}

static Err end_cell(Reading *reading)
{
    char plain[32];
    const char *text = xlsx_text_end(&reading->text);
    bool number = reading->type == TYPE_NUMBER && *text;
    if (*text && reading->type == TYPE_SHARED) {
        text = xlsx_string(reading->reader->strings, text);
        if (!text)
            return damaged(reading, "points to a text that is not there");
    } else if (*text) {
        text = keep(reading, number ? table_plain_number(text, plain) : text);
        if (!text)
            return damaged(reading, "the row is too long");
    }
    if (*text && reading->column >= TABLE_COLUMNS_MAX)
        return damaged(reading, "the table is wider than 1024 columns");
    reading->in_cell = false;
    if (!*text) /* cells that only have a colour reach to the end of the sheet */
        return OK;
    Cell *cells = reading->reader->cells;
    for (; reading->filled < reading->column; reading->filled++)
        cells[reading->filled] = (Cell){.text = ""};
    cells[reading->filled++] = (Cell){.text = text, .number = number};
    return OK;
}

static Err end_row(Reading *reading)
{
    TableRow row = {reading->reader->cells, reading->filled, reading->row};
    if (reading->filled == 0)
        return OK;
    return reading->take(reading->taker, &row, &reading->stop);
}

/* "C3:C7" */
static Err take_merge(Reading *reading, const char *range)
{
    const char *colon = range ? strchr(range, ':') : NULL;
    if (!colon) /* of one cell */
        return OK;
    int column = column_of(range, 0);
    unsigned long first = strtoul(range + strspn(range, LETTERS), NULL, 10), last = strtoul(colon + 1 + strspn(colon + 1, LETTERS), NULL, 10);
    if (column < 0 || first == 0 || last < first || last > TABLE_ROWS_MAX)
        return fail(reading->table->arena, ERR_USAGE, "'%s' are no merged cells", range);
    return table_merge(reading->table, (Merge){(uint32_t)first, (uint32_t)last, column});
}

static Err on_open(void *to, const char *name, const char **attributes)
{
    Reading *reading = to;
    if (strcmp(name, "sheetData") == 0)
        reading->in_data = true;
    else if (!reading->in_data && strcmp(name, "mergeCell") == 0)
        return take_merge(reading, xml_attribute(attributes, "ref"));
    else if (!reading->in_data)
        return OK;
    else if (strcmp(name, "c") == 0)
        return begin_cell(reading, attributes);
    else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
        reading->text.taking = reading->in_cell && reading->text.phonetic == 0;
    else if (strcmp(name, "row") == 0)
        return begin_row(reading, attributes);
    else if (strcmp(name, "rPh") == 0)
        reading->text.phonetic++;
    return OK;
}

static Err on_close(void *to, const char *name)
{
    Reading *reading = to;
    if (!reading->in_data)
        return OK;
    if (strcmp(name, "c") == 0)
        return end_cell(reading);
    if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
        reading->text.taking = false;
    else if (strcmp(name, "row") == 0)
        return end_row(reading);
    else if (strcmp(name, "rPh") == 0)
        reading->text.phonetic--;
    else if (strcmp(name, "sheetData") == 0)
        reading->in_data = false;
    return OK;
}

static Err on_text(void *to, const char *text, size_t bytes)
{
    Reading *reading = to;
    return xlsx_text_add(reading->table->arena, &reading->text, text, bytes);
}

Err xlsx_sheet_read(Table *table, int sheet, TakeRow take, void *taker)
{
    XlsxReader *reader = table->reader;
    if (!reader->strings)
        TRY(xlsx_strings_read(table));
    Reading reading = {.table = table, .reader = reader, .sheet = sheet, .take = take,
                       .taker = taker};
    reading.text.bytes = reader->texts + XLSX_ROW_TEXT;
    XmlEvents events = {on_open, on_close, on_text, &reading, &reading.stop};
    return xlsx_part(table, table->sheets[sheet].part, SHEET_PART_MAX, &events);
}
