/* SPDX-License-Identifier: MIT */
/* What OUT holds from before a merge, sorted aside by shard: memory holds one shard's rows. */
#ifndef SHARD_BEFORE_H
#define SHARD_BEFORE_H

#include "shard_prove.h"
#include "spool.h"

typedef struct ShardBefore {
    Spool *spool;
    const char *const *next; /* the row that comes; NULL: no more */
} ShardBefore;

/* Reads the journal. ERR_USAGE: OUT belongs to another command, or codes bind its photos (shards bind by name). Whatever it
 * says, shard_before_close follows. */
Err shard_before_open(const Merge *merge, ShardBefore *out);
void shard_before_close(ShardBefore *before);

/* The rows of shard `at`, by path; from 1 on, each once. They live in merge->shard. */
Err shard_before_take(const Merge *merge, ShardBefore *before, unsigned at, History *out);

#endif
