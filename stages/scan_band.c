/* SPDX-License-Identifier: MIT */
#include "scan_band.h"

#include <stdlib.h>

enum { LAST_RUN = 15, SIZE_MOST = 10 };

// clang-format off
const uint8_t band_natural[BAND_BLOCK] = {
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};
// clang-format on

/* A run of 2^size blocks and more that end here, this one with them. */
static int run_of_ends(CodeBits *bits, int size)
{
    return (1 << size) + codes_take(bits, size) - 1;
}

/* For the first time. */
static bool first(const ScanBand *band, CodeBits *bits, int *ends_left, uint64_t *known, int16_t *values)
{
    if (*ends_left)
        return --*ends_left, true;
    for (int k = band->from, to = band->to; k <= to; k++) {
        int symbol = codes_symbol(bits, band->codes), zeros = symbol >> 4, size = symbol & 15;
        if (symbol < 0 || size > SIZE_MOST)
            return false;
        if (!size && zeros < LAST_RUN)
            return *ends_left = run_of_ends(bits, zeros), true;
        k += zeros;
        if (k + !size > to)
            return false;
        if (values && size)
            values[band_natural[k]] = (int16_t)(codes_value(bits, size) * (1 << band->low));
        else
            codes_skip(bits, size);
        *known |= (uint64_t)(size > 0) << k;
    }
    return true;
}

/* A bit corrects each of these coefficients. */
static void correct(CodeBits *bits, uint64_t coefficients, int16_t *values, int step)
{
    enum { HALF = 32 };
    for (; values && coefficients; coefficients &= coefficients - 1) {
        int16_t *value = &values[band_natural[__builtin_ctzll(coefficients)]];
        if (codes_take(bits, 1) && !(abs(*value) & step))
            *value = (int16_t)(*value + (*value > 0 ? step : -step));
    }
    if (coefficients)
        codes_skip(bits, __builtin_popcountll(coefficients << HALF));
    if (coefficients >> HALF)
        codes_skip(bits, __builtin_popcountll(coefficients >> HALF));
}

/* The zero behind so many other ones from `k` on; behind the band where it has none. */
static int zero_behind(const ScanBand *band, uint64_t known, int k, int zeros)
{
    uint64_t left = ~known & band_between(k, band->to);
    for (; zeros && left; zeros--)
        left &= left - 1;
    return left ? __builtin_ctzll(left) : band->to + 1;
}

/* The next bit of all of them. */
static bool refined(const ScanBand *band, CodeBits *bits, int *ends_left, uint64_t *known, int16_t *values)
{
    const int step = 1 << band->low;
    uint64_t fresh = 0;
    int k = band->from;
    bool ended = *ends_left > 0;
    *ends_left -= ended;
    for (; k <= band->to && !ended; k++) {
        int symbol = codes_symbol(bits, band->codes), zeros = symbol >> 4, size = symbol & 15;
        if (symbol < 0 || size > 1)
            return false;
        if (!size && zeros < LAST_RUN) {
            *ends_left = run_of_ends(bits, zeros);
            break;
        }
        const int positive = codes_take(bits, size), end = zero_behind(band, *known, k, zeros);
        correct(bits, *known & band_between(k, end - 1), values, step);
        k = end;
        if (k + !size > band->to)
            return false;
        fresh |= (uint64_t)size << k;
        if (values && size)
            values[band_natural[k]] = (int16_t)(positive ? step : -step);
    }
    correct(bits, *known & band_between(k, band->to), values, step);
    *known |= fresh;
    return true;
}

bool band_block(const ScanBand *band, CodeBits *bits, int *ends_left, uint64_t *known, int16_t *values)
{
    return (band->high ? refined : first)(band, bits, ends_left, known, values);
}
