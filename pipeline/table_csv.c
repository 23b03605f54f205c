/* SPDX-License-Identifier: MIT */
/* Separated values, read in pieces: libcsv calls back per cell and per line break; a row's cells lie in
 * one buffer until the row ends. */
#include "table_kinds.h"
#include <string.h>
#include <csv.h>

enum { LINES_LOOKED_AT = 20, ROW_TEXT_MAX = 1 << 20 };

typedef struct CsvReader {
    TextFile file;
    bool opened;
    Cell *cells; /* of one row */
    char *texts;
} CsvReader;

typedef struct CsvRow {
    Table *table;
    TakeRow take;
    void *taker;
    Cell *cells;
    char *texts; /* of this row, one behind the other */
    size_t used;
    int count;
    uint32_t number;
    int last_break; /* the character that ended the last row, 0 behind a cell */
    bool stop;
    Err err;
} CsvRow;

/* What stands most often between cells of the first lines, outside quotes. */
static char find_separator(const char *text, size_t bytes)
{
    static const char candidates[] = ",\t;";
    size_t counts[3] = {0};
    bool quoted = false;
    for (size_t i = 0, lines = 0; i < bytes && lines < LINES_LOOKED_AT; i++) {
        const char *candidate = text[i] ? strchr(candidates, text[i]) : NULL;
        quoted ^= text[i] == '"';
        if (candidate && !quoted)
            counts[candidate - candidates]++;
        lines += text[i] == '\n' && !quoted;
    }
    size_t best = counts[1] > counts[0];
    return candidates[counts[2] > counts[best] ? 2 : best];
}

static Err csv_open(Table *table)
{
    CsvReader *reader = ARENA_NEW(table->own, CsvReader);
    char *piece = arena_alloc(table->own, TEXT_PIECE);
    size_t bytes = 0;
    if (!reader || !piece)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    table->reader = reader;
    reader->cells = ARENA_ARRAY(table->own, Cell, TABLE_COLUMNS_MAX);
    reader->texts = arena_alloc(table->own, ROW_TEXT_MAX);
    if (!reader->cells || !reader->texts)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    TRY(textfile_open(table->arena, table->path, table->charset, &reader->file));
    reader->opened = true;
    table->charset = reader->file.decoder.charset;
    TRY(textfile_next(&reader->file, piece, &bytes));
    table->separator = find_separator(piece, bytes);
    return OK;
}

static void csv_close(Table *table)
{
    CsvReader *reader = table->reader;
    if (reader && reader->opened)
        textfile_close(&reader->file);
}

/* `format` takes the place. */
static void refuse(CsvRow *row, const char *format)
{
    const char *place = table_place(row->table->arena, row->table, 0, row->number + 1, -1);
    if (!row->stop)
        row->err = fail(row->table->arena, ERR_USAGE, format, place);
    row->stop = true;
}

static void take_cell(void *text, size_t bytes, void *to)
{
    CsvRow *row = to;
    row->last_break = 0;
    if (row->stop)
        return;
    if (row->count == TABLE_COLUMNS_MAX)
        return refuse(row, "%s has more than 1024 cells");
    if (bytes >= TABLE_TEXT_MAX || bytes >= ROW_TEXT_MAX - row->used)
        return refuse(row, "%s has a cell that is too long: a quotation mark is missing, perhaps");
    char *copy = memcpy(row->texts + row->used, text ? text : "", bytes);
    copy[bytes] = '\0';
    row->used += bytes + 1;
    row->cells[row->count++] = (Cell){.text = copy};
}

/* Empty lines count as rows, since a spreadsheet program counts them; CR LF is one break. */
static void take_break(int ended_by, void *to)
{
    CsvRow *row = to;
    bool second_half = ended_by == '\n' && row->last_break == '\r' && row->count == 0;
    row->last_break = second_half ? 0 : ended_by;
    if (row->stop || second_half)
        return;
    if (row->number == TABLE_ROWS_MAX)
        return refuse(row, "%s is one row too many");
    row->number++;
    TableRow done = {.cells = row->cells, .count = row->count, .number = row->number};
    if (row->count > 0)
        row->err = row->take(row->taker, &done, &row->stop);
    row->stop = row->stop || row->err.code;
    row->count = 0;
    row->used = 0;
}

static Err parse(struct csv_parser *parser, TextFile *file, CsvRow *row)
{
    char piece[TEXT_PIECE];
    size_t bytes = 0;
    do {
        TRY(textfile_next(file, piece, &bytes));
        if (csv_parse(parser, piece, bytes, take_cell, take_break, row) != bytes)
            return fail(row->table->arena, ERR_MEMORY, "cannot read '%s': %s", row->table->path,
                        csv_strerror(csv_error(parser)));
    } while (bytes > 0 && !row->stop);
    if (row->stop)
        return row->err;
    /* an open quotation mark would swallow the rest of the file as one cell */
    csv_set_opts(parser, CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI);
    if (csv_fini(parser, take_cell, take_break, row)) {
        refuse(row, "%s opens a quotation mark that nothing closes");
        return row->err;
    }
    return row->err;
}

static Err csv_read(Table *table, int sheet, TakeRow take, void *taker)
{
    (void)sheet;
    CsvReader *reader = table->reader;
    CsvRow row = {.table = table, .take = take, .taker = taker};
    row.cells = reader->cells;
    row.texts = reader->texts;
    struct csv_parser parser;
    if (csv_init(&parser, CSV_REPALL_NL))
        return fail(table->arena, ERR_MEMORY, "out of memory");
    csv_set_delim(&parser, (unsigned char)table->separator);
    Err err = textfile_rewind(&reader->file);
    if (!err.code)
        err = parse(&parser, &reader->file, &row);
    csv_free(&parser);
    return err;
}

const TableKind table_csv = {"CSV", csv_open, csv_read, csv_close, NULL};
