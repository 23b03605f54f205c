/* SPDX-License-Identifier: MIT */
#include "xls.h"
#include <string.h>

enum { RECORD_HEAD = 4, FLAG_WIDE = 1, FLAG_PHONETIC = 4, FLAG_RICH = 8, RUN_BYTES = 4, STRING_LEAST = 3 };

Err xls_damaged(Table *table)
{
    return fail(table->arena, ERR_USAGE, "'%s' is no XLS workbook, or it is damaged: save it anew as XLSX", table->path);
}

Err xls_locked(Table *table)
{
    return fail(table->arena, ERR_USAGE, "'%s' has a password: save it without one", table->path);
}

static uint16_t read16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

bool xls_record(const XlsReader *reader, size_t at, XlsRecord *out)
{
    if (at > reader->bytes || reader->bytes - at < RECORD_HEAD)
        return false;
    size_t bytes = read16(reader->stream + at + 2);
    *out = (XlsRecord){.stream = reader->stream, .bytes = reader->bytes, .at = at + RECORD_HEAD, .type = read16(reader->stream + at)};
    out->end = out->at + bytes;
    return bytes <= reader->bytes - out->at;
}

/* Into the record behind, if that continues this one and is not empty. */
static bool go_on(XlsRecord *record)
{
    const uint8_t *next = record->stream + record->end;
    if (record->bytes - record->end < RECORD_HEAD || read16(next) != XLS_CONTINUE)
        return false;
    size_t bytes = read16(next + 2);
    if (bytes == 0 || bytes > record->bytes - record->end - RECORD_HEAD)
        return false;
    record->at = record->end + RECORD_HEAD;
    record->end = record->at + bytes;
    return true;
}

static bool take8(XlsRecord *record, uint8_t *out)
{
    if (record->at == record->end && !go_on(record))
        return false;
    *out = record->stream[record->at++];
    return true;
}

bool xls_take16(XlsRecord *record, uint16_t *out)
{
    uint8_t low, high;
    if (!take8(record, &low) || !take8(record, &high))
        return false;
    *out = (uint16_t)(low | high << 8);
    return true;
}

bool xls_take32(XlsRecord *record, uint32_t *out)
{
    uint16_t low, high;
    if (!xls_take16(record, &low) || !xls_take16(record, &high))
        return false;
    *out = (uint32_t)low | (uint32_t)high << 16;
    return true;
}

bool xls_skip(XlsRecord *record, size_t bytes)
{
    while (bytes > 0) {
        size_t here = record->end - record->at;
        if (here == 0) {
            if (!go_on(record))
                return false;
            continue;
        }
        size_t step = bytes < here ? bytes : here;
        record->at += step;
        bytes -= step;
    }
    return true;
}

double xls_double(const uint8_t bytes[8])
{
    uint64_t bits = 0;
    double value;
    for (int i = 7; i >= 0; i--)
        bits = bits << 8 | bytes[i];
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* `count` letters as UTF-16, two bytes each; where the text goes on in another record, a byte says anew whether each takes
 * two bytes there. */
static bool take_letters(XlsRecord *record, size_t count, bool wide, char *out)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t low, high = 0, flags;
        if (record->at == record->end) {
            if (!take8(record, &flags))
                return false;
            wide = flags & FLAG_WIDE;
        }
        if (wide && record->end - record->at < 2)
            return false; /* no letter is parted */
        if (!take8(record, &low) || (wide && !take8(record, &high)))
            return false;
        out[2 * i] = (char)low;
        out[2 * i + 1] = (char)high;
    }
    return true;
}

const char xls_too_long[] = "a text is longer than 65,535 bytes";

/* `bytes` of reader->wide as UTF-8 in reader->text; zeros at its end are none of it. */
static const char *decode(XlsReader *reader, size_t bytes, size_t unit)
{
    size_t written = 0;
    while (bytes >= unit && reader->wide[bytes - unit] == 0 && (unit == 1 || reader->wide[bytes - 1] == 0))
        bytes -= unit;
    reader->decoder.kept_bytes = 0;
    if (!decoder_feed(&reader->decoder, reader->wide, bytes, reader->text, &written) || !decoder_done(&reader->decoder))
        return NULL;
    reader->text[written] = '\0';
    return written < TABLE_TEXT_MAX ? reader->text : xls_too_long;
}

/* Behind its count: flags, what they announce, the letters, and what was announced. */
static const char *unicode_text(XlsReader *reader, XlsRecord *record, size_t count)
{
    uint8_t flags;
    uint16_t runs = 0;
    uint32_t phonetic = 0;
    if (!take8(record, &flags) || ((flags & FLAG_RICH) && !xls_take16(record, &runs)) ||
        ((flags & FLAG_PHONETIC) && !xls_take32(record, &phonetic)))
        return NULL;
    if (!take_letters(record, count, flags & FLAG_WIDE, reader->wide) || !xls_skip(record, (size_t)runs * RUN_BYTES) ||
        !xls_skip(record, phonetic))
        return NULL;
    return decode(reader, 2 * count, 2);
}

const char *xls_text(XlsReader *reader, XlsRecord *record, int count_bytes)
{
    uint16_t count = 0;
    uint8_t small = 0;
    if (count_bytes == 1 ? !take8(record, &small) : !xls_take16(record, &count))
        return NULL;
    count = count_bytes == 1 ? small : count;
    if (reader->version == XLS_UNICODE)
        return unicode_text(reader, record, count);
    for (size_t i = 0; i < count; i++) {
        uint8_t byte;
        if (!take8(record, &byte))
            return NULL;
        reader->wide[i] = (char)byte;
    }
    return decode(reader, count, 1);
}

Err xls_strings(Table *table, XlsRecord *record)
{
    XlsReader *reader = table->reader;
    uint32_t used, count;
    if (!xls_take32(record, &used) || !xls_take32(record, &count) || count > reader->bytes / STRING_LEAST || reader->strings)
        return xls_damaged(table);
    reader->strings = ARENA_ARRAY(table->own, const char *, (size_t)count + 1);
    if (!reader->strings)
        return fail(table->arena, ERR_USAGE, "'%s' holds more text than a file of its size may", table->path);
    for (uint32_t i = 0; i < count; i++) {
        const char *text = xls_text(reader, record, 2);
        if (!text)
            return xls_damaged(table);
        reader->strings[i] = text == xls_too_long ? text : pool_keep(&reader->pool, text);
        if (!reader->strings[i])
            return fail(table->arena, ERR_USAGE, "'%s' holds more text than a file of its size may", table->path);
    }
    reader->string_count = count;
    return OK;
}
