/* SPDX-License-Identifier: MIT */
/* Files of several scans, progressive or not: what libjpeg decodes without a word though its codes are none of this picture. */
#ifndef SCANS_H
#define SCANS_H

#include "../pipeline/arena.h"
#include "../pipeline/budget.h"
#include "jpeg_fast.h"
#include "scan_band.h"

enum { SCAN_BANDS_MOST = 64 };

/* A component's blocks. */
typedef struct ScanBlocks {
    int h, v;                   /* of an MCU */
    int across, down;           /* with samples of the picture */
    int stride;                 /* of a row of whole MCUs */
    const int16_t *means;       /* first coefficients, by rows of `stride` */
    int16_t quant[SCAN_BLOCK];  /* natural order */
} ScanBlocks;

/* What is kept of a progressive file's scans, so that single blocks can be read again: of three components, chroma with one block in
 * an MCU, no restarts, all scans counted. */
typedef struct ScanBands {
    int count;
    ScanBand band[SCAN_BANDS_MOST]; /* all with rows */
    ScanBlocks component[SCAN_COMPONENTS];
} ScanBands;

/* Reads the Huffman codes of every scan and makes nothing: which coefficients are not 0 is remembered, a bit each, since refinements
 * depend on it. FAST_DONE: they are as many as the picture needs, to the last bit of each scan; or nothing can be said, as of
 * arithmetic codes, headers that libjpeg refuses, and where there is no room. FAST_DOUBTFUL: they are not, or a run goes beyond its
 * band, a run of ends beyond its scan, a size beyond 8 bits, or a block's mean beyond all samples. *out: what is
 * kept of a progressive file, in the arena; NULL: nothing. Source: ITU T.81, annexes F and G. */
FastEnd scans_count(Arena *arena, const uint8_t *data, size_t bytes, const Budget *budget, const ScanBands **out);

#endif
