/* SPDX-License-Identifier: MIT */
/* Behind most turned bits a symbol soon begins where one began before, and the block ends where it did: no need to go on. Else it
 * often ends where it did with another bit turned: how many bits the next block takes from there is kept. What fits again is made,
 * the suspect first. */
#include "odd_chains.h"

#include <math.h>
#include <string.h>

enum {
    BEFORE = 3, CHAIN_MOST = 8, BLOCKS_MOST = CHAIN_CODED * SCAN_BLOCKS_MOST,
    TRIALS_MOST = 4096, /* bits, for one suspect */
    STRAY_MOST = 256,   /* how many bits out of step a block may begin */
    NO_BLOCK = UINT16_MAX, NO_END = UINT8_MAX,
    BITS_MOST = 8 * (CHAIN_CODED * SCAN_MCU_BYTES + SCAN_BLOCK_BYTES),
};

/* Levels: of a suspect's four steps, added, and of a block's that steps more than before; of the mean of all that is behind. */
static const float STEPS_LEAST = 40, ROUGHER_MOST = 8, SHIFT_MOST = 40;

struct ChainTrials {
    const BlockGrid *grid;
    const Scan *scan;
    const Cosines *cosines;
    OddChain *chain;
    int count, suspect; /* blocks whose codes are kept */
    float steps;        /* of the suspect, added */
    size_t at[BLOCKS_MOST + 1];                 /* where each begins */
    int16_t difference[BLOCKS_MOST];            /* of its first coefficient from the one before */
    uint8_t end_place[BLOCKS_MOST];             /* where it says that it ends; NO_END: it does not */
    uint8_t place[BITS_MOST];                   /* of the symbol that begins at a bit; 0: none, or the first of a block */
    uint16_t bits[BLOCKS_MOST][2 * STRAY_MOST]; /* that each takes where it begins out of step; 0: not yet known */
    Samples samples[CHAIN_MCUS][SCAN_BLOCKS_MOST];
    bool drawn[CHAIN_MCUS][SCAN_BLOCKS_MOST];

    int from, to;               /* blocks that a turned bit makes anew */
    int shift[SCAN_COMPONENTS]; /* of the first coefficient of those behind */
    int16_t turned[CHAIN_MOST][SCAN_BLOCK];
    Samples turned_samples[CHAIN_MOST];
    bool turned_drawn[CHAIN_MOST];
};

static int interval_of(const FastPlan *plan, int mcu)
{
    return plan->restart_interval ? mcu / plan->restart_interval : 0;
}

OddChain *odd_chain_new(Arena *arena, const BlockGrid *grid, const OddBlock *at)
{
    int number, middle = step_mcu(grid, at->component, at->x, at->y, &number);
    int column = middle % grid->across, row = middle / grid->across;
    OddChain *out = ARENA_RAW(arena, OddChain, 1);
    if (!out)
        return NULL;
    out->at = *at;
    out->count = 0;
    out->bits = 0;
    memset(out->coded, 0, sizeof out->coded);
    out->first = out->middle = middle;
    for (int i = 0; i < CHAIN_MCUS; i++) {
        int x = column + i % CHAIN_COLUMNS - CHAIN_BACK, y = row + i / CHAIN_COLUMNS - CHAIN_ROWS / 2;
        bool inside = x >= 0 && x < grid->across && y >= 0 && y < grid->down;
        int mcu = out->mcus[i] = inside ? y * grid->across + x : -1;
        bool coded = inside && y == row && x > column - CHAIN_BACK && x < column + CHAIN_ON && interval_of(grid->plan, mcu) == interval_of(grid->plan, middle);
        if (coded) {
            out->first = mcu < out->first ? mcu : out->first;
            out->count = mcu - out->first + 1;
        }
    }
    return out;
}

void odd_chain_take(OddChain *chain, const Scan *scan, int mcu, const ScanBits *begin, const int16_t *blocks)
{
    int i = 0;
    while (i < CHAIN_MCUS && chain->mcus[i] != mcu)
        i++;
    if (i == CHAIN_MCUS)
        return;
    memcpy(chain->blocks[i], blocks, (size_t)scan->block_count * SCAN_BLOCK * sizeof *blocks);
    if (mcu < chain->first || mcu >= chain->first + chain->count)
        return;
    size_t bits = scan_between(begin, &scan->bits);
    scan_copy(*begin, bits, chain->coded, chain->bits);
    chain->bits += bits;
}

ChainTrials *odd_chain_trials(Arena *arena, const BlockGrid *grid, const Scan *scan, const Cosines *cosines)
{
    ChainTrials *out = ARENA_RAW(arena, ChainTrials, 1);
    if (!out)
        return NULL;
    out->grid = grid;
    out->scan = scan;
    out->cosines = cosines;
    return out;
}

static int component_of(const ChainTrials *trials, int block)
{
    return trials->scan->component[block % trials->scan->block_count];
}

/* Where an MCU near the suspect is kept. */
static int window_of(const ChainTrials *trials, int mcu)
{
    const int across = trials->grid->across, from = trials->chain->middle - CHAIN_BACK;
    int row = mcu / across - trials->chain->middle / across;
    return (row + 1) * CHAIN_COLUMNS + mcu - row * across - from;
}

static const int16_t *coded_block(const ChainTrials *trials, int block)
{
    const int per_mcu = trials->scan->block_count;
    return trials->chain->blocks[window_of(trials, trials->chain->first + block / per_mcu)] + block % per_mcu * SCAN_BLOCK;
}

/* Of a block; returns where it ends; 0: nowhere. */
static size_t note_symbols(ChainTrials *trials, int block)
{
    const int component = component_of(trials, block);
    const ScanBits start = scan_bits_at(trials->chain->coded, trials->at[block]);
    ScanBits bits = start;
    int place = 0, last = 0;
    size_t at = trials->at[block];
    while (place < SCAN_BLOCK) {
        trials->place[at] = (uint8_t)place;
        last = place;
        if (!scan_symbol(trials->scan, component, &bits, &place))
            return 0;
        at = trials->at[block] + scan_between(&start, &bits);
    }
    trials->end_place[block] = place >= SCAN_BLOCK_ENDED ? (uint8_t)last : NO_END;
    return at;
}

/* The bits that a block takes from a place on; NO_BLOCK: there is none. */
static unsigned bits_from(ChainTrials *trials, int block, size_t at)
{
    const size_t place = at + STRAY_MOST - trials->at[block];
    if (at >= trials->at[trials->count] || place >= 2 * STRAY_MOST)
        return NO_BLOCK;
    uint16_t *known = &trials->bits[block][place];
    if (!*known) {
        const ScanBits from = scan_bits_at(trials->chain->coded, at);
        ScanBits bits = from;
        int next = 0;
        bool whole = true;
        while (whole && next < SCAN_BLOCK)
            whole = scan_symbol(trials->scan, component_of(trials, block), &bits, &next);
        *known = whole ? (uint16_t)scan_between(&from, &bits) : NO_BLOCK;
    }
    return *known;
}

/* The block before which the codes fit again, when `block` begins at a place out of step; 0: none that is near enough. */
static int in_step(ChainTrials *trials, int block, size_t at, int last)
{
    while (block <= last && at != trials->at[block]) {
        if (block == last)
            return 0;
        unsigned bits = bits_from(trials, block++, at);
        if (bits == NO_BLOCK)
            return 0;
        at += bits;
    }
    return block;
}

static void turn(ChainTrials *trials, size_t bit)
{
    trials->chain->coded[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
}

/* Where block `from` ends with a bit of the symbol at `at` turned; 0: nowhere, or where it did. */
static size_t turned_end(ChainTrials *trials, int from, size_t at, int place, size_t bit)
{
    const int component = component_of(trials, from);
    turn(trials, bit);
    const ScanBits start = scan_bits_at(trials->chain->coded, at);
    ScanBits bits = start;
    bool whole = scan_symbol(trials->scan, component, &bits, &place);
    turn(trials, bit);
    while (whole && place < SCAN_BLOCK) {
        size_t now = at + scan_between(&start, &bits);
        if (now < trials->at[from + 1] && trials->place[now]) {
            int further = place - trials->place[now];
            if (further == 0 || trials->end_place[from] + further < SCAN_BLOCK)
                return 0;
        }
        whole = scan_symbol(trials->scan, component, &bits, &place);
    }
    return whole ? at + scan_between(&start, &bits) : 0;
}

/* The blocks that it makes other ones. False: not the suspect, that one alone, or they never fit again. */
static bool find_blocks(ChainTrials *trials, int from, size_t end)
{
    const int last = from + CHAIN_MOST < trials->count ? from + CHAIN_MOST : trials->count;
    trials->from = from;
    trials->to = end ? in_step(trials, from + 1, end, last) : 0;
    return trials->to > trials->suspect && trials->to > from + 1;
}

static float shift_levels(const ChainTrials *trials, int component)
{
    return (float)(trials->shift[component] * trials->grid->plan->component[component].quant[0]) / STEP_SIDE;
}

/* Makes them. False: a mean that no picture has, or a shift that is seen from afar. */
static bool make_blocks(ChainTrials *trials, size_t bit)
{
    bool right = true;
    memset(trials->shift, 0, sizeof trials->shift);
    memset(trials->turned_drawn, 0, sizeof trials->turned_drawn);
    turn(trials, bit);
    ScanBits bits = scan_bits_at(trials->chain->coded, trials->at[trials->from]);
    for (int i = trials->from; i < trials->to && right; i++) {
        int16_t *block = trials->turned[i - trials->from];
        const int c = component_of(trials, i), most = trials->scan->dc_most[c];
        right = scan_block(trials->scan, c, &bits, block);
        trials->shift[c] += block[0] - trials->difference[i];
        int mean = coded_block(trials, i)[0] + trials->shift[c];
        right = right && mean >= -most && mean <= most;
        block[0] = (int16_t)mean;
    }
    turn(trials, bit);
    for (int c = 0; c < SCAN_COMPONENTS; c++)
        right = right && fabsf(shift_levels(trials, c)) <= SHIFT_MOST;
    return right;
}

/* The samples as they are. */
static const Samples *samples_of(ChainTrials *trials, int component, int window, int number)
{
    Samples *out = &trials->samples[window][number];
    bool *drawn = &trials->drawn[window][number];
    if (!*drawn)
        step_samples(trials->chain->blocks[window] + number * SCAN_BLOCK, trials->grid->plan->component[component].quant, trials->cosines, out);
    *drawn = true;
    return out;
}

/* The same with the bit turned: of another block, of one behind whose mean is shifted (in `room`), or the same. */
static const Samples *turned_samples(ChainTrials *trials, int component, int window, int number, Samples *room)
{
    const FastPlan *plan = trials->grid->plan;
    const int mcu = trials->chain->mcus[window], first = trials->chain->first, shift = trials->shift[component];
    const int16_t *quant = plan->component[component].quant;
    const int order = (mcu - first) * trials->scan->block_count + number, i = order - trials->from;
    if (order >= trials->from && order < trials->to) {
        if (!trials->turned_drawn[i])
            step_samples(trials->turned[i], quant, trials->cosines, &trials->turned_samples[i]);
        trials->turned_drawn[i] = true;
        return &trials->turned_samples[i];
    }
    const Samples *same = samples_of(trials, component, window, number);
    if (!shift || order < trials->from || interval_of(plan, mcu) != interval_of(plan, first))
        return same;
    const float levels = shift_levels(trials, component);
    for (int k = 0; k < SCAN_BLOCK; k++)
        room->at[k] = fminf(fmaxf(same->at[k] + levels, 0), 255);
    return room;
}

/* The steps at a block's edges, added, as they are or with the bit turned. */
static float steps_of(ChainTrials *trials, int block, bool turned)
{
    const BlockGrid *grid = trials->grid;
    const OddChain *chain = trials->chain;
    const int per_mcu = trials->scan->block_count, number = block % per_mcu, c = component_of(trials, block);
    const FastComponent *component = &grid->plan->component[c];
    const int mcu = chain->first + block / per_mcu, inside = number - grid->first[c];
    const int x = mcu % grid->across * component->across + inside % component->across;
    const int y = mcu / grid->across * component->down + inside / component->across;
    Samples room[2];
    float sum = 0;
    const Samples *own = turned ? turned_samples(trials, c, window_of(trials, mcu), number, &room[0])
                                : samples_of(trials, c, window_of(trials, mcu), number);
    for (int k = 0; k < STEP_AROUND; k++) {
        int there, to_x = x + step_aside[k][0], to_y = y + step_aside[k][1];
        if (to_x < 0 || to_y < 0 || to_x >= grid->across * component->across || to_y >= grid->down * component->down)
            continue;
        int window = window_of(trials, step_mcu(grid, c, to_x, to_y, &there));
        const Samples *other = turned ? turned_samples(trials, c, window, there, &room[1]) : samples_of(trials, c, window, there);
        sum += step_at(own, other, k);
    }
    return sum;
}

static void begin(ChainTrials *trials, OddChain *chain)
{
    int number;
    step_mcu(trials->grid, chain->at.component, chain->at.x, chain->at.y, &number);
    trials->chain = chain;
    trials->count = chain->count * trials->scan->block_count;
    trials->suspect = (chain->middle - chain->first) * trials->scan->block_count + number;
    memset(trials->drawn, 0, sizeof trials->drawn);
    trials->steps = steps_of(trials, trials->suspect, false);
}

/* The codes as they are. False: not all are there. */
static bool note_codes(ChainTrials *trials)
{
    int16_t block[SCAN_BLOCK];
    const OddChain *chain = trials->chain;
    memset(trials->bits, 0, (size_t)trials->count * sizeof *trials->bits);
    memset(trials->place, 0, chain->bits);
    size_t at = 0;
    for (int i = 0; i < trials->count; i++) {
        ScanBits bits = scan_bits_at(chain->coded, at);
        if (at >= chain->bits || !scan_block(trials->scan, component_of(trials, i), &bits, block))
            return false;
        trials->at[i] = at;
        trials->difference[i] = block[0];
        at = note_symbols(trials, i);
        if (!at)
            return false;
    }
    trials->at[trials->count] = at;
    return at == chain->bits;
}

/* Whether those behind, as far as they are near by, step no more than before: a shift that was none is seen at their upper edges. */
static bool fits_behind(ChainTrials *trials)
{
    float more = 0;
    for (int i = trials->to; i < trials->count; i++)
        if (trials->shift[component_of(trials, i)])
            more += steps_of(trials, i, true) - steps_of(trials, i, false);
    return more <= 0;
}

/* Whether the suspect steps by `most` of what it did, and all blocks that are other ones together, too, and none clearly more. */
static bool fits(ChainTrials *trials, float most)
{
    float before = 0, after = 0;
    if (steps_of(trials, trials->suspect, true) > most * trials->steps)
        return false;
    for (int i = trials->from; i < trials->to; i++) {
        float was = steps_of(trials, i, false), is = steps_of(trials, i, true);
        if (is > was + ROUGHER_MOST)
            return false;
        before += was;
        after += is;
    }
    return after <= most * before && fits_behind(trials);
}

/* Whether a bit of block `from` does. */
static bool block_mends(ChainTrials *trials, int from, float most, size_t *left)
{
    const ScanBits start = scan_bits_at(trials->chain->coded, trials->at[from]);
    ScanBits bits = start;
    size_t at = trials->at[from];
    for (int place = 0; place < SCAN_BLOCK;) {
        const int here = place;
        const size_t begins = at;
        if (!scan_symbol(trials->scan, component_of(trials, from), &bits, &place))
            return false;
        at = trials->at[from] + scan_between(&start, &bits);
        for (size_t bit = begins; bit < at && *left; bit++, --*left)
            if (find_blocks(trials, from, turned_end(trials, from, begins, here, bit)) && make_blocks(trials, bit) && fits(trials, most))
                return true;
    }
    return false;
}

bool odd_chain_mends(ChainTrials *trials, OddChain *chain, float most)
{
    const Budget *budget = trials->grid->plan->budget;
    size_t left = TRIALS_MOST;
    begin(trials, chain);
    if (trials->steps < STEPS_LEAST || !note_codes(trials))
        return false;
    for (int from = trials->suspect; from >= 0 && from >= trials->suspect - BEFORE; from--) {
        if (budget && budget_over(budget))
            return false;
        if (block_mends(trials, from, most, &left))
            return true;
    }
    return false;
}
