/* SPDX-License-Identifier: MIT */
/* Soft argmax with second moments. exp() is the costly part: 68 maps of 1024 cells, so it is done as
 * 2^n times a polynomial that the compiler turns into vector code. */
#include "heat.h"

#include <assert.h>
#include <string.h>

enum { SIDE_MOST = 64 };

/* e^x for x in -80..0, error below 3e-6 of the value. The fraction of x / ln 2 goes through a Taylor
 * polynomial of 2^f, the whole part becomes the exponent of the float. */
static float exp_of(float x)
{
    float t = x * 1.44269504f - 0.5f;
    int whole = (int)t; /* towards zero: x <= 0, so this rounds x / ln 2 to the nearest */
    float f = (t + 0.5f - (float)whole) * 0.69314718f;
    float p = 1 + f * (1 + f * (0.5f + f * (0.16666667f + f * (0.041666667f + f * 0.008333333f))));
    int bits = (whole + 127) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return p * scale;
}

static HeatPoint heat_point(const float *map, int side)
{
    float most = map[0];
    for (int i = 1; i < side * side; i++)
        most = map[i] > most ? map[i] : most;
    double sum = 0, sx = 0, sy = 0, squares = 0;
    for (int y = 0; y < side; y++) {
        float weight[SIDE_MOST];
        for (int x = 0; x < side; x++) {
            float below = map[y * side + x] - most;
            weight[x] = exp_of(below < -80 ? -80 : below);
        }
        double row = 0, row_x = 0, row_xx = 0, cy = (y + 0.5) / side;
        for (int x = 0; x < side; x++) {
            double cx = (x + 0.5) / side;
            row += weight[x];
            row_x += weight[x] * cx;
            row_xx += weight[x] * cx * cx;
        }
        sum += row;
        sx += row_x;
        sy += row * cy;
        squares += row_xx + row * cy * cy;
    }
    Point at = {sx / sum, sy / sum};
    double variance = squares / sum - at.x * at.x - at.y * at.y;
    return (HeatPoint){at, sqrt(variance > 0 ? variance : 0)};
}

void heat_points(const float *maps, int count, int side, HeatPoint *out)
{
    assert(side >= 1 && side <= SIDE_MOST);
    for (int i = 0; i < count; i++)
        out[i] = heat_point(maps + (size_t)i * (size_t)side * (size_t)side, side);
}
