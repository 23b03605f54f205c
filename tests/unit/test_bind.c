/* SPDX-License-Identifier: MIT */
#include "../../pipeline/bind.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#define ONE "11010519491231002X"
#define OLD15 "610104620927690"
#define OLD18 "610104196209276908"
#define BROKEN "510201198710252200" /* wrong check digit */
#define OFFICER "南字第012345号"
#define DASHED "军-A-0123"
#define CLOSED "A123456(3)"
#define OPEN "B123456"
#define OPEN_TOO "B123456(3)"

/* By key, bytewise. */
static Person persons[] = {
    {.id = {ID_RESIDENT18, ID_FINE, ONE}, .key = ONE},
    {.id = {ID_RESIDENT18, ID_BAD_CHECK, BROKEN}, .key = BROKEN},
    {.id = {ID_RESIDENT18, ID_FINE, OLD18}, .key = OLD18},
    {.id = {ID_OTHER, ID_NO_NUMBER, CLOSED}, .key = CLOSED},
    {.id = {ID_OTHER, ID_NO_NUMBER, OPEN}, .key = OPEN},
    {.id = {ID_OTHER, ID_NO_NUMBER, OPEN_TOO}, .key = OPEN_TOO},
    {.id = {ID_OTHER, ID_NO_NUMBER, DASHED}, .key = DASHED},
    {.id = {ID_OTHER, ID_NO_NUMBER, OFFICER}, .key = OFFICER},
};
static uint32_t by_key[] = {0, 1, 2, 3, 4, 5, 6, 7};
static const Roster roster = {.list = persons, .count = 8, .by_key = by_key};

static void a_name_binds_by_number_or_by_the_whole_certificate(void **state)
{
    // clang-format off
    static const struct { const char *path, *alone, *with; } cases[] = {
        {"/a/" ONE ".jpg",                       ONE,   ONE},
        {"/a/张三_" ONE "_5.jpg",                ONE,   ONE},
        {"/a/" OLD15 ".jpg",                     OLD15, OLD18},
        {"/a/" BROKEN ".jpg",                    "",    BROKEN},
        {"/a/510201199810305231.jpg",            "",    ""},     /* wrong, and nobody lists it */
        {"/a/440524188001010014.jpg",            "440524188001010014", "440524188001010014"},
        {"/a/" OFFICER ".jpg",                   "",    OFFICER},
        {"/a/李四-" OFFICER "-2.JPG",            "",    OFFICER},
        {"/a/李四_" DASHED ".jpg",               "",    DASHED},
        {"/a/" CLOSED ".jpg",                    "",    CLOSED},
        {"/a/李_" CLOSED ".jpg",                 "",    CLOSED},
        {"/a/李-" CLOSED "-机电.jpg",            "",    CLOSED},
        {"/a/李（" OPEN "）.jpg",                "",    OPEN},
        {"/a/李_" OPEN "(2).jpg",                "",    OPEN},   /* a copy */
        {"/a/李_" OPEN_TOO ".jpg",               "",    ""},     /* a copy, or that certificate */
        {"/a/x" OFFICER ".jpg",                  "",    ""},     /* not a part of its own */
        {"/a/" OFFICER "_" DASHED ".jpg",        "",    ""},     /* two persons */
        {"/a/" ONE "_" OFFICER ".jpg",           ONE,   ""},     /* two again */
        {"/a/" ONE "_440524188001010014.jpg",    "",    ""},
        {"/" ONE "/holiday.jpg",                 "",    ""},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bound bound;
        bind_file(NULL, cases[i].path, &bound);
        assert_string_equal(bound.id.text, cases[i].alone);
        assert_null(bound.person);
        bind_file(&roster, cases[i].path, &bound);
        if (strcmp(bound.id.text, cases[i].with) != 0)
            fail_msg("%s binds '%s', not '%s'", cases[i].path, bound.id.text, cases[i].with);
        assert_int_equal(bound.id.kind == ID_NONE, !*cases[i].with);
        assert_int_equal(bound.key[0] == '\0', !*cases[i].with);
    }
}

static void whom_the_roster_lists_it_vouches_for(void **state)
{
    (void)state;
    Bound bound;
    bind_file(&roster, "/" BROKEN ".jpg", &bound);
    assert_ptr_equal(bound.person, &persons[1]);
    assert_int_equal(bound.id.problem, ID_FINE);
    assert_int_equal(bound.named.problem, ID_BAD_CHECK);
    bind_file(&roster, "/" OLD15 ".jpg", &bound);
    assert_ptr_equal(bound.person, &persons[2]);
    assert_string_equal(bound.named.text, OLD15);
}

static void whose_a_name_would_be_is_told_without_a_roster(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *path, *slip, *key; bool would; } cases[] = {
        {"/a/" OFFICER ".jpg",             "",               OFFICER, true},
        {"/a/李四-" OFFICER "-2.JPG",      NULL,             OFFICER, true},
        {"/a/x" OFFICER ".jpg",            "",               OFFICER, false},
        {"/a/" OFFICER ".jpg",             "",               DASHED,  false},
        {"/a/" BROKEN ".jpg",              "",               BROKEN,  true},
        {"/a/" ONE ".jpg",                 "",               OFFICER, false},
        {"/a/" ONE "_" OFFICER ".jpg",     "",               OFFICER, false}, /* that name is another person's */
        {"/a/" OFFICER ".jpg",             "!before_code",   OFFICER, false}, /* a code says whose it is */
        {"/a/" OFFICER ".jpg",             "=" OFFICER,      OFFICER, false},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (bind_would(cases[i].path, cases[i].slip, cases[i].key) != cases[i].would)
            fail_msg("case %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_binds_by_number_or_by_the_whole_certificate),
        cmocka_unit_test(whom_the_roster_lists_it_vouches_for),
        cmocka_unit_test(whose_a_name_would_be_is_told_without_a_roster),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
