/* SPDX-License-Identifier: MIT */
/* The package to hand in: ZIPs of photos, manifest.csv and SHA256SUMS, the same bytes on every
 * machine and day. Memory is that of one ZIP, of whatever is sorted aside up to PACKAGE_SORT_BYTES, and the names of all ZIPs. */
#ifndef PACKAGE_H
#define PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include "../pipeline/err.h"

enum { PACKAGE_SORT_BYTES = 16 << 20 };

typedef enum PackageSplit { SPLIT_NONE, SPLIT_COUNT, SPLIT_BYTES, SPLIT_GROUP } PackageSplit;
typedef enum PackageCase { CASE_AS_IS, CASE_UPPER, CASE_LOWER } PackageCase;

/* One person. Texts are UTF-8, never NULL. */
typedef struct PackageItem {
    const char *id, *name, *group;
    const char *source; /* below OUT: "photos/X.JPG"; "" for a person without a photo, who stands in
                           the manifest alone */
    size_t bytes;
    const char *sha256; /* of the photo, as it was judged */
    int quality;
    const char *source_sha256;   /* of the file it was made of */
    const char *crop, *decision; /* in words: all decisions that had an effect, "; " between them */
} PackageItem;

typedef struct PackageAsk {
    const char *out;       /* the output folder, locked by the caller */
    const char *name;      /* "photos" makes photos-001.zip; another delivery, another name */
    const char *file_name; /* the profile's template, "{id}.JPG" */
    PackageCase extension;
    PackageSplit split;
    size_t limit;             /* photos, or bytes of a ZIP; for SPLIT_COUNT and SPLIT_BYTES */
    Err (*next)(void *user, const PackageItem **item); /* by id, bytewise; NULL behind the last; an item lives until the next */
    void *next_user;
    bool (*stops)(void *user); /* asked at each photo and ZIP, until all ZIPs are made; NULL: nobody */
    void *stops_user;
} PackageAsk;

typedef struct Packaged {
    size_t zips, photos, bytes; /* bytes of all ZIPs */
    size_t kept;                /* ZIPs that held the same already */
    bool unchanged;             /* nothing at all was written */
    const char *const *names;   /* of the ZIPs, in the arena */
} Packaged;

/* Makes OUT/package hold exactly that. ERR_USAGE: a name or an ID that cannot be a file name, two
 * IDs with one file name, a photo over the limit. ERR_IO names the photo (its ID masked) that is
 * gone or no longer what was judged; ERR_STOPPED: `stops` said so. The package of before then stands. */
Err package_write(Arena *arena, const PackageAsk *ask, Packaged *out);

/* Nothing is to be handed in: what package_write made there goes. `was`: there was something. */
Err package_withdraw(Arena *arena, const char *out, bool *was);

/* Under which names (PackageAsk) the ZIPs that stand in OUT/package were made: one, or two where a change was cut off; none where
 * they were taken away. */
Err package_names(Arena *arena, const char *out, Err (*each)(void *user, const char *name), void *user);

/* Whether OUT/package, as it stands, is whole and holds photos of `ask->next` alone. */
Err package_belongs(Arena *arena, const PackageAsk *ask, bool *belongs);

#endif
