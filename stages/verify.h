/* SPDX-License-Identifier: MIT */
/* Opens a package anew and trusts nothing of it: ZIPs, SHA256SUMS and manifest.csv against one
 * another. */
#ifndef VERIFY_H
#define VERIFY_H

#include "manifest.h"

/* `kind`, for programs: "zip" (its form), "changed", "size", "swapped", "missing", "extra",
 * "renamed", "sums", "manifest", "no-photo". `file` is below the package's folder:
 * "photos-001.zip", "photos-001.zip//X.JPG", "manifest.csv". `reason` reads on behind it. */
typedef struct VerifyAsk {
    const char *path; /* OUT, OUT/package, or one ZIP */
    Err (*problem)(void *user, const char *kind, const char *file, const char *reason);
    void *user;
} VerifyAsk;

typedef struct VerifiedZip {
    const char *name, *path;
    bool there, whole; /* whole: its entries could be found */
} VerifiedZip;

typedef struct Verified {
    const char *folder;
    VerifiedZip *zips; /* by name */
    size_t zip_count;
    Manifest manifest;     /* of one ZIP: only its rows */
    ManifestRow **by_file; /* those with a photo, by package and file */
    size_t with_photo;
    bool part;     /* one ZIP of several: others hold more photos */
    size_t photos; /* entries of all ZIPs */
    size_t problems;
} Verified;

/* ERR_USAGE: no package there. ERR_IO: it cannot be read. What is wrong with it is a problem. */
Err verify_package(Arena *arena, const VerifyAsk *ask, Verified *out);

/* Of an entry, or NULL. */
ManifestRow *verified_find(const Verified *verified, const char *zip, const char *file);

#endif
