/* SPDX-License-Identifier: MIT */
/* Compound files ([MS-CFB]), the file system in a file that old office documents are. */
#ifndef CFB_H
#define CFB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

typedef struct CfbStream {
    const uint8_t *data; /* in the arena, or NULL: no such stream */
    size_t bytes;
} CfbStream;

bool cfb_is(const uint8_t *file, size_t bytes); /* by its first eight bytes */

/* The stream `name` of the root, ASCII, in any case. False: the file is damaged, or the arena is full. */
bool cfb_stream(Arena *arena, const uint8_t *file, size_t bytes, const char *name, CfbStream *out);

#endif
