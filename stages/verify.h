/* SPDX-License-Identifier: MIT */
/* Opens a package anew and trusts nothing of it: ZIPs, SHA256SUMS and manifest.csv against one another, part by part: what
 * is in memory at a time is the names of all ZIPs, the rows and entries of one part, and what the sorting of all rows
 * may take (VERIFY_SORT_BYTES, else files without a name, of which one row of each 16 MB is in memory while they are merged: up
 * to MANIFEST_LINE_MAX where a manifest has one row as long). The rows that name one ZIP are one part, however many. */
#ifndef VERIFY_H
#define VERIFY_H

#include "manifest.h"

enum { VERIFY_SORT_BYTES = 16 << 20, VERIFY_PART_ROWS = 32768 };

typedef struct VerifiedZip {
    const char *name, *path;
    bool there, whole; /* there: it can be read; whole: its entries could be found */
} VerifiedZip;

/* Some ZIPs, by name, until there are VERIFY_PART_ROWS rows or entries, the last one whole (65,535 at most); lives until the callback returns. */
typedef struct VerifyPart {
    const VerifiedZip *zips;
    size_t zip_count;
    ManifestRow *rows; /* of these ZIPs, those with a photo, by package and file */
    size_t row_count;
    bool last; /* of the package */
} VerifyPart;

/* `kind`, for programs: "zip" (its form), "changed", "size", "swapped", "missing", "extra",
 * "renamed", "sums", "manifest", "no-photo", "unreadable", "same-bytes" and "same-source" (under two numbers), and "accepted", which is
 * no problem (the former, but somebody accepted both). `file` is below the package's folder:
 * "photos-001.zip", "photos-001.zip//X.JPG", "manifest.csv"; or beside it, "photos/X.JPG". `reason` reads on behind it. `id`: of the row that is meant,
 * or NULL. */
typedef struct VerifyAsk {
    const char *path;   /* OUT, OUT/package, or one ZIP */
    const char *folder; /* where more than memory should hold may be sorted */
    Err (*problem)(void *user, const char *kind, const char *file, const char *reason, const char *id);
    Err (*part)(void *user, const VerifyPart *part); /* told of each, when it has been read; NULL: nobody */
    void *user;
} VerifyAsk;

typedef struct Verified {
    const char *folder;
    size_t zip_count; /* with those that are missing; known at the end */
    Manifest manifest;
    size_t with_photo; /* rows of the manifest; of one ZIP: only its rows. Known before the first part */
    bool part;         /* one ZIP of several: others hold more photos */
    size_t photos;     /* entries of all ZIPs */
    size_t problems;
} Verified;

/* Where the ZIPs of OUT, of its package or of one ZIP lie, and that one's name (else NULL). ERR_USAGE: nothing is there. */
Err verify_folder(Arena *arena, const char *path, const char **folder, const char **only);

/* ERR_USAGE: no package there. ERR_IO: it cannot be read. What is wrong with it is a problem. An Err of a callback ends it. */
Err verify_package(Arena *arena, const VerifyAsk *ask, Verified *out);

#endif
