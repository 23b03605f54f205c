/* SPDX-License-Identifier: MIT */
/* Any bytes as a shard's journal: as far as its frames are whole, rows that can be read and stay inside their folder.
 * The second half of the input is given as frames with right hashes, so that their insides are reached. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../pipeline/shard_frame.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void read_one(Arena *arena, const Frame *frame)
{
    ShardHead head;
    ShardRow row;
    ShardEnd end;
    if (frame_read_head(frame, &head))
        must(head.shard.index >= 1 && head.shard.index <= head.shard.count && strlen(head.program) < frame->size);
    if (frame_read_row(frame, &row))
        must(!strstr(row.row.output, "..") && strlen(row.row.record) < frame->size && row.row.thumb.size < frame->size);
    bool good = false;
    if (!frame_read_end(arena, frame, &end, &good).code && good && end.count)
        must(end.rows[end.count - 1] <= UINT32_MAX && end.count <= frame->size / 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_create(1 << 24);
    FrameReader reader;
    Frame frame;
    for (bool more = frame_start(&reader, data, size); more && (more = frame_next(&reader, &frame));)
        read_one(arena, &frame);
    for (FrameKind kind = FRAME_HEAD; kind <= FRAME_END; kind++)
        read_one(arena, &(Frame){kind, data + size / 2, size - size / 2});
    arena_destroy(arena);
    return 0;
}
