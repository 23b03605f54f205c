/* SPDX-License-Identifier: MIT */
/* The inside of a shard's journal, shared by shard_log.c (opens and reads) and shard_log_write.c. */
#ifndef SHARD_LOG_INSIDE_H
#define SHARD_LOG_INSIDE_H

#include "pool.h"
#include "shard_log.h"

#define SHARD_WORKING "journal.part"
#define SHARD_PUBLISHED "journal"

/* What is remembered of one ROW frame. */
typedef struct Entry {
    Past past;
    const char *output;
    int64_t output_bytes, output_mtime_ns;
    uint32_t ordinal;
    size_t body, bytes; /* where the file has the body of its frame, or will have */
} Entry;

struct ShardLog {
    const ShardAsk *ask;
    Arena *arena; /* that it was opened with: of all that lasts */
    Pool pool;
    int folder, held, lock, fd; /* -1: not open */
    bool is_published;          /* the file has its final name, and ends in END */
    ShardHead head;             /* in force in the file */
    ShardEnd end;               /* the last one */
    Entry *entries;
    size_t count, room;
    const Entry **known; /* the last of each path, by path, when the history was asked for */
    size_t known_count;
    FrameBytes unwritten;
    uint64_t chain; /* behind what is unwritten */
    size_t size;    /* of the file, without it */
};

Err shard_log_no_memory(Arena *arena);
Err shard_log_cannot(Arena *arena, const ShardLog *log, const char *what, const char *name); /* %m */

Err shard_log_remember_head(ShardLog *log, const ShardHead *head);
Err shard_log_remember_row(ShardLog *log, const ShardRow *row, size_t body, size_t bytes);
Err shard_log_add(ShardLog *log, const Entry *entry); /* its ordinal is the next one */

/* The last entry of each path, by path. */
Err shard_log_last(Arena *arena, const ShardLog *log, const Entry ***list, size_t *count);

#endif
