/* SPDX-License-Identifier: MIT */
/* Workbooks of Excel 2003 as XML ("SpreadsheetML"): Workbook > Worksheet > Table > Row > Cell > Data. Each sheet is XML by
 * itself, so it is read from where it lies. */
#include <stdlib.h>
#include <string.h>
#include "grid.h"
#include "markup.h"
#include "xml.h"

enum { SHEETS_MAX = 256, VISIBLE_MAX = 32, LEVEL_TABLE = 2, LEVEL_ROW = 3, LEVEL_CELL = 4, LEVEL_DATA = 5 };

/* What lies in what; everything else is passed over. */
static const char *const levels[] = {"Worksheet", "Table", "Row", "Cell", "Data"};

typedef struct XmlReader {
    const char *text;
    size_t bytes;
    XmlPlace *sheets;
    Grid *grid;
} XmlReader;

typedef struct Listing {
    Table *table;
    XmlReader *reader;
    XmlPlace place;
    int depth;
    bool taking, stop;
    char visible[VISIBLE_MAX];
} Listing;

typedef struct Reading {
    Grid *grid;
    int depth, level; /* elements open; how many of these are those of `levels` */
    uint32_t next_row;
    bool has_data, number;
} Reading;

static Err with_path(const Table *table, Err err)
{
    if (err.code != ERR_USAGE || strstr(err.text, table->path))
        return err;
    return fail(table->arena, ERR_USAGE, "'%s' is damaged: %s", table->path, err.text);
}

/* ---- which sheets there are ---- */

static Err begin_sheet(Listing *listing, const char **attributes)
{
    Table *table = listing->table;
    const char *name = xml_attribute(attributes, "Name");
    if (table->sheet_count == SHEETS_MAX)
        return fail(table->arena, ERR_USAGE, "too many sheets");
    table->sheets[table->sheet_count] = (Sheet){.name = arena_copy(table->own, name ? name : "")};
    listing->reader->sheets[table->sheet_count].start = listing->place.start;
    listing->visible[0] = '\0';
    return table->sheets[table->sheet_count].name ? OK : fail(table->arena, ERR_MEMORY, "out of memory");
}

/* Workbook > Worksheet > WorksheetOptions > Visible */
static Err list_open(void *to, const char *name, const char **attributes)
{
    Listing *listing = to;
    int depth = listing->depth++;
    listing->taking = depth == 3 && strcmp(name, "Visible") == 0;
    return depth == 1 && strcmp(name, "Worksheet") == 0 ? begin_sheet(listing, attributes) : OK;
}

static Err list_close(void *to, const char *name)
{
    Listing *listing = to;
    listing->taking = false;
    if (--listing->depth != 1 || strcmp(name, "Worksheet") != 0)
        return OK;
    listing->reader->sheets[listing->table->sheet_count].end = listing->place.end;
    listing->table->sheets[listing->table->sheet_count++].hidden = strstr(listing->visible, "Hidden");
    return OK;
}

static Err list_text(void *to, const char *text, size_t bytes)
{
    Listing *listing = to;
    size_t used = strlen(listing->visible);
    if (!listing->taking || bytes >= VISIBLE_MAX - used)
        return OK;
    memcpy(listing->visible + used, text, bytes);
    listing->visible[used + bytes] = '\0';
    return OK;
}

static Err xml_open(Table *table)
{
    XmlReader *reader = ARENA_NEW(table->own, XmlReader);
    if (!reader)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    table->reader = reader;
    reader->sheets = ARENA_ARRAY(table->own, XmlPlace, SHEETS_MAX);
    table->sheets = ARENA_ARRAY(table->own, Sheet, SHEETS_MAX);
    table->sheet_count = 0;
    if (!reader->sheets || !table->sheets)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    TRY(grid_open(table, &reader->grid));
    TRY(markup_load(table, &reader->text, &reader->bytes));
    size_t blank = strspn(reader->text, " \t\r\n"); /* that a script left before the first line, which XML forbids */
    reader->text += blank;
    reader->bytes -= blank;
    Listing listing = {.table = table, .reader = reader};
    XmlEvents events = {list_open, list_close, list_text, &listing, &listing.stop};
    TRY(with_path(table, xml_read_text(table->arena, reader->text, reader->bytes, &events, &listing.place)));
    return table->sheet_count > 0 ? OK : fail(table->arena, ERR_USAGE, "'%s' has no sheets", table->path);
}

static void xml_close(Table *table)
{
    (void)table;
}

/* ---- one sheet ---- */

/* A number from 0 to UINT32_MAX; `usual` where there is none. What is no such number is UINT32_MAX. */
static uint32_t number_of(const char **attributes, const char *name, uint32_t usual)
{
    const char *text = xml_attribute(attributes, name);
    if (!text)
        return usual;
    unsigned long value = strtoul(text, NULL, 10);
    return *text && !text[strspn(text, "0123456789")] && value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

/* Excel writes several rows without cells as one, which spans the others. */
static Err begin_row(Reading *reading, const char **attributes)
{
    uint32_t row = number_of(attributes, "Index", reading->next_row), span = number_of(attributes, "Span", 0);
    TRY(grid_row(reading->grid, row));
    reading->next_row = row + 1 + (span < TABLE_ROWS_MAX ? span : TABLE_ROWS_MAX);
    return OK;
}

static Err begin_cell(Reading *reading, const char **attributes)
{
    uint32_t index = number_of(attributes, "Index", 0), most = INT32_MAX;
    GridCell cell = {.across = number_of(attributes, "MergeAcross", 0), .down = number_of(attributes, "MergeDown", 0)};
    cell.column = !xml_attribute(attributes, "Index") ? -1 : (int)(index > 0 && index < most ? index - 1 : most);
    reading->has_data = reading->number = false;
    return grid_cell(reading->grid, &cell);
}

static Err begin_data(Reading *reading, const char **attributes)
{
    const char *type = xml_attribute(attributes, "Type");
    if (reading->has_data)
        return grid_wrong(reading->grid, "the cell behind it is out of order: save the workbook anew as XLSX");
    reading->has_data = true;
    reading->number = type && strcmp(type, "Number") == 0;
    return OK;
}

static Err on_open(void *to, const char *name, const char **attributes)
{
    Reading *reading = to;
    bool expected = reading->depth++ == reading->level && reading->level < LEVEL_DATA && strcmp(name, levels[reading->level]) == 0;
    if (!expected && reading->level >= LEVEL_TABLE && (strcmp(name, "Row") == 0 || strcmp(name, "Cell") == 0))
        return grid_wrong(reading->grid, "the cell behind it is out of order: save the workbook anew as XLSX");
    if (!expected)
        return OK;
    switch (++reading->level) {
    case LEVEL_ROW:
        return begin_row(reading, attributes);
    case LEVEL_CELL:
        return begin_cell(reading, attributes);
    case LEVEL_DATA:
        return begin_data(reading, attributes);
    default:
        return OK;
    }
}

static Err on_close(void *to, const char *name)
{
    (void)name;
    Reading *reading = to;
    if (--reading->depth >= reading->level)
        return OK;
    switch (reading->level--) {
    case LEVEL_ROW:
        return grid_row_end(reading->grid);
    case LEVEL_CELL:
        return grid_cell_end(reading->grid, reading->number);
    case LEVEL_TABLE:
        return grid_spans_end(reading->grid);
    default:
        return OK;
    }
}

static Err on_text(void *to, const char *text, size_t bytes)
{
    Reading *reading = to;
    return reading->level == LEVEL_DATA ? grid_add(reading->grid, text, bytes) : OK;
}

static Err xml_read_sheet(Table *table, int sheet, TakeRow take, void *taker)
{
    XmlReader *reader = table->reader;
    XmlPlace place = reader->sheets[sheet];
    Reading reading = {.grid = reader->grid, .next_row = 1};
    grid_begin(reader->grid, sheet, take, taker);
    XmlEvents events = {on_open, on_close, on_text, &reading, &reader->grid->stop};
    return with_path(table, xml_read_text(table->arena, reader->text + place.start, place.end - place.start, &events, NULL));
}

const TableKind table_xml = {"XML", xml_open, xml_read_sheet, xml_close, NULL};
