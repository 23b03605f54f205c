/* SPDX-License-Identifier: MIT */
#include "odd_scans.h"

#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include "odd_edges.h"
#include "odd_steps.h"
#include "scans.h"

enum { BACK = 12, ON = 40, WINDOW = BACK + 1 + ON, ASIDE = 2, ROWS = 2 * ASIDE + 1, LAST_RUN = 15, SIZE_MOST = 10, WORD = 8 };

/* Before a block: bits of the copy, and blocks that the run of ends still has. */
typedef struct Place {
    size_t at;
    int ends_left;
} Place;

typedef struct Block {
    int16_t at[SCAN_BLOCK]; /* natural order */
} Block;

/* A scan's codes for the rows. */
typedef struct Pass {
    const ScanBand *band;
    uint8_t *clean;
    size_t bytes;
    Place place[WINDOW + 1];
    Block before[WINDOW];
} Pass;

typedef struct Look {
    const ScanBands *bands;
    const Budget *budget;
    Cosines cosines;
    uint8_t natural[SCAN_BLOCK];
    int16_t quant[SCAN_COMPONENTS][SCAN_BLOCK];
    OddBlock at;
    const ScanBlocks *grid;
    int first_row, rows, count; /* of blocks of these rows */
    int suspect, begin, end;    /* the window, in blocks of these rows */
    Block *blocks;              /* of these rows */
    Samples *samples;
    int pass_count;
    Pass *pass[SCAN_BANDS_MOST];
    Block trial[WINDOW];
    Samples tried[WINDOW];
    bool changed[WINDOW];
    int touched; /* blocks of the window behind the first one of the trial are as they were from here on */
} Look;

static void zigzag(uint8_t natural[SCAN_BLOCK])
{
    int x = 0, y = 0;
    for (int i = 0; i < SCAN_BLOCK; i++) {
        natural[i] = (uint8_t)(y * 8 + x);
        bool up = (x + y) % 2 == 0;
        if (up ? x == 7 : y == 7)
            up ? y++ : x++;
        else if (up ? y == 0 : x == 0)
            up ? x++ : y++;
        else
            x += up ? 1 : -1, y += up ? -1 : 1;
    }
}

static size_t place_of(const CodeBits *bits, const uint8_t *clean)
{
    return (size_t)(bits->at - clean) * 8 + (size_t)(bits->lent - bits->count);
}

static CodeBits bits_from(const Pass *pass, size_t at)
{
    CodeBits bits = {.at = pass->clean + at / 8, .end = pass->clean + pass->bytes, .clean = true};
    codes_skip(&bits, at % 8);
    return bits;
}

static bool first_pass(const Look *look, const ScanBand *band, CodeBits *bits, int *ends_left, int16_t *block)
{
    if (*ends_left)
        return --*ends_left, true;
    for (int k = band->from; k <= band->to; k++) {
        int symbol = codes_symbol(bits, &band->codes), zeros = symbol >> 4, size = symbol & 15;
        if (symbol < 0 || size > SIZE_MOST)
            return false;
        if (!size && zeros < LAST_RUN) {
            *ends_left = (1 << zeros) + codes_take(bits, zeros) - 1;
            return true;
        }
        k += zeros;
        if (k + !size > band->to)
            return false;
        if (size)
            block[look->natural[k]] = (int16_t)(codes_value(bits, size) * (1 << band->low));
    }
    return true;
}

static void correct(CodeBits *bits, int16_t *value, int step)
{
    if (codes_take(bits, 1) && !(abs(*value) & step))
        *value = (int16_t)(*value + (*value > 0 ? step : -step));
}

static bool later_pass(const Look *look, const ScanBand *band, CodeBits *bits, int *ends_left, int16_t *block)
{
    const int step = 1 << band->low;
    int k = band->from;
    bool ended = *ends_left > 0;
    for (; k <= band->to && !ended; k++) {
        int symbol = codes_symbol(bits, &band->codes), zeros = symbol >> 4, size = symbol & 15, value = 0;
        if (symbol < 0 || size > 1)
            return false;
        if (!size && zeros < LAST_RUN) {
            *ends_left = (1 << zeros) + codes_take(bits, zeros);
            break;
        }
        if (size)
            value = codes_take(bits, 1) ? step : -step;
        for (; k <= band->to; k++) {
            int16_t *at = &block[look->natural[k]];
            if (*at)
                correct(bits, at, step);
            else if (zeros-- == 0)
                break;
        }
        if (k + !size > band->to)
            return false;
        if (size)
            block[look->natural[k]] = (int16_t)value;
    }
    if (*ends_left) {
        for (; k <= band->to; k++)
            if (block[look->natural[k]])
                correct(bits, &block[look->natural[k]], step);
        --*ends_left;
    }
    return true;
}

static bool read_block(const Look *look, const ScanBand *band, CodeBits *bits, int *ends_left, int16_t *block)
{
    return band->high ? later_pass(look, band, bits, ends_left, block) : first_pass(look, band, bits, ends_left, block);
}

/* Copies the bits of the rows without stuffed zeros. */
static bool copy_bits(Arena *arena, const Look *look, const ScanBand *band, Pass *out)
{
    const ScanRow *first = &band->rows[look->first_row], *last = &band->rows[look->first_row + look->rows];
    size_t most = (size_t)(last->bits.at - first->bits.at) + WORD;
    out->clean = ARENA_RAW(arena, uint8_t, most);
    if (!out->clean)
        return false;
    for (int i = 0; i < WORD; i++)
        out->clean[i] = first->bits.count ? (uint8_t)(first->bits.word >> (64 - first->bits.count) >> (56 - 8 * i)) : 0;
    out->bytes = WORD;
    for (const uint8_t *at = first->bits.at; at < last->bits.at; at += *at == 0xff ? 2 : 1)
        out->clean[out->bytes++] = *at;
    return true;
}

/* Reads the rows in this scan. */
static bool read_pass(Arena *arena, Look *look, const ScanBand *band)
{
    const ScanRow *row = &band->rows[look->first_row];
    Pass *pass = look->pass[look->pass_count++] = ARENA_NEW(arena, Pass);
    if (!pass || !copy_bits(arena, look, band, pass))
        return false;
    pass->band = band;
    memcpy(pass->before, look->blocks + look->begin, (size_t)(look->end - look->begin) * sizeof(Block));
    CodeBits bits = bits_from(pass, (size_t)(64 - row->bits.count));
    int ends_left = row->ends_left;
    for (int i = 0; i < look->count; i++) {
        if (i >= look->begin && i <= look->end)
            pass->place[i - look->begin] = (Place){place_of(&bits, pass->clean), ends_left};
        if (!read_block(look, band, &bits, &ends_left, look->blocks[i].at))
            return false;
    }
    if (look->end == look->count)
        pass->place[look->end - look->begin] = (Place){place_of(&bits, pass->clean), ends_left};
    return true;
}

static bool read_rows(Arena *arena, Look *look)
{
    const OddBlock *at = &look->at;
    const ScanBlocks *grid = look->grid = &look->bands->component[at->component];
    look->first_row = at->y > ASIDE ? at->y - ASIDE : 0;
    look->rows = (at->y + ASIDE < grid->down ? at->y + ASIDE + 1 : grid->down) - look->first_row;
    look->count = look->rows * grid->across;
    look->suspect = (at->y - look->first_row) * grid->across + at->x;
    look->begin = look->suspect > BACK ? look->suspect - BACK : 0;
    look->end = look->suspect + 1 + ON < look->count ? look->suspect + 1 + ON : look->count;
    look->blocks = ARENA_ARRAY(arena, Block, (size_t)look->count);
    look->samples = ARENA_ARRAY(arena, Samples, (size_t)look->count);
    look->pass_count = 0;
    if (!look->blocks || !look->samples)
        return false;
    for (int i = 0; i < look->bands->count; i++)
        if (look->bands->band[i]->component == at->component && !read_pass(arena, look, look->bands->band[i]))
            return false;
    for (int i = 0; i < look->count; i++) {
        int x = i % grid->across, y = look->first_row + i / grid->across;
        look->blocks[i].at[0] = grid->means[(size_t)y * (size_t)grid->stride + (size_t)x];
        step_samples(look->blocks[i].at, look->quant[at->component], &look->cosines, &look->samples[i]);
    }
    return true;
}

/* The block beside number `i` on side `k`; -1: none. */
static int aside(const Look *look, int i, int k)
{
    int x = i % look->grid->across + step_aside[k][0], y = i / look->grid->across + step_aside[k][1];
    return x < 0 || x >= look->grid->across || y < 0 || y >= look->rows ? -1 : y * look->grid->across + x;
}

static const Samples *samples_of(const Look *look, int i, bool tried)
{
    return tried && i >= look->begin && i < look->end && look->changed[i - look->begin] ? &look->tried[i - look->begin] : &look->samples[i];
}

static float steps(const Look *look, int i, bool tried, float *least)
{
    float sum = 0;
    int count = 0;
    *least = INFINITY;
    for (int k = 0; k < STEP_AROUND; k++) {
        int other = aside(look, i, k);
        if (other < 0)
            continue;
        float step = step_at(samples_of(look, i, tried), samples_of(look, other, tried), k);
        *least = fminf(step, *least);
        sum += step;
        count++;
    }
    return count ? sum / (float)count : 0;
}

/* Reads again from a block of the window on until all fits as before, from block `least` on at the earliest; -1: it does not. */
static int read_again(Look *look, const Pass *pass, int from, int least)
{
    CodeBits bits = bits_from(pass, pass->place[from].at);
    int ends_left = pass->place[from].ends_left;
    const int end = look->end - look->begin;
    for (int i = from; i < end; i++) {
        if (i >= look->touched)
            look->trial[i] = pass->before[i], look->touched = i + 1;
        if (!read_block(look, pass->band, &bits, &ends_left, look->trial[i].at))
            return -1;
        if (i + 1 >= least && place_of(&bits, pass->clean) == pass->place[i + 1].at && ends_left == pass->place[i + 1].ends_left)
            return i + 1;
    }
    return -1;
}

/* What a scan brought that has nothing to do with what was turned. */
static void take_over(Look *look, int number, int from)
{
    const ScanBand *band = look->pass[number]->band;
    for (int i = from; i < look->touched; i++) {
        const Block *after = number + 1 < look->pass_count ? &look->pass[number + 1]->before[i] : &look->blocks[look->begin + i];
        for (int k = band->from; k <= band->to; k++)
            look->trial[i].at[look->natural[k]] = after->at[look->natural[k]];
    }
}

/* Blocks `from` .. touched of the trial, with a bit turned in scan `number`. */
static bool try_bit(Look *look, int number, int from, size_t bit)
{
    Pass *pass = look->pass[number];
    pass->clean[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    look->touched = from;
    bool fits = read_again(look, pass, from, 0) >= 0;
    pass->clean[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    for (int i = number + 1; i < look->pass_count && fits; i++) {
        const ScanBand *band = look->pass[i]->band;
        if (band->from <= pass->band->to && band->to >= pass->band->from)
            fits = read_again(look, look->pass[i], from, look->touched) >= 0;
        else
            take_over(look, i, from);
    }
    return fits;
}

static void judge(Look *look, int number, int from, size_t bit, float best[6])
{
    const int suspect = look->suspect - look->begin;
    if (from > suspect || look->touched <= suspect)
        return;
    int n = 0;
    memset(look->changed, 0, sizeof look->changed);
    for (int i = from; i < look->touched; i++) {
        const Block *was = &look->blocks[look->begin + i];
        look->trial[i].at[0] = was->at[0];
        look->changed[i] = memcmp(&look->trial[i], was, sizeof *was) != 0;
        if (!look->changed[i])
            continue;
        n++;
        step_samples(look->trial[i].at, look->quant[look->at.component], &look->cosines, &look->tried[i]);
    }
    if (!look->changed[suspect])
        return;
    float least, before = steps(look, look->suspect, false, &least), after = steps(look, look->suspect, true, &least);
    float all_before = 0, all_after = 0, worse = 0;
    for (int i = from; i < look->touched; i++)
        if (look->changed[i]) {
            float a = steps(look, look->begin + i, false, &least), b = steps(look, look->begin + i, true, &least);
            all_before += a, all_after += b, worse = fmaxf(worse, b - a);
        }
    float share = fmaxf(after / before, all_after / all_before);
    if (share < best[0]) {
        float row[6] = {share, after / before, all_after / all_before, (float)n, worse, (float)number};
        memcpy(best, row, sizeof row);
    }
    (void)bit;
}

static bool mended(Look *look)
{
    float least, before = steps(look, look->suspect, false, &least);
    float best[6] = {9};
    int tries = 0, fit = 0;
    for (int p = 0; p < look->pass_count; p++)
        for (int i = 0; i <= look->suspect - look->begin; i++)
            for (size_t bit = look->pass[p]->place[i].at; bit < look->pass[p]->place[i + 1].at; bit++) {
                tries++;
                if (!try_bit(look, p, i, bit))
                    continue;
                fit++;
                judge(look, p, i, bit, best);
            }
    if (getenv("ODD"))
        fprintf(stderr, "c%d %d,%d rough %.1f least %.1f best %.2f own %.2f all %.2f n %.0f worse %.1f pass %.0f tries %d fit %d\n", look->at.component,
                look->at.x, look->at.y, before, least, best[0], best[1], best[2], best[3], best[4], best[5], tries, fit);
    return best[0] < 0.37f && before >= 10 && least >= 8;
}

double odd_scans_count(Arena *arena, const Picture *stored, const ScanBands *bands, const FastPlan *given)
{
    OddEdges edges;
    FastPlan plan = *given;
    Look *look = ARENA_NEW(arena, Look);
    if (!look)
        return NAN;
    look->bands = bands;
    zigzag(look->natural);
    step_cosines(&look->cosines);
    for (int c = 0; c < SCAN_COMPONENTS; c++) {
        plan.component[c] = (FastComponent){.across = bands->component[c].h, .down = bands->component[c].v};
        for (int i = 0; i < SCAN_BLOCK; i++)
            look->quant[c][look->natural[i]] = (int16_t)bands->component[c].steps[i];
    }
    if (!odd_edges_find(arena, stored, &plan, &edges))
        return NAN;
    int count = 0;
    for (int i = 0; i < edges.all.count; i++) {
        look->at = edges.all.blocks[i];
        if (plan.budget && budget_over(plan.budget))
            return NAN;
        if (!read_rows(arena, look))
            return NAN;
        count += mended(look);
    }
    return count;
}
