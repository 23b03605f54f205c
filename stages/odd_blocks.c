/* SPDX-License-Identifier: MIT */
/* First the decoded pixels tell which few blocks step at all edges; then the codes are read again as far as these, and each is
 * tried with every bit of its own turned, and where those mend nothing, what steps far more than all near by with the
 * bits of the blocks before, too. */
#include "odd_blocks.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "odd_chains.h"
#include "odd_edges.h"
#include "odd_steps.h"

enum { ROWS_PER_LOOK = 8, AROUND = STEP_AROUND };

/* Levels: in the mean and at each edge; the share of the former that is left when a bit is turned back. */
static const float ROUGH_LEAST = 10, EDGE_LEAST = 8, MENDED_MOST = 0.37f;

/* Coefficients as coded, natural order; of the neighbours, too: left, right, upper, lower. */
typedef struct Suspect {
    OddBlock at;
    int16_t own[SCAN_BLOCK], around[AROUND][SCAN_BLOCK];
    int16_t difference; /* of its first coefficient from the one before */
    size_t bits;
    uint8_t coded[SCAN_BLOCK_BYTES]; /* its bits, and zeros */
} Suspect;

typedef struct Search {
    BlockGrid grid;
    Scan *scan;
    int last;        /* the last MCU that is wanted */
    uint8_t *wanted; /* of each MCU, whether it is near a suspect */
    Suspect *suspects;
    int count;
    OddChain *chains[ODD_BLOCKS_MOST];
    int chain_count;
} Search;

static void want(Search *search, int mcu)
{
    search->wanted[mcu] = 1;
    search->last = mcu > search->last ? mcu : search->last;
}

/* The MCU of the suspect's neighbour aside number `k`, and the number there. */
static int mcu_aside(const Search *search, const OddBlock *at, int k, int *number)
{
    return step_mcu(&search->grid, at->component, at->x + step_aside[k][0], at->y + step_aside[k][1], number);
}

static void want_around(Search *search, const OddBlock *at)
{
    int number;
    want(search, step_mcu(&search->grid, at->component, at->x, at->y, &number));
    for (int k = 0; k < AROUND; k++)
        want(search, mcu_aside(search, at, k, &number));
}

static bool chain_new(Arena *arena, Search *search, const OddBlock *at)
{
    OddChain *chain = search->chains[search->chain_count++] = odd_chain_new(arena, &search->grid, at);
    for (int i = 0; chain && i < CHAIN_MCUS; i++)
        if (chain->mcus[i] >= 0)
            want(search, chain->mcus[i]);
    return chain;
}

static bool search_new(Arena *arena, const FastPlan *plan, const OddEdges *edges, Search *out)
{
    const OddList *alone = &edges->all, *chains = &edges->far;
    const int chain_count = odd_edges_drawn(chains) ? 0 : chains->count;
    *out = (Search){.grid = step_grid(plan),
                    .count = alone->count,
                    .scan = plan->scan ? plan->scan : ARENA_RAW(arena, Scan, 1),
                    .suspects = ARENA_ARRAY(arena, Suspect, (size_t)alone->count)};
    out->wanted = ARENA_ARRAY(arena, uint8_t, (size_t)out->grid.across * (size_t)out->grid.down);
    if (!out->scan || !out->wanted || !out->suspects || (!plan->scan && !fast_scan(plan, out->scan)))
        return false;
    for (int i = 0; i < alone->count; i++) {
        out->suspects[i].at = alone->blocks[i];
        want_around(out, &alone->blocks[i]);
    }
    for (int i = 0; i < chain_count; i++)
        if (!chain_new(arena, out, &chains->blocks[i]))
            return false;
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
    scan_copy(begin, suspect->bits, suspect->coded, 0);
    return true;
}

/* What the MCU brings to the suspects in and beside it. */
static bool take(const Search *search, int mcu, const ScanBits *begin, const int16_t *blocks)
{
    for (int i = 0; i < search->count; i++) {
        Suspect *suspect = &search->suspects[i];
        const OddBlock *at = &suspect->at;
        int number;
        if (step_mcu(&search->grid, at->component, at->x, at->y, &number) == mcu) {
            memcpy(suspect->own, blocks + number * SCAN_BLOCK, sizeof suspect->own);
            if (!keep_bits(search->scan, *begin, number, suspect))
                return false;
        }
        for (int k = 0; k < AROUND; k++)
            if (mcu_aside(search, at, k, &number) == mcu)
                memcpy(suspect->around[k], blocks + number * SCAN_BLOCK, sizeof suspect->around[k]);
    }
    for (int i = 0; i < search->chain_count; i++)
        odd_chain_take(search->chains[i], search->scan, mcu, begin, blocks);
    return true;
}

/* The last MCU of a row that is wanted; -1: none. */
static int last_wanted(const Search *search, int row)
{
    const uint8_t *wanted = search->wanted + (size_t)row * (size_t)search->grid.across;
    int x = search->grid.across - 1;
    while (x >= 0 && !wanted[x])
        x--;
    return x;
}

/* The MCUs of a row from its first one on. False: in doubt. */
static bool read_row(const Search *search, int row, int count)
{
    int16_t blocks[SCAN_BLOCKS_MOST * SCAN_BLOCK];
    uint8_t ends[SCAN_BLOCKS_MOST];
    for (int mcu = row * search->grid.across, end = mcu + count; mcu < end; mcu++) {
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
    const FastPlan *plan = search->grid.plan;
    for (int row = 0; row <= search->last / search->grid.across; row++) {
        int last = last_wanted(search, row);
        if (row % ROWS_PER_LOOK == 0 && plan->budget && budget_over(plan->budget))
            return false;
        if (last < 0 && plan->marks)
            continue;
        if (plan->marks)
            scan_resume(search->scan, &plan->marks[row]);
        if (!read_row(search, row, plan->marks ? last + 1 : search->grid.across))
            return false;
    }
    return true;
}

/* The four edges' steps: their mean, and the least. */
static float roughness(const Samples *own, const Samples around[AROUND], float *least)
{
    float sum = 0;
    *least = INFINITY;
    for (int k = 0; k < AROUND; k++) {
        float step = step_at(own, &around[k], k);
        *least = fminf(*least, step);
        sum += step;
    }
    return sum / AROUND;
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

/* Whether one turned bit of its own mends it. */
static bool is_odd(const Search *search, const Cosines *cosines, Suspect *suspect)
{
    const int16_t *quant = search->grid.plan->component[suspect->at.component].quant;
    Samples own, around[AROUND];
    float least, other;
    step_samples(suspect->own, quant, cosines, &own);
    for (int k = 0; k < AROUND; k++)
        step_samples(suspect->around[k], quant, cosines, &around[k]);
    const float rough = roughness(&own, around, &least);
    if (rough < ROUGH_LEAST || least < EDGE_LEAST)
        return false;
    for (size_t bit = 0; bit < suspect->bits; bit++) {
        int16_t block[SCAN_BLOCK];
        if (!turned(search, suspect, bit, block))
            continue;
        step_samples(block, quant, cosines, &own);
        if (roughness(&own, around, &other) <= MENDED_MOST * rough)
            return true;
    }
    return false;
}

/* NaN: no room, or no time. */
static double count_alone(const Search *search, const Cosines *cosines)
{
    const Budget *budget = search->grid.plan->budget;
    int count = 0;
    for (int i = 0; i < search->count; i++) {
        if (budget && budget_over(budget))
            return NAN;
        count += is_odd(search, cosines, &search->suspects[i]);
    }
    return count;
}

/* Whether there is one; NaN: no room, or no time. */
static double find_chain(Arena *arena, const Search *search, const Cosines *cosines)
{
    const Budget *budget = search->grid.plan->budget;
    ChainTrials *trials = odd_chain_trials(arena, &search->grid, search->scan, cosines);
    for (int i = 0; i < search->chain_count && trials; i++) {
        if (odd_chain_mends(trials, search->chains[i], MENDED_MOST))
            return 1;
        if (budget && budget_over(budget))
            return NAN;
    }
    return trials ? 0 : NAN;
}

double odd_blocks_count(Arena *arena, const Picture *stored, const FastPlan *plan)
{
    OddEdges edges;
    Search search;
    Cosines cosines;
    assert(plan->denominator == 1 || plan->denominator == 2);
    if (!odd_edges_find(arena, stored, plan, &edges))
        return NAN;
    if (!edges.all.count)
        return 0;
    if (!search_new(arena, plan, &edges, &search) || !read_scan(&search))
        return NAN;
    step_cosines(&cosines);
    double count = count_alone(&search, &cosines);
    return count == 0 && search.chain_count ? find_chain(arena, &search, &cosines) : count;
}
