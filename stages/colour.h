/* SPDX-License-Identifier: MIT */
/* sRGB (IEC 61966-2-1, D65) to CIE Lab and the CIEDE2000 difference. */
#ifndef COLOUR_H
#define COLOUR_H

#include <stdint.h>

typedef struct Lab {
    double l, a, b;
} Lab;

Lab lab_of(int r, int g, int b); /* each 0..255 */

/* CIEDE2000, kL = kC = kH = 1 (CIE 142-2001; Sharma, Wu, Dalal 2005). */
double lab_difference(Lab one, Lab other);

/* Rec. 601 luma 0..255. */
static inline int luma_of(const uint8_t rgb[3])
{
    return (77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2] + 128) >> 8;
}

#endif
