/* SPDX-License-Identifier: MIT */
#include "../../pipeline/alike.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 7;

static uint64_t draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

static int distance(const uint64_t *a, const uint64_t *b)
{
    int bits = 0;
    for (int i = 0; i < ALIKE_WORDS; i++)
        bits += __builtin_popcountll(a[i] ^ b[i]);
    return bits;
}

typedef enum Kind { KIND_STRANGERS, KIND_FAMILY, KIND_ONE_PICTURE } Kind; /* how the fingerprints lie */

/* Strangers, and to each of them a copy of another or the same person, with other bits. */
static void make_list(Alike *list, size_t count, Kind kind)
{
    uint64_t family[ALIKE_WORDS] = {draw(), draw(), draw(), draw()};
    for (size_t i = 0; i < count; i++) {
        list[i].place = (uint32_t)i;
        list[i].person = (uint32_t)(i % 2 && i % 3 == 0 ? i - 1 : i);
        for (int w = 0; w < ALIKE_WORDS; w++)
            list[i].words[w] = kind == KIND_STRANGERS ? draw()
                               : kind == KIND_FAMILY  ? family[w] ^ (draw() & draw() & draw())
                                                      : family[w];
        if (i % 2)
            memcpy(list[i].words, list[i - 1].words, sizeof list[i].words);
        for (size_t bit = 0; i % 2 && bit < i / 2 % 40; bit++) {
            unsigned at = (unsigned)(draw() % ALIKE_BITS);
            list[i].words[at / 64] ^= 1ULL << (at % 64);
        }
    }
}

static const struct { size_t count; int below; Kind kind; } cases[] = {
    {0, 24, KIND_STRANGERS},    {1, 24, KIND_STRANGERS},   {2, 24, KIND_STRANGERS},   {200, 29, KIND_STRANGERS},
    {1500, 0, KIND_STRANGERS},  {1500, 1, KIND_STRANGERS}, {1500, 2, KIND_STRANGERS}, {1500, 9, KIND_STRANGERS},
    {2500, 24, KIND_STRANGERS}, {2500, 29, KIND_FAMILY},   {1500, 60, KIND_FAMILY},   {1500, 126, KIND_STRANGERS},
    {1500, 127, KIND_FAMILY},   {900, 256, KIND_FAMILY},   {1000, 24, KIND_ONE_PICTURE},
};

/* Of several as near the one with the least number. */
static void want(Near *best, Near other)
{
    if (other.bits < best->bits || (other.bits == best->bits && other.person < best->person))
        *best = other;
}

static void the_nearest_of_another_person_is_found(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        size_t count = cases[c].count, hits = 0;
        Alike *list = calloc(count + 1, sizeof *list), *asked = calloc(count + 1, sizeof *list);
        Alike *scratch = calloc(count + 1, sizeof *list);
        Near *nearest = calloc(count + 1, sizeof *nearest), *wanted = calloc(count + 1, sizeof *wanted);
        make_list(list, count, cases[c].kind);
        memcpy(asked, list, count * sizeof *list);
        for (size_t i = 0; i < count; i++)
            nearest[i].bits = wanted[i].bits = ALIKE_BITS;
        alike_find(asked, count, cases[c].below, scratch, nearest);
        for (size_t i = 0; i < count; i++)
            for (size_t j = i + 1; j < count; j++) {
                int bits = distance(list[i].words, list[j].words);
                if (list[i].person == list[j].person || bits >= cases[c].below)
                    continue;
                want(&wanted[i], (Near){(uint16_t)bits, list[j].person});
                want(&wanted[j], (Near){(uint16_t)bits, list[i].person});
            }
        for (size_t i = 0; i < count; i++) {
            hits += wanted[i].bits < ALIKE_BITS;
            if (nearest[i].bits != wanted[i].bits || nearest[i].person != wanted[i].person)
                fail_msg("case %zu: %zu is %d from person %u, not %d from %u", c, i, wanted[i].bits, wanted[i].person,
                         nearest[i].bits, nearest[i].person);
        }
        if (count > 100 && cases[c].below > 0 && !hits)
            fail_msg("case %zu finds nothing: it tests nothing", c);
        free(list), free(asked), free(scratch), free(nearest), free(wanted);
    }
}

static void only_a_whole_fingerprint_is_read(void **state)
{
    (void)state;
    uint64_t words[ALIKE_WORDS];
    assert_true(alike_read("0000000000000001" "8000000000000000" "00000000000000ff" "ffffffffffffffff", words));
    assert_true(words[0] == 1 && words[1] == 1ULL << 63 && words[2] == 255 && words[3] == UINT64_MAX);
    assert_false(alike_read("", words));
    assert_false(alike_read("000000000000000180000000000000000000000000000ffffffffffffffffff", words));
    assert_false(alike_read("0000000000000001800000000000000000000000000000ffFFFFFFFFFFFFFFFF", words));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_of_another_person_is_found),
        cmocka_unit_test(only_a_whole_fingerprint_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
