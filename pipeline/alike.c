/* SPDX-License-Identifier: MIT */
/* Two that differ in at most d bits agree wholly in at least r of d + r chunks of their bits (the pigeonhole
 * principle; multi-index hashing, Norouzi, Punjani, Fleet 2012). So the list is sorted by each chunk in turn, and
 * only what falls together is looked at further: by the chunks behind that one, as long as sorting is cheaper
 * than comparing all pairs. Every pair that counts meets in some bucket, so nothing is missed. */
#include "alike.h"
#include <stdlib.h>
#include <string.h>

enum {
    AGREE = 3,           /* r above: how deep it is sorted */
    CHUNK_BITS_MAX = 11, /* the counters of one sort stay in the cache */
    MOVE_COST = 8,       /* of sorting one, in comparisons of a pair */
};

typedef void (*CompareAll)(const Alike *list, size_t count, int below, Near *nearest);

typedef struct Search {
    int below, chunks;
    Near *nearest;
    CompareAll compare;
} Search;

static void note_one(Near *near, uint32_t person, int bits)
{
    if (bits < near->bits || (bits == near->bits && person < near->person))
        *near = (Near){(uint16_t)bits, person};
}

static void note(Near *nearest, const Alike *one, const Alike *other, int bits)
{
    if (one->person == other->person)
        return;
    note_one(&nearest[one->place], other->person, bits);
    note_one(&nearest[other->place], one->person, bits);
}

/* Two strangers differ in half of the bits: half of the fingerprint tells most of them apart. */
static inline __attribute__((always_inline)) void compare_all(const Alike *list, size_t count, int below,
                                                              Near *nearest)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            const uint64_t *a = list[i].words, *b = list[j].words;
            int bits = __builtin_popcountll(a[0] ^ b[0]) + __builtin_popcountll(a[1] ^ b[1]);
            if (bits >= below)
                continue;
            bits += __builtin_popcountll(a[2] ^ b[2]) + __builtin_popcountll(a[3] ^ b[3]);
            if (bits < below)
                note(nearest, &list[i], &list[j], bits);
        }
}

static void compare_plainly(const Alike *list, size_t count, int below, Near *nearest)
{
    compare_all(list, count, below, nearest);
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static void compare_counting(const Alike *list, size_t count, int below,
                                                               Near *nearest)
{
    compare_all(list, count, below, nearest);
}
#endif

static CompareAll best_compare(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt"))
        return compare_counting;
#endif
    return compare_plainly;
}

/* Chunks lie side by side; the last bits of a long one are left out, which costs nothing but comparisons. */
static int chunk_first(const Search *search, int chunk)
{
    return chunk * ALIKE_BITS / search->chunks;
}

static int chunk_bits(const Search *search, int chunk)
{
    int bits = chunk_first(search, chunk + 1) - chunk_first(search, chunk);
    return bits < CHUNK_BITS_MAX ? bits : CHUNK_BITS_MAX;
}

static uint32_t chunk_of(const Alike *one, int first, int bits)
{
    int word = first / 64, shift = first % 64;
    uint64_t value = one->words[word] >> shift;
    if (shift + bits > 64)
        value |= one->words[word + 1] << (64 - shift);
    return (uint32_t)(value & ((1u << bits) - 1));
}

typedef struct Sorted {
    uint32_t ends[1 << CHUNK_BITS_MAX]; /* of each bucket */
    uint32_t buckets;
} Sorted;

/* Some that agree so far, and room for as many. */
typedef struct Bucket {
    Alike *list, *scratch;
    size_t count;
} Bucket;

/* By one chunk, by counting, from list to scratch. */
static void sort_by(const Search *search, int chunk, const Bucket *all, Sorted *out)
{
    const Alike *from = all->list;
    size_t count = all->count;
    int first = chunk_first(search, chunk), bits = chunk_bits(search, chunk);
    uint32_t at = 0;
    out->buckets = 1u << bits;
    memset(out->ends, 0, out->buckets * sizeof *out->ends);
    for (size_t i = 0; i < count; i++)
        out->ends[chunk_of(&from[i], first, bits)]++;
    for (uint32_t i = 0; i < out->buckets; i++) {
        uint32_t size = out->ends[i];
        out->ends[i] = at;
        at += size;
    }
    for (size_t i = 0; i < count; i++)
        all->scratch[out->ends[chunk_of(&from[i], first, bits)]++] = from[i];
}

/* `left`: chunks from `chunk` on that may still be chosen first. */
static bool sorting_pays(const Search *search, int chunk, int left, size_t count)
{
    double n = (double)count, pairs = n * (n - 1) / 2;
    return left * (n * MOVE_COST + pairs / (double)(1u << chunk_bits(search, chunk))) < pairs;
}

/* All of a bucket agree in AGREE - depth chunks before `chunk` already. What is in its list stays there, in another
 * order. */
static void search_bucket(const Search *search, int chunk, int depth, Bucket all);

/* By one chunk, then what falls together by those behind it. The list is in `scratch` then. */
static void search_chunk(const Search *search, int chunk, int depth, const Bucket *all)
{
    Sorted sorted;
    sort_by(search, chunk, all, &sorted);
    for (uint32_t bucket = 0, at = 0; bucket < sorted.buckets; at = sorted.ends[bucket++])
        if (sorted.ends[bucket] - at > 1)
            search_bucket(search, chunk + 1, depth - 1,
                          (Bucket){all->scratch + at, all->list + at, sorted.ends[bucket] - at});
}

static void search_bucket(const Search *search, int chunk, int depth, Bucket all)
{
    Alike *const home = all.list;
    int left = search->chunks - depth - chunk + 1;
    if (!depth || !sorting_pays(search, chunk, left, all.count)) {
        search->compare(all.list, all.count, search->below, search->nearest);
        return;
    }
    for (int i = 0; i < left; i++) {
        search_chunk(search, chunk + i, depth, &all);
        all = (Bucket){all.scratch, all.list, all.count};
    }
    if (all.list != home)
        memcpy(home, all.list, all.count * sizeof *home);
}

/* Neighbouring bits come from neighbouring frequencies: spread over the chunks, each chunk has some of all. */
void alike_spread(Alike *list, size_t count)
{
    enum { STRIDE = 75 }; /* no common factor with ALIKE_BITS: a permutation */
    for (size_t i = 0; i < count; i++) {
        uint64_t out[ALIKE_WORDS] = {0};
        for (unsigned bit = 0; bit < ALIKE_BITS; bit++) {
            unsigned from = bit * STRIDE % ALIKE_BITS;
            out[bit / 64] |= (list[i].words[from / 64] >> (from % 64) & 1) << (bit % 64);
        }
        memcpy(list[i].words, out, sizeof out);
    }
}

static Search search_of(int below, Near *nearest)
{
    return (Search){below, below - 1 + AGREE, nearest, best_compare()};
}

int alike_passes(int below)
{
    Search search = search_of(below, NULL);
    return below < 1 || search.chunks > ALIKE_BITS / 2 ? 0 : search.chunks - AGREE + 1;
}

void alike_find(Alike *list, size_t count, int below, Alike *scratch, Near *nearest)
{
    Search search = search_of(below, nearest);
    if (below < 1)
        return;
    if (!scratch || !alike_passes(below)) {
        search.compare(list, count, below, nearest);
        return;
    }
    alike_spread(list, count);
    search_bucket(&search, 0, AGREE, (Bucket){list, scratch, count});
}

uint32_t alike_value(const Alike *one, int below, int pass)
{
    Search search = {.below = below, .chunks = below - 1 + AGREE};
    return chunk_of(one, chunk_first(&search, pass), chunk_bits(&search, pass));
}

void alike_find_pass(Alike *list, size_t count, const AlikePass *pass, Near *nearest)
{
    Search search = search_of(pass->below, nearest);
    if (count > 1)
        search_chunk(&search, pass->number, AGREE, &(Bucket){list, pass->scratch, count});
}

bool alike_read(const char *hex, uint64_t words[ALIKE_WORDS])
{
    if (strlen(hex) != ALIKE_BITS / 4 || strspn(hex, "0123456789abcdef") != ALIKE_BITS / 4)
        return false;
    for (int i = 0; i < ALIKE_WORDS; i++) {
        char word[17];
        memcpy(word, hex + 16 * i, 16);
        word[16] = '\0';
        words[i] = strtoull(word, NULL, 16);
    }
    return true;
}
