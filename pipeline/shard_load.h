/* SPDX-License-Identifier: MIT */
#ifndef SHARD_LOAD_H
#define SHARD_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A shard's journal from its first byte to its last, which the caller frees; NULL and 0 for an empty one. Read, not mapped: over
 * a network a page that does not come kills by SIGBUS, where a read fails. False: errno says why; EINVAL: no regular file. */
bool shard_load(int fd, uint8_t **data, size_t *size);

#endif
