/* SPDX-License-Identifier: MIT */
/* In floats: neighbours that overflow as libjpeg's do not matter here. */
#include "odd_steps.h"

#include <math.h>
#include <string.h>
#include "wide.h"

enum { SIDE = STEP_SIDE };

const int step_aside[STEP_AROUND][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};

BlockGrid step_grid(const FastPlan *plan)
{
    const FastComponent *luma = &plan->component[0];
    const int blocks = luma->across * luma->down;
    return (BlockGrid){.plan = plan,
                       .across = (plan->width_px + SIDE * luma->across - 1) / (SIDE * luma->across),
                       .down = (plan->height_px + SIDE * luma->down - 1) / (SIDE * luma->down),
                       .first = {0, blocks, blocks + 1}};
}

int step_mcu(const BlockGrid *grid, int component, int x, int y, int *number)
{
    const FastComponent *c = &grid->plan->component[component];
    *number = grid->first[component] + y % c->down * c->across + x % c->across;
    return y / c->down * grid->across + x / c->across;
}

/* 8 cos((2 x + 1) u pi / 16) / 16, the first row by sqrt(1/2): ITU T.81, A.3.3. */
void step_cosines(Cosines *out)
{
    for (int u = 0; u < SIDE; u++)
        for (int x = 0; x < SIDE; x++)
            out->at[u][x] = (float)(cos((2 * x + 1) * u * M_PI / 16) / (u ? 2 : 2 * M_SQRT2));
}

typedef float Row __attribute__((vector_size(SIDE * sizeof(float))));

WIDE void step_samples(const int16_t *block, const int16_t *quant, const Cosines *cosines, Samples *out)
{
    Row half[SIDE], cosine[SIDE];
    uint64_t words[2];
    int used[SIDE], count = 0; /* rows of coefficients that are not all 0 */
    memcpy(cosine, cosines->at, sizeof cosine);
    for (int v = 0; v < SIDE; v++) {
        memcpy(words, block + v * SIDE, sizeof words);
        if (!(words[0] | words[1]))
            continue;
        Row row = {0};
        for (int u = 0; u < SIDE; u++)
            if (block[v * SIDE + u])
                row += (float)(block[v * SIDE + u] * quant[v * SIDE + u]) * cosine[u];
        half[count] = row;
        used[count++] = v;
    }
    for (int y = 0; y < SIDE; y++) {
        Row row = {0};
        for (int i = 0; i < count; i++)
            row += half[i] * cosines->at[used[i]][y];
        memcpy(out->at + y * SIDE, &row, sizeof row);
    }
    for (int i = 0; i < SCAN_BLOCK; i++) {
        float level = out->at[i] + 128;
        level = level > 0 ? level : 0;
        out->at[i] = level < 255 ? level : 255;
    }
}

/* From block b's first column or row to the one of block a before it; `along` is from sample to sample of the edge, `across`
 * away from it. */
static float step(const float *a, const float *b, int along, int across)
{
    float sum = 0;
    for (int i = 0; i < SIDE; i++, a += along, b += along)
        sum += fabsf(3 * (b[0] - a[(SIDE - 1) * across]) + a[(SIDE - 2) * across] - b[across]);
    return sum / (2 * SIDE);
}

float step_at(const Samples *own, const Samples *neighbour, int k)
{
    const int along = k < 2 ? SIDE : 1, across = k < 2 ? 1 : SIDE;
    return k % 2 ? step(own->at, neighbour->at, along, across) : step(neighbour->at, own->at, along, across);
}
