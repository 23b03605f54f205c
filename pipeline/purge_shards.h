/* SPDX-License-Identifier: MIT */
/* What shards left in OUT/shards, and how it goes. */
#ifndef PURGE_SHARDS_H
#define PURGE_SHARDS_H

#include "outdir.h"

typedef struct PurgeShards {
    const Outdir *outdir;
    bool dry_run;   /* counts and names, removes nothing */
    size_t removed; /* out */
    Err (*foreign)(void *user, const char *path); /* below OUT: it stays */
    void *user;
} PurgeShards;

/* Ours is what has a name that only headroom gives. ERR_LOCKED: a shard is at work. */
Err purge_shards(Arena *arena, PurgeShards *purge);

#endif
