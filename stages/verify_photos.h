/* SPDX-License-Identifier: MIT */
/* For verify.c: photos/ beside a package, which somebody may hand in or print. */
#ifndef VERIFY_PHOTOS_H
#define VERIFY_PHOTOS_H

#include "verify_join.h"

/* OUT/photos, where `path` is an OUT that has it and `package` lies in there; else NULL: there is nothing to compare. */
const char *verify_photos(Arena *arena, const char *path, const char *package);

/* Tells "missing", "changed" and "unreadable" of a row's photo that is packed and does not lie there as it was. */
Err verify_photo(Arena *arena, const char *photos, const ManifestRow *row, const VerifyTell *to);

#endif
