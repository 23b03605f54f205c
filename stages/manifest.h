/* SPDX-License-Identifier: MIT */
/* manifest.csv and SHA256SUMS of a package, read back: by anybody's hand perhaps. */
#ifndef MANIFEST_H
#define MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include "../pipeline/err.h"

/* Texts are never NULL. */
typedef struct ManifestRow {
    const char *id, *name, *group, *file, *package, *sha256, *decision;
    double bytes; /* NaN where there is no number */
    bool present; /* for verify: the photo is in its ZIP */
} ManifestRow;

typedef struct Manifest {
    bool found;
    const char *problem; /* why it cannot be used, or NULL */
    ManifestRow *rows;   /* in the file's order */
    size_t count;
} Manifest;

typedef struct SumLine {
    const char *sha256, *file;
} SumLine;

typedef struct Sums {
    bool found;
    const char *problem;
    SumLine *lines;
    size_t count;
} Sums;

/* A file that is not there is not found, and no Err. */
Err manifest_read(Arena *arena, const char *path, Manifest *out);
Err sums_read(Arena *arena, const char *path, Sums *out);

#endif
