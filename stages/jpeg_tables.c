/* SPDX-License-Identifier: MIT */
#include "jpeg_tables.h"

#include <stdbool.h>
#include <stdlib.h>

enum { SIDE = 8, LENGTHS = 16, SYMBOLS = 256, DC_SIZE_MOST = 11, AC_SIZE_MOST = 10, END_RUN_MOST = 14 };

/* What is no rounding of a standard step; how steep foreign steps are; how many symbols tell that a table is sorted, and up to
 * which length of codes; how many impossible sizes are damage. */
enum { MISFIT_LEAST = 2, STEEP = 2, STEEP_FIRST = 4, SORTED_LEAST = 20, SORTED_LENGTH_MOST = 10, BEYOND_MOST = 2 };

static bool is_one_bit(unsigned bits)
{
    return bits && !(bits & (bits - 1));
}

static bool misfit_is_odd(const QuantTable *table, QualityMisfit misfit)
{
    int value = table->value[misfit.at];
    if (!value || abs(value - misfit.expected) < MISFIT_LEAST)
        return false;
    if (misfit.at > 0 || value > misfit.expected)
        return true;
    return value != misfit.expected / 2 && is_one_bit((unsigned)(value ^ misfit.expected));
}

/* The least and the largest of the steps beside and across the diagonal from the one at x, y. */
static void neighbours(const uint16_t *step, int x, int y, int *least, int *largest)
{
    const int places[][2] = {{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}, {y, x}};
    *least = UINT16_MAX;
    *largest = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int across = places[i][0], down = places[i][1];
        if (across < 0 || across >= SIDE || down < 0 || down >= SIDE || (across == x && down == y))
            continue;
        int value = step[down * SIDE + across];
        *least = value < *least ? value : *least;
        *largest = value > *largest ? value : *largest;
    }
}

static int steep_steps(const QuantTable *table)
{
    uint16_t step[TABLE_VALUES];
    int count = 0;
    for (int i = 0, x = 0, y = 0; i < TABLE_VALUES; i++) {
        step[y * SIDE + x] = table->value[i];
        bool up = (x + y) % 2 == 0; /* the zigzag's way */
        if (up ? x == SIDE - 1 : y == SIDE - 1)
            *(up ? &y : &x) += 1;
        else if (up)
            x++, y -= y > 0;
        else
            y++, x -= x > 0;
    }
    for (int i = 0; i < TABLE_VALUES; i++) {
        int least, largest;
        neighbours(step, i % SIDE, i / SIDE, &least, &largest);
        count += step[i] && (step[i] > STEEP * (largest + 1) || least > (i ? STEEP : STEEP_FIRST) * (step[i] + 1));
    }
    return count;
}

void tables_quant(const QuantTable *table, TableFaults *faults)
{
    QualityMisfits misfits;
    for (int i = 0; i < TABLE_VALUES; i++)
        faults->wrong += !table->value[i];
    quality_misfits(table, &misfits);
    if (misfits.count > QUALITY_MISFITS) {
        faults->odd += steep_steps(table);
        return;
    }
    for (int i = 0; i < misfits.count; i++)
        faults->odd += misfit_is_odd(table, misfits.entry[i]);
}

typedef struct CodeTable {
    const uint8_t *counts, *symbols; /* of 1..16 bits; in the order of their codes */
    int count;
    bool pairs; /* AC */
} CodeTable;

static void count_wrong(const CodeTable *table, TableFaults *faults)
{
    int beyond = 0;
    bool seen[SYMBOLS] = {false};
    for (int i = 0; i < table->count; i++) {
        int symbol = table->symbols[i], zeros = symbol >> 4, size = table->pairs ? symbol & 15 : symbol;
        faults->wrong += seen[symbol];
        seen[symbol] = true;
        beyond += size > (table->pairs ? AC_SIZE_MOST : DC_SIZE_MOST);
        faults->runs += table->pairs && !size && zeros && zeros <= END_RUN_MOST;
    }
    faults->wrong += beyond <= BEYOND_MOST ? beyond : 0;
}

/* True where the symbols of each length ascend, as those of encoders that sort them do, but for one. */
static bool one_is_unsorted(const CodeTable *table)
{
    int falls = 0;
    bool mended = true;
    const uint8_t *at = table->symbols;
    for (int length = 1; length <= SORTED_LENGTH_MOST; length++) {
        int count = table->counts[length - 1];
        for (int i = 1; i < count; i++) {
            if (at[i] > at[i - 1])
                continue;
            falls++;
            mended = i == 1 || i + 1 == count || at[i] > at[i - 2] || at[i + 1] > at[i - 1];
        }
        at += count;
    }
    return falls == 1 && mended;
}

void tables_huffman(const uint8_t *body, size_t bytes, TableFaults *faults)
{
    while (bytes > LENGTHS) {
        CodeTable table = {.counts = body + 1, .symbols = body + 1 + LENGTHS, .pairs = *body >> 4 == 1};
        for (int i = 0; i < LENGTHS; i++)
            table.count += table.counts[i];
        size_t taken = 1 + LENGTHS + (size_t)table.count;
        if (table.count > SYMBOLS || taken > bytes)
            return;
        count_wrong(&table, faults);
        faults->odd += table.pairs && table.count >= SORTED_LEAST && one_is_unsorted(&table);
        body += taken;
        bytes -= taken;
    }
}
