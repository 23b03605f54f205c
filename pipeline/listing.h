/* SPDX-License-Identifier: MIT */
/* Finds the photos: files, folders and lists become one list in a fixed order, each file once. */
#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>
#include <stdint.h>
#include "err.h"

/* What tells a file from its next edition without reading it. All 0: nothing is known. */
typedef struct Stamp {
    int64_t bytes, mtime_ns, ctime_ns;
    uint64_t inode;
} Stamp;

typedef struct Listed {
    const char *path; /* as asked for, cleaned: what we open and what the report says */
    const char *
        key; /* absolute, links resolved up to the folder that was named: names the file for good */
    Stamp stamp;
} Listed;

typedef struct Listing {
    Listed *files; /* in the order asked for; inside a folder bytewise */
    size_t count;
    uint32_t *by_key;    /* indices of files, bytewise by key */
    size_t other_count;  /* files that are no pictures: .txt, .pdf, ... */
    size_t closed_count; /* folders that could not be read */
    const char *closed;  /* the first of them, or NULL */
} Listing;

typedef struct Wanted {
    const char *const *paths; /* files and folders, NULL at the end */
    const char *files_from;   /* a list of paths, "-" for stdin, or NULL */
    bool nul_separated;       /* the list's paths end in NUL, not in a newline */
    const char *out;          /* the output folder (it may not exist yet), or NULL */
} Wanted;

/* Folders are walked to the bottom, symbolic links in them are not followed, hidden files are
 * skipped. A file named in person is taken whatever it is called. ERR_USAGE: a path that does not
 * exist, an archive, or PHOTOS and OUT inside one another. */
Err listing_find(Arena *arena, const Wanted *wanted, Listing *out);

/* Whether a name inside a folder is a photo by its looks, another picture, or neither. */
typedef enum Looks { LOOKS_PICTURE, LOOKS_OTHER, LOOKS_SKIPPED } Looks;
Looks listing_looks(const char *name);

#endif
