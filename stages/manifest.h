/* SPDX-License-Identifier: MIT */
/* manifest.csv and SHA256SUMS of a package, read back: by anybody's hand perhaps. */
#ifndef MANIFEST_H
#define MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include "../pipeline/err.h"

enum { MANIFEST_LINE_MAX = 1 << 20 }; /* bytes of a row; SHA256SUMS: 256 MiB in all */

/* Texts are never NULL. */
typedef struct ManifestRow {
    const char *id, *name, *group, *file, *package, *sha256, *decision;
    const char *bytes, *quality; /* as they stand there */
    const char *source_sha256;   /* of the file it was made of; "" without that column */
    bool present;      /* for verify: the photo is in its ZIP */
} ManifestRow;

typedef struct Manifest {
    bool found;
    bool has_quality;    /* the column is there */
    const char *problem; /* why it cannot be used, or NULL; rows told before count no more */
} Manifest;

/* `row` lives until the callback returns; an Err of it ends the reading. */
typedef struct ManifestVisit {
    Err (*row)(void *user, const ManifestRow *row);
    void *user;
} ManifestVisit;

typedef struct SumLine {
    const char *sha256, *file;
} SumLine;

typedef struct Sums {
    bool found;
    const char *problem;
    SumLine *lines; /* in the file's order */
    size_t count;
} Sums;

/* Tells all rows in the file's order, in memory of one row however many there are. A file that is not there is not
 * found, and no Err. ERR_IO: it cannot be read; ERR_USAGE: it is no regular file. */
Err manifest_read(Arena *arena, const char *path, const ManifestVisit *visit, Manifest *out);
Err sums_read(Arena *arena, const char *path, Sums *out);

#endif
