/* SPDX-License-Identifier: MIT */
#include "shard_frame.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "digest.h"

const char shard_magic[SHARD_MAGIC_BYTES] = {'H', 'R', 's', 'h', 'a', 'r', 'd', '1'};

enum { FRAME_BYTES_MAX = 1 << 30 };

/* ---- writing ---- */

static uint8_t *grow(FrameBytes *out, size_t bytes)
{
    size_t wanted = out->size + bytes;
    if (!out->failed && wanted > out->room) {
        size_t room = out->room ? out->room : 1 << 16;
        while (room < wanted)
            room *= 2;
        uint8_t *data = realloc(out->data, room);
        out->failed = !data;
        out->data = data ? data : out->data;
        out->room = data ? room : out->room;
    }
    if (out->failed)
        return NULL;
    out->size += bytes;
    return out->data + out->size - bytes;
}

static void store(uint8_t *at, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(number >> (8 * i));
}

static void put_number(FrameBytes *out, uint64_t number, int bytes)
{
    uint8_t *at = grow(out, (size_t)bytes);
    if (at)
        store(at, number, bytes);
}

static void put_bytes(FrameBytes *out, const void *data, size_t size)
{
    put_number(out, size, 4);
    uint8_t *at = grow(out, size);
    if (at && size)
        memcpy(at, data, size);
}

static void put_text(FrameBytes *out, const char *text)
{
    put_bytes(out, text ? text : "", text ? strlen(text) : 0);
    put_number(out, 0, 1);
}

static uint64_t chain_of(uint64_t before, FrameKind kind, const uint8_t *body, size_t size)
{
    return digest_xxh3(body, size, before ^ ((uint64_t)size << 32 | (uint64_t)kind));
}

static size_t begin(FrameBytes *out)
{
    size_t at = out->size;
    grow(out, FRAME_HEADER_BYTES);
    return at;
}

static void seal(FrameBytes *out, size_t at, FrameKind kind, uint64_t *chain)
{
    size_t size = out->size - at - FRAME_HEADER_BYTES;
    out->failed = out->failed || size > FRAME_BYTES_MAX;
    if (out->failed)
        return;
    *chain = chain_of(*chain, kind, out->data + at + FRAME_HEADER_BYTES, size);
    store(out->data + at, size, 4);
    store(out->data + at + 4, kind, 4);
    store(out->data + at + 8, *chain, 8);
}

void frame_put_head(FrameBytes *out, uint64_t *chain, const ShardHead *head)
{
    size_t at = begin(out);
    put_number(out, head->shard.index, 4);
    put_number(out, head->shard.count, 4);
    put_number(out, head->names, 8);
    put_number(out, head->offered, 8);
    put_text(out, head->program);
    put_text(out, head->profile);
    put_text(out, head->roster);
    seal(out, at, FRAME_HEAD, chain);
}

enum { TRUSTED_AT = 48 }; /* in a row's body */

static void put_stamp(FrameBytes *out, const Stamp *stamp)
{
    put_number(out, (uint64_t)stamp->bytes, 8);
    put_number(out, (uint64_t)stamp->mtime_ns, 8);
    put_number(out, (uint64_t)stamp->ctime_ns, 8);
    put_number(out, stamp->inode, 8);
}

void frame_put_row(FrameBytes *out, uint64_t *chain, const ShardRow *shard_row)
{
    const Row *row = &shard_row->row;
    size_t at = begin(out);
    put_stamp(out, &row->stamp);
    put_number(out, (uint64_t)shard_row->output_bytes, 8);
    put_number(out, (uint64_t)shard_row->output_mtime_ns, 8);
    put_number(out, row->trusted, 1);
    put_number(out, row->verdict, 1);
    put_number(out, row->action, 1);
    const char *texts[] = {row->path,     row->shown,  row->sha256, row->output, row->output_sha256,
                           row->likeness, row->faults, row->record, row->times};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_text(out, texts[i]);
    put_bytes(out, row->thumb.data, row->thumb.data ? row->thumb.size : 0);
    seal(out, at, FRAME_ROW, chain);
}

void frame_put_again(FrameBytes *out, uint64_t *chain, const Frame *frame, const Stamp *stamp, bool trusted)
{
    size_t at = begin(out), body = out->size;
    put_stamp(out, stamp);
    size_t head = out->size - body;
    assert(frame->kind == FRAME_ROW && (out->failed || (head < TRUSTED_AT && frame->size > TRUSTED_AT)));
    uint8_t *rest = grow(out, frame->size - head);
    if (rest) {
        memcpy(rest, frame->body + head, frame->size - head);
        rest[TRUSTED_AT - head] = trusted;
    }
    seal(out, at, FRAME_ROW, chain);
}

void frame_put_end(FrameBytes *out, uint64_t *chain, const ShardEnd *end)
{
    size_t at = begin(out);
    put_number(out, end->other_count, 4);
    put_number(out, end->archive_count, 4);
    for (uint32_t i = 0; i < end->archive_count; i++)
        put_text(out, end->archives[i]);
    put_number(out, end->count, 4);
    for (uint32_t i = 0; i < end->count; i++)
        put_number(out, end->rows[i], 4);
    seal(out, at, FRAME_END, chain);
}

/* ---- reading ---- */

static uint64_t load(const uint8_t *at, int bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < bytes; i++)
        number |= (uint64_t)at[i] << (8 * i);
    return number;
}

bool frame_start(FrameReader *reader, const uint8_t *data, size_t size)
{
    bool ours = size >= SHARD_MAGIC_BYTES && memcmp(data, shard_magic, SHARD_MAGIC_BYTES) == 0;
    *reader = (FrameReader){data, size, ours ? SHARD_MAGIC_BYTES : 0, 0};
    return ours;
}

/* False: no header of a frame. */
static bool read_header(const uint8_t *at, size_t *size, uint64_t *kind)
{
    *size = load(at, 4);
    *kind = load(at + 4, 4);
    return *size <= FRAME_BYTES_MAX && *kind >= FRAME_HEAD && *kind <= FRAME_END;
}

size_t frame_needs(const FrameReader *reader)
{
    size_t left = reader->size - reader->at, size;
    uint64_t kind;
    if (left < FRAME_HEADER_BYTES)
        return reader->at + FRAME_HEADER_BYTES;
    if (!read_header(reader->data + reader->at, &size, &kind) || size <= left - FRAME_HEADER_BYTES)
        return reader->at;
    return reader->at + FRAME_HEADER_BYTES + size;
}

bool frame_next(FrameReader *reader, Frame *out)
{
    const uint8_t *at = reader->data + reader->at;
    size_t left = reader->size - reader->at, size;
    uint64_t kind;
    if (left < FRAME_HEADER_BYTES || !read_header(at, &size, &kind) || size > left - FRAME_HEADER_BYTES)
        return false;
    *out = (Frame){(FrameKind)kind, at + FRAME_HEADER_BYTES, size};
    uint64_t chain = chain_of(reader->chain, out->kind, out->body, size);
    if (chain != load(at + 8, 8))
        return false;
    reader->chain = chain;
    reader->at += FRAME_HEADER_BYTES + size;
    return true;
}

/* A body while it is read. */
typedef struct Body {
    const uint8_t *at;
    size_t left;
    bool bad;
} Body;

static const uint8_t *take(Body *body, size_t bytes)
{
    body->bad = body->bad || bytes > body->left;
    if (body->bad)
        return NULL;
    body->at += bytes;
    body->left -= bytes;
    return body->at - bytes;
}

static uint64_t take_number(Body *body, int bytes)
{
    const uint8_t *at = take(body, (size_t)bytes);
    return at ? load(at, bytes) : 0;
}

static const char *take_text(Body *body)
{
    size_t length = take_number(body, 4);
    const uint8_t *at = take(body, length + 1);
    body->bad = body->bad || strnlen((const char *)at, length + 1) != length;
    return body->bad ? "" : (const char *)at;
}

static bool ends_well(const Body *body)
{
    return !body->bad && !body->left;
}

bool frame_read_head(const Frame *frame, ShardHead *out)
{
    Body body = {frame->body, frame->size, frame->kind != FRAME_HEAD};
    out->shard.index = (unsigned)take_number(&body, 4);
    out->shard.count = (unsigned)take_number(&body, 4);
    out->names = take_number(&body, 8);
    out->offered = take_number(&body, 8);
    out->program = take_text(&body);
    out->profile = take_text(&body);
    out->roster = take_text(&body);
    return ends_well(&body) && out->shard.count <= SHARDS_MAX && out->shard.index >= 1 &&
           out->shard.index <= out->shard.count;
}

static bool is_hash(const char *text)
{
    return !*text || (strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64);
}

static bool is_held(const char *output)
{
    static const char folder[] = ".held/";
    size_t length = strlen(output);
    if (!length)
        return true;
    return length < 128 && strncmp(output, folder, sizeof folder - 1) == 0 && output[sizeof folder - 1] &&
           output[sizeof folder - 1] != '.' && !strchr(output + sizeof folder - 1, '/');
}

bool frame_read_row(const Frame *frame, ShardRow *out)
{
    Body body = {frame->body, frame->size, frame->kind != FRAME_ROW};
    Row *row = &out->row;
    *out = (ShardRow){0};
    row->stamp.bytes = (int64_t)take_number(&body, 8);
    row->stamp.mtime_ns = (int64_t)take_number(&body, 8);
    row->stamp.ctime_ns = (int64_t)take_number(&body, 8);
    row->stamp.inode = take_number(&body, 8);
    out->output_bytes = (int64_t)take_number(&body, 8);
    out->output_mtime_ns = (int64_t)take_number(&body, 8);
    row->trusted = take_number(&body, 1) & 1;
    row->verdict = (Verdict)(take_number(&body, 1) & 3);
    row->action = (Action)(take_number(&body, 1) & 3);
    const char **texts[] = {&row->path,     &row->shown,  &row->sha256, &row->output, &row->output_sha256,
                            &row->likeness, &row->faults, &row->record, &row->times};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = take_text(&body);
    row->thumb.size = take_number(&body, 4);
    const uint8_t *thumb = take(&body, row->thumb.size);
    row->thumb.data = row->thumb.size ? (uint8_t *)(uintptr_t)thumb : NULL;
    return ends_well(&body) && *row->path && *row->shown && strlen(row->path) < PATH_MAX &&
           strlen(row->shown) < PATH_MAX && is_hash(row->sha256) && is_hash(row->output_sha256) &&
           is_held(row->output);
}

Err frame_read_end(Arena *arena, const Frame *frame, ShardEnd *out, bool *good)
{
    Body body = {frame->body, frame->size, frame->kind != FRAME_END};
    *out = (ShardEnd){.other_count = (uint32_t)take_number(&body, 4),
                      .archive_count = (uint32_t)take_number(&body, 4)};
    *good = !body.bad && out->archive_count <= body.left / 5; /* the least an empty text takes */
    if (!*good)
        return OK;
    out->archives = ARENA_ARRAY(arena, const char *, out->archive_count + 1);
    if (!out->archives)
        return fail(arena, ERR_MEMORY, "no memory for a shard");
    for (uint32_t i = 0; i < out->archive_count; i++)
        out->archives[i] = take_text(&body);
    out->count = (uint32_t)take_number(&body, 4);
    *good = !body.bad && out->count == body.left / 4;
    if (!*good)
        return OK;
    out->rows = ARENA_ARRAY(arena, uint32_t, out->count + 1);
    if (!out->rows)
        return fail(arena, ERR_MEMORY, "no memory for a shard");
    for (uint32_t i = 0; i < out->count; i++)
        out->rows[i] = (uint32_t)take_number(&body, 4);
    *good = ends_well(&body);
    return OK;
}
