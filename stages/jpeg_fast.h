/* SPDX-License-Identifier: MIT */
/* Plain baseline files without libjpeg: three components in one scan, luma sampled like chroma or twice as
 * finely. The same pixels, bit for bit, or none: whatever is not plain or not whole is left to libjpeg. */
#ifndef JPEG_FAST_H
#define JPEG_FAST_H

#include "../pipeline/arena.h"
#include "../pipeline/budget.h"
#include "earlier_save.h"
#include "idct.h"
#include "scan.h"

enum { FAST_TABLES = 2 }; /* of each kind: baseline has no more */

typedef struct FastComponent {
    int across, down; /* blocks of an MCU: 2x2, 2x1 or 1x1 for luma where pixels are asked for, 1x1 for chroma */
    int dc, ac;       /* Huffman tables, below FAST_TABLES */
    int16_t quant[64]; /* natural order */
} FastComponent;

/* All that a file's header says about its one scan. */
typedef struct FastPlan {
    int width_px, height_px; /* of the file */
    int denominator;         /* 1 or 2 where pixels are asked for */
    FastComponent component[3];
    HuffmanSpec dc[FAST_TABLES], ac[FAST_TABLES];
    int restart_interval; /* MCUs; 0: none */
    const uint8_t *data;  /* behind the scan's header */
    size_t bytes;
    const Budget *budget; /* its time is asked for at every eighth row of MCUs; NULL: none */
    const ScanMark *marks; /* of each row of MCUs, where it begins, in an arena: what fast_decode leaves behind; or NULL */
    Scan *scan;            /* that may be resumed there, likewise */
    EarlierCounts *earlier; /* of its coefficients, likewise, or by fast_count; NULL: no room */
} FastPlan;

typedef enum FastEnd {
    FAST_DONE,
    FAST_DOUBTFUL, /* ask libjpeg; the pixels mean nothing */
    FAST_LATE,     /* no time is left */
} FastEnd;

/* The kernels for this processor: "avx2" or "base"; another name or NULL: the best. NULL where there are none, which is
 * everywhere but on x86-64. */
const IdctKernels *fast_kernels(const char *asked);

/* Begins the plan's scan. False: tables that libjpeg refuses. */
bool fast_scan(const FastPlan *plan, Scan *scan);

/* Reads the scan and makes nothing but the plan's counts. FAST_DONE: its codes are as many as the picture needs, to the last bit, or
 * there is no room to look. FAST_DOUBTFUL: they are not, or one is none that an encoder writes, or a block's mean is beyond
 * all samples of 8 bits; libjpeg says nothing of that, nor of a run beyond the end of a block, nor of up to seven bytes too many. */
FastEnd fast_count(Arena *arena, FastPlan *plan);

/* Fills `rgb`, of ceil(width / denominator) x ceil(height / denominator) pixels, and the plan's marks, scan and counts. */
FastEnd fast_decode(Arena *arena, FastPlan *plan, const IdctKernels *kernels, uint8_t *rgb);

#endif
