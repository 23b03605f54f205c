/* SPDX-License-Identifier: MIT */
#include "../../pipeline/checks.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void every_check_is_found_by_its_name(void **state)
{
    (void)state;
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        assert_int_equal(check_find(checks[i].name), i);
}

static void other_names_find_nothing(void **state)
{
    (void)state;
    const char *const wrong[] = {"", "tilt", "tilt_deg ", "TILT_DEG", "tilt_degx", "id_vali"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(check_find(wrong[i]), CHECK_COUNT);
}

static void every_check_has_unit_and_clause(void **state)
{
    (void)state;
    for (CheckId i = 0; i < CHECK_COUNT; i++) {
        assert_non_null(checks[i].unit);
        assert_true(strlen(checks[i].clause) >= strlen("五"));
        assert_true(checks[i].level >= LEVEL_NOTE && checks[i].level <= LEVEL_REJECT);
    }
}

static void levels_have_the_names_of_the_report(void **state)
{
    (void)state;
    assert_string_equal(level_name(LEVEL_NOTE), "NOTE");
    assert_string_equal(level_name(LEVEL_REVIEW), "REVIEW");
    assert_string_equal(level_name(LEVEL_REJECT), "REJECT");
}

static void what_is_not_measured_is_no_check(void **state)
{
    (void)state;
    int count = 0;
    for (const char *const *rule = not_measurable; *rule; rule++, count++)
        assert_int_equal(check_find(*rule), CHECK_COUNT);
    assert_true(count >= 6);
}

static void cleared_facts_are_unmeasured(void **state)
{
    (void)state;
    Facts facts;
    memset(&facts, 0x5a, sizeof facts);
    facts_clear(&facts);
    for (CheckId i = 0; i < CHECK_COUNT; i++) {
        assert_true(isnan(facts.v[i]));
        assert_true(facts.u[i] == 0);
    }
}

static void a_set_fact_touches_no_other(void **state)
{
    (void)state;
    Facts facts;
    facts_clear(&facts);
    fact_set(&facts, CHECK_tilt_deg, -1.5, 0.5);
    fact_set(&facts, CHECK_text, 2, NAN);
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        assert_true(isnan(facts.v[i]) == (i != CHECK_tilt_deg && i != CHECK_text));
    assert_true(facts.v[CHECK_tilt_deg] == -1.5 && facts.u[CHECK_tilt_deg] == 0.5);
    assert_true(facts.u[CHECK_text] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_check_is_found_by_its_name),
        cmocka_unit_test(other_names_find_nothing),
        cmocka_unit_test(every_check_has_unit_and_clause),
        cmocka_unit_test(levels_have_the_names_of_the_report),
        cmocka_unit_test(what_is_not_measured_is_no_check),
        cmocka_unit_test(cleared_facts_are_unmeasured),
        cmocka_unit_test(a_set_fact_touches_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
