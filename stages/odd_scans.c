/* SPDX-License-Identifier: MIT */
/* Few turned bits fit again at once. Of the others those are read on whose first block, now another one, is no rougher than it was. */
#include "odd_scans.h"

#include <math.h>
#include <string.h>
#include "odd_window.h"

/* AT_ONCE: blocks that are read before the first one is looked at. A photo's suspects have some thousand bits each. */
enum { AT_ONCE = 3, ROW_LEAST = 5, BITS_MOST = 24000, BITS_PER_LOOK = 16 };

/* Levels: a suspect's step in the mean and at each edge; the share of it that is left; what a first block may step by more. */
static const float ROUGH_LEAST = 10, EDGE_LEAST = 8, MENDED_MOST = 0.3f, ROUGHER_MOST = 1;

/* Of a row of blocks: levels that it steps by less, in sum; the share that is left; the share of blocks that step less. */
static const float GAIN_LEAST = 15, ROW_MOST = 0.85f, LESS_LEAST = 0.6f;

typedef struct Look {
    const Budget *budget;
    int bits; /* that were turned */
    bool late;
    Cosines cosines;
    OddWindow window;
    Samples *samples; /* of its rows; and as tried: */
    Samples tried[WINDOW_MOST];
    bool changed[WINDOW_MOST];
} Look;

/* The block beside number `i` on side `k`; -1: none. */
static int aside(const OddWindow *window, int i, int k)
{
    const int across = window->grid->across, x = i % across + step_aside[k][0], y = i / across + step_aside[k][1];
    return x < 0 || x >= across || y < 0 || y >= window->rows ? -1 : y * across + x;
}

static const Samples *samples_of(const Look *look, int i, bool tried)
{
    const int begin = look->window.begin;
    return tried && i >= begin && i < look->window.end && look->changed[i - begin] ? &look->tried[i - begin] : &look->samples[i];
}

/* The mean step at the edges, and the least. */
static float roughness(const Look *look, int i, bool tried, float *least)
{
    float sum = 0;
    int count = 0;
    *least = INFINITY;
    for (int k = 0; k < STEP_AROUND; k++) {
        const int other = aside(&look->window, i, k);
        if (other < 0)
            continue;
        const float step = step_at(samples_of(look, i, tried), samples_of(look, other, tried), k);
        *least = fminf(step, *least);
        sum += step;
        count++;
    }
    return count ? sum / (float)count : 0;
}

/* Which blocks of the window from `from` to `to` became other ones, and their samples. How many. */
static int take_changed(Look *look, int from, int to)
{
    const OddWindow *window = &look->window;
    int count = 0;
    memset(look->changed, 0, sizeof look->changed);
    for (int i = from; i < to; i++) {
        look->changed[i] = memcmp(&window->tried[i], &window->blocks[window->begin + i], sizeof *window->tried) != 0;
        if (look->changed[i])
            step_samples(window->tried[i].at, window->grid->quant, &look->cosines, &look->tried[i]);
        count += look->changed[i];
    }
    return count;
}

static bool first_promises(Look *look, int from)
{
    float least;
    const int i = look->window.begin + from;
    return take_changed(look, from, from + 1) && roughness(look, i, true, &least) <= roughness(look, i, false, &least) + ROUGHER_MOST;
}

/* Whether what was tried is better. */
static bool mends(Look *look)
{
    const OddWindow *window = &look->window;
    float least, before = 0, after = 0;
    int count = take_changed(look, window->from, window->to), less = 0;
    if (!look->changed[window->suspect - window->begin])
        return false;
    for (int i = window->from; i < window->to; i++) {
        if (!look->changed[i])
            continue;
        const float was = roughness(look, window->begin + i, false, &least), is = roughness(look, window->begin + i, true, &least);
        before += was;
        after += is;
        less += is < was;
    }
    if (count >= ROW_LEAST && (float)less >= LESS_LEAST * (float)count)
        return after <= ROW_MOST * before && before - after >= GAIN_LEAST;
    return after <= MENDED_MOST * before &&
           roughness(look, window->suspect, true, &least) <= MENDED_MOST * roughness(look, window->suspect, false, &least);
}

static bool bit_mends(Look *look, WindowTurn turned)
{
    OddWindow *window = &look->window;
    if (odd_window_try(window, turned, AT_ONCE))
        return mends(look);
    return window->open && odd_window_first(window, turned) && first_promises(look, turned.from) &&
           odd_window_try(window, turned, WINDOW_MOST) && mends(look);
}

static bool no_time(Look *look)
{
    if (look->bits++ % BITS_PER_LOOK == 0 && look->budget)
        look->late = budget_over(look->budget);
    return look->late || look->bits > BITS_MOST;
}

static bool is_odd(Look *look)
{
    OddWindow *window = &look->window;
    float least, rough = roughness(look, window->suspect, false, &least);
    if (rough < ROUGH_LEAST || least < EDGE_LEAST)
        return false;
    for (int k = 0; k < window->pass_count; k++) {
        const WindowPlace *place = window->pass[k]->place;
        for (int i = window->suspect - window->begin; i >= 0; i--)
            for (size_t bit = place[i].bit; bit < place[i + 1].bit; bit++) {
                if (no_time(look))
                    return false;
                if (bit_mends(look, (WindowTurn){k, i, bit}))
                    return true;
            }
    }
    return false;
}

static bool look_at(Arena *arena, const ScanBands *bands, const OddBlock *at, Look *out)
{
    OddWindow *window = &out->window;
    if (!odd_window_read(arena, bands, at, window))
        return false;
    out->samples = ARENA_RAW(arena, Samples, (size_t)window->count);
    for (int i = 0; i < window->count && out->samples; i++)
        step_samples(window->blocks[i].at, window->grid->quant, &out->cosines, &out->samples[i]);
    return out->samples;
}

double odd_scans_count(Arena *arena, const Picture *stored, const ScanBands *bands, const FastPlan *plan)
{
    OddEdges edges;
    FastPlan grid = *plan;
    int count = 0;
    for (int c = 0; c < SCAN_COMPONENTS; c++)
        grid.component[c] = (FastComponent){.across = bands->component[c].h, .down = bands->component[c].v};
    Look *look = ARENA_NEW(arena, Look);
    if (!look || !odd_edges_find(arena, stored, &grid, &edges))
        return NAN;
    look->budget = plan->budget;
    if (odd_edges_drawn(&edges.all))
        return 0;
    step_cosines(&look->cosines);
    for (int i = 0; i < edges.all.count && !look->late; i++) {
        if (!look_at(arena, bands, &edges.all.blocks[i], look))
            return NAN;
        count += is_odd(look);
    }
    return look->late && !count ? NAN : (double)count;
}
