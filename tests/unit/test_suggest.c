/* SPDX-License-Identifier: MIT */
#include "../../pipeline/suggest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char *nearest(const char *wanted)
{
    static const char *const words[] = {"profile", "progress", "quiet", "out", "tilt_deg"};
    Suggestion suggestion = {.wanted = wanted};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        suggest_offer(&suggestion, words[i]);
    return suggestion.best ? suggestion.best : "none";
}

static void the_nearest_word_is_suggested_or_none(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"profle", "profile"},   {"porfile", "profile"}, {"profiles", "profile"},
        {"quite", "quiet"},      {"oyt", "out"},         {"uto", "none"},
        {"tilt_dge", "tilt_deg"}, {"prgress", "progress"}, {"", "none"},
        {"zzzzzzz", "none"},     {"out", "out"},
        {"profileprofileprofileprofileprofileprofile", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(nearest(cases[i][0]), cases[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_word_is_suggested_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
