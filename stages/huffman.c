/* SPDX-License-Identifier: MIT */
#include "huffman.h"

#include <string.h>

enum { LOOKS = 1 << HUFFMAN_BITS, DC_SIZE_MOST = 15 };

/* `bits` value bits as ITU T.81 figure F.12 extends them. */
static int extended(unsigned value, int bits)
{
    return bits && value < 1u << (bits - 1) ? (int)value - (1 << bits) + 1 : (int)value;
}

static HuffmanEntry entry(int taken, int move, int place, int value)
{
    HuffmanEntry level = (uint16_t)value;
    return (HuffmanEntry)taken | (HuffmanEntry)move << 8 | (HuffmanEntry)place << 16 |
           (HuffmanEntry)place << 24 | level << 32 | level << 48;
}

/* What a code of `length` bits for `symbol` means in front of `rest`, the bits behind it of the look. */
static HuffmanEntry entry_of(int length, int symbol, unsigned rest, bool pairs)
{
    int bits = symbol & 15, zeros = symbol >> 4, left = HUFFMAN_BITS - length;
    if (bits > left)
        return (HuffmanEntry)length << 16 | (HuffmanEntry)symbol << 24;
    int value = extended(rest >> (left - bits), bits);
    if (!pairs)
        return entry(length + bits, 0, 0, value);
    if (!bits && zeros < 15)
        return entry(length, HUFFMAN_BLOCK_END, HUFFMAN_BLOCK_END - 1, 0);
    return entry(length + bits, zeros + 1, zeros, value);
}

static int taken(HuffmanEntry look)
{
    return (int)(look & 255);
}

/* The entry with the symbol behind it, where that is known whole. */
static HuffmanEntry pair_of(HuffmanEntry first, HuffmanEntry second)
{
    int move = (int)(first >> 8 & 255), more = (int)(second >> 8 & 255);
    if (!taken(first) || move >= HUFFMAN_BLOCK_END || !taken(second) ||
        taken(first) + taken(second) > HUFFMAN_BITS)
        return first;
    int place = (int)(second >> 16 & 255);
    HuffmanEntry both = (first & 0x0000ffff00ff0000) | (HuffmanEntry)(taken(first) + taken(second)) |
                        (HuffmanEntry)(move + more) << 8;
    if (more >= HUFFMAN_BLOCK_END) /* no second value: the first one twice */
        return both | (first & 0xffff0000ff000000);
    return both | (HuffmanEntry)(move + place) << 24 | (second & 0xffff000000000000);
}

static void fill(const HuffmanTable *table, int length, uint32_t code, bool pairs, HuffmanEntry *out)
{
    int left = HUFFMAN_BITS - length, symbol = table->symbols[(int)code + table->offset[length]];
    for (unsigned rest = 0; rest < 1u << left; rest++)
        out[(code << left) + rest] = entry_of(length, symbol, rest, pairs);
}

bool huffman_build(const HuffmanSpec *spec, bool pairs, HuffmanTable *out)
{
    uint32_t code = 0;
    int count = 0;
    memcpy(out->symbols, spec->symbols, sizeof out->symbols);
    memset(out->single, 0, sizeof out->single);
    for (int length = 1; length <= 16; length++, code <<= 1) {
        out->offset[length] = count - (int)code;
        count += spec->counts[length];
        uint32_t behind = code + spec->counts[length];
        if (count > 256 || behind >= 1u << length)
            return false;
        if (length <= HUFFMAN_BITS)
            for (uint32_t c = code; c < behind; c++)
                fill(out, length, c, pairs, out->single);
        code = behind;
        out->end[length] = code << (16 - length);
    }
    out->end[17] = UINT32_MAX;
    for (int i = 0; i < count && !pairs; i++)
        if (out->symbols[i] > DC_SIZE_MOST)
            return false;
    for (unsigned i = 0; i < LOOKS && pairs; i++) {
        HuffmanEntry first = out->single[i];
        out->look[i] = pair_of(first, out->single[i << taken(first) & (LOOKS - 1)]);
    }
    return true;
}
