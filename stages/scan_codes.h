/* SPDX-License-Identifier: MIT */
/* Huffman codes and bits of any JPEG scan, one after the other: small and plain, where huffman.h is fast. */
#ifndef SCAN_CODES_H
#define SCAN_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CODES_LENGTHS = 16, CODES_LOOK = 9, CODES_HEAD = 1 + CODES_LENGTHS };

/* A table: its codes of up to CODES_LOOK bits by what they begin, the others by their length. */
typedef struct CodeTable {
    uint16_t look[1 << CODES_LOOK];  /* length << 8 | symbol; 0: longer, or none */
    uint32_t end[CODES_LENGTHS + 1]; /* first 16-bit word behind the codes of each length */
    int offset[CODES_LENGTHS + 1];   /* from a code to its symbol's place */
    uint8_t symbols[256];
} CodeTable;

/* Bits not yet used, the next one highest. Behind the data come zeros. */
typedef struct CodeBits {
    uint64_t word;
    int count;
    int lent;               /* of those zeros that were put into the word */
    const uint8_t *at, *end; /* of the file, stuffed zeros inside, */
    bool clean;              /* or none */
} CodeBits;

/* Bytes of a table of a DHT segment, which begins with CODES_HEAD of them. */
size_t codes_bytes(const uint8_t *table);

/* False: more codes of a length than there are. */
bool codes_build(const uint8_t *table, CodeTable *out);

/* At least 57 bits afterwards. */
void codes_fill(CodeBits *bits);

static inline void codes_drop(CodeBits *bits, int count)
{
    bits->word <<= count;
    bits->count -= count;
}

/* The next symbol; -1: there is no such code. */
static inline int codes_symbol(CodeBits *bits, const CodeTable *codes)
{
    if (bits->count < CODES_LENGTHS)
        codes_fill(bits);
    int look = codes->look[bits->word >> (64 - CODES_LOOK)];
    if (look) {
        codes_drop(bits, look >> 8);
        return look & 255;
    }
    uint32_t ahead = (uint32_t)(bits->word >> 48);
    for (int length = CODES_LOOK + 1; length <= CODES_LENGTHS; length++)
        if (ahead < codes->end[length]) {
            codes_drop(bits, length);
            return codes->symbols[(int)(ahead >> (CODES_LENGTHS - length)) + codes->offset[length]];
        }
    return -1;
}

/* Passes by the next 0..57 bits. */
static inline void codes_skip(CodeBits *bits, int count)
{
    if (bits->count < count)
        codes_fill(bits);
    codes_drop(bits, count);
}

/* The next 0..16 bits as a number. */
static inline int codes_take(CodeBits *bits, int count)
{
    if (!count)
        return 0;
    if (bits->count < count)
        codes_fill(bits);
    int value = (int)(bits->word >> (64 - count));
    codes_drop(bits, count);
    return value;
}

/* The same as the value that ITU T.81 figure F.12 extends them to. */
static inline int codes_value(CodeBits *bits, int size)
{
    int value = codes_take(bits, size);
    return size && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/* True where more bits were taken than there are. */
bool codes_overrun(const CodeBits *bits);

/* True where nothing is left up to the next marker or the end but bits that fill up a byte, or a whole byte of nothing but such bits. */
bool codes_used_up(CodeBits *bits);

/* Goes on behind that marker; false where another one follows. */
bool codes_restart(CodeBits *bits, int marker);

#endif
