/* SPDX-License-Identifier: MIT */
/* Old workbooks from their records, bare or in a compound file; one at a time. */
#ifndef MAKE_XLS_H
#define MAKE_XLS_H

#include "make_table.h"

enum { BYTES_MAX = 1 << 17, SECTOR = 512, SHORT = 4096 };

typedef struct Bytes {
    uint8_t data[BYTES_MAX];
    size_t count;
} Bytes;

static Bytes stream; /* one at a time */

static void put(const void *data, size_t bytes)
{
    assert_true(stream.count + bytes <= sizeof stream.data);
    if (bytes)
        memcpy(stream.data + stream.count, data, bytes);
    stream.count += bytes;
}

static void put16(unsigned value)
{
    put((uint8_t[]){(uint8_t)value, (uint8_t)(value >> 8)}, 2);
}

static void put32(unsigned value)
{
    put16(value & 0xffff);
    put16(value >> 16);
}

static void put_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put32((unsigned)bits);
    put32((unsigned)(bits >> 32));
}

/* A record's head now, its length when it ends. */
static size_t begin(unsigned type)
{
    put16(type);
    put16(0);
    return stream.count;
}

static void end(size_t start)
{
    size_t bytes = stream.count - start;
    stream.data[start - 2] = (uint8_t)bytes;
    stream.data[start - 1] = (uint8_t)(bytes >> 8);
}

static void bof(unsigned type, unsigned version, unsigned what)
{
    size_t start = begin(type);
    put16(version);
    put16(what);
    end(start);
}

static void bare(unsigned type)
{
    end(begin(type));
}

static size_t cell(unsigned type, unsigned row, unsigned column)
{
    size_t start = begin(type);
    put16(row);
    put16(column);
    put16(0);
    return start;
}

/* Bytes of a code page. */
static void label(unsigned row, unsigned column, const char *text)
{
    size_t start = cell(0x0204, row, column);
    put16((unsigned)strlen(text));
    put(text, strlen(text));
    end(start);
}

__attribute__((unused)) static void codepage(unsigned page)
{
    size_t start = begin(0x0042);
    put16(page);
    end(start);
}

static void number(unsigned row, unsigned column, double value)
{
    size_t start = cell(0x0203, row, column);
    put_double(value);
    end(start);
}

/* A truth or, `what` being 1, an error. */
__attribute__((unused)) static void truth(unsigned row, unsigned column, unsigned value, unsigned what)
{
    size_t start = cell(0x0205, row, column);
    put16(value | what << 8);
    end(start);
}

static void shared(unsigned row, unsigned column, unsigned index)
{
    size_t start = cell(0x00fd, row, column);
    put32(index);
    end(start);
}

__attribute__((unused)) static void rk(unsigned row, unsigned column, unsigned bits)
{
    size_t start = cell(0x027e, row, column);
    put32(bits);
    end(start);
}

/* A formula whose result are bytes of a code page. */
__attribute__((unused)) static void formula_bytes(unsigned row, unsigned column, const char *text)
{
    size_t start = cell(0x0006, row, column);
    put("\0\0\0\0\0\0\xff\xff", 8);
    put32(0);
    end(start);
    start = begin(0x0207);
    put16((unsigned)strlen(text));
    put(text, strlen(text));
    end(start);
}

/* A formula whose result is a text, which comes behind a record that is shared by many. */
__attribute__((unused)) static void formula(unsigned row, unsigned column, const char *text)
{
    size_t start = cell(0x0006, row, column);
    put("\0\0\0\0\0\0\xff\xff", 8);
    put32(0);
    end(start);
    bare(0x04bc);
    start = begin(0x0207);
    put16((unsigned)strlen(text));
    put("", 1);
    put(text, strlen(text));
    end(start);
}

/* One whose result is a truth (kind 1) or an error (2). */
__attribute__((unused)) static void formula_of(unsigned row, unsigned column, uint8_t kind, uint8_t value)
{
    size_t start = cell(0x0006, row, column);
    put((uint8_t[]){kind, 0, value, 0, 0, 0, 0xff, 0xff}, 8);
    put32(0);
    end(start);
}

/* ---- compound files ---- */

static uint8_t whole[4 * BYTES_MAX];
static size_t whole_bytes;

static void at32(size_t place, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        whole[place + (size_t)i] = (uint8_t)(value >> 8 * i);
}

static uint8_t *sector(size_t number)
{
    return whole + (number + 1) * SECTOR;
}

static void entry(size_t place, const char *name, int type, uint32_t first, size_t bytes)
{
    for (size_t i = 0; name[i]; i++)
        whole[place + 2 * i] = (uint8_t)name[i];
    whole[place + 0x40] = (uint8_t)(2 * strlen(name) + 2);
    whole[place + 0x42] = (uint8_t)type;
    at32(place + 0x44, UINT32_MAX);
    at32(place + 0x48, UINT32_MAX);
    at32(place + 0x4c, UINT32_MAX);
    at32(place + 0x74, first);
    at32(place + 0x78, (uint32_t)bytes);
}

/* Sector 0 is the table of sectors, 1 the directory, 2 the table of pieces; then the stream, from its end to its beginning,
 * so that nobody gets by without the table. */
static void compound(const char *name)
{
    size_t count = (stream.count + SECTOR - 1) / SECTOR, fat = SECTOR;
    bool is_short = stream.count < SHORT;
    memset(whole, 0, sizeof whole);
    memcpy(whole, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    whole[0x1e] = 9;
    whole[0x20] = 6;
    at32(0x2c, 1);
    at32(0x30, 1);
    at32(0x38, SHORT);
    at32(0x3c, is_short ? 2 : 0xfffffffe);
    at32(0x44, 0xfffffffe);
    for (size_t i = 0; i < 109; i++)
        at32(0x4c + 4 * i, i ? 0xffffffff : 0);
    for (size_t i = 0; i < SECTOR / 4; i++)
        at32(fat + 4 * i, 0xffffffff);
    at32(fat, 0xfffffffd);
    at32(fat + 4, 0xfffffffe);
    at32(fat + 8, 0xfffffffe);
    assert_true(count + 3 <= SECTOR / 4);
    uint32_t last = (uint32_t)(3 + count - 1);
    for (size_t i = 0; i < count; i++) {
        size_t here = last - i;
        at32(fat + 4 * here, i + 1 < count ? (uint32_t)here - 1 : 0xfffffffe);
        size_t left = stream.count - i * SECTOR;
        memcpy(sector(here), stream.data + i * SECTOR, left < SECTOR ? left : SECTOR);
    }
    size_t directory = (size_t)(sector(1) - whole), pieces = (stream.count + 63) / 64;
    entry(directory, "Root Entry", 5, is_short ? last : 0xfffffffe, is_short ? count * SECTOR : 0);
    at32(directory + 0x4c, 1);
    entry(directory + 128, name, 2, is_short ? 0 : last, stream.count);
    for (size_t i = 0; i < SECTOR / 4; i++)
        at32((size_t)(sector(2) - whole) + 4 * i, i + 1 < pieces ? (uint32_t)i + 1 : 0xfffffffe);
    whole_bytes = (3 + count + 1) * SECTOR;
}

/* ---- read again ---- */

static const char *path_of(const char *name)
{
    static char path[MADE_PATH];
    made_path(name, path);
    return path;
}

static const char *dumped(const char *path, int sheet)
{
    static Dump dump;
    Arena *arena = arena_create(1 << 22);
    dump = (Dump){0};
    Err err = dump_table(arena, path, sheet, &dump);
    if (err.code)
        snprintf(dump.text, sizeof dump.text, "%s", err.text);
    arena_destroy(arena);
    return dump.text;
}

static const char *dumped_bare(void)
{
    make_file(path_of("t.xls"), stream.data, stream.count);
    return dumped(path_of("t.xls"), 0);
}

__attribute__((unused)) static const char *dumped_whole(int sheet)
{
    make_file(path_of("t.xls"), whole, whole_bytes);
    return dumped(path_of("t.xls"), sheet);
}

#endif
