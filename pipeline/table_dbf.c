/* SPDX-License-Identifier: MIT */
/* dBASE and FoxPro tables. The field names are row 1, as a spreadsheet program shows them. */
#include "table_kinds.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <glib.h>
#include <shapefil.h>

enum { FIELDS_MAX = 512, PATH_SIZE = 4096, CELL_ROOM = 2 * (256 + 8) };

typedef struct Field {
    int offset, width;
    char type; /* as in the file: C N F D L ... */
} Field;

typedef struct DbfReader {
    DBFHandle dbf;
    Field fields[FIELDS_MAX];
    int field_count, record_count, record_bytes;
    long long end; /* of the last row that the header counts */
    Cell cells[FIELDS_MAX];
    char (*texts)[CELL_ROOM]; /* one per field */
    Decoder decoder;
    bool decoding;
} DbfReader;

/* The library puts the endings itself and knows two spellings only: it gets PATH.dbf for PATH and
 * PATH.cpg for the code page beside it. */
static SAFile open_hook(const char *path, const char *access)
{
    char name[PATH_SIZE];
    size_t length = strlen(path);
    (void)access;
    if (length < 4 || length >= sizeof name - 4)
        return NULL;
    memcpy(name, path, length + 1);
    name[length - 4] = '\0';
    if (strcasecmp(path + length - 4, ".cpg") == 0) {
        char *dot = strrchr(name, '.'), *slash = strrchr(name, '/');
        if (!dot || (slash && dot < slash))
            return NULL;
        strcpy(dot, path + length - 4); /* fits: `name` ends in at least the same four */
    }
    return (SAFile)fopen(name, "rbe");
}

static void error_hook(const char *text)
{
    (void)text; /* would go to stderr; we say it ourselves */
}

/* What the header claims against what is there. */
static Err check_header(Table *table, DbfReader *reader)
{
    uint8_t start[32];
    struct stat facts;
    FILE *file = fopen(table->path, "rbe");
    if (!file)
        return fail(table->arena, ERR_IO, "cannot open '%s': %m", table->path);
    bool whole = fread(start, 1, sizeof start, file) == sizeof start;
    whole = fstat(fileno(file), &facts) == 0 && whole;
    fclose(file);
    uint32_t records = (uint32_t)start[4] | (uint32_t)start[5] << 8 | (uint32_t)start[6] << 16 |
                       (uint32_t)start[7] << 24;
    int header = start[8] | start[9] << 8;
    reader->record_bytes = start[10] | start[11] << 8;
    if (!whole || header < 65 || reader->record_bytes < 2)
        return fail(table->arena, ERR_USAGE, "'%s' is no DBF table, or it is damaged", table->path);
    if (records >= TABLE_ROWS_MAX)
        return fail(table->arena, ERR_USAGE, "'%s' has more than %d rows", table->path,
                    TABLE_ROWS_MAX - 1);
    long long there = ((long long)facts.st_size - header) / reader->record_bytes;
    if (there < (long long)records)
        return fail(table->arena, ERR_USAGE, "'%s' is cut off: it says %u rows and holds %lld",
                    table->path, records, there < 0 ? 0 : there);
    reader->end = header + (long long)records * reader->record_bytes;
    reader->record_count = (int)records;
    return OK;
}

static Err read_fields(Table *table, DbfReader *reader)
{
    int offset = 1; /* behind the mark of deleted rows */
    reader->field_count = DBFGetFieldCount(reader->dbf);
    if (reader->field_count < 1 || reader->field_count > FIELDS_MAX)
        return fail(table->arena, ERR_USAGE, "'%s' has no columns, or more than %d", table->path,
                    FIELDS_MAX);
    for (int i = 0; i < reader->field_count; i++) {
        char name[XBASE_FLDNAME_LEN_READ + 1];
        int width = 0, decimals = 0;
        DBFGetFieldInfo(reader->dbf, i, name, &width, &decimals);
        reader->fields[i] = (Field){offset, width, DBFGetNativeFieldType(reader->dbf, i)};
        if (width < 0 || width > 255 || (offset += width) > reader->record_bytes)
            return fail(table->arena, ERR_USAGE, "'%s' is damaged: its columns are wider than its rows",
                        table->path);
    }
    return OK;
}

/* More than the header counts would be lost: what follows is the mark of the end, whatever lies behind it, or padding. */
static Err check_end(Table *table, const DbfReader *reader)
{
    enum { PADDING_MAX = 1 << 16 };
    int c = EOF, count = 0;
    FILE *file = fopen(table->path, "rbe");
    if (!file)
        return fail(table->arena, ERR_IO, "cannot open '%s': %m", table->path);
    bool ends = false, there = fseeko(file, reader->end, SEEK_SET) == 0;
    while (there && !ends && count <= PADDING_MAX && (c = getc(file)) != EOF && memchr("\0 \r\n\x1a", c, 5))
        ends = !count++ && c == 0x1a;
    fclose(file);
    if (there && (ends || c == EOF))
        return OK;
    return fail(table->arena, ERR_USAGE, "'%s' says %d rows, and more follows them: have the list exported again",
                table->path, reader->record_count);
}

/* "LDID/77" from the header, or what the .cpg file says. Others than Chinese are often wrong. */
static Err declared_charset(Table *table, const char *page)
{
    char digits[4] = "";
    if (!page || table->charset != CHARSET_FIND)
        return OK;
    if (sscanf(page, "LDID/%3[0-9]", digits) == 1) {
        int language = atoi(digits);
        if (language == 77 || language == 122)
            table->charset = CHARSET_GB18030;
        if (language == 79 || language == 120)
            return fail(table->arena, ERR_USAGE,
                        "'%s' says that it is in Big5: give --encoding, or save it as UTF-8",
                        table->path);
    } else if (strncasecmp(page, "utf", 3) == 0) {
        table->charset = CHARSET_UTF8;
    } else if (strstr(page, "936") || strncasecmp(page, "gb", 2) == 0) {
        table->charset = CHARSET_GB18030;
    }
    return OK;
}

static size_t trimmed(const char *text, int width)
{
    const char *zero = memchr(text, '\0', (size_t)width);
    size_t bytes = zero ? (size_t)(zero - text) : (size_t)width;
    while (bytes > 0 && text[bytes - 1] == ' ')
        bytes--;
    return bytes;
}

static bool has_text(const Field *field)
{
    return field->type && strchr("CVNFDL", field->type) != NULL;
}

/* NULL: cannot be read, or is deleted. */
static const char *record_at(DbfReader *reader, int index, bool *deleted)
{
    const char *record = DBFReadTuple(reader->dbf, index);
    *deleted = record && record[0] == '*';
    return record;
}

/* UTF-8 if every text of the table is, else GB18030. */
static Err find_charset(Table *table, DbfReader *reader)
{
    for (int i = 0; i < reader->record_count; i++) {
        bool deleted;
        const char *record = record_at(reader, i, &deleted);
        for (int j = 0; record && !deleted && j < reader->field_count; j++) {
            const char *text = record + reader->fields[j].offset;
            gssize bytes = (gssize)trimmed(text, reader->fields[j].width);
            if (has_text(&reader->fields[j]) && !g_utf8_validate(text, bytes, NULL)) {
                table->charset = CHARSET_GB18030;
                return OK;
            }
        }
    }
    table->charset = CHARSET_UTF8;
    return OK;
}

static Err dbf_open(Table *table)
{
    DbfReader *reader = ARENA_NEW(table->own, DbfReader);
    char *path = arena_print(table->own, "%s.dbf", table->path);
    if (!reader || !path)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    table->reader = reader;
    TRY(check_header(table, reader));
    SAHooks hooks;
    SASetupDefaultHooks(&hooks);
    hooks.FOpen = open_hook;
    hooks.Error = error_hook;
    reader->dbf = DBFOpenLL(path, "rb", &hooks);
    if (!reader->dbf)
        return fail(table->arena, ERR_USAGE, "'%s' is no DBF table, or it is damaged", table->path);
    TRY(read_fields(table, reader));
    TRY(check_end(table, reader));
    reader->texts = arena_alloc(table->own, (size_t)reader->field_count * CELL_ROOM);
    if (!reader->texts)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    TRY(declared_charset(table, DBFGetCodePage(reader->dbf)));
    if (table->charset == CHARSET_FIND)
        TRY(find_charset(table, reader));
    if (table->charset != CHARSET_UTF8 && table->charset != CHARSET_GB18030)
        return fail(table->arena, ERR_USAGE, "a DBF table is never in %s",
                    charset_name(table->charset));
    reader->decoding = decoder_open(&reader->decoder, table->charset);
    if (!reader->decoding)
        return fail(table->arena, ERR_IO, "this system cannot read %s",
                    charset_name(table->charset));
    return OK;
}

static void dbf_close(Table *table)
{
    DbfReader *reader = table->reader;
    if (reader && reader->dbf)
        DBFClose(reader->dbf);
    if (reader && reader->decoding)
        decoder_close(&reader->decoder);
}

/* Cell `column` of the row being read, from `bytes` of the file. */
static Err set_cell(Table *table, uint32_t row, int column, const char *text, size_t bytes)
{
    DbfReader *reader = table->reader;
    char *out = reader->texts[column];
    size_t written = 0;
    reader->decoder.kept_bytes = 0;
    if (!decoder_feed(&reader->decoder, text, bytes, out, &written) ||
        !decoder_done(&reader->decoder))
        return fail(table->arena, ERR_USAGE, "%s is not %s (a name that was cut off, perhaps)",
                    table_place(table->arena, table, 0, row, column),
                    charset_name(table->charset));
    out[written] = '\0';
    char type = row == 1 ? 'C' : reader->fields[column].type;
    bool number = *out && (type == 'N' || type == 'F');
    reader->cells[column] = (Cell){.text = out + strspn(out, " "), .number = number, .in_digits = number};
    return OK;
}

static Err give_row(Table *table, uint32_t number, TakeRow take, void *taker, bool *stop)
{
    DbfReader *reader = table->reader;
    TableRow row = {reader->cells, reader->field_count, number};
    return take(taker, &row, stop);
}

static Err dbf_read(Table *table, int sheet, TakeRow take, void *taker)
{
    DbfReader *reader = table->reader;
    bool stop = false, deleted = false;
    (void)sheet;
    for (int i = 0; i < reader->field_count; i++) {
        char name[XBASE_FLDNAME_LEN_READ + 1] = "";
        DBFGetFieldInfo(reader->dbf, i, name, NULL, NULL);
        TRY(set_cell(table, 1, i, name, strlen(name)));
    }
    TRY(give_row(table, 1, take, taker, &stop));
    for (int i = 0; i < reader->record_count && !stop; i++) {
        uint32_t number = (uint32_t)i + 2;
        const char *record = record_at(reader, i, &deleted);
        if (!record)
            return fail(table->arena, ERR_IO, "cannot read %s",
                        table_place(table->arena, table, 0, number, -1));
        if (deleted)
            continue;
        for (int j = 0; j < reader->field_count; j++) {
            const Field *field = &reader->fields[j];
            const char *text = record + field->offset;
            size_t bytes = has_text(field) ? trimmed(text, field->width) : 0;
            TRY(set_cell(table, number, j, text, bytes));
        }
        TRY(give_row(table, number, take, taker, &stop));
    }
    return OK;
}

const TableKind table_dbf = {"DBF", dbf_open, dbf_read, dbf_close, NULL};
