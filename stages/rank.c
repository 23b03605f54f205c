/* SPDX-License-Identifier: MIT */
/* Many values are dealt into bins of equal width, and only the bin that holds the index is looked at again, until
 * few are left or all are equal, as colours are; there Hoare's selection: of the two parts a pivot makes, only the one that holds the index is
 * looked at again. Scans stop at equal values, so a picture of one colour is split in the middle, too. */
#include "rank.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "wide.h"

enum { BINS = 1024, MANY = 512, LANES = 4 };

typedef double Lanes __attribute__((vector_size(32)));
typedef int64_t Flags __attribute__((vector_size(32)));

static void exchange(double *values, int a, int b)
{
    double value = values[a];
    values[a] = values[b];
    values[b] = value;
}

/* Least, middle and largest of three go to their places: the pivot, and a stop at both ends. */
static double middle_of_three(double *values, int low, int high)
{
    int middle = low + (high - low) / 2;
    if (values[middle] < values[low])
        exchange(values, middle, low);
    if (values[high] < values[low])
        exchange(values, high, low);
    if (values[high] < values[middle])
        exchange(values, high, middle);
    return values[middle];
}

static double select_value(double *values, int count, int index)
{
    int low = 0, high = count - 1;
    while (low < high) {
        double pivot = middle_of_three(values, low, high);
        int i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i <= j)
                exchange(values, i++, j--);
        }
        if (index <= j)
            high = j;
        else if (index >= i)
            low = i;
        else
            break; /* between the parts: equal to the pivot */
    }
    return values[index];
}

typedef struct Range {
    double least, most;
} Range;

/* NaN is passed over, but for the first value. */
WIDE static Range range_of(const double *values, int count)
{
    Lanes least, most;
    int i = LANES;
    memcpy(&least, values, sizeof least);
    most = least;
    for (; i + LANES <= count; i += LANES) {
        Lanes four;
        memcpy(&four, values + i, sizeof four);
        Flags lower = four < least, higher = four > most;
        least = (Lanes)((lower & (Flags)four) | (~lower & (Flags)least));
        most = (Lanes)((higher & (Flags)four) | (~higher & (Flags)most));
    }
    Range all = {least[0], most[0]};
    for (int k = 1; k < LANES; k++) {
        all.least = least[k] < all.least ? least[k] : all.least;
        all.most = most[k] > all.most ? most[k] : all.most;
    }
    for (; i < count; i++) {
        all.least = values[i] < all.least ? values[i] : all.least;
        all.most = values[i] > all.most ? values[i] : all.most;
    }
    return all;
}

/* Rounding keeps the order, so bins are in order whatever the width's error. NaN goes into the first. */
static int bin_of(double value, double least, double per_bin)
{
    double place = (value - least) * per_bin;
    if (!(place >= 1))
        return 0;
    return place < BINS ? (int)place : BINS - 1;
}

/* bin_of without turning every place into a whole number. */
static bool is_in_bin(double place, int bin)
{
    return (bin == 0 || place >= bin) && (bin == BINS - 1 || !(place >= bin + 1));
}

static double rank_among_many(double *values, int count, int index)
{
    int in_bin[2][BINS] = {{0}}, bin = 0, kept = 0; /* two: one waits for no other */
    Range range = range_of(values, count);
    if (range.least == range.most)
        return range.least;
    double per_bin = BINS / (range.most - range.least);
    if (!(per_bin > 0 && per_bin < 1e300)) /* endless ones, or hardly two values */
        return select_value(values, count, index);
    for (int i = 0; i < count; i++)
        in_bin[i & 1][bin_of(values[i], range.least, per_bin)]++;
    for (; index >= in_bin[0][bin] + in_bin[1][bin]; bin++)
        index -= in_bin[0][bin] + in_bin[1][bin];
    for (int i = 0; i < count; i++)
        if (is_in_bin((values[i] - range.least) * per_bin, bin))
            exchange(values, kept++, i);
    return rank_value(values, kept, index); /* the least and the most of all were not in one bin */
}

double rank_value(double *values, int count, int index)
{
    return count < MANY ? select_value(values, count, index) : rank_among_many(values, count, index);
}

double rank_level(const uint8_t *levels, int count, int index)
{
    enum { LEVELS = 256, GROUP = 16 };
    int of_group[LEVELS / GROUP] = {0}, of_level[LEVELS] = {0}, group = 0;
    for (int i = 0; i < count; i++) {
        of_group[levels[i] / GROUP]++;
        of_level[levels[i]]++;
    }
    for (; index >= of_group[group]; group++)
        index -= of_group[group];
    int level = group * GROUP;
    for (; index >= of_level[level]; level++)
        index -= of_level[level];
    return level;
}

static double select_counted(RankCount *list, int entries, int index)
{
    for (int from = 0;; from++) {
        int least = from;
        for (int i = from + 1; i < entries; i++)
            least = list[i].value < list[least].value ? i : least;
        if (index < list[least].count || from == entries - 1)
            return list[least].value;
        index -= list[least].count;
        list[least] = list[from];
    }
}

double rank_counted(RankCount *list, int entries, int index)
{
    enum { FEW = 16 };
    int in_bin[BINS] = {0}, bin = 0, kept = 0;
    double least = list[0].value, most = list[0].value;
    for (int i = 1; i < entries; i++) {
        least = list[i].value < least ? list[i].value : least;
        most = list[i].value > most ? list[i].value : most;
    }
    double per_bin = BINS / (most - least);
    if (entries <= FEW || !(per_bin > 0 && per_bin < 1e300))
        return select_counted(list, entries, index);
    for (int i = 0; i < entries; i++)
        in_bin[bin_of(list[i].value, least, per_bin)] += list[i].count;
    for (; index >= in_bin[bin]; bin++)
        index -= in_bin[bin];
    for (int i = 0; i < entries; i++)
        if (is_in_bin((list[i].value - least) * per_bin, bin))
            list[kept++] = list[i];
    return rank_counted(list, kept, index);
}
