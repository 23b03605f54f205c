/* SPDX-License-Identifier: MIT */
/* What a flipped bit does where the codes behind it mean something else until they happen to fit again: a few blocks in a row,
 * in the order of coding, are other ones, and the mean of all later ones may be shifted. */
#ifndef ODD_CHAINS_H
#define ODD_CHAINS_H

#include "odd_edges.h"
#include "odd_steps.h"

enum {
    CHAIN_BACK = 2, CHAIN_ON = 3, /* MCUs before and behind the suspect's that are looked at; codes are kept of one less on either side */
    CHAIN_COLUMNS = CHAIN_BACK + 1 + CHAIN_ON, CHAIN_ROWS = 3, CHAIN_MCUS = CHAIN_COLUMNS * CHAIN_ROWS,
    CHAIN_CODED = CHAIN_COLUMNS - 2,
};

/* What is around a suspect: coefficients as coded, in natural order, and in its own row of MCUs the codes themselves, as far as
 * no restart marker is between. */
typedef struct OddChain {
    OddBlock at;
    int mcus[CHAIN_MCUS]; /* row by row; -1: none there */
    int16_t blocks[CHAIN_MCUS][SCAN_BLOCKS_MOST * SCAN_BLOCK];
    int middle, first, count; /* the suspect's MCU; those whose codes are kept */
    size_t bits;
    uint8_t coded[CHAIN_CODED * SCAN_MCU_BYTES + SCAN_BLOCK_BYTES]; /* and zeros */
} OddChain;

typedef struct ChainTrials ChainTrials;

/* NULL: no room. */
OddChain *odd_chain_new(Arena *arena, const BlockGrid *grid, const OddBlock *at);

/* Keeps what it needs of an MCU that was just read, from `begin` on; they come in the order of coding. */
void odd_chain_take(OddChain *chain, const Scan *scan, int mcu, const ScanBits *begin, const int16_t *blocks);

/* Room to try, for one suspect after the other. NULL: none. */
ChainTrials *odd_chain_trials(Arena *arena, const BlockGrid *grid, const Scan *scan, const Cosines *cosines);

/* Whether one turned bit of the suspect's block or of the three before it makes other ones of 2 to 8 blocks in a row, the suspect
 * among them, so that the codes then fit again, both the suspect and all these together step by `most` of what they did, and none
 * of them clearly more than before. False also where no time is left. */
bool odd_chain_mends(ChainTrials *trials, OddChain *chain, float most);

#endif
