/* SPDX-License-Identifier: MIT */
#include "jpeg_quality.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

/* ITU-T T.81 annex K, tables K.1 and K.2, in zigzag order. */
// clang-format off
static const uint16_t standard_luma[TABLE_VALUES] = {
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
    26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
    56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
    95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
};
static const uint16_t standard_chroma[TABLE_VALUES] = {
    17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
};
// clang-format on

enum { EIGHT_BIT = 255, SIXTEEN_BIT = 32767 };

/* IJG's scaling: jpeg_quality_scaling and jpeg_add_quant_table. */
static int scaled(int standard, int quality, int limit)
{
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int value = (standard * percent + 50) / 100;
    return value < 1 ? 1 : value > limit ? limit : value;
}

int quality_luma_step(int quality, int place)
{
    return scaled(standard_luma[place], quality, EIGHT_BIT);
}

static bool table_equals(const QuantTable *table, const uint16_t *standard, int quality, int limit)
{
    for (int i = 0; i < TABLE_VALUES; i++)
        if (table->value[i] != scaled(standard[i], quality, limit))
            return false;
    return true;
}

/* Encoders clamp to 8 bits (baseline) or not. */
static bool table_matches(const QuantTable *table, const uint16_t *standard, int quality)
{
    return table_equals(table, standard, quality, EIGHT_BIT) ||
           table_equals(table, standard, quality, SIXTEEN_BIT);
}

/* The quality whose scaled standard table this is, or 0. */
static int exact_quality(const QuantTable *table, const uint16_t *standard)
{
    for (int quality = 100; quality >= 1; quality--)
        if (table_matches(table, standard, quality))
            return quality;
    return 0;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The middle of what the single values say, and half the span of nine tenths of them. */
static void nearest_quality(const QuantTable *table, const uint16_t *standard, double *quality,
                            double *error)
{
    double each[TABLE_VALUES];
    for (int i = 0; i < TABLE_VALUES; i++) {
        double percent = 100.0 * table->value[i] / standard[i];
        each[i] = percent <= 100 ? (200 - percent) / 2 : 5000 / percent;
    }
    qsort(each, TABLE_VALUES, sizeof *each, compare_doubles);
    *quality = fmin(fmax(each[TABLE_VALUES / 2], 1), 100);
    *error = fmax((each[TABLE_VALUES - 4] - each[3]) / 2, 1);
}

static void table_quality(const QuantTable *table, const uint16_t *standard, double *quality,
                          double *error)
{
    *quality = exact_quality(table, standard);
    *error = 0;
    if (*quality == 0)
        nearest_quality(table, standard, quality, error);
}

void quality_estimate(const QuantTable *luma, const QuantTable *chroma, double *quality,
                      double *error)
{
    table_quality(luma, standard_luma, quality, error);
    if (!chroma)
        return;
    int exact = (int)*quality; /* first, because several low qualities share a chroma table */
    if (*error == 0 && table_matches(chroma, standard_chroma, exact))
        return;
    double chroma_quality, chroma_error;
    table_quality(chroma, standard_chroma, &chroma_quality, &chroma_error);
    if (chroma_error > 0) { /* some encoders quantise chroma by the luma table */
        int same = exact_quality(chroma, standard_luma);
        if (same) {
            chroma_quality = same;
            chroma_error = 0;
        }
    }
    /* Luma carries what is seen; a chroma that says otherwise makes the answer less certain. */
    *error = fmax(*error, fabs(*quality - chroma_quality));
}

/* Below this quality steps of 16 bits are not those of 8. */
enum { CLAMPED_BELOW = 25 };

static void misfits(const QuantTable *table, const uint16_t *standard, int quality, int limit, QualityMisfits *out)
{
    out->count = 0;
    for (int i = 0; i < TABLE_VALUES && out->count <= QUALITY_MISFITS; i++) {
        int expected = scaled(standard[i], quality, limit);
        if (table->value[i] == expected)
            continue;
        if (out->count < QUALITY_MISFITS)
            out->entry[out->count] = (QualityMisfit){i, expected};
        out->count++;
    }
}

void quality_misfits(const QuantTable *table, QualityMisfits *out)
{
    static const uint16_t *const standards[] = {standard_luma, standard_chroma};
    out->count = QUALITY_MISFITS + 1;
    for (int quality = 100; quality >= 1 && out->count; quality--)
        for (int s = 0; s < 2; s++)
            for (int wide = 0; wide <= (quality < CLAMPED_BELOW); wide++) {
                QualityMisfits found;
                misfits(table, standards[s], quality, wide ? SIXTEEN_BIT : EIGHT_BIT, &found);
                if (found.count < out->count)
                    *out = found;
            }
}
