/* SPDX-License-Identifier: MIT */
/* Shared strings: all texts of a workbook in the order of their numbers. */
#include "xlsx.h"
#include <stdlib.h>
#include <string.h>

enum { STRINGS_PART_MAX = 512 << 20 };

typedef struct Reading {
    Table *table;
    XlsxStrings *strings;
    XlsxText text;
} Reading;

Err xlsx_text_add(Arena *arena, XlsxText *text, const char *piece, size_t bytes)
{
    if (!text->taking)
        return OK;
    if (bytes >= TABLE_TEXT_MAX - text->count)
        return fail(arena, ERR_USAGE, "a text is longer than 65,535 bytes");
    memcpy(text->bytes + text->count, piece, bytes);
    text->count += bytes;
    return OK;
}

static int hex_value(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* "_xHHHH_" of an ASCII character, which is all that needs it; -1: no such thing. */
static int escaped(const char *text)
{
    int value = 0;
    if (text[0] != '_' || text[1] != 'x')
        return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hex_value(text[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return text[6] == '_' && value > 0 && value < 128 ? value : -1;
}

const char *xlsx_text_end(XlsxText *text)
{
    char *to = text->bytes;
    text->bytes[text->count] = '\0';
    text->count = 0;
    if (!strstr(to, "_x"))
        return text->bytes;
    for (const char *from = text->bytes; *from;) {
        int value = escaped(from);
        *to++ = value < 0 ? *from : (char)value;
        from += value < 0 ? 1 : 7;
    }
    *to = '\0';
    return text->bytes;
}

static Err on_open(void *to, const char *name, const char **attributes)
{
    (void)attributes;
    Reading *reading = to;
    if (strcmp(name, "t") == 0)
        reading->text.taking = reading->text.phonetic == 0;
    else if (strcmp(name, "rPh") == 0)
        reading->text.phonetic++;
    else if (strcmp(name, "si") == 0)
        reading->text.count = 0;
    return OK;
}

static Err keep(Reading *reading)
{
    XlsxStrings *strings = reading->strings;
    const char *text = xlsx_text_end(&reading->text);
    const char *copy = pool_keep(&strings->pool, text);
    size_t block = strings->count / XLSX_STRINGS_BLOCK;
    if (copy && block < XLSX_STRINGS_BLOCKS && !strings->blocks[block])
        strings->blocks[block] =
            ARENA_ARRAY(reading->table->own, const char *, XLSX_STRINGS_BLOCK);
    if (!copy || block >= XLSX_STRINGS_BLOCKS || !strings->blocks[block])
        return fail(reading->table->arena, ERR_USAGE, "more text than a file of this size may hold");
    strings->blocks[block][strings->count++ % XLSX_STRINGS_BLOCK] = copy;
    return OK;
}

static Err on_close(void *to, const char *name)
{
    Reading *reading = to;
    if (strcmp(name, "t") == 0)
        reading->text.taking = false;
    else if (strcmp(name, "rPh") == 0)
        reading->text.phonetic--;
    else if (strcmp(name, "si") == 0)
        return keep(reading);
    return OK;
}

static Err on_text(void *to, const char *text, size_t bytes)
{
    Reading *reading = to;
    return xlsx_text_add(reading->table->arena, &reading->text, text, bytes);
}

Err xlsx_strings_read(Table *table)
{
    XlsxReader *reader = table->reader;
    bool stop = false;
    Reading reading = {.table = table, .strings = ARENA_NEW(table->own, XlsxStrings)};
    reading.text.bytes = arena_alloc(table->own, TABLE_TEXT_MAX);
    if (!reading.strings || !reading.text.bytes)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    reading.strings->pool.arena = table->own;
    reading.strings->blocks = ARENA_ARRAY(table->own, const char **, XLSX_STRINGS_BLOCKS);
    if (!reading.strings->blocks)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    XmlEvents events = {on_open, on_close, on_text, &reading, &stop};
    if (reader->strings_part)
        TRY(xlsx_part(table, reader->strings_part, STRINGS_PART_MAX, &events));
    reader->strings = reading.strings;
    return OK;
}

const char *xlsx_string(const XlsxStrings *strings, const char *index)
{
    char *end;
    unsigned long number = strtoul(index, &end, 10);
    if (end == index || *end || *index == '-' || number >= strings->count)
        return NULL;
    return strings->blocks[number / XLSX_STRINGS_BLOCK][number % XLSX_STRINGS_BLOCK];
}
