/* SPDX-License-Identifier: MIT */
/* Scans of all coefficients but a block's first, block by block: for the first time, or the next bit of each. Places of coefficients
 * are those of the zigzag order, 1 to 63. Source: ITU T.81, annexes F and G. */
#ifndef SCAN_BAND_H
#define SCAN_BAND_H

#include "scan_codes.h"

enum { BAND_BLOCK = 64, BAND_END = BAND_BLOCK - 1 };

/* Where a row of blocks begins in a scan. */
typedef struct BandRow {
    CodeBits bits;
    int ends_left; /* blocks that the current run of ends still has */
} BandRow;

typedef struct ScanBand {
    int component, from, to, high, low; /* places; bits that came before, bits still to come */
    const CodeTable *codes;
    BandRow *rows; /* of each row of blocks, and one for the end; NULL: not kept */
} ScanBand;

/* Zigzag to natural order. */
extern const uint8_t band_natural[BAND_BLOCK];

/* The places from `k` to `to`, a bit each. */
static inline uint64_t band_between(int k, int to)
{
    return k > to ? 0 : UINT64_MAX >> (BAND_END - to) >> k << k;
}

/* Reads a block. *known: the places whose coefficients are not 0. values: these, in natural order; NULL: nobody asks. *ends_left:
 * the blocks behind this one that end here without a code. False: no such code, a run beyond the band, or a size beyond 8 bits. */
bool band_block(const ScanBand *band, CodeBits *bits, int *ends_left, uint64_t *known, int16_t *values);

#endif
