/* SPDX-License-Identifier: MIT */
/* A published shard as merge reads it: the file in place, every frame proved. */
#ifndef SHARD_READ_H
#define SHARD_READ_H

#include "shard_log.h"

typedef enum ShardState {
    SHARD_READY,
    SHARD_NONE,        /* no folder with a journal */
    SHARD_UNPUBLISHED, /* journal.part */
    SHARD_DAMAGED,
    SHARD_BUSY, /* a worker has it */
} ShardState;

typedef struct ShardFile {
    int folder, lock, fd; /* -1: not open */
    uint8_t *data;        /* the whole file, unless it is damaged */
    size_t size;
    uint64_t chain; /* of all of it: tells editions apart */
    ShardHead head; /* texts in `data` */
    ShardEnd end;
    Frame *rows;   /* the ROW frames, by ordinal */
    uint32_t row_count;
    uint32_t since; /* the first one that was judged by the rules of `head` */
} ShardFile;

/* Locks the shard for reading until it is closed. Whatever the state, shard_read_close follows. An Err is of this
 * machine. */
Err shard_read_open(Arena *arena, const char *folder, ShardFile *out, ShardState *state);
void shard_read_close(ShardFile *file);

/* Row `i` of end.count, as listed. Its rules are those of the head. False: damaged. */
bool shard_read_row(const ShardFile *file, uint32_t i, ShardRow *out);

/* Whether the photo that a row names is there as it was made. */
bool shard_read_has(const ShardFile *file, const ShardRow *row);

/* Puts the photo of a row where it belongs below OUT, by a link to the same file where the file system can,
 * else as a copy; whole or not at all. The folder is to be flushed. `lost`: the shard has no such photo any more. */
Err shard_read_photo(Arena *arena, const ShardFile *file, const ShardRow *row, const Outdir *outdir, const char *home, bool *lost);

#endif
