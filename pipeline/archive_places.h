/* SPDX-License-Identifier: MIT */
/* The name of an entry stands in a ZIP twice, in the directory and before its bytes; the library reads the former alone. */
#ifndef ARCHIVE_PLACES_H
#define ARCHIVE_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "err.h"

/* Where the directory's records of the `count` entries lie, in their order; NULL: the file holds no directory of so many,
 * or there is no memory; errno says why it could not be read, else it is as it was, or 0. Given back by free(). */
uint64_t *archive_places(int fd, size_t count);

/* The name before the bytes of the entry whose record lies at `place`, raw; NULL where it is that of the record. False: it
 * cannot be read, the record is not that of `listed`, the library's raw name, or no memory; errno as above. */
bool archive_place_name(Arena *arena, int fd, uint64_t place, const char *listed, const char **other);

#endif
