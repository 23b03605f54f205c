/* SPDX-License-Identifier: MIT */
/* One ZIP of a package: the only <zip.h> that writes. */
#ifndef PACKAGE_ZIP_H
#define PACKAGE_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include "../pipeline/err.h"

/* A photo on its way into a ZIP. */
typedef struct ZipPhoto {
    const char *file;   /* its name there */
    const char *path;   /* where it is now */
    const char *masked; /* its ID, for messages */
    const char *sha256;
    size_t bytes;
} ZipPhoto;

enum { ZIP_ENTRIES_MAX = 65000 };
static const size_t ZIP_BYTES_MAX = (size_t)0xf0000000; /* beyond 4 GB it would be a ZIP64 */

/* What an entry adds to a ZIP, and what an empty ZIP has. */
size_t package_zip_cost(const ZipPhoto *photo);
size_t package_zip_empty(void);

/* Writes `path` (mode 0600, flushed) out of `count` photos sorted by file name. */
Err package_zip_write(Arena *arena, const char *path, const ZipPhoto *photos, size_t count);

typedef struct ZipFit {
    bool fits;
    size_t bytes; /* of the ZIP */
    char sha256[65];
} ZipFit;

/* Whether the ZIP at `path` is what package_zip_write would make of these photos: every header,
 * every byte compared with the photo, every digest. A ZIP that is not there does not fit. */
Err package_zip_fits(Arena *arena, const char *path, const ZipPhoto *photos, size_t count,
                     ZipFit *out);

/* ERR_IO where the photo is gone, or is not what was judged. */
Err package_zip_photo(Arena *arena, const ZipPhoto *photo);

#endif
