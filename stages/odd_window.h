/* SPDX-License-Identifier: MIT */
/* Blocks of a progressive file around a suspect, read again from the scans, and read with a bit turned. */
#ifndef ODD_WINDOW_H
#define ODD_WINDOW_H

#include "odd_edges.h"
#include "odd_steps.h"
#include "scans.h"

/* Blocks before and behind the suspect, in the order of coding, that a turned bit may change; rows above and below its own that are read. */
enum { WINDOW_BACK = 40, WINDOW_ON = 60, WINDOW_MOST = WINDOW_BACK + 1 + WINDOW_ON, WINDOW_ASIDE = 2 };

typedef struct WindowBlock {
    int16_t at[SCAN_BLOCK]; /* natural order */
} WindowBlock;

/* Where a block begins in a scan. */
typedef struct WindowPlace {
    size_t bit;
    int ends_left;
    uint64_t known; /* what of it is not 0 by then */
} WindowPlace;

/* One scan's bits of these rows, without stuffed zeros. */
typedef struct WindowPass {
    const ScanBand *band;
    uint8_t *coded;
    size_t bytes;
    WindowPlace place[WINDOW_MOST + 1];
} WindowPass;

/* Numbers of blocks count from the first one of the rows, those of the window from `begin`. */
typedef struct OddWindow {
    const ScanBlocks *grid;
    int first_row, rows, count;
    int suspect, begin, end;
    WindowBlock *blocks;
    WindowPass *pass[SCAN_BANDS_MOST];
    int pass_count;
    /* what a turned bit makes of the window from block `from` up to `to`: */
    int from, to, limit;
    bool open; /* it does not fit again up to there, but may behind it */
    uint64_t places, known[WINDOW_MOST]; /* of coefficients: those read again, those not 0 */
    WindowBlock tried[WINDOW_MOST];
} OddWindow;

/* False: no room. */
bool odd_window_read(Arena *arena, const ScanBands *bands, const OddBlock *at, OddWindow *out);

/* A bit of block `from` in a pass. */
typedef struct WindowTurn {
    int pass, from;
    size_t bit;
} WindowTurn;

/* Reads with this bit turned. False: the codes do not fit again within `most` blocks, or before the suspect. */
bool odd_window_try(OddWindow *window, WindowTurn turned, int most);

/* Reads the first block alone, whether all fits behind it or not. False: there are no such codes. */
bool odd_window_first(OddWindow *window, WindowTurn turned);

#endif
