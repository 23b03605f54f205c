/* SPDX-License-Identifier: MIT */
/* Source: h2v1_fancy_upsample and h2v2_fancy_upsample of IJG's jdsample.c; the rounding alternates between
 * neighbours. */
#include "chroma.h"

#include "wide.h"

static uint8_t weighed(int at, int beside, int up, int bits)
{
    return (uint8_t)((3 * at + beside + up) >> bits);
}

WIDE static void wider(const uint8_t *restrict in, int inner, uint8_t *restrict out)
{
    for (int x = 0; x < inner; x++) {
        out[2 * x] = weighed(in[x], in[x - 1], 1, 2);
        out[2 * x + 1] = weighed(in[x], in[x + 1], 2, 2);
    }
}

void chroma_wider(const uint8_t *in, int width, uint8_t *out)
{
    wider(in + 1, width - 2, out + 2);
    out[0] = in[0];
    out[1] = weighed(in[0], in[width > 1 ? 1 : 0], 2, 2);
    out[2 * width - 2] = weighed(in[width - 1], in[width > 1 ? width - 2 : 0], 1, 2);
    out[2 * width - 1] = in[width - 1];
}

WIDE static void add_rows(const uint8_t *restrict near, const uint8_t *restrict far, int width,
                          uint16_t *restrict sums)
{
    for (int x = 0; x < width; x++)
        sums[x] = (uint16_t)(3 * near[x] + far[x]);
}

WIDE static void wider_sums(const uint16_t *restrict sums, int width, uint8_t *restrict out)
{
    for (int x = 0; x < width; x++) {
        out[2 * x] = (uint8_t)((uint16_t)(3 * sums[x] + sums[x - 1] + 8) >> 4);
        out[2 * x + 1] = (uint8_t)((uint16_t)(3 * sums[x] + sums[x + 1] + 7) >> 4);
    }
}

void chroma_wider_between(const uint8_t *near, const uint8_t *far, int width, uint16_t *sums, uint8_t *out)
{
    add_rows(near, far, width, sums + 1);
    sums[0] = sums[1];
    sums[width + 1] = sums[width];
    wider_sums(sums + 1, width, out);
}
