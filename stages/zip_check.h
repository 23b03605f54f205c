/* SPDX-License-Identifier: MIT */
/* Reads a package byte by byte, by no library: what stands in the ZIP, and what must not. */
#ifndef ZIP_CHECK_H
#define ZIP_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../pipeline/err.h"

typedef struct ZipEntry {
    const char *name; /* as it stands there, control characters as '?'; in the arena */
    size_t bytes;
    const uint8_t *data; /* until the callback returns; NULL where it is compressed or damaged */
    char sha256[65];     /* "" without data */
} ZipEntry;

/* Who listens; both may be NULL. `name` is NULL where the ZIP itself is meant. Reasons live in the
 * arena and read on behind the name: "is compressed (method 8), must be stored". */
typedef struct ZipVisit {
    Err (*problem)(void *user, const char *name, const char *reason);
    Err (*entry)(void *user, const ZipEntry *entry);
    void *user;
} ZipVisit;

typedef struct ZipSeen {
    size_t bytes, entries, problems;
    char sha256[65]; /* of the whole file */
    bool exact;      /* no problem, and every header field as package_zip_write makes it */
} ZipSeen;

/* Entries must be stored, flat, named in ASCII or flagged as UTF-8, sorted, each once, without
 * extra fields, comments or data descriptors, end to end from the first byte to the last. ERR_IO
 * without a SHA-256: `path` cannot be read. */
Err zip_check(Arena *arena, const char *path, const ZipVisit *visit, ZipSeen *out);

#endif
