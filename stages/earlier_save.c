/* SPDX-License-Identifier: MIT */
#include "earlier_save.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "jpeg_quality.h"

/* PERIOD: steps of an earlier save. A fine save's own steps look like periods of twice their size where coefficients are rare. */
enum { BLOCKS_WANTED = 1600, PERIOD_LEAST = 5, PERIOD_MOST = 160, COARSER = 3, MULTIPLES = 6, SIZE_MOST = 1023 };
/* Coefficients of a place, from half a period on, that count; and how far they gather, of 1: smooth ones are below 0. */
enum { COEFFICIENTS_LEAST = 20, PLACES_LEAST = 4, FIRST_PLACES = 3, QUALITY_MOST = 95 };
static const double GATHERED = 0.5, NEARLY_BEST = 0.8, MOST_OF_ALL = 0.7;
/* Periods this near to a quality's steps, as a logarithm, speak for it; and the share that must, of all that were found and of all that
 * it would bring. */
static const double AGREES = 0.1, AGREEING = 0.7;

static const uint8_t natural[EARLIER_PLACES] = {1, 8, 16, 9, 2, 3, 10, 17};

/* Which zigzag place of the first save each was: the same, or, turned by a quarter since then, the one across the diagonal. */
static const uint8_t before[][EARLIER_PLACES] = {{1, 2, 3, 4, 5, 6, 7, 8}, {2, 1, 5, 4, 3, 9, 8, 7}};
enum { TURNS = sizeof before / sizeof *before };

void earlier_begin(EarlierCounts *counts, int64_t mcus, int luma_blocks)
{
    int64_t every = mcus * luma_blocks / BLOCKS_WANTED;
    memset(counts, 0, sizeof *counts);
    counts->every = counts->left = (int)(every > 1 ? every | 1 : 1); /* odd: not the same columns of every row */
}

void earlier_mcu(EarlierCounts *counts, const int16_t *blocks, int luma_blocks)
{
    if (--counts->left)
        return;
    counts->left = counts->every;
    for (int b = 0; b < luma_blocks; b++, blocks += 64)
        for (int i = 0; i < EARLIER_PLACES; i++) {
            int level = abs(blocks[natural[i]]);
            counts->at[i][level < EARLIER_LEVELS ? level : EARLIER_LEVELS - 1]++;
        }
}

/* A place's coefficients: how often each size was met, up to the largest one; and the step of the last save. */
typedef struct Sizes {
    const uint16_t *counts;
    int largest, step;
} Sizes;

static Sizes sizes_at(const EarlierCounts *counts, const int16_t quant[64], int place)
{
    const int step = quant[natural[place]];
    Sizes sizes = {.counts = counts->at[place],
                   .largest = EARLIER_LEVELS - 2,            /* the last one stands for all above, too */
                   .step = step > 0 ? step : SIZE_MOST + 1}; /* of none, as in a damaged table, nothing can be said */
    while (sizes.largest && !sizes.counts[sizes.largest])
        sizes.largest--;
    return sizes;
}

/* The mean cosine of a place's coefficients from half a period on, by that period, and the sum. NAN: too few. */
typedef struct Gathered {
    double mean, sum;
} Gathered;

static Gathered gathered(const Sizes *sizes, int period)
{
    const int step = sizes->step, end = period * MULTIPLES + period / 2, first = ((period + 1) / 2 + step - 1) / step;
    const int reach = (end < SIZE_MOST ? end : SIZE_MOST) / step, last = reach < sizes->largest ? reach : sizes->largest;
    if (first > last)
        return (Gathered){NAN, NAN};
    const double turn = 2 * M_PI * step / period, twice = 2 * cos(turn);
    double last_at = cos(turn * (first - 1)), at = cos(turn * first), sum = 0;
    int count = 0;
    for (int level = first; level <= last; level++) {
        sum += sizes->counts[level] * at;
        count += sizes->counts[level];
        double next = twice * at - last_at; /* cos((n + 1) t) = 2 cos t cos(n t) - cos((n - 1) t) */
        last_at = at;
        at = next;
    }
    return count >= COEFFICIENTS_LEAST ? (Gathered){sum / count, sum} : (Gathered){NAN, NAN};
}

/* Of periods under it nothing is said. */
static int least_period(int step)
{
    return step * COARSER > PERIOD_LEAST ? step * COARSER : PERIOD_LEAST;
}

/* Whether any period may be one: what gathers at its multiples gathers half as well at those of one that is 3 % off. */
static bool may_gather(const Sizes *sizes)
{
    for (int period = least_period(sizes->step); period <= PERIOD_MOST; period += 1 + period / 16)
        if (gathered(sizes, period).mean >= GATHERED / 2)
            return true;
    return false;
}

/* The step that a place was once saved with, 0: none shows. Parts of that step do as well, so it is the largest that does; but over
 * twice of it the coefficients of one step count no more, and what is left is less. */
static int earlier_step(const Sizes *sizes)
{
    Gathered by[PERIOD_MOST + 1], best = {GATHERED, 0};
    const int least = least_period(sizes->step), first = least - 1; /* so that a peak at the least is known for one */
    if (!may_gather(sizes))
        return 0;
    for (int period = first; period <= PERIOD_MOST; period++) {
        by[period] = gathered(sizes, period);
        best.mean = fmax(best.mean, by[period].mean);
        best.sum = fmax(best.sum, by[period].sum);
    }
    for (int period = PERIOD_MOST; period >= least && best.mean > GATHERED; period--)
        if (by[period].mean >= NEARLY_BEST * best.mean && by[period].sum >= MOST_OF_ALL * best.sum) {
            while (period > first && by[period - 1].mean > by[period].mean) /* up to the peak */
                period--;
            return period >= least ? period : 0;
        }
    return 0;
}

/* How well the steps found are those of a quality, at the `places` that they had. */
typedef struct Fit {
    int agreeing, expected; /* places; those where its step would show */
    double apart;
} Fit;

static Fit fit_of(const Sizes sizes[EARLIER_PLACES], const int steps[EARLIER_PLACES], int quality, const uint8_t *places)
{
    Fit fit = {0};
    for (int i = 0; i < EARLIER_PLACES; i++) {
        const int step = quality_luma_step(quality, places[i]);
        double off = steps[i] ? fabs(log((double)steps[i] / step)) : INFINITY;
        fit.agreeing += off <= AGREES;
        fit.expected += off <= AGREES || (step >= least_period(sizes[i].step) && !isnan(gathered(&sizes[i], step).mean));
        fit.apart += off <= AGREES ? off : 0;
    }
    return fit;
}

int earlier_quality(const EarlierCounts *counts, const int16_t quant[64])
{
    Sizes sizes[EARLIER_PLACES];
    int steps[EARLIER_PLACES] = {0}, found = 0, quality = EARLIER_NONE;
    Fit best = {.apart = INFINITY};
    for (int i = 0; i < EARLIER_PLACES && (i < FIRST_PLACES || found); i++) {
        sizes[i] = sizes_at(counts, quant, i);
        steps[i] = earlier_step(&sizes[i]);
        found += steps[i] > 0;
    }
    for (int i = 0; i < TURNS * QUALITY_MOST && found >= PLACES_LEAST; i++) {
        const int tried = QUALITY_MOST - i / TURNS;
        Fit fit = fit_of(sizes, steps, tried, before[i % TURNS]);
        bool fits = fit.agreeing >= PLACES_LEAST && fit.agreeing >= AGREEING * found && fit.agreeing >= AGREEING * fit.expected;
        if (!fits || fit.agreeing < best.agreeing || (fit.agreeing == best.agreeing && fit.apart >= best.apart))
            continue;
        best = fit;
        quality = tried;
    }
    return quality;
}
