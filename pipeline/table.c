/* SPDX-License-Identifier: MIT */
#include "table_kinds.h"
#include "cfb.h"
#include "markup.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib.h>

/* A table's own memory is bounded by its file, so that a bomb ends early: texts inflate twentyfold at
 * most in real workbooks. */
enum { OWN_BYTES = 4 << 20, OWN_PER_BYTE = 40, OWN_MAX = 1 << 30, MERGED_ROWS_MAX = 32 << 20 };

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* The first bytes of dBASE and FoxPro tables; no text starts so. */
static bool is_dbf(const char *start, size_t bytes)
{
    static const char versions[] = "\x02\x03\x30\x31\x32\x43\x63\x83\x8b\xcb\xf5\xfb";
    if (bytes < 32 || !start[0] || !strchr(versions, start[0]))
        return false;
    int month = (unsigned char)start[2], day = (unsigned char)start[3];
    return ((unsigned char)start[0] < 0x30 || (month <= 12 && day <= 31)) &&
           memchr(start + 4, '\0', 28) != NULL;
}

/* The first record of a workbook that is no compound file: only a text of UTF-16 has such zeros. */
static bool is_bare_xls(const char *start, size_t bytes)
{
    return bytes >= 8 && start[0] == '\t' && memchr("\0\2\4\10", start[1], 4) && start[2] >= 4 && start[2] <= 16 && start[3] == 0;
}

Err table_none(const Table *table)
{
    return fail(table->arena, ERR_USAGE,
                "'%s' is a web page or a document, not a table, whatever its name says: open it "
                "and save it as XLSX",
                table->path);
}

static Err find_kind(Table *table, const char *start, size_t bytes)
{
    const char *text = start + (starts_with(start, "\xef\xbb\xbf") ? 3 : 0);
    text += strspn(text, " \t\r\n");
    MarkupKind markup = markup_kind(start, bytes);
    if (bytes >= 4 && (starts_with(start, "PK\3\4") || starts_with(start, "PK\5\6")))
        table->kind = &table_xlsx;
    else if (cfb_is((const uint8_t *)start, bytes) || (table->charset != CHARSET_UTF16LE && is_bare_xls(start, bytes)))
        table->kind = &table_xls;
    else if (is_dbf(start, bytes))
        table->kind = &table_dbf;
    else if (starts_with(text, "%PDF"))
        return table_none(table);
    else
        table->kind = markup == MARKUP_PAGE ? &table_html : markup == MARKUP_WORKBOOK ? &table_xml : &table_csv;
    return OK;
}

/* Looks at the start of the file. */
static Err look(Table *table)
{
    char start[MARKUP_START_BYTES + 1] = {0};
    int fd = open(table->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return fail(table->arena, ERR_IO, "cannot open '%s': %m", table->path);
    struct stat facts;
    bool regular = fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
    ssize_t got = regular ? read(fd, start, MARKUP_START_BYTES) : 0;
    Err err = OK;
    if (!regular)
        err = fail(table->arena, ERR_USAGE, "'%s' is not a file", table->path);
    else if (got < 0)
        err = fail(table->arena, ERR_IO, "cannot read '%s': %m", table->path);
    else if (got == 0)
        err = fail(table->arena, ERR_USAGE, "'%s' is empty", table->path);
    close(fd);
    TRY(err);
    table->bytes = (size_t)facts.st_size;
    return find_kind(table, start, (size_t)got);
}

Err table_open(Arena *arena, const char *path, Charset charset, Table **out)
{
    Table *table = calloc(1, sizeof *table);
    *out = NULL;
    if (!table)
        return fail(arena, ERR_MEMORY, "out of memory");
    *table = (Table){.arena = arena, .path = path, .charset = charset, .sheet_count = 1};
    Err err = look(table);
    if (!err.code) {
        size_t bytes = table->bytes;
        size_t wanted = bytes < OWN_MAX / OWN_PER_BYTE ? bytes * OWN_PER_BYTE : OWN_MAX;
        table->own = arena_create(OWN_BYTES + wanted);
        err = table->own ? table->kind->open(table) : fail(arena, ERR_MEMORY, "out of memory");
    }
    if (err.code)
        table_close(&table);
    *out = table;
    return err;
}

void table_close(Table **table)
{
    if (!*table)
        return;
    if ((*table)->own)
        (*table)->kind->close(*table);
    arena_destroy((*table)->own);
    free(*table);
    *table = NULL;
}

int table_sheets(const Table *table)
{
    return table->sheet_count;
}

const char *table_sheet_name(const Table *table, int sheet)
{
    return table->sheets ? table->sheets[sheet].name : "";
}

bool table_sheet_hidden(const Table *table, int sheet)
{
    return table->sheets && table->sheets[sheet].hidden;
}

const char *table_kind(const Table *table)
{
    return table->kind->name;
}

const char *table_charset(const Table *table)
{
    return charset_name(table->charset);
}

const char *table_path(const Table *table)
{
    return table->path;
}

uint64_t table_bytes(const Table *table)
{
    return table->bytes;
}

char table_separator(const Table *table)
{
    return table->separator;
}

Err table_read(Table *table, int sheet, TakeRow take, void *taker)
{
    table->merge_count = table->merged_rows = 0;
    return table->kind->read(table, sheet, take, taker);
}

bool table_may_list(const Table *table, int sheet)
{
    return !table->kind->may_list || table->kind->may_list(table, sheet);
}

const char *table_plain_number(const char *text, char out[32])
{
    if (!text[strspn(text, "0123456789")])
        return text;
    char *end;
    double value = g_ascii_strtod(text, &end);
    if (*end || end == text || !(value > -1e15 && value < 1e15))
        return text;
    if ((double)(long long)value == value)
        snprintf(out, 32, "%lld", (long long)value);
    else
        g_ascii_formatd(out, 32, "%.15g", value);
    return out;
}

Err table_merge(Table *table, Merge merge)
{
    if (merge.last <= merge.first || merge.column >= TABLE_COLUMNS_MAX)
        return OK;
    table->merged_rows += merge.last - merge.first;
    Merge *merges = arena_more(table->own, table->merges, table->merge_count, &table->merge_room, sizeof merge);
    if (!merges || table->merged_rows > MERGED_ROWS_MAX)
        return fail(table->arena, ERR_USAGE, "'%s' has too many merged cells", table->path);
    table->merges = merges;
    table->merges[table->merge_count++] = merge;
    return OK;
}

const Merge *table_merges(const Table *table, size_t *count)
{
    *count = table->merge_count;
    return table->merges;
}

void table_letters(int column, char out[8])
{
    char reversed[8];
    int count = 0;
    for (int left = column + 1; left > 0 && count < 7; left = (left - 1) / 26)
        reversed[count++] = (char)('A' + (left - 1) % 26);
    for (int i = 0; i < count; i++)
        out[i] = reversed[count - 1 - i];
    out[count] = '\0';
}

int table_column(const char *text)
{
    int column = 0;
    for (const char *c = text; *c; c++) {
        int letter = *c >= 'a' && *c <= 'z' ? *c - 'a' : *c - 'A';
        if (letter < 0 || letter > 25 || c - text > 2)
            return -1;
        column = column * 26 + letter + 1;
    }
    return column - 1; /* -1 for "" */
}

const char *table_place(Arena *arena, const Table *table, int sheet, uint32_t row, int column)
{
    char letters[8];
    const char *name = table_sheet_name(table, sheet), *text;
    table_letters(column, letters);
    if (*name)
        text = column < 0 ? arena_print(arena, "'%s', sheet '%s', row %u", table->path, name, row)
                          : arena_print(arena, "'%s', sheet '%s', cell %s%u", table->path, name, letters, row);
    else
        text = column < 0 ? arena_print(arena, "'%s', row %u", table->path, row)
                          : arena_print(arena, "'%s', cell %s%u", table->path, letters, row);
    return text ? text : "";
}

Err table_wrong(const Table *table, int sheet, uint32_t row, int column, const char *what)
{
    char letters[8];
    const char *name = table_sheet_name(table, sheet);
    table_letters(column, letters);
    if (*name && column < 0)
        return fail(table->arena, ERR_USAGE, "'%s', sheet '%s', row %u, %s", table->path, name, row, what);
    if (*name)
        return fail(table->arena, ERR_USAGE, "'%s', sheet '%s', cell %s%u, %s", table->path, name, letters, row, what);
    if (column < 0)
        return fail(table->arena, ERR_USAGE, "'%s', row %u, %s", table->path, row, what);
    return fail(table->arena, ERR_USAGE, "'%s', cell %s%u, %s", table->path, letters, row, what);
}
