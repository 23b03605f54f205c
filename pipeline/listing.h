/* SPDX-License-Identifier: MIT */
/* Finds the photos: files, folders and lists become one list in a fixed order, each file once. */
#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>
#include <stdint.h>
#include "err.h"
#include "looks.h"

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
    uint32_t entry;      /* inside an archive: which one, from 1; 0: a file of its own */
    const char *problem; /* why it is refused unopened; NULL: it is not */
    const char *slip;    /* whose it is, as bind_frame reads it; NULL: its name says so */
    bool is_slip;        /* shows a code and is no photo of anybody */
} Listed;

typedef struct Listing {
    Listed *files; /* in the order asked for; inside a folder bytewise */
    size_t count;
    uint32_t *by_key;    /* indices of files, bytewise by key */
    size_t other_count;  /* files that are no pictures (.txt, .pdf, a pipe), and hidden pictures */
    size_t link_count;   /* symbolic links in folders that are not hidden, which are not followed */
    size_t closed_count; /* folders that could not be read, and files that could not be looked at */
    const char *closed;  /* the first of them, or NULL */
    const char **archives; /* keys of the ZIPs that were read: what is not listed is not in them */
    size_t archive_count;
} Listing;

typedef struct Wanted {
    const char *const *paths; /* files and folders, NULL at the end */
    const char *files_from;   /* a list of paths, "-" for stdin, or NULL */
    bool nul_separated;       /* the list's paths end in NUL, not in a newline */
    const char *out;          /* the output folder (it may not exist yet), or NULL */
    bool (*wants)(void *user, const char *path); /* asked once for every photo by the path shown, also for one
                                                    that is named twice; false leaves it out. NULL: all */
    void *user;
    Err (*enters)(void *watcher, const char *folder); /* told of every folder before it is read, by its path shown;
                                                         an error ends the listing. NULL: nobody is */
    void *watcher;
    bool waits; /* a path that does not exist was there before and may come back: counted as one that could not be read */
} Wanted;

/* Folders are walked to the bottom, symbolic links in them are not followed, hidden pictures are
 * counted, other hidden files skipped. A file named in person is taken whatever it is called, a ZIP by its entries: their paths
 * are "photos.zip//folder/name.jpg". ERR_USAGE: a path that does not exist, another archive, or PHOTOS
 * and OUT inside one another. */
Err listing_find(Arena *arena, const Wanted *wanted, Listing *out);

#endif
