/* SPDX-License-Identifier: MIT */
/* Soft argmax with second moments, four maps at once. exp() is the costly part: 68 maps of 1024 cells, so
 * it is done as 2^n times a polynomial. */
#include "heat.h"

#include <assert.h>
#include <math.h>

typedef float Float4 __attribute__((vector_size(16), may_alias));
typedef int32_t Int4 __attribute__((vector_size(16), may_alias));

enum { SIDE_MOST = 64, GROUP = 4 };

static Float4 larger(Float4 a, Float4 b)
{
    Int4 which = a > b;
    return (Float4)((which & (Int4)a) | (~which & (Int4)b));
}

/* e^x for x in -80..0, error below 3e-6 of the value. The fraction of x / ln 2 goes through a Taylor
 * polynomial of 2^f, the whole part becomes the exponent of the float. */
static Float4 exp_of(Float4 x)
{
    Float4 t = x * 1.44269504f - 0.5f;
    Int4 whole = __builtin_convertvector(t, Int4); /* towards zero: x <= 0, so x / ln 2 to the nearest */
    Float4 f = (t + 0.5f - __builtin_convertvector(whole, Float4)) * 0.69314718f;
    Float4 p = 1 + f * (1 + f * (0.5f + f * (0.16666667f + f * (0.041666667f + f * 0.008333333f))));
    return p * (Float4)((whole + 127) << 23);
}

typedef struct Moments { /* of the places' distance from the middle, in crops */
    Float4 sum, x, y, squares;
} Moments;

static Moments moments_of(const NetMaps *maps, int channel)
{
    const float *at = maps->at + channel;
    Float4 most = *(const Float4 *)at;
    for (int y = 0; y < maps->height; y++)
        for (int x = 0; x < maps->width; x++)
            most = larger(most, *(const Float4 *)(at + y * maps->row + x * maps->pixel));
    Moments all = {0};
    for (int y = 0; y < maps->height; y++) {
        Float4 row = {0}, row_x = {0}, row_xx = {0};
        float cy = ((float)y + 0.5f) / (float)maps->height - 0.5f;
        for (int x = 0; x < maps->width; x++) {
            Float4 below = *(const Float4 *)(at + y * maps->row + x * maps->pixel) - most;
            Float4 weight = exp_of(larger(below, (Float4){-80, -80, -80, -80}));
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

void heat_points(const NetMaps *maps, HeatPoint *out)
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
