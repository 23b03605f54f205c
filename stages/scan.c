/* SPDX-License-Identifier: MIT */
/* Stuffed zeros are taken out in bulk, into a buffer with room for a whole MCU behind its end. So the decoder
 * itself never asks where the bytes end, nor for FF: once for each MCU it is seen how far it came. */
#include "scan.h"

#include <assert.h>
#include <string.h>

#include "jpeg_markers.h"
#include "wide.h"

/* A decoder's state must stay in registers. */
#define INLINE static inline __attribute__((always_inline))

/* Zigzag to natural order; behind it places that are the DC's, which is written last. */
// clang-format off
static const uint8_t natural[64 + HUFFMAN_BLOCK_END] = {
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};
// clang-format on

/* Moves what is left to the front and cleans as much as there is room for. */
static void clean_more(Scan *scan)
{
    size_t kept = (size_t)(scan->last - scan->bits.next), room = SCAN_BUFFER_BYTES - kept;
    memmove(scan->clean, scan->bits.next, kept);
    scan->bits.next = scan->clean;
    uint8_t *to = scan->clean + kept;
    while (room && !scan->at_marker) {
        size_t left = (size_t)(scan->end - scan->from), piece = left < room ? left : room;
        const uint8_t *stop = memchr(scan->from, 0xff, piece);
        size_t plain = stop ? (size_t)(stop - scan->from) : piece;
        memcpy(to, scan->from, plain);
        to += plain;
        room -= plain;
        scan->from += plain;
        if (stop && left - plain >= 2 && stop[1] == 0) {
            *to++ = 0xff;
            room--;
            scan->from += 2;
        } else {
            scan->at_marker = stop || plain == left;
        }
    }
    memset(to, 0, SCAN_MCU_BYTES);
    scan->last = to;
    scan->low = scan->at_marker ? to : to - SCAN_MCU_BYTES;
}

/* Bits of the clean bytes that are not used; less than 0 where more were used than there are. */
static ptrdiff_t bits_left(const Scan *scan)
{
    return (scan->last - scan->bits.next) * 8 + (ptrdiff_t)scan->bits.count;
}

static void start_interval(Scan *scan)
{
    scan->at_marker = false;
    scan->bits = (ScanBits){.next = scan->clean};
    scan->last = scan->low = scan->clean;
    memset(scan->predicted, 0, sizeof scan->predicted);
    scan->restart_left = scan->restart_interval;
    clean_more(scan);
}

void scan_begin(Scan *scan, const uint8_t *data, size_t bytes)
{
    scan->from = data;
    scan->end = data + bytes;
    scan->restart_number = 0;
    start_interval(scan);
}

/* In the file every FF has a zero behind it. */
void scan_mark(const Scan *scan, ScanMark *out)
{
    const uint8_t *next = scan->bits.next;
    *out = (ScanMark){.at = scan->from, .word = scan->bits.word, .count = scan->bits.count, .restart_left = scan->restart_left,
                      .restart_number = scan->restart_number};
    memcpy(out->predicted, scan->predicted, sizeof out->predicted);
    if (next > scan->last) { /* of zeros that were put behind the data */
        unsigned lent = (unsigned)(next - scan->last) * 8;
        out->count = out->count > lent ? out->count - lent : 0;
    }
    out->word &= out->count ? UINT64_MAX << (64 - out->count) : 0;
    for (; next < scan->last; next++) {
        const uint8_t *stop = memchr(next, 0xff, (size_t)(scan->last - next));
        out->at -= (stop ? stop : scan->last - 1) - next + 1 + (stop != NULL);
        next = stop ? stop : scan->last - 1;
    }
}

void scan_resume(Scan *scan, const ScanMark *mark)
{
    scan->from = mark->at;
    scan->at_marker = false;
    scan->bits = (ScanBits){mark->word, mark->count, scan->clean};
    scan->last = scan->low = scan->clean;
    memcpy(scan->predicted, mark->predicted, sizeof scan->predicted);
    scan->restart_left = mark->restart_left;
    scan->restart_number = mark->restart_number;
    clean_more(scan);
}

/* The marker that follows the data at once, but for bits that fill its last byte; 0: something else. */
static int marker_behind(Scan *scan)
{
    if (!scan->at_marker)
        clean_more(scan);
    ptrdiff_t left = bits_left(scan);
    if (!scan->at_marker || left < 0 || left >= 8)
        return 0;
    const uint8_t *at = scan->from;
    while (scan->end - at >= 2 && at[0] == 0xff && at[1] == 0xff)
        at++; /* fill bytes */
    if (scan->end - at < 2 || at[0] != 0xff)
        return 0;
    scan->from = at + 2;
    return at[1];
}

static bool restart(Scan *scan)
{
    if (marker_behind(scan) != MARKER_RST0 + scan->restart_number)
        return false;
    scan->restart_number = (scan->restart_number + 1) & 7;
    start_interval(scan);
    return true;
}

bool scan_ends(Scan *scan)
{
    return marker_behind(scan) == MARKER_EOI;
}

/* At least 56 bits afterwards. */
INLINE void refill(ScanBits *bits)
{
    uint64_t ahead;
    memcpy(&ahead, bits->next, sizeof ahead);
    bits->word |= __builtin_bswap64(ahead) >> bits->count;
    bits->next += (63 - bits->count) >> 3;
    bits->count |= 56;
}

INLINE void drop(ScanBits *bits, unsigned count)
{
    bits->word <<= count & 63;
    bits->count -= count;
}

/* 0..15 bits and their value as figure F.12 extends it. */
INLINE int value_of(ScanBits *bits, int size)
{
    if (!size)
        return 0;
    int value = (int)(bits->word >> (64 - size));
    drop(bits, (unsigned)size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/* A symbol by the length of its code, where one look does not tell all. -1: there is no such code. */
INLINE int symbol_of(const HuffmanTable *table, ScanBits *bits, HuffmanEntry look)
{
    int length = (int)(look >> 16 & 255);
    if (length) {
        drop(bits, (unsigned)length);
        return (int)(look >> 24 & 255);
    }
    uint32_t ahead = (uint32_t)(bits->word >> 48);
    for (length = HUFFMAN_BITS + 1; length <= 16; length++)
        if (ahead < table->end[length]) {
            drop(bits, (unsigned)length);
            return table->symbols[(int)(ahead >> (16 - length)) + table->offset[length]];
        }
    return -1;
}

INLINE bool difference(const HuffmanTable *table, ScanBits *bits, int *out)
{
    refill(bits);
    HuffmanEntry look = table->single[bits->word >> (64 - HUFFMAN_BITS)];
    if (look & 255) {
        drop(bits, look & 255);
        *out = (int16_t)(look >> 32);
        return true;
    }
    int size = symbol_of(table, bits, look);
    *out = size > 0 ? value_of(bits, size) : 0;
    return size >= 0;
}

/* One look, where it tells all; else `look` alone is set. */
INLINE bool looked(const HuffmanEntry *looks, ScanBits *bits, int16_t *block, const uint8_t **place,
                   HuffmanEntry *look)
{
    HuffmanEntry entry = *look = looks[bits->word >> (64 - HUFFMAN_BITS)];
    if (__builtin_expect(!(entry & 255), false))
        return false;
    block[(*place)[entry >> 16 & 255]] = (int16_t)(entry >> 32);
    block[(*place)[(uint32_t)entry >> 24]] = (int16_t)(entry >> 48);
    *place += entry >> 8 & 255;
    drop(bits, entry & 255);
    return true;
}

/* A symbol that one look does not tell. False: no such code. */
INLINE bool coefficient(const HuffmanTable *table, ScanBits *bits, HuffmanEntry look, int16_t *block,
                        const uint8_t **place)
{
    int symbol = symbol_of(table, bits, look);
    if (symbol < 0)
        return false;
    int size = symbol & 15, zeros = symbol >> 4;
    if (!size && zeros < 15) {
        *place += HUFFMAN_BLOCK_END;
        return true;
    }
    block[(*place)[zeros]] = (int16_t)value_of(bits, size);
    *place += zeros + 1;
    return true;
}

/* From `pairs_to` on two symbols at a look could reach beyond the end of the block. A refill is enough for
 * two looks and the longest symbol. The end is told by where it ends; NULL: no such code. */
INLINE const uint8_t *coefficients(const HuffmanTable *table, ScanBits *bits, int16_t *block)
{
    static_assert(2 * HUFFMAN_BITS + 16 + 15 <= 56);
    const uint8_t *place = natural + 1, *const pairs_to = natural + 64 - 16, *const to = natural + 64;
    HuffmanEntry look;
    while (place < pairs_to) {
        refill(bits);
        bool known = looked(table->look, bits, block, &place, &look);
        if (known && place < pairs_to)
            known = looked(table->look, bits, block, &place, &look);
        if (known && place < pairs_to)
            known = looked(table->look, bits, block, &place, &look);
        if (!known && !coefficient(table, bits, look, block, &place))
            return NULL;
    }
    while (place < to) {
        refill(bits);
        if (!looked(table->single, bits, block, &place, &look) &&
            !coefficient(table, bits, look, block, &place))
            return NULL;
    }
    return place;
}

bool scan_ready(Scan *scan)
{
    if (scan->restart_interval && scan->restart_left == 0 && !restart(scan))
        return false;
    if (scan->bits.next > scan->low) {
        if (!scan->at_marker)
            clean_more(scan);
        else if (bits_left(scan) < 0)
            return false;
    }
    return true;
}

/* False where the block is none that a picture has: no such code, or a run beyond the end. `ends`: as of scan_mcu. */
INLINE bool whole_block(const HuffmanTable *table, ScanBits *bits, int16_t *block, uint8_t *ends)
{
    const uint8_t *end = coefficients(table, bits, block);
    *ends = end != natural + 1 + HUFFMAN_BLOCK_END;
    return end && (end <= natural + 64 || end >= natural + HUFFMAN_BLOCK_END);
}

SHIFTS bool scan_mcu(Scan *scan, int16_t *blocks, uint8_t *ends)
{
    if (!scan_ready(scan))
        return false;
    scan->restart_left--;
    ScanBits bits = scan->bits;
    memset(blocks, 0, (size_t)scan->block_count * SCAN_BLOCK * sizeof *blocks);
    for (int i = 0; i < scan->block_count; i++, blocks += SCAN_BLOCK) {
        int c = scan->component[i], dc;
        if (!difference(scan->dc_of[c], &bits, &dc))
            return false;
        scan->predicted[c] += dc;
        if (!whole_block(scan->ac_of[c], &bits, blocks, &ends[i]) || scan->predicted[c] > scan->dc_most[c] ||
            scan->predicted[c] < -scan->dc_most[c]) /* or a mean beyond all pictures */
            return false;
        blocks[0] = (int16_t)scan->predicted[c];
    }
    scan->bits = bits;
    return true;
}

SHIFTS bool scan_block(const Scan *scan, int component, ScanBits *bits, int16_t block[SCAN_BLOCK])
{
    ScanBits now = *bits;
    int dc;
    uint8_t ends;
    memset(block, 0, SCAN_BLOCK * sizeof *block);
    if (!difference(scan->dc_of[component], &now, &dc) || !whole_block(scan->ac_of[component], &now, block, &ends))
        return false;
    block[0] = (int16_t)dc;
    *bits = now;
    return true;
}

SHIFTS bool scan_symbol(const Scan *scan, int component, ScanBits *bits, int *place)
{
    const bool first = *place == 0;
    const HuffmanTable *table = first ? scan->dc_of[component] : scan->ac_of[component];
    refill(bits);
    HuffmanEntry look = table->single[bits->word >> (64 - HUFFMAN_BITS)];
    if (look & 255) {
        drop(bits, look & 255);
        *place += first ? 1 : (int)(look >> 8 & 255);
    } else {
        int symbol = symbol_of(table, bits, look), size = first ? symbol : symbol & 15, zeros = first ? 0 : symbol >> 4;
        if (symbol < 0)
            return false;
        drop(bits, (unsigned)size);
        *place += first || size || zeros == 15 ? zeros + 1 : SCAN_BLOCK_ENDED;
    }
    return *place <= SCAN_BLOCK || *place >= SCAN_BLOCK_ENDED;
}

void scan_copy(ScanBits bits, size_t count, uint8_t *out, size_t at)
{
    out += at / 8;
    unsigned used = at % 8;
    for (unsigned piece; count; count -= piece, used = 0) {
        piece = count < 8 - used ? (unsigned)count : 8 - used;
        refill(&bits);
        *out++ |= (uint8_t)(bits.word >> (64 - piece) << (8 - used - piece));
        drop(&bits, piece);
    }
}

bool scan_used_up(Scan *scan)
{
    if (!scan->at_marker)
        clean_more(scan);
    ptrdiff_t left = bits_left(scan);
    if (!scan->at_marker || left < 0 || left >= 16)
        return false;
    refill(&scan->bits);
    uint64_t rest = left < 8 ? 0 : scan->bits.word >> (64 - left);
    return !rest || rest == ((uint64_t)1 << left) - 1;
}
