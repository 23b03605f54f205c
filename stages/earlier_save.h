/* SPDX-License-Identifier: MIT */
/* A picture that was saved coarsely and then finely keeps the loss of the first save and names the quality of the last one. But
 * its coefficients still gather at multiples of the first save's steps. */
#ifndef EARLIER_SAVE_H
#define EARLIER_SAVE_H

#include <stdint.h>

/* Luma's zigzag places 1.. that are looked at; sizes of coefficients that are told apart, the last one and all above together. */
enum { EARLIER_PLACES = 8, EARLIER_LEVELS = 512, EARLIER_NONE = 100, EARLIER_ERROR = 1 };

/* How often each size was met at each place, 0 and signs left out. */
typedef struct EarlierCounts {
    int every, left; /* one MCU of so many; until the next one */
    uint16_t at[EARLIER_PLACES][EARLIER_LEVELS];
} EarlierCounts;

/* For a picture of so many MCUs with so many blocks of luma each: about 1,600 blocks, spread over all of it. */
void earlier_begin(EarlierCounts *counts, int64_t mcus, int luma_blocks);

/* The next MCU: its blocks of luma come first, 64 coefficients each in natural order, as coded. */
void earlier_mcu(EarlierCounts *counts, const int16_t *blocks, int luma_blocks);

/* Quality 1..95 (IJG scale), to EARLIER_ERROR, of an earlier save with steps three times as coarse as the last one's, `quant` (natural order), at least; EARLIER_NONE: none
 * shows, as where the picture was cropped off the grid of blocks or scaled in between. Whose tables are not IJG's: the nearest quality. After Lukas and Fridrich,
 * Estimation of Primary Quantization Matrix in Double Compressed JPEG Images, 2003; with a periodogram of our own. */
int earlier_quality(const EarlierCounts *counts, const int16_t quant[64]);

#endif
