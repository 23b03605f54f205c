/* SPDX-License-Identifier: MIT */
/* ZIPs byte by byte, also such as no honest program writes. */
#ifndef MAKE_ZIP_H
#define MAKE_ZIP_H

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

typedef struct MakeEntry {
    const char *name;
    const void *data;
    size_t bytes;
    unsigned flags;      /* 0x800: UTF-8; 1: encrypted */
    uint32_t attributes; /* of Unix, 0120777 << 16 is a link */
    int deflate;         /* packs it */
    size_t claim;        /* said size, where it is not the true one */
    uint32_t spoil;      /* xor to the checksum */
    const char *own;     /* the name before its bytes, of the same length, where it is another one */
    int far;             /* its place stands in a field of ZIP64 */
    const char *utf8;    /* its name in a field 0x7075, where there is one; not with `far` */
} MakeEntry;

typedef struct MakeZip {
    uint8_t *data, *central;
    size_t bytes, central_bytes;
    unsigned count;
} MakeZip;

static inline void zip_le(uint8_t *at, size_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* The fields that a local header and a directory record share: 26 bytes from `need` on. */
static inline void zip_fields(uint8_t *at, const MakeEntry *entry, size_t packed, uint32_t crc)
{
    zip_le(at, 20, 2);
    zip_le(at + 2, entry->flags, 2);
    zip_le(at + 4, entry->deflate ? 8 : 0, 2);
    zip_le(at + 8, 0x21, 2);
    zip_le(at + 10, crc ^ entry->spoil, 4);
    zip_le(at + 14, packed, 4);
    zip_le(at + 18, entry->claim ? entry->claim : entry->bytes, 4);
    zip_le(at + 22, strlen(entry->name), 2);
}

static inline void zip_add_entry(MakeZip *zip, const MakeEntry *entry)
{
    size_t name = strlen(entry->name), room = entry->bytes + entry->bytes / 100 + 64;
    uint8_t *packed = malloc(room);
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)entry->data, .avail_in = (uInt)entry->bytes,
                       .next_out = packed, .avail_out = (uInt)room};
    if (entry->deflate) {
        deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
        deflate(&stream, Z_FINISH);
        deflateEnd(&stream);
    } else if (entry->bytes) {
        memcpy(packed, entry->data, entry->bytes);
    }
    size_t bytes = entry->deflate ? stream.total_out : entry->bytes;
    uint32_t crc = (uint32_t)crc32(0, entry->data, (uInt)entry->bytes);
    zip->data = realloc(zip->data, zip->bytes + 30 + name + bytes);
    size_t utf8 = entry->utf8 ? strlen(entry->utf8) : 0, extra = entry->far ? 12 : utf8 ? 9 + utf8 : 0;
    zip->central = realloc(zip->central, zip->central_bytes + 46 + name + extra);
    uint8_t *local = zip->data + zip->bytes, *record = zip->central + zip->central_bytes;
    memset(local, 0, 30);
    memset(record, 0, 46);
    memcpy(local, "PK\3\4", 4);
    memcpy(record, "PK\1\2", 4);
    zip_le(record + 4, 3 << 8 | 20, 2);
    zip_fields(local + 4, entry, bytes, crc);
    zip_fields(record + 6, entry, bytes, crc);
    zip_le(record + 38, entry->attributes, 4);
    zip_le(record + 42, zip->bytes, 4);
    memcpy(local + 30, entry->own ? entry->own : entry->name, name);
    memcpy(record + 46, entry->name, name);
    zip_le(record + 30, extra, 2);
    if (entry->far) {
        zip_le(record + 42, UINT32_MAX, 4);
        zip_le(record + 46 + name, 1, 2);
        zip_le(record + 48 + name, 8, 2);
        zip_le(record + 50 + name, zip->bytes, 8);
    } else if (utf8) {
        zip_le(record + 46 + name, 0x7075, 2);
        zip_le(record + 48 + name, 5 + utf8, 2);
        zip_le(record + 50 + name, 1, 1);
        zip_le(record + 51 + name, crc32(0, (const uint8_t *)entry->name, (uInt)name), 4);
        memcpy(record + 55 + name, entry->utf8, utf8);
    }
    memcpy(local + 30 + name, packed, bytes);
    zip->bytes += 30 + name + bytes;
    zip->central_bytes += 46 + name + extra;
    zip->count++;
    free(packed);
}

/* Writes the directory behind the entries, and the file; frees all. */
static inline void zip_save(MakeZip *zip, const char *path)
{
    uint8_t end[22] = "PK\5\6";
    zip_le(end + 8, zip->count, 2);
    zip_le(end + 10, zip->count, 2);
    zip_le(end + 12, zip->central_bytes, 4);
    zip_le(end + 16, zip->bytes, 4);
    FILE *file = fopen(path, "wb");
    assert(file);
    fwrite(zip->data, 1, zip->bytes, file);
    fwrite(zip->central, 1, zip->central_bytes, file);
    fwrite(end, 1, 22, file);
    fclose(file);
    free(zip->data);
    free(zip->central);
    *zip = (MakeZip){0};
}

#endif
