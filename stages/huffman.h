/* SPDX-License-Identifier: MIT */
/* Huffman tables of baseline JPEG, laid out so that one look decodes a code together with the bits behind it,
 * and often two of them. They live in the decoding of one photo. */
#ifndef HUFFMAN_H
#define HUFFMAN_H

#include <stdbool.h>
#include <stdint.h>

/* A DHT table as the file gives it. */
typedef struct HuffmanSpec {
    uint8_t counts[17];   /* of codes with 1..16 bits; [0] is unused */
    uint8_t symbols[256]; /* in the order of their codes */
} HuffmanSpec;

enum {
    HUFFMAN_BITS = 10,       /* that one look takes */
    HUFFMAN_BLOCK_END = 128, /* how far the end of a block goes: farther than any run */
    HUFFMAN_LENGTHS = 18,
};

/* What the next HUFFMAN_BITS bits mean, in the bytes of a word from the lowest:
 *   0  bits taken; 0: look them up one by one
 *   1  how far the place in the block moves
 *   2  place of the first value behind the current one     (0: code's length, or 0 where it is longer)
 *   3  place of the second value; the first one's again where there is one only    (0: the symbol)
 *   4  first value, 16 bits
 *   6  second value, 16 bits
 * A DC difference is a first value that moves nothing. */
typedef uint64_t HuffmanEntry;

typedef struct HuffmanTable {
    HuffmanEntry look[1 << HUFFMAN_BITS];   /* up to two symbols */
    HuffmanEntry single[1 << HUFFMAN_BITS]; /* up to one */
    uint32_t end[HUFFMAN_LENGTHS];          /* first 16-bit word behind the codes of each length; [17]: all */
    int offset[HUFFMAN_LENGTHS];            /* from a code to its symbol's place */
    uint8_t symbols[256];
} HuffmanTable;

/* True where libjpeg takes the table, too (jpeg_make_d_derived_tbl). A symbol's low 4 bits say how
 * many bits its value has, its high 4 bits how many zeros come before; for DC (`pairs` false) it is the
 * former alone. Source: ITU T.81, annexes C and F. */
bool huffman_build(const HuffmanSpec *spec, bool pairs, HuffmanTable *out);

#endif
