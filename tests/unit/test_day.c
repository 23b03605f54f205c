/* SPDX-License-Identifier: MIT */
/* The day that ages are told from: what SOURCE_DATE_EPOCH says, to the second, and what it may not say. */
#include "../../pipeline/day.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "arena_fixture.h"

static void days_said(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        int day;
    } cases[] = {{"0", 0}, {"86399", 0}, {"86400", 1}, {"1796083199", 20787}, {"1796083200", 20788}, {"253402300799", 2932896}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int day = -1;
        setenv("SOURCE_DATE_EPOCH", cases[i].said, 1);
        assert_int_equal(day_of_run(arena, &day).code, ERR_NONE);
        assert_int_equal(day, cases[i].day);
    }
}

static void refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"", "-1", "1e9", " 5", "5 ", "2026-12-01", "253402300800", "99999999999999999999"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int day = -1;
        setenv("SOURCE_DATE_EPOCH", cases[i], 1);
        Err err = day_of_run(arena, &day);
        if (err.code != ERR_USAGE || !strstr(err.text, cases[i]))
            fail_msg("'%s' is taken for day %d", cases[i], day);
    }
}

static void unset(void **state)
{
    (void)state;
    unsetenv("SOURCE_DATE_EPOCH");
    int day = 0, before = (int)(time(NULL) / 86400);
    assert_int_equal(day_of_run(arena, &day).code, ERR_NONE);
    assert_in_range(day, before, before + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_said),
        cmocka_unit_test(refused),
        cmocka_unit_test(unset),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
