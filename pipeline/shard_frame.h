/* SPDX-License-Identifier: MIT */
/* Pure: the bytes of a shard's journal. Eight bytes say what it is; then frames, each with its length, its
 * kind and a hash that chains it to all before it, so that a flipped bit, a torn end, a frame that is missing
 * or stands elsewhere break the chain. Numbers are little-endian; texts have their length before and a NUL
 * behind them, so that they are read in place.
 *
 *   HEAD  which shard of what, by which rules; the last one is in force
 *   ROW   one photo, judged; of several for one path the last one counts
 *   END   which rows are the shard's, in the order of the listing; the last frame of a published journal */
#ifndef SHARD_FRAME_H
#define SHARD_FRAME_H

#include "journal.h"
#include "shard.h"

typedef enum FrameKind { FRAME_HEAD = 1, FRAME_ROW, FRAME_END } FrameKind;

enum { SHARD_MAGIC_BYTES = 8, FRAME_HEADER_BYTES = 16 };
extern const char shard_magic[SHARD_MAGIC_BYTES];

/* What all shards of one run must agree on, but for the index. */
typedef struct ShardHead {
    Shard shard;
    const char *program, *profile, *roster; /* hashes; roster "" for none */
    uint64_t names, offered;                /* of all photos that were found, those of others too: a sum of
                                               hashes over the paths shown, and how many */
} ShardHead;

/* `row` without id, profile, program, files_for_id and attempt, which are the merge's. */
typedef struct ShardRow {
    Row row;
    int64_t output_bytes, output_mtime_ns;
} ShardRow;

typedef struct ShardEnd {
    uint32_t *rows; /* ordinals of the file's ROW frames, from 0; as listed. */
    uint32_t count;
    uint32_t other_count;  /* files that are no pictures, of all shards */
    const char **archives; /* as in Listing */
    uint32_t archive_count;
} ShardEnd;

typedef struct Frame {
    FrameKind kind;
    const uint8_t *body;
    size_t size;
} Frame;

/* Bytes that grow; freed by the caller. `failed`: no memory, nothing more is added. */
typedef struct FrameBytes {
    uint8_t *data;
    size_t size, room;
    bool failed;
} FrameBytes;

/* Append one frame and move `chain` on, which is 0 before the first one. */
void frame_put_head(FrameBytes *out, uint64_t *chain, const ShardHead *head);
void frame_put_row(FrameBytes *out, uint64_t *chain, const ShardRow *row);
/* A row that stands in a file already, by the body of its frame, under another stamp. */
void frame_put_again(FrameBytes *out, uint64_t *chain, const Frame *frame, const Stamp *stamp, bool trusted);
void frame_put_end(FrameBytes *out, uint64_t *chain, const ShardEnd *end);

/* Moves through a file's bytes; starts behind the magic with chain 0. False at the end and at what is torn or
 * damaged: `at` then says how much is whole. */
typedef struct FrameReader {
    const uint8_t *data;
    size_t size, at;
    uint64_t chain;
} FrameReader;

bool frame_start(FrameReader *reader, const uint8_t *data, size_t size); /* false: another kind of file */
bool frame_next(FrameReader *reader, Frame *out);
size_t frame_needs(const FrameReader *reader); /* bytes of the file from its first, before frame_next can judge; `at`: it can */

/* False: not what a writer of ours leaves. Texts stay in the frame. A row's output is "" or a file of .held/. */
bool frame_read_head(const Frame *frame, ShardHead *out);
bool frame_read_row(const Frame *frame, ShardRow *out);
Err frame_read_end(Arena *arena, const Frame *frame, ShardEnd *out, bool *good); /* in the arena; ERR_MEMORY */

#endif
