/* SPDX-License-Identifier: MIT */
/* The journal of one shard: one file that only grows, since SQLite's is not safe on a network file system.
 *
 *   OUT/shards/00003-of-00012/
 *     .lock         a byte-range lock by fcntl: it holds between machines, over NFS too, and goes with its owner
 *     journal.part  while the shard is at work; a torn end is cut off when it is opened again
 *     journal       the same file, renamed when the shard is whole: published
 *     .held/        made photos, each under a name of its own
 *     .tmp/         photos while they are written
 *
 * One writer, one thread. */
#ifndef SHARD_LOG_H
#define SHARD_LOG_H

#include "shard_frame.h"

typedef struct ShardLog ShardLog;

/* Opens or makes the folder, locks it and mends the file. ERR_LOCKED: another worker has this shard. `look`: only
 * reads, without a lock, and there may be nothing. `folder` and the texts of `head` outlive it. Closed by
 * shard_log_close, also after an error. */
typedef struct ShardAsk {
    const char *folder;
    ShardHead head;
    bool look;
} ShardAsk;
Err shard_log_open(Arena *arena, const ShardAsk *ask, ShardLog **out);
void shard_log_close(ShardLog *log);

/* What is judged already: the last row of each path. In the arena. */
Err shard_log_history(Arena *arena, ShardLog *log, History *out);

/* The row is in the file, and whole after the next crash, when shard_log_commit has ended. */
Err shard_log_put(Arena *arena, ShardLog *log, const Row *row);
/* The same bytes under a new stamp: of `row`, path, stamp and trusted. The path is in the history that was asked for
 * last. */
Err shard_log_touch(Arena *arena, ShardLog *log, const Row *row);
Err shard_log_commit(Arena *arena, ShardLog *log);

/* Every file of the listing is judged: publishes them in its order, and removes photos that are none of
 * theirs. `fresh`: false where exactly this was published before; nothing is written then. */
Err shard_log_publish(Arena *arena, ShardLog *log, const Listing *listing, bool *fresh);

/* The row of every file of the listing, as listed; its texts live until `each` returns, whose Err ends the reading. All is
 * committed, and nobody else writes. */
typedef Err TakeShardRow(void *user, size_t file, const Row *row);
Err shard_log_each(Arena *arena, const ShardLog *log, const Listing *listing, TakeShardRow *each, void *user);

typedef enum ShardUse {
    SHARD_READS,
    SHARD_WRITES,
    SHARD_REMOVES, /* nobody else may read or write it, nor is a lock made */
} ShardUse;

/* Locks OUT/.../.lock within the folder. False with errno EAGAIN: somebody else has it for two seconds, or removed it.
 * The lock goes when `fd` is closed. `*fd` -1: there is none to lock, unless for writing. */
bool shard_lock(int folder, ShardUse use, int *fd);

#endif
