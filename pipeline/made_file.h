/* SPDX-License-Identifier: MIT */
/* A made photo where it lies, below OUT or below a shard, against what the journal says of it. */
#ifndef MADE_FILE_H
#define MADE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include "arena.h"
#include "err.h"

typedef struct MadeFile {
    int64_t bytes; /* -1: there is no such file */
    int64_t mtime_ns;
    int64_t came_ns;    /* when it got its bytes or its name, whichever came later: a link has the time of what it is a link to */
    const char *sha256; /* as the journal has it */
    bool stands;        /* it has the bytes that were written */
} MadeFile;

/* Size and times of folder/relative, no hash. ERR_IO: that cannot be told. */
Err made_file_look(Arena *arena, int folder, const char *relative, MadeFile *out);

/* The same, and whether it stands. Size and time say so; where the time alone is another, as in a copy of the folder, SHA-256
 * does, unless that is "". ERR_IO: it cannot be told. */
Err made_file_compare(Arena *arena, int folder, const char *relative, const MadeFile *wanted, MadeFile *out);

#endif
