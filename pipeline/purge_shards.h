/* SPDX-License-Identifier: MIT */
/* What shards left in OUT/shards, and how it goes. */
#ifndef PURGE_SHARDS_H
#define PURGE_SHARDS_H

#include "outdir.h"

typedef struct PurgeShards {
    const Outdir *outdir;
    bool dry_run;   /* counts and names, removes nothing */
    bool doubts;    /* no journal says that OUT is ours: each shard must look like one (as in purge_shard) */
    size_t removed; /* out */
    Err (*foreign)(void *user, const char *path); /* below OUT: it stays */
    void *user;
} PurgeShards;

/* Ours is what has a name that only headroom gives. ERR_LOCKED: a shard is at work. */
Err purge_shards(Arena *arena, PurgeShards *purge);

/* The same of OUT/shards/NAME, which a machine may have alone, if `path` is one; without OUT. By its name, its lock and the first
 * bytes of what is written, since no journal says that it is ours. */
Err purge_shard(Arena *arena, const PurgeShards *asked, const char *path, size_t *removed, bool *is_one);

/* Opens and locks OUT, which holds a journal or such shards; else ERR_USAGE. */
Err purge_find(Arena *arena, const char *path, bool dry_run, Outdir *out, bool *journal);

#endif
