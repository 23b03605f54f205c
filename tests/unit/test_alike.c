/* SPDX-License-Identifier: MIT */
#include "../../pipeline/alike.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

static void the_nearest_of_another_person_is_found(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    Alike list[COUNT];
    unsigned seed = 7;
    for (int i = 0; i < COUNT; i++) { /* strangers, and a copy of each with a few other bits */
        list[i].person = (uint32_t)i / 2 * 2 + (i % 2 && i % 3);
        for (int w = 0; w < ALIKE_WORDS; w++) {
            list[i].words[w] = i % 2 ? list[i - 1].words[w] : 0;
            for (int bit = 0; i % 2 == 0 && bit < 64; bit++) {
                seed = seed * 1664525u + 1013904223u;
                list[i].words[w] |= (uint64_t)(seed >> 31) << bit;
            }
        }
        for (int bit = 0; i % 2 && bit < i % 40; bit++)
            list[i].words[bit % ALIKE_WORDS] ^= 1ULL << bit;
    }
    alike_find(list, COUNT, 29);
    for (int i = 1; i < COUNT; i += 2) {
        bool other = list[i].person != list[i - 1].person;
        int expected = other && i % 40 < 29 ? i % 40 : ALIKE_BITS;
        assert_int_equal(list[i].nearest, expected);
        assert_int_equal(list[i - 1].nearest, expected);
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
