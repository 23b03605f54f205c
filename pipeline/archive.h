/* SPDX-License-Identifier: MIT */
/* The files inside a ZIP, for reading. One archive serves one thread at a time. */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "err.h"

typedef struct Archive Archive;

/* What the directory claims; sizes are believed by nobody until the bytes have been read. */
typedef struct ArchiveEntry {
    const char *name; /* raw bytes, of any encoding, slashes and dots as they are; "" if it has none */
    uint64_t bytes, packed_bytes;
    uint32_t crc;
    bool folder;    /* the name ends in '/' */
    bool link;      /* a symbolic link, as Unix writes them */
    bool encrypted; /* cannot be read here */
} ArchiveEntry;

/* Errors live in `arena`, names until the archive is closed. ERR_IO: no file; ERR_USAGE: no ZIP, or a
 * damaged directory. */
Err archive_open(Arena *arena, const char *path, Archive **out);
void archive_close(Archive **archive); /* for CLEANUP; NULL inside is fine */

size_t archive_count(const Archive *archive);
Err archive_entry(const Archive *archive, size_t index, ArchiveEntry *out);

/* The name that stands before the entry's bytes, which other programs may go by, where the directory has another one, else
 * NULL. ERR_IO: it cannot be read; ERR_USAGE: it is not where the directory says. */
Err archive_other_name(Arena *arena, Archive *archive, size_t index, const char **other);

/* The entry of that name, ASCII letters of either case; false: none. */
bool archive_find(const Archive *archive, const char *name, size_t *index);

/* An entry of at most `cap` bytes, piece by piece: begin, next until `got` is 0 (the checksum holds then), end.
 * One entry at a time. ERR_USAGE: larger, encrypted, or other bytes than its checksum says. */
Err archive_begin(Archive *archive, size_t index, uint64_t cap);
Err archive_next(Archive *archive, void *buffer, size_t size, size_t *got);
void archive_end(Archive *archive);

#endif
