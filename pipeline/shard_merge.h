/* SPDX-License-Identifier: MIT */
/* The command merge: the shards' rows come home as if one run had judged them all. */
#ifndef SHARD_MERGE_H
#define SHARD_MERGE_H

#include "work.h"

/* Proves every shard and that they are all of one run, each once. ERR_USAGE names the shard and what to do;
 * nothing is written then. ERR_LOCKED: one is at work. Fills what work_prepare fills, but for photos and plan. */
Err shard_merge_prepare(Work *work);

/* Brings photos and rows into OUT, shard by shard; a row that stands there already is left alone, so that a merge
 * that was cut off goes on. `work->plan` then holds how many of what. */
Err shard_merge_bring(Work *work);

/* --dry-run: says what shard_merge_bring would bring, shard by shard, and fills `work->plan` as it does. */
Err shard_merge_plan(Work *work);

/* The folders from which photos are linked into OUT, as SandboxFiles has them; in the work's arena. */
Err shard_merge_linked(const Work *work, const char *const **out);

void shard_merge_close(Work *work); /* also after an error */

#endif
