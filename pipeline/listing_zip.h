/* SPDX-License-Identifier: MIT */
/* The photos inside a ZIP, in a fixed order, and what of it is refused. */
#ifndef LISTING_ZIP_H
#define LISTING_ZIP_H

#include "listing.h"

typedef struct Member {
    const char
        *name; /* UTF-8, '/' between folders; as it stands there where that is not possible */
    const char *problem; /* why it is not opened: a literal; NULL for a photo */
    uint32_t number;     /* in the archive, from 1 */
    int copy;            /* 1; 2 and more where the same name stands there again */
    Stamp stamp;
} Member;

typedef struct Members {
    Member *list; /* by name, bytewise */
    size_t count;
    size_t other_count; /* files that are no pictures, and hidden pictures */
} Members;

/* Photos by their looks, and refused: names that leave the archive (absolute, "..", a drive), or
 * that stand there twice; links, encrypted files, archives inside the archive. ERR_USAGE: no ZIP
 * that can be read, or one that unpacks to far more than photos do. */
Err listing_zip(Arena *arena, const char *path, Members *out);

/* Names that would make no path of PATH_MAX behind the archive's `path` or `key`: their entries are refused, and go by
 * their numbers and the file's own name; where that is long, too, by its beginning, which binds nobody. ERR_USAGE where none would. */
Err listing_zip_fit(Arena *arena, const char *path, const char *key, Members *members);

#endif
