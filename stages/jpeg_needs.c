/* SPDX-License-Identifier: MIT */
#include "jpeg_needs.h"

enum { TABLES = 4, SLOT_HUFFMAN = 4, SLOT_RESTART = 12, LENGTHS = 16, STEPS = 64, FRAME_HEAD = 6 };

bool needs_picture(uint8_t marker)
{
    return marker == MARKER_SOS || (marker >= MARKER_SOF0 && marker <= 0xcf && marker != MARKER_DHT &&
                                    marker != MARKER_JPG && marker != MARKER_DAC);
}

bool needs_tables(uint8_t marker)
{
    return marker == MARKER_DQT || marker == MARKER_DHT || marker == MARKER_DRI;
}

/* The slot of the table at the start of `left` bytes of a segment and how many of them it has; -1 where it is broken. */
static int table_at(uint8_t marker, const uint8_t *at, size_t left, size_t *bytes)
{
    if (marker == MARKER_DRI) {
        *bytes = left;
        return left == 2 ? SLOT_RESTART : -1;
    }
    int id = *at & 15, kind = *at >> 4, slot = id;
    if (marker == MARKER_DQT) {
        *bytes = 1 + (size_t)(kind ? 2 : 1) * STEPS;
    } else {
        *bytes = 1 + LENGTHS;
        for (size_t i = 1; i <= LENGTHS && i < left; i++)
            *bytes += at[i];
        slot = SLOT_HUFFMAN + kind * TABLES + id;
    }
    return id < TABLES && kind < 2 && *bytes <= left ? slot : -1;
}

static void take_segment(JpegNeeds *needs, const JpegPiece *piece)
{
    const uint8_t *at = piece->body;
    size_t left = piece->body_bytes, bytes;
    needs->table_bytes += piece->body_bytes + SEGMENT_HEAD;
    if (!left)
        needs->idle_bytes += SEGMENT_HEAD;
    for (; left; at += bytes, left -= bytes) {
        int slot = table_at(piece->marker, at, left, &bytes);
        if (slot < 0) {
            needs->broken = true;
            return;
        }
        needs->idle_bytes += needs->waiting[slot].bytes;
        needs->waiting[slot] = (JpegTable){piece->marker, at, bytes};
    }
}

/* Which slots a scan takes, a bit for each; of Huffman tables perhaps one too many in a progressive file. */
static unsigned slots_taken(const JpegNeeds *needs, const JpegPiece *scan)
{
    unsigned slots = 1u << SLOT_RESTART;
    size_t count = scan->body_bytes ? scan->body[0] : 0;
    for (size_t i = 0; i < count && 1 + 2 * (i + 1) <= scan->body_bytes; i++) {
        uint8_t id = scan->body[1 + 2 * i], codes = scan->body[2 + 2 * i];
        slots |= 1u << (SLOT_HUFFMAN + (codes >> 4) % TABLES) | 1u << (SLOT_HUFFMAN + TABLES + codes % TABLES);
        for (size_t at = FRAME_HEAD; at + 3 <= needs->frame_bytes; at += 3)
            if (needs->frame[at] == id)
                slots |= 1u << needs->frame[at + 2] % TABLES;
    }
    return slots;
}

static int take_scan(JpegNeeds *needs, const JpegPiece *piece, JpegTable taken[NEEDS_SLOTS])
{
    int count = 0;
    unsigned slots = slots_taken(needs, piece);
    for (int i = 0; i < NEEDS_SLOTS; i++) {
        JpegTable *table = &needs->waiting[i];
        if (!table->body || !(slots & 1u << i))
            continue;
        needs->taken_bytes += table->bytes + SEGMENT_HEAD;
        taken[count++] = *table;
        *table = (JpegTable){0};
    }
    return count;
}

int needs_piece(JpegNeeds *needs, const JpegPiece *piece, size_t gap, JpegTable taken[NEEDS_SLOTS])
{
    uint8_t marker = piece->marker;
    size_t bytes = piece->end - piece->start;
    needs->spare_bytes += gap + piece->spare;
    if (marker == MARKER_EOI || (marker >= MARKER_APP0 && marker <= MARKER_APP15) || marker == MARKER_COM)
        return 0;
    if (piece->body && needs_tables(marker)) {
        take_segment(needs, piece);
    } else if (piece->body && needs_picture(marker)) {
        needs->picture_bytes += bytes - piece->spare;
        if (marker == MARKER_SOS)
            return take_scan(needs, piece, taken);
        needs->frame = piece->body;
        needs->frame_bytes = piece->body_bytes;
    } else if (marker == MARKER_DAC) {
        needs->arithmetic_bytes += bytes;
    } else {
        needs->spare_bytes += bytes;
    }
    return 0;
}

bool needs_end(JpegNeeds *needs)
{
    for (int i = 0; i < NEEDS_SLOTS; i++)
        needs->idle_bytes += needs->waiting[i].bytes;
    if (needs->broken)
        needs->idle_bytes = 0;
    return needs->idle_bytes > 0;
}
