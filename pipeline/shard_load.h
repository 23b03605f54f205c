/* SPDX-License-Identifier: MIT */
#ifndef SHARD_LOAD_H
#define SHARD_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A shard's journal from its first byte, which the caller frees; NULL and 0 for an empty one. To its last, or, where a frame is
 * damaged, to some byte behind that frame's beginning: no more is read than was proved, the next frame and SHARD_LOAD_BYTES,
 * whatever size the file says it has. Read, not mapped: over a network a page that does not come kills by SIGBUS, where a
 * read fails. False: errno says why; EINVAL: no regular file. */
enum { SHARD_LOAD_BYTES = 4 << 20 };
bool shard_load(int fd, uint8_t **data, size_t *size);

#endif
