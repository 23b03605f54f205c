/* SPDX-License-Identifier: MIT */
/* Workbooks as Excel 2 to 2003 wrote them. Ours, since libfreexl does not say which sheets are hidden and takes a list that
 * is cut off for a shorter one. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <glib.h>
#include "cfb.h"
#include "xls.h"

enum { SHEETS_MAX = 4096, SHEET_OF_CELLS = 0, GBK = 936, BIG5 = 950, BIFF5 = 0x0500, START_OF_SHEET = 0x0010 };

static Err no_memory(Table *table)
{
    return fail(table->arena, ERR_MEMORY, "out of memory");
}

static Err read_file(Table *table, uint8_t **out)
{
    uint8_t *data = arena_raw(table->own, table->bytes);
    size_t used = 0;
    ssize_t got = 1;
    if (!data)
        return no_memory(table);
    int fd = open(table->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return fail(table->arena, ERR_IO, "cannot open '%s': %m", table->path);
    while (used < table->bytes && (got > 0 || errno == EINTR)) {
        got = read(fd, data + used, table->bytes - used);
        if (got == 0)
            break;
        used += got > 0 ? (size_t)got : 0;
    }
    Err err = got < 0 ? fail(table->arena, ERR_IO, "cannot read '%s': %m", table->path) : OK;
    close(fd);
    if (!err.code && used < table->bytes)
        err = xls_damaged(table);
    *out = data;
    return err;
}

/* The stream of records: the file itself before Excel 5 and from many a web server, else "Workbook" or "Book" in it. */
static Err find_stream(Table *table, XlsReader *reader)
{
    uint8_t *file = NULL;
    CfbStream stream, locked;
    TRY(read_file(table, &file));
    if (!cfb_is(file, table->bytes)) {
        reader->stream = file;
        reader->bytes = table->bytes;
        return OK;
    }
    if (!cfb_stream(table->own, file, table->bytes, "Workbook", &stream) ||
        (!stream.data && !cfb_stream(table->own, file, table->bytes, "Book", &stream)) ||
        !cfb_stream(table->own, file, table->bytes, "EncryptedPackage", &locked))
        return xls_damaged(table);
    if (locked.data)
        return xls_locked(table);
    if (!stream.data)
        return fail(table->arena, ERR_USAGE, "'%s' is a document of an office program and no workbook: save the list as XLSX", table->path);
    reader->stream = stream.data;
    reader->bytes = stream.bytes;
    return OK;
}

/* Where the text begins in a record that holds one as bytes, and how many bytes before it are its count. */
static const struct {
    XlsType type;
    int version; /* 0: any */
    size_t head, count_bytes;
} texts[] = {
    {XLS_LABEL2, 2, 8, 1}, {XLS_STRING2, 2, 1, 1}, {XLS_LABEL, 0, 8, 2}, {XLS_RSTRING, 0, 8, 2}, {XLS_STRING, 0, 2, 2}, {XLS_BOUNDSHEET, 0, 7, 1},
};

/* Whether the text in `record`, if there is one, is. */
static bool is_utf8(const XlsReader *reader, const XlsRecord *record)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t head = texts[i].head;
        if (record->type != texts[i].type || (texts[i].version && texts[i].version != reader->version) || record->end - record->at < head)
            continue;
        const uint8_t *text = reader->stream + record->at + head;
        size_t count = texts[i].count_bytes == 1 ? text[-1] : (size_t)(text[-2] | text[-1] << 8), there = record->end - record->at - head;
        return g_utf8_validate((const char *)text, (gssize)(count < there ? count : there), NULL);
    }
    return true;
}

/* UTF-8 where all texts are, and no Chinese page is named; what other pages are named is often wrong. */
static Err find_charset(Table *table, XlsReader *reader)
{
    XlsRecord record;
    uint16_t page;
    table->charset = CHARSET_UTF8;
    for (size_t at = 0; xls_record(reader, at, &record); at = record.end) {
        XlsRecord inside = record;
        if (!is_utf8(reader, &record))
            table->charset = CHARSET_GB18030;
        if (record.type != XLS_CODEPAGE || !xls_take16(&inside, &page))
            continue;
        if (page == BIG5)
            return fail(table->arena, ERR_USAGE, "'%s' says that it is in Big5: give --encoding, or save it as UTF-8", table->path);
        if (page == GBK) {
            table->charset = CHARSET_GB18030;
            return OK;
        }
    }
    return OK;
}

static Err open_decoder(Table *table, XlsReader *reader)
{
    if (reader->version == XLS_UNICODE)
        table->charset = CHARSET_UTF16LE;
    else if (table->charset == CHARSET_FIND)
        TRY(find_charset(table, reader));
    reader->decoding = decoder_open(&reader->decoder, table->charset);
    if (!reader->decoding)
        return fail(table->arena, ERR_IO, "this system cannot read %s", charset_name(table->charset));
    if (reader->version == XLS_UNICODE)
        table->charset = CHARSET_FIND; /* is no choice of the file's, and not told */
    return OK;
}

/* Where its records begin, whether it is shown, what it is, and its name. */
static Err take_sheet(Table *table, XlsReader *reader, XlsRecord *record)
{
    uint32_t start;
    uint16_t how;
    XlsRecord first;
    if (!xls_take32(record, &start) || !xls_take16(record, &how))
        return xls_damaged(table);
    const char *name = xls_text(reader, record, 1);
    if (!name || !xls_record(reader, start, &first) || first.type != XLS_BOF)
        return xls_damaged(table);
    if (table->sheet_count == SHEETS_MAX)
        return fail(table->arena, ERR_USAGE, "'%s' has too many sheets", table->path);
    bool cells = how >> 8 == SHEET_OF_CELLS; /* a chart has none, but counts where sheets are numbered */
    table->sheets[table->sheet_count] = (Sheet){.name = arena_copy(table->own, name), .hidden = (how & 3) != 0 || !cells};
    reader->sheet_starts[table->sheet_count] = start;
    return table->sheets[table->sheet_count++].name ? OK : no_memory(table);
}

/* Everything before the first sheet. */
static Err read_globals(Table *table, XlsReader *reader, size_t at)
{
    XlsRecord record;
    for (;; at = record.end) {
        if (!xls_record(reader, at, &record))
            return xls_damaged(table);
        if (record.type == XLS_EOF)
            break;
        if (record.type == XLS_FILEPASS)
            return xls_locked(table);
        size_t end = record.end;
        if ((record.type == XLS_BOUNDSHEET || record.type == XLS_SST) && !reader->decoding)
            TRY(open_decoder(table, reader));
        if (record.type == XLS_BOUNDSHEET)
            TRY(take_sheet(table, reader, &record));
        else if (record.type == XLS_SST)
            TRY(xls_strings(table, &record));
        record.end = end > record.end ? end : record.end;
    }
    return table->sheet_count > 0 ? OK : fail(table->arena, ERR_USAGE, "'%s' has no sheets", table->path);
}

static Err read_start(Table *table, XlsReader *reader)
{
    XlsRecord record;
    uint16_t version = 0, what = 0;
    if (!xls_record(reader, 0, &record))
        return xls_damaged(table);
    size_t behind = record.end;
    switch (record.type) {
    case XLS_BOF:
        if (!xls_take16(&record, &version) || !xls_take16(&record, &what))
            return xls_damaged(table);
        reader->version = version == XLS_UNICODE ? XLS_UNICODE : BIFF5; /* web servers write 0 */
        if (what == START_OF_SHEET) {
            table->sheets = NULL;
            return open_decoder(table, reader);
        }
        table->sheet_count = 0;
        return read_globals(table, reader, behind);
    case XLS_BOF2:
    case XLS_BOF3:
    case XLS_BOF4: /* one sheet without a name */
        reader->version = record.type == XLS_BOF2 ? 2 : record.type == XLS_BOF3 ? 3 : 4;
        table->sheets = NULL;
        return open_decoder(table, reader);
    default:
        return xls_damaged(table);
    }
}

static Err xls_open(Table *table)
{
    XlsReader *reader = ARENA_NEW(table->own, XlsReader);
    Arena *own = table->own;
    if (!reader)
        return no_memory(table);
    table->reader = reader;
    reader->pool.arena = own;
    reader->cells = ARENA_ARRAY(own, Cell, TABLE_COLUMNS_MAX);
    reader->texts = arena_raw(own, XLS_ROW_TEXT);
    reader->text = arena_raw(own, XLS_TEXT_ROOM);
    reader->wide = arena_raw(own, XLS_WIDE_ROOM);
    reader->sheet_starts = ARENA_ARRAY(own, size_t, SHEETS_MAX);
    table->sheets = ARENA_ARRAY(own, Sheet, SHEETS_MAX);
    if (!reader->cells || !reader->texts || !reader->text || !reader->wide || !reader->sheet_starts || !table->sheets)
        return no_memory(table);
    TRY(find_stream(table, reader));
    return read_start(table, reader);
}

static void xls_close(Table *table)
{
    XlsReader *reader = table->reader;
    if (reader && reader->decoding)
        decoder_close(&reader->decoder);
}

const TableKind table_xls = {"XLS", xls_open, xls_sheet_read, xls_close, NULL};
