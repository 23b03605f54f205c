/* SPDX-License-Identifier: MIT */
/* The entropy-coded data of a plain baseline scan: coefficients, one MCU after the other. It takes nothing that
 * libjpeg would complain of, and less: at the first doubt it ends, and libjpeg has the word. */
#ifndef SCAN_H
#define SCAN_H

#include <stddef.h>

#include "huffman.h"

enum {
    SCAN_COMPONENTS = 3,
    SCAN_BLOCKS_MOST = 6, /* of an MCU: luma up to 2x2, chroma 1x1 */
    SCAN_BLOCK = 64,
    SCAN_BLOCK_ENDED = HUFFMAN_BLOCK_END,
    SCAN_BUFFER_BYTES = 8192,
    /* of an MCU: every coefficient by a code of 16 bits and 15 more; and what a refill looks ahead */
    SCAN_MCU_BYTES = SCAN_BLOCKS_MOST * SCAN_BLOCK * 31 / 8 + 16,
    SCAN_BLOCK_BYTES = SCAN_BLOCK * 31 / 8 + 16, /* the same of a block */
};

/* Bits not yet used, the next one highest. What lies below `count` are bits that are still to come, or 0. */
typedef struct ScanBits {
    uint64_t word;
    unsigned count;
    const uint8_t *next; /* into `clean` */
} ScanBits;

typedef struct Scan {
    int block_count;
    uint8_t component[SCAN_BLOCKS_MOST]; /* of each block of an MCU */
    HuffmanTable dc[2], ac[2];
    const HuffmanTable *dc_of[SCAN_COMPONENTS], *ac_of[SCAN_COMPONENTS]; /* of each component */
    int restart_interval; /* in MCUs; 0: none */
    int dc_most[SCAN_COMPONENTS]; /* the largest size of a first coefficient, not dequantised, that a picture can have */

    const uint8_t *from, *end; /* of the file: not yet cleaned */
    ScanBits bits;
    int predicted[SCAN_COMPONENTS];
    int restart_left, restart_number;
    bool at_marker;             /* `from` stands at one: nothing more can be cleaned */
    const uint8_t *low, *last;  /* where to clean more; the end of what is clean */
    uint8_t clean[SCAN_BUFFER_BYTES + SCAN_MCU_BYTES]; /* the data without stuffed zeros */
} Scan;

/* Where a scan stands between two MCUs. */
typedef struct ScanMark {
    const uint8_t *at; /* of the file: behind the bits of the word */
    uint64_t word;
    unsigned count;
    int predicted[SCAN_COMPONENTS];
    int restart_left, restart_number;
} ScanMark;

void scan_mark(const Scan *scan, ScanMark *out);

/* Goes back, or on, to where the same scan stood. */
void scan_resume(Scan *scan, const ScanMark *mark);

/* Begins at the first byte behind the scan's header; block_count .. dc_most are set. */
void scan_begin(Scan *scan, const uint8_t *data, size_t bytes);

/* The next MCU's coefficients, not dequantised, in natural order, block by block; `ends` gets for each block
 * 0 where all but the first are 0, else more. False: in doubt. */
bool scan_mcu(Scan *scan, int16_t *blocks, uint8_t *ends);

/* Has all bits of the next MCU in scan->bits, behind a restart marker where one is due; scan_mcu does so itself. False: in
 * doubt. */
bool scan_ready(Scan *scan);

/* One block of a component; block[0] becomes the difference of its first coefficient, and `bits` move on. From there
 * SCAN_BLOCK_BYTES must be readable. False: in doubt. */
bool scan_block(const Scan *scan, int component, ScanBits *bits, int16_t block[SCAN_BLOCK]);

/* Passes by one symbol with its value, the first of a block at place 0; `place` becomes that of the next one: SCAN_BLOCK or more
 * at the end, SCAN_BLOCK_ENDED or more by a symbol that says so. False: no such code, or a run beyond the end. */
bool scan_symbol(const Scan *scan, int component, ScanBits *bits, int *place);

/* How many bits `to` is behind `from`. */
static inline size_t scan_between(const ScanBits *from, const ScanBits *to)
{
    return (size_t)(to->next - from->next) * 8 + from->count - to->count;
}

/* The next `count` bits, to `out` from bit `at` on, the first one of a byte highest; what was there must be zeros. */
void scan_copy(ScanBits bits, size_t count, uint8_t *out, size_t at);

/* Bits from number `at` of such a copy on. */
static inline ScanBits scan_bits_at(const uint8_t *copy, size_t at)
{
    unsigned used = at % 8;
    return (ScanBits){.word = (uint64_t)copy[at / 8] << (56 + used), .count = 8 - used, .next = copy + at / 8 + 1};
}

/* True where the scan ends as it should behind its last MCU: EOI at once. */
bool scan_ends(Scan *scan);

/* True where behind its last MCU nothing of the scan is left but bits that fill up a byte, or a whole byte of
 * nothing but such bits; some marker or the end of the file follows. */
bool scan_used_up(Scan *scan);

#endif
