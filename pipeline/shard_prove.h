/* SPDX-License-Identifier: MIT */
/* The inside of merge, shared by shard_prove.c, which writes nothing, and shard_merge.c. */
#ifndef SHARD_PROVE_H
#define SHARD_PROVE_H

#include "shard_read.h"
#include "work.h"

/* All shards, by number. */
typedef struct Merge {
    Work *work;
    Arena *shard;         /* of one shard at a time */
    const char **folders; /* by index - 1; NULL: not seen */
    uint64_t *chains;     /* of their files */
    ShardHead first;      /* of the first that was seen */
} Merge;

/* Every shard by itself, and that they are all of one run, each once. ERR_USAGE names the shard and what to do.
 * Fills folders, chains, first, and the work's program and listing's counts. */
Err shard_prove(Merge *merge);

/* Opens one into the arena of the shard, which is reset. shard_read_close follows in any case. */
Err shard_prove_open(Merge *merge, const char *folder, ShardFile *file);

/* The rows as a listing, in the arena of the shard. `sound` false: a row cannot be read, belongs to another shard or
 * stands there twice. */
Err shard_prove_list(const Merge *merge, const ShardFile *file, Listing *out, bool *sound);

/* ERR_USAGE, ERR_LOCKED by one sentence; NULL: no memory. */
Err shard_prove_refuse(const Work *work, ErrCode code, const char *text);

#endif
