/* SPDX-License-Identifier: MIT */
#include "net_conv.h"
#include "wide.h"

enum { REACH_MOST = 6, SIDE = 3 };

/* G of net_patch.h: row i holds the powers of point i over the product of its distances to the others, the last one
 * that of the point at infinity. */
#define ROOT_TWO 1.41421356237309504880
static const double TWO[][SIDE] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
static const double FOUR[][SIDE] = {
    {1, 0, 0},
    {-2.0 / 3, -ROOT_TWO / 3, -1.0 / 3},
    {-2.0 / 3, ROOT_TWO / 3, -1.0 / 3},
    {1.0 / 6, ROOT_TWO / 6, 1.0 / 3},
    {1.0 / 6, -ROOT_TWO / 6, 1.0 / 3},
    {0, 0, 1},
};

typedef struct Steps { /* floats from one to the next */
    size_t tap, place;
} Steps;

/* One input channel of one block of outputs. */
static inline __attribute__((always_inline)) void transform(const float *plain, float *out, const Steps steps, const int reach)
{
    const double(*g)[SIDE] = reach == 4 ? TWO : FOUR;
    const size_t tap = steps.tap;
    double lines[REACH_MOST][SIDE][NET_BLOCK];
    for (int y = 0; y < reach; y++)
        for (int x = 0; x < SIDE; x++) {
            const float *column = plain + (size_t)x * tap;
            for (int c = 0; c < NET_BLOCK; c++)
                lines[y][x][c] = g[y][0] * column[c] + g[y][1] * column[SIDE * tap + (size_t)c] +
                                 g[y][2] * column[2 * SIDE * tap + (size_t)c];
        }
    for (int y = 0; y < reach; y++)
        for (int x = 0; x < reach; x++, out += steps.place)
            for (int c = 0; c < NET_BLOCK; c++)
                out[c] = (float)(lines[y][0][c] * g[x][0] + lines[y][1][c] * g[x][1] + lines[y][2][c] * g[x][2]);
}

WIDE __attribute__((flatten)) void net_patch_weights(int patch, int channels_in, int channels_out, const float *plain, float *out)
{
    const size_t inputs = (size_t)channels_in, blocks = (size_t)net_pixel(channels_out) / NET_BLOCK;
    const size_t tap = inputs * NET_BLOCK;
    const Steps steps = {tap, blocks * tap};
    for (size_t block = 0; block < blocks; block++, plain += SIDE * SIDE * tap, out += tap)
        for (size_t k = 0; k < tap; k += NET_BLOCK)
            if (patch == 2)
                transform(plain + k, out + k, steps, 4);
            else
                transform(plain + k, out + k, steps, 6);
}
