/* SPDX-License-Identifier: MIT */
/* The paths of --files-from, one by one. */
#ifndef LISTING_LINES_H
#define LISTING_LINES_H

#include <stdbool.h>
#include "err.h"

/* Of a list; a file that does not end must not be read for ever. */
enum { LIST_PATHS_MAX = 4 << 20, LIST_BYTES_MAX = 512 << 20 };

/* `path`: "-" is stdin. `each` is called with every path that is not empty, shorter than PATH_MAX; its Err ends the reading.
 * ERR_USAGE: the file cannot be opened, or is more than a list of paths can be. */
Err listing_lines(Arena *arena, const char *path, bool nul_separated, Err (*each)(void *user, const char *line), void *user);

#endif
