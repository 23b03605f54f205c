/* SPDX-License-Identifier: MIT */
#include "jpeg_tables.h"

#include <stdbool.h>
#include <stdlib.h>

enum { SIDE = 8, LENGTHS = 16, SYMBOLS = 256, DC_SIZE_MOST = 11, AC_SIZE_MOST = 10, END_RUN_MOST = 14,
       DC_SYMBOLS = 12, AC_SYMBOLS = 162 };

/* What is no rounding of a standard step; how many times it two steps are that no encoder changed; how many times its neighbours a foreign step may be, or they it, and from which frequency
 * across and down on any number of times; which codes' order is an encoder's, and how many pairs of them tell it; how many of a
 * kind one flipped bit makes at most. */
enum { MISFIT_LEAST = 2, FAR = 4, STEEP = 8, FREE_FROM = 11, SORTED_LENGTH_MOST = 10, PAIRS_LEAST = 16, FLIPPED_MOST = 2 };

static bool is_one_bit(unsigned bits)
{
    return bits && !(bits & (bits - 1));
}

/* Whether a step that is not the standard's is one by a flipped bit, or by another byte in its place. */
static bool misfit_is_odd(int value, const QualityMisfit *misfit)
{
    bool gross = value >= 2 * misfit->expected || 2 * value <= misfit->expected;
    return value && (gross || is_one_bit((unsigned)(value ^ misfit->expected))) && (misfit->at || value != misfit->expected / 2);
}

/* Whether two steps stand in each other's place. */
static bool misfits_are_exchanged(const QuantTable *table, const QualityMisfits *misfits)
{
    const QualityMisfit *one = &misfits->entry[0], *other = &misfits->entry[1];
    return misfits->count == 2 && table->value[one->at] == other->expected && table->value[other->at] == one->expected &&
           abs(one->expected - other->expected) >= MISFIT_LEAST;
}

/* Whether steps are others than the standard's as damage makes them. Two are an encoder's limit or its choice, if neither far larger
 * nor exchanged. */
static bool misfits_are_odd(const QuantTable *table, const QualityMisfits *misfits)
{
    int large = 0, far = 0;
    bool odd = false;
    for (int i = 0; i < misfits->count; i++) {
        const QualityMisfit *misfit = &misfits->entry[i];
        int value = table->value[misfit->at];
        if (abs(value - misfit->expected) < MISFIT_LEAST)
            continue;
        large++;
        far += misfit->at && value >= FAR * misfit->expected;
        odd = misfit_is_odd(value, misfit);
    }
    return large == 1 ? odd : far == 2 || misfits_are_exchanged(table, misfits);
}

/* The least and the largest of the steps beside and across the diagonal from the one at x, y. */
typedef struct Neighbours {
    int least, largest;
} Neighbours;

static Neighbours neighbours_of(const uint16_t *step, int x, int y)
{
    const int places[][2] = {{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}, {y, x}};
    Neighbours out = {UINT16_MAX, 0};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int across = places[i][0], down = places[i][1];
        if (across < 0 || across >= SIDE || down < 0 || down >= SIDE || (across == x && down == y))
            continue;
        int value = step[down * SIDE + across];
        out.least = value < out.least ? value : out.least;
        out.largest = value > out.largest ? value : out.largest;
    }
    return out;
}

/* Whether `value` with one bit changed is half to twice what stands beside it. */
static bool a_bit_mends(int value, Neighbours beside)
{
    for (int bit = 1; bit <= UINT16_MAX; bit <<= 1)
        if (2 * (value ^ bit) >= beside.least && (value ^ bit) <= 2 * beside.largest)
            return true;
    return false;
}

/* Whether a table is its own mirror but for one pair, of which one is twice the other or more, by one bit. */
static bool a_mirror_is_broken(const uint16_t *step)
{
    int pairs = 0;
    bool broken = false;
    for (int y = 0; y < SIDE; y++)
        for (int x = y + 1; x < SIDE; x++) {
            int one = step[y * SIDE + x], other = step[x * SIDE + y];
            if (one == other)
                continue;
            pairs++;
            broken = one && other && is_one_bit((unsigned)(one ^ other)) && (one >= 2 * other || other >= 2 * one) &&
                     abs(one - other) >= MISFIT_LEAST;
        }
    return pairs == 1 && broken;
}

static void in_rows(const QuantTable *table, uint16_t *step)
{
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
}

static int foreign_faults(const QuantTable *table)
{
    uint16_t step[TABLE_VALUES];
    int count = 0;
    in_rows(table, step);
    for (int i = 0; i < TABLE_VALUES; i++) {
        int x = i % SIDE, y = i / SIDE, value = step[i];
        Neighbours beside = neighbours_of(step, x, y);
        bool high = x + y < FREE_FROM && value > STEEP * (beside.largest + 1), low = i && beside.least > STEEP * (value + 1);
        count += value && (high || low) && a_bit_mends(value, beside);
    }
    return count ? count : a_mirror_is_broken(step);
}

void tables_quant(const QuantTable *table, TableFaults *faults)
{
    QualityMisfits misfits;
    for (int i = 0; i < TABLE_VALUES; i++)
        faults->wrong += !table->value[i];
    quality_misfits(table, &misfits);
    faults->odd += misfits.count > QUALITY_MISFITS ? foreign_faults(table) : misfits_are_odd(table, &misfits);
}

typedef struct CodeTable {
    const uint8_t *counts, *symbols; /* of 1..16 bits; in the order of their codes */
    int count;
    bool pairs; /* AC */
} CodeTable;

/* Many are an encoder's that lists them. */
static int if_few(int count)
{
    return count <= FLIPPED_MOST ? count : 0;
}

/* A table that lacks no symbol may list more of them: a flipped bit puts one in the place of another. */
static void count_wrong(const CodeTable *table, CodeFaults *faults)
{
    int twice = 0, beyond = 0, runs = 0, sound = 0;
    bool seen[SYMBOLS] = {false};
    for (int i = 0; i < table->count; i++) {
        int symbol = table->symbols[i], zeros = symbol >> 4, size = table->pairs ? symbol & 15 : symbol;
        bool run = table->pairs && !size && zeros && zeros <= END_RUN_MOST;
        bool large = size > (table->pairs ? AC_SIZE_MOST : DC_SIZE_MOST);
        twice += seen[symbol];
        beyond += large;
        runs += run;
        sound += !run && !large && !seen[symbol];
        seen[symbol] = true;
    }
    bool all = sound == (table->pairs ? AC_SYMBOLS : DC_SYMBOLS);
    faults->wrong = if_few(twice) + (all ? 0 : if_few(beyond));
    faults->runs = all ? 0 : if_few(runs);
}

/* Where symbols of one length descend, and whether the last such place is mended by leaving one symbol out. */
static void count_falls(const CodeTable *table, CodeFaults *faults)
{
    const uint8_t *at = table->symbols;
    for (int length = 1; length <= SORTED_LENGTH_MOST; length++) {
        int count = table->counts[length - 1];
        for (int i = 1; i < count; i++) {
            faults->pairs++;
            if (at[i] > at[i - 1])
                continue;
            faults->falls++;
            faults->mended = i == 1 || i + 1 == count || at[i] > at[i - 2] || at[i + 1] > at[i - 1];
        }
        at += count;
    }
}

void tables_huffman(const uint8_t *body, size_t bytes, CodeTables *codes)
{
    while (bytes > LENGTHS) {
        CodeTable table = {.counts = body + 1, .symbols = body + 1 + LENGTHS, .pairs = *body >> 4 == 1};
        for (int i = 0; i < LENGTHS; i++)
            table.count += table.counts[i];
        size_t taken = 1 + LENGTHS + (size_t)table.count;
        if (table.count > SYMBOLS || taken > bytes)
            return;
        CodeFaults faults = {0};
        count_wrong(&table, &faults);
        if (table.pairs)
            count_falls(&table, &faults);
        if (*body >> 4 <= 1 && (*body & 15) < TABLES)
            codes->waiting[*body >> 4][*body & 15] = faults;
        body += taken;
        bytes -= taken;
    }
}

static void use(CodeTables *codes, int kind, int id)
{
    if (id >= TABLES)
        return;
    CodeFaults *table = &codes->waiting[kind][id];
    codes->wrong += table->wrong;
    codes->runs += table->runs;
    codes->pairs += table->pairs;
    codes->falls += table->falls;
    if (table->falls)
        codes->mended = table->mended;
    *table = (CodeFaults){0};
}

void tables_scan(const uint8_t *body, size_t bytes, bool progressive, CodeTables *codes)
{
    size_t count = bytes ? body[0] : 0, spectrum = 1 + 2 * count;
    if (bytes < spectrum + 3)
        return;
    bool means = !progressive || (!body[spectrum] && body[spectrum + 2] < 16), others = !progressive || body[spectrum];
    for (size_t i = 0; i < count; i++) {
        int ids = body[2 + 2 * i];
        if (means)
            use(codes, 0, ids >> 4);
        if (others)
            use(codes, 1, ids & 15);
    }
}

void tables_codes(const CodeTables *codes, bool progressive, TableFaults *faults)
{
    faults->wrong += codes->wrong + (progressive ? 0 : codes->runs);
    faults->odd += codes->falls == 1 && codes->mended && codes->pairs >= PAIRS_LEAST;
}
