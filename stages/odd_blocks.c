/* SPDX-License-Identifier: MIT */
/* First the decoded pixels tell which few blocks step at all edges; then the codes are read again as far as these, and each is
 * tried with every bit of its own turned. */
#include "odd_blocks.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "odd_edges.h"
#include "wide.h"

enum { ROWS_PER_LOOK = 8, AROUND = 4, SIDE = 8 };

/* Levels: in the mean and at each edge; the share of the former that is left when a bit is turned back. */
static const float ROUGH_LEAST = 10, EDGE_LEAST = 8, MENDED_MOST = 0.37f;

typedef struct Samples {
    float at[SCAN_BLOCK];
} Samples;

/* Coefficients as coded, natural order; of the neighbours, too: left, right, upper, lower. */
typedef struct Suspect {
    OddBlock at;
    int16_t own[SCAN_BLOCK], around[AROUND][SCAN_BLOCK];
    int16_t difference; /* of its first coefficient from the one before */
    size_t bits;
    uint8_t coded[SCAN_BLOCK_BYTES]; /* its bits, and zeros */
} Suspect;

typedef struct Search {
    const FastPlan *plan;
    Scan *scan;
    int first[SCAN_COMPONENTS]; /* of a component's blocks in an MCU */
    int mcus_across, last;      /* the last MCU that is wanted */
    uint8_t *wanted;            /* of each MCU, whether a suspect or a neighbour lies in it */
    Suspect *suspects;
    int count;
} Search;

static const int ASIDE[AROUND][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};

/* The MCU in which block (x, y) of a component lies; `number` is its own there. */
static int mcu_of(const Search *search, int component, int x, int y, int *number)
{
    const FastComponent *c = &search->plan->component[component];
    *number = search->first[component] + y % c->down * c->across + x % c->across;
    return y / c->down * search->mcus_across + x / c->across;
}

static void want(Search *search, int component, int x, int y)
{
    int number, mcu = mcu_of(search, component, x, y, &number);
    search->wanted[mcu] = 1;
    search->last = mcu > search->last ? mcu : search->last;
}

static bool search_new(Arena *arena, const FastPlan *plan, const OddEdges *edges, Search *out)
{
    const FastComponent *luma = &plan->component[0];
    int across = (plan->width_px + SIDE * luma->across - 1) / (SIDE * luma->across);
    int down = (plan->height_px + SIDE * luma->down - 1) / (SIDE * luma->down), blocks = luma->across * luma->down;
    *out = (Search){.plan = plan, .mcus_across = across, .count = edges->count,
                    .first = {0, blocks, blocks + 1},
                    .scan = ARENA_NEW(arena, Scan),
                    .wanted = ARENA_ARRAY(arena, uint8_t, (size_t)across * (size_t)down),
                    .suspects = ARENA_ARRAY(arena, Suspect, (size_t)edges->count)};
    if (!out->scan || !out->wanted || !out->suspects || !fast_scan(plan, out->scan))
        return false;
    for (int i = 0; i < edges->count; i++) {
        const OddBlock *at = &edges->blocks[i];
        out->suspects[i].at = *at;
        want(out, at->component, at->x, at->y);
        for (int k = 0; k < AROUND; k++)
            want(out, at->component, at->x + ASIDE[k][0], at->y + ASIDE[k][1]);
    }
    return true;
}

/* Takes down the bits of block `number` of the MCU that begins at `bits`. */
static bool keep_bits(const Scan *scan, ScanBits bits, int number, Suspect *suspect)
{
    int16_t block[SCAN_BLOCK];
    for (int i = 0; i < number; i++)
        if (!scan_block(scan, scan->component[i], &bits, block))
            return false;
    const ScanBits begin = bits;
    if (!scan_block(scan, suspect->at.component, &bits, block))
        return false;
    suspect->bits = scan_between(&begin, &bits);
    suspect->difference = block[0];
    scan_copy(begin, suspect->bits, suspect->coded);
    return true;
}

/* What the MCU brings to the suspects in and beside it. */
static bool take(const Search *search, int mcu, const ScanBits *begin, const int16_t *blocks)
{
    for (int i = 0; i < search->count; i++) {
        Suspect *suspect = &search->suspects[i];
        const OddBlock *at = &suspect->at;
        int number;
        if (mcu_of(search, at->component, at->x, at->y, &number) == mcu) {
            memcpy(suspect->own, blocks + number * SCAN_BLOCK, sizeof suspect->own);
            if (!keep_bits(search->scan, *begin, number, suspect))
                return false;
        }
        for (int k = 0; k < AROUND; k++)
            if (mcu_of(search, at->component, at->x + ASIDE[k][0], at->y + ASIDE[k][1], &number) == mcu)
                memcpy(suspect->around[k], blocks + number * SCAN_BLOCK, sizeof suspect->around[k]);
    }
    return true;
}

/* The last MCU of a row that is wanted; -1: none. */
static int last_wanted(const Search *search, int row)
{
    const uint8_t *wanted = search->wanted + (size_t)row * (size_t)search->mcus_across;
    int x = search->mcus_across - 1;
    while (x >= 0 && !wanted[x])
        x--;
    return x;
}

/* The MCUs of a row from its first one on. False: in doubt. */
static bool read_row(const Search *search, int row, int count)
{
    int16_t blocks[SCAN_BLOCKS_MOST * SCAN_BLOCK];
    uint8_t ends[SCAN_BLOCKS_MOST];
    for (int mcu = row * search->mcus_across, end = mcu + count; mcu < end; mcu++) {
        if (!scan_ready(search->scan))
            return false;
        const ScanBits begin = search->scan->bits;
        if (!scan_mcu(search->scan, blocks, ends) || (search->wanted[mcu] && !take(search, mcu, &begin, blocks)))
            return false;
    }
    return true;
}

/* Reads the rows that are wanted, from where they begin if that is known, else all before. False: in doubt, or late. */
static bool read_scan(const Search *search)
{
    const FastPlan *plan = search->plan;
    for (int row = 0; row <= search->last / search->mcus_across; row++) {
        int last = last_wanted(search, row);
        if (row % ROWS_PER_LOOK == 0 && plan->budget && budget_over(plan->budget))
            return false;
        if (last < 0 && plan->marks)
            continue;
        if (plan->marks)
            scan_resume(search->scan, &plan->marks[row]);
        if (!read_row(search, row, plan->marks ? last + 1 : search->mcus_across))
            return false;
    }
    return true;
}

/* 8 cos((2 x + 1) u pi / 16) / 16, the first row by sqrt(1/2): ITU T.81, A.3.3. */
static void cosines(float out[SIDE][SIDE])
{
    for (int u = 0; u < SIDE; u++)
        for (int x = 0; x < SIDE; x++)
            out[u][x] = (float)(cos((2 * x + 1) * u * M_PI / 16) / (u ? 2 : 2 * M_SQRT2));
}

WIDE static void samples_of(const int16_t *block, const int16_t *quant, const float cosine[SIDE][SIDE], Samples *out)
{
    float half[SCAN_BLOCK] = {0};
    for (int v = 0; v < SIDE; v++)
        for (int u = 0; u < SIDE; u++) {
            if (!block[v * SIDE + u])
                continue;
            float value = (float)(block[v * SIDE + u] * quant[v * SIDE + u]);
            for (int x = 0; x < SIDE; x++)
                half[v * SIDE + x] += value * cosine[u][x];
        }
    for (int y = 0; y < SIDE; y++) {
        float row[SIDE] = {0};
        for (int v = 0; v < SIDE; v++)
            for (int x = 0; x < SIDE; x++)
                row[x] += half[v * SIDE + x] * cosine[v][y];
        for (int x = 0; x < SIDE; x++) {
            float level = row[x] + 128;
            level = level > 0 ? level : 0;
            out->at[y * SIDE + x] = level < 255 ? level : 255;
        }
    }
}

/* The mean step from block b's first column or row to the one of block a before it; `along` is from sample to sample of the
 * edge, `across` away from it. */
static float step(const float *a, const float *b, int along, int across)
{
    float sum = 0;
    for (int i = 0; i < SIDE; i++, a += along, b += along)
        sum += fabsf(3 * (b[0] - a[(SIDE - 1) * across]) + a[(SIDE - 2) * across] - b[across]);
    return sum / (2 * SIDE);
}

/* The four edges' steps: their mean, and the least. */
static float roughness(const Samples *own, const Samples around[AROUND], float *least)
{
    const float steps[AROUND] = {step(around[0].at, own->at, SIDE, 1), step(own->at, around[1].at, SIDE, 1),
                                 step(around[2].at, own->at, 1, SIDE), step(own->at, around[3].at, 1, SIDE)};
    *least = fminf(fminf(steps[0], steps[1]), fminf(steps[2], steps[3]));
    return (steps[0] + steps[1] + steps[2] + steps[3]) / AROUND;
}

/* The suspect's block with one bit turned, if it still ends at the same bit with the same mean. */
static bool turned(const Search *search, Suspect *suspect, size_t bit, int16_t block[SCAN_BLOCK])
{
    const ScanBits begin = {.next = suspect->coded};
    ScanBits bits = begin;
    suspect->coded[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    bool whole = scan_block(search->scan, suspect->at.component, &bits, block);
    suspect->coded[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    if (!whole || scan_between(&begin, &bits) != suspect->bits || block[0] != suspect->difference)
        return false;
    block[0] = suspect->own[0];
    return true;
}

/* Whether one turned bit mends it. */
static bool is_odd(const Search *search, const float cosine[SIDE][SIDE], Suspect *suspect)
{
    const int16_t *quant = search->plan->component[suspect->at.component].quant;
    Samples own, around[AROUND];
    float least, other;
    samples_of(suspect->own, quant, cosine, &own);
    for (int k = 0; k < AROUND; k++)
        samples_of(suspect->around[k], quant, cosine, &around[k]);
    const float rough = roughness(&own, around, &least);
    if (rough < ROUGH_LEAST || least < EDGE_LEAST)
        return false;
    for (size_t bit = 0; bit < suspect->bits; bit++) {
        int16_t block[SCAN_BLOCK];
        if (!turned(search, suspect, bit, block))
            continue;
        samples_of(block, quant, cosine, &own);
        if (roughness(&own, around, &other) <= MENDED_MOST * rough)
            return true;
    }
    return false;
}

double odd_blocks_count(Arena *arena, const Picture *stored, const FastPlan *plan)
{
    OddEdges edges;
    Search search;
    float cosine[SIDE][SIDE];
    int count = 0;
    assert(plan->denominator == 1 || plan->denominator == 2);
    if (!odd_edges_find(arena, stored, plan, &edges))
        return NAN;
    if (!edges.count)
        return 0;
    if (!search_new(arena, plan, &edges, &search) || !read_scan(&search))
        return NAN;
    cosines(cosine);
    for (int i = 0; i < search.count; i++) {
        if (plan->budget && budget_over(plan->budget))
            return NAN;
        count += is_odd(&search, cosine, &search.suspects[i]);
    }
    return count;
}
