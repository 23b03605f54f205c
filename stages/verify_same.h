/* SPDX-License-Identifier: MIT */
/* For verify_join.c: which photos of different numbers hold the same bytes, or were made of the same file; sorted aside, however
 * many there are. Bytes are compared, no pictures. */
#ifndef VERIFY_SAME_H
#define VERIFY_SAME_H

#include "../pipeline/err.h"

typedef struct VerifySame VerifySame;

/* An entry. Texts are never NULL. */
typedef struct SameEntry {
    const char *zip, *file, *sha256;
    const char *id, *source_sha256, *decision; /* of its row; "" where it has none: then it is of the number in its name */
} SameEntry;

/* `folder`: where it may be sorted. Errors lie in `arena`. */
Err verify_same_open(Arena *arena, const char *folder, VerifySame **out);
void verify_same_close(VerifySame *same); /* NULL: nothing to do */

/* Its bytes are those of its row, if it has one. Nothing to compare where there is no digest. */
Err verify_same_add(VerifySame *same, const SameEntry *entry);

/* A photo that is not the first, by ZIP and file, of those that are the same; texts live until the next call. */
typedef struct SameFound {
    const char *zip, *file, *id;
    const char *first_zip, *first_file;
    bool bytes;    /* they hold the same bytes; else they were only made of the same file */
    bool accepted; /* both, by somebody who saw that */
} SameFound;

/* After the last verify_same_add; `*out` is NULL behind the last one. */
Err verify_same_next(VerifySame *same, const SameFound **out);

#endif
