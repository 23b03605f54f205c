/* SPDX-License-Identifier: MIT */
/* Soft argmax with second moments, sixteen maps at once. exp() is the costly part: 68 maps of 1024 cells, so
 * it is done as 2^n times a polynomial. */
#include "heat.h"

#include <assert.h>
#include <math.h>
#include "wide.h"

enum { SIDE_MOST = 64, GROUP = NET_BLOCK };

typedef float Floats __attribute__((vector_size(GROUP * sizeof(float)), may_alias));
typedef int32_t Ints __attribute__((vector_size(GROUP * sizeof(int32_t)), may_alias));

static Floats larger(Floats a, Floats b)
{
    Ints which = a > b;
    return (Floats)((which & (Ints)a) | (~which & (Ints)b));
}

/* e^x for x in -80..0, error below 3e-6 of the value. The fraction of x / ln 2 goes through a Taylor
 * polynomial of 2^f, the whole part becomes the exponent of the float. */
static Floats exp_of(Floats x)
{
    Floats t = x * 1.44269504f - 0.5f;
    Ints whole = __builtin_convertvector(t, Ints); /* towards zero: x <= 0, so x / ln 2 to the nearest */
    Floats f = (t + 0.5f - __builtin_convertvector(whole, Floats)) * 0.69314718f;
    Floats p = 1 + f * (1 + f * (0.5f + f * (0.16666667f + f * (0.041666667f + f * 0.008333333f))));
    return p * (Floats)((whole + 127) << 23);
}

typedef struct Moments { /* of the places' distance from the middle, in crops */
    Floats sum, x, y, squares;
} Moments;

static Moments moments_of(const NetMaps *maps, int channel)
{
    const float *at = maps->at + channel;
    Floats most = *(const Floats *)at;
    for (int y = 0; y < maps->height; y++)
        for (int x = 0; x < maps->width; x++)
            most = larger(most, *(const Floats *)(at + y * maps->row + x * maps->pixel));
    const Floats least = (Floats){0} - 80;
    Moments all = {0};
    for (int y = 0; y < maps->height; y++) {
        Floats row = {0}, row_x = {0}, row_xx = {0};
        float cy = ((float)y + 0.5f) / (float)maps->height - 0.5f;
        for (int x = 0; x < maps->width; x++) {
            Floats below = *(const Floats *)(at + y * maps->row + x * maps->pixel) - most;
            Floats weight = exp_of(larger(below, least));
            float cx = ((float)x + 0.5f) / (float)maps->width - 0.5f;
            row += weight;
            row_x += weight * cx;
            row_xx += weight * cx * cx;
        }
        all.sum += row;
        all.x += row_x;
        all.y += row * cy;
        all.squares += row_xx + row * cy * cy;
    }
    return all;
}

WIDE __attribute__((flatten)) void heat_points(const NetMaps *maps, HeatPoint *out)
{
    assert(maps->width >= 1 && maps->width <= SIDE_MOST && maps->height >= 1 && maps->height <= SIDE_MOST);
    for (int first = 0; first < maps->channels; first += GROUP) {
        const Moments all = moments_of(maps, first);
        for (int i = 0; i < GROUP && first + i < maps->channels; i++) {
            double sum = all.sum[i], x = all.x[i] / sum, y = all.y[i] / sum;
            double variance = all.squares[i] / sum - x * x - y * y;
            out[first + i] = (HeatPoint){{x + 0.5, y + 0.5}, sqrt(variance > 0 ? variance : 0)};
        }
    }
}
