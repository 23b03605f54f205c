/* SPDX-License-Identifier: MIT */
/* The IJG quality that quantisation tables stand for. */
#ifndef JPEG_QUALITY_H
#define JPEG_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

enum { TABLE_VALUES = 64 };

typedef struct QuantTable {
    bool present;
    uint16_t value[TABLE_VALUES]; /* in zigzag order, as in the file */
} QuantTable;

/* Quality 1..100 by the tables of luma and chroma (NULL: no chroma). Exact (error 0) where they are
 * the standard tables scaled; else the nearest, with an error of about 95 %. */
void quality_estimate(const QuantTable *luma, const QuantTable *chroma, double *quality,
                      double *error);

/* The step of luma at a zigzag place 0..63 in IJG's table of a quality 1..100, of 8 bits. */
int quality_luma_step(int quality, int place);

/* An entry of a table, in zigzag order, and what stands there in the standard one. */
typedef struct QualityMisfit {
    int at, expected;
} QualityMisfit;

enum { QUALITY_MISFITS = 2 };

typedef struct QualityMisfits {
    int count; /* QUALITY_MISFITS + 1: more, and no entry means anything */
    QualityMisfit entry[QUALITY_MISFITS];
} QualityMisfits;

/* Where a table differs from the scaled standard one, of luma or chroma, that is nearest to it. */
void quality_misfits(const QuantTable *table, QualityMisfits *out);

#endif
