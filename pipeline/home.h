/* SPDX-License-Identifier: MIT */
/* Where a made photo lies below OUT. */
#ifndef HOME_H
#define HOME_H

#include <limits.h>
#include <stdbool.h>
#include "photo.h"

/* "photos/<ID>.JPG" or "review/<ID>.JPG" by the profile's template "{id}.JPG"; "" where the verdict is
 * another one or the result would not be a plain file name. */
void home_open(Verdict verdict, const char *id, const char *name, char out[128]);

/* ".held/...": made, but neither good nor to be looked at. Its own for every file; `key`: the file's
 * key in the journal. */
void home_held(const char *key, char out[64]);

/* For messages: such a path below OUT, or below a longer one, with the number masked whatever document's it is. Cut to fit. */
void home_mask(const char *path, char out[PATH_MAX]);

/* Whether a file's name is one that home_held gives. */
bool home_is_held(const char *name);

#endif
