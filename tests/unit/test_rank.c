/* SPDX-License-Identifier: MIT */
#include "../../stages/rank.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 900 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void every_rank_is_as_sorted(void **state)
{
    (void)state;
    static const int COUNTS[] = {1, 2, 3, 4, 5, 8, 31, 100, 511, 512, MOST};
    static const unsigned KINDS[] = {1, 2, 3, 10, 1u << 20}; /* different values; 1: all equal */
    double made[MOST], sorted[MOST], work[MOST];
    unsigned seed = 5;
    for (size_t c = 0; c < sizeof COUNTS / sizeof *COUNTS; c++)
        for (size_t k = 0; k < sizeof KINDS / sizeof *KINDS; k++)
            for (int order = 0; order < 3; order++) { /* mixed, rising, falling */
                int count = COUNTS[c];
                size_t bytes = sizeof(double) * (size_t)count;
                for (int i = 0; i < count; i++) {
                    seed = seed * 1664525u + 1013904223u;
                    made[i] = (double)((seed >> 8) % KINDS[k]) / 3;
                    if (c % 2 && i == count / 2) /* one far away: all others in one bin */
                        made[i] = k % 2 ? 1e12 : -1e300;
                }
                memcpy(sorted, made, bytes);
                qsort(sorted, (size_t)count, sizeof *sorted, by_value);
                for (int i = 0; order && i < count; i++)
                    made[i] = sorted[order == 1 ? i : count - 1 - i];
                for (int index = 0; index < count; index += count > 200 && index > 3 && index < count - 9 ? 7 : 1) {
                    memcpy(work, made, bytes);
                    assert_true(rank_value(work, count, index) == sorted[index]);
                    qsort(work, (size_t)count, sizeof *work, by_value); /* nothing lost */
                    assert_memory_equal(work, sorted, bytes);
                }
            }
}

static void levels_rank_as_their_values(void **state)
{
    (void)state;
    unsigned seed = 31;
    for (int count = 1; count <= 300; count += 13) {
        uint8_t levels[300];
        for (int i = 0; i < count; i++) {
            seed = seed * 1664525u + 1013904223u;
            levels[i] = (uint8_t)((seed >> 8) % (count % 2 ? 256 : 9));
        }
        for (int index = 0; index < count; index++) {
            double values[300];
            for (int i = 0; i < count; i++)
                values[i] = levels[i];
            assert_true(rank_level(levels, count, index) == rank_value(values, count, index));
        }
    }
}

static void counted_values_rank_as_if_written_out(void **state)
{
    (void)state;
    static const int ENTRIES[] = {1, 2, 16, 17, 60, 300};
    unsigned seed = 7;
    for (size_t e = 0; e < sizeof ENTRIES / sizeof *ENTRIES; e++)
        for (int kind = 0; kind < 3; kind++) {
            RankCount list[300], work[300];
            double all[MOST];
            int count = 0;
            for (int i = 0; i < ENTRIES[e]; i++) {
                seed = seed * 1664525u + 1013904223u;
                list[i] = (RankCount){(double)((seed >> 8) % (kind ? 1000000 : 40)) / 3, 1 + (int)(seed >> 28) % 3};
                if (kind == 2 && i == ENTRIES[e] / 2) /* far away: all others in one bin */
                    list[i].value = 1e12;
                for (int k = 0; k < list[i].count; k++)
                    all[count++] = list[i].value;
            }
            qsort(all, (size_t)count, sizeof *all, by_value);
            for (int index = 0; index < count; index++) {
                memcpy(work, list, sizeof list);
                assert_true(rank_counted(work, ENTRIES[e], index) == all[index]);
            }
        }
}

/* Should a measure fail, its NaN must not lead out of the array. */
static void a_value_that_is_no_number_ends_all_the_same(void **state)
{
    (void)state;
    for (int at = 0; at < 9; at++)
        for (int index = 0; index < 9; index++) {
            double values[11] = {7e77, 4, 1, 3, 9, 2, 8, 5, 7, 6, 7e77};
            values[1 + at] = NAN;
            assert_true(rank_value(values + 1, 9, index) != 7e77);
            assert_true(values[0] == 7e77 && values[10] == 7e77);
        }
    double many[702];
    for (int at = 1; at <= 700; at += 233)
        for (int index = 0; index < 700; index += 139) {
            for (int i = 0; i < 702; i++)
                many[i] = i == 0 || i == 701 ? 7e77 : i == at ? NAN : i * 7 % 31;
            assert_true(rank_value(many + 1, 700, index) != 7e77);
            assert_true(many[0] == 7e77 && many[701] == 7e77);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rank_is_as_sorted),
        cmocka_unit_test(levels_rank_as_their_values),
        cmocka_unit_test(counted_values_rank_as_if_written_out),
        cmocka_unit_test(a_value_that_is_no_number_ends_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
