/* SPDX-License-Identifier: MIT */
#include "../../pipeline/idnum.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

// clang-format off
static const struct { const char *text; IdKind kind; IdProblem problem; } numbers[] = {
    {"11010519491231002X", ID_RESIDENT18, ID_FINE},
    {"440524188001010014", ID_RESIDENT18, ID_FINE},
    {"440308199901101512", ID_RESIDENT18, ID_FINE},
    {"11010219840406970X", ID_RESIDENT18, ID_FINE},
    {"34052419800101001X", ID_RESIDENT18, ID_FINE},
    {"810000199408230021", ID_PERMIT,     ID_FINE},
    {"830000199201300022", ID_PERMIT,     ID_FINE},
    {"932682198501010017", ID_PERMANENT,  ID_FINE},
    {"510201198710252200", ID_RESIDENT18, ID_BAD_CHECK},
    {"510201199810305231", ID_RESIDENT18, ID_BAD_CHECK},
    {"110105194912310021", ID_RESIDENT18, ID_BAD_CHECK},
    {"610104620927690",    ID_RESIDENT15, ID_FINE},
    {"130503670401001",    ID_RESIDENT15, ID_FINE},
    {"130503671301001",    ID_RESIDENT15, ID_BAD_DATE},
    {"130503670431001",    ID_RESIDENT15, ID_BAD_DATE},
    /* dates: every edge and one step outside; the check digit does not matter for them */
    {"11010520000229001X", ID_RESIDENT18, ID_BAD_CHECK}, /* leap year */
    {"110105190002290010", ID_RESIDENT18, ID_BAD_DATE},  /* 1900 was none */
    {"110105199902290010", ID_RESIDENT18, ID_BAD_DATE},
    {"110105199900010010", ID_RESIDENT18, ID_BAD_DATE},
    {"110105199901000010", ID_RESIDENT18, ID_BAD_DATE},
    {"110105199901320010", ID_RESIDENT18, ID_BAD_DATE},
    {"110105199904310010", ID_RESIDENT18, ID_BAD_DATE},
    {"110105199912320010", ID_RESIDENT18, ID_BAD_DATE},
    {"110105179912310010", ID_RESIDENT18, ID_BAD_DATE},
    {"110105210012310010", ID_RESIDENT18, ID_BAD_CHECK},
    {"110105210101010010", ID_RESIDENT18, ID_BAD_DATE},
    {"110105000229001",    ID_RESIDENT15, ID_BAD_DATE},  /* 1900 again */
    /* other texts, which only a roster can vouch for */
    {"\xe5\x8d\x97\xe5\xad\x97\xe7\xac\xac" "012345\xe5\x8f\xb7", ID_OTHER, ID_NO_NUMBER},
    {"11010519491231002",   ID_OTHER, ID_NO_NUMBER},
    {"11010519491231002XX", ID_OTHER, ID_NO_NUMBER},
    {"1101051949123100X2",  ID_OTHER, ID_NO_NUMBER},
    {"61010462092769X",     ID_OTHER, ID_NO_NUMBER},
    {"110105 19491231 002X", ID_OTHER, ID_NO_NUMBER},
    {"1.10105E+17",         ID_OTHER, ID_NO_NUMBER},
    {"",                    ID_NONE,  ID_NO_NUMBER},
    {" \t\xe3\x80\x80\xef\xbb\xbf", ID_NONE, ID_NO_NUMBER},
    {"0123456789012345678901234567890123456789012345678901234567890123", ID_NONE, ID_NO_NUMBER},
    {"012345678901234567890123456789012345678901234567890123456789012", ID_OTHER, ID_NO_NUMBER},
};

static const char *const spellings[][2] = { /* as written, normalised */
    {"11010519491231002x", "11010519491231002X"},
    {"11010519491231002\xc3\x97", "11010519491231002X"},      /* multiplication sign */
    {"11010519491231002\xef\xbc\xb8", "11010519491231002X"},  /* full-width X */
    {"11010519491231002\xef\xbd\x98", "11010519491231002X"},  /* full-width x */
    {"11010519491231002\xd0\xa5", "11010519491231002X"},      /* Cyrillic */
    {"\xef\xbc\x91\xef\xbc\x91" "010519491231002X", "11010519491231002X"},
    {"  11010519491231002X\t\r\n", "11010519491231002X"},
    {"\xe3\x80\x80" "11010519491231002X\xc2\xa0", "11010519491231002X"},
    {"\xef\xbb\xbf" "11010519491231002X\xe2\x80\x8b", "11010519491231002X"},
    {"110105\xe2\x80\x8b" "19491231002X", "11010519491231002X"},
    {"\xe2\x80\xad" "11010519491231002X\xe2\x80\xac", "11010519491231002X"},
    {"\xe5\x8d\x97 \xe5\xad\x97", "\xe5\x8d\x97 \xe5\xad\x97"},
    {"a\xff" "b\xe5\x8d", "a?b??"},
    {"\xc0\xaf\xed\xa0\x80", "?????"}, /* overlong, surrogate */
    {"\xf0\xa0\x80\x80", "\xf0\xa0\x80\x80"},
};

static const struct { const char *name, *id; IdProblem problem; } names[] = {
    {"11010519491231002X.JPG", "11010519491231002X", ID_FINE},
    {"11010519491231002x.jpeg", "11010519491231002X", ID_FINE},
    {"11010519491231002X.jpg.jpg", "11010519491231002X", ID_FINE},
    {"a/b/11010519491231002X.jpg", "11010519491231002X", ID_FINE},
    {"440308199901101512/11010519491231002X.jpg", "11010519491231002X", ID_FINE},
    {"张三_11010519491231002X.jpg", "11010519491231002X", ID_FINE},
    {"张三11010519491231002X.jpg", "11010519491231002X", ID_FINE},
    {"11010519491231002X张三.jpg", "11010519491231002X", ID_FINE},
    {"11010519491231002X_5.jpg", "11010519491231002X", ID_FINE},
    {"机电一体化-张三-440308199901101512-13812345678.JPG", "440308199901101512", ID_FINE},
    {"13812345678_440308199901101512.JPG", "440308199901101512", ID_FINE},
    {"440308199901101512 (1).jpg", "440308199901101512", ID_FINE},
    {"440308199901101512(2).jpg", "440308199901101512", ID_FINE},
    {"440308199901101512 - 副本.jpg", "440308199901101512", ID_FINE},
    {"440308199901101512 - 副本 (2).jpg", "440308199901101512", ID_FINE},
    {"440308199901101512", "440308199901101512", ID_FINE},
    {"４４０３０８199901101512.jpg", "440308199901101512", ID_FINE},
    {"440308199901101512_440308199901101512.jpg", "440308199901101512", ID_FINE},
    {"440308199901101512xuli.jpg", "440308199901101512", ID_FINE},
    {"11010519491231002Xuli.jpg", "11010519491231002X", ID_FINE},
    {"20210315-440308199901101512.jpg", "440308199901101512", ID_FINE},
    {"932682198501010017.jpg", "932682198501010017", ID_FINE},
    {"610104620927690.jpg", "610104620927690", ID_FINE},
    {"610104620927690_610104196209276908.jpg", "610104196209276908", ID_FINE},
    {"610104196209276908_610104620927690.jpg", "610104196209276908", ID_FINE},
    {"\xd5\xc5\xc8\xfd_440308199901101512.jpg", "440308199901101512", ID_FINE}, /* GBK */
    {"110105199902290010-440308199901101512.jpg", "440308199901101512", ID_FINE}, /* the first is no date */
    /* whole, but nothing vouches for them */
    {"510201198710252200.jpg", "510201198710252200", ID_BAD_CHECK},
    {"张三_510201198710252200_2.jpg", "510201198710252200", ID_BAD_CHECK},
    {"110105199902290010.jpg", "110105199902290010", ID_BAD_DATE},
    {"130503671301001.jpg", "130503671301001", ID_BAD_DATE},
    /* more than one */
    {"11010519491231002X_440308199901101512.jpg", "", ID_AMBIGUOUS},
    {"11010519491231002X_440308199901101512_11010519491231002X.jpg", "", ID_AMBIGUOUS},
    {"510201198710252200_440308199901101512.jpg", "", ID_AMBIGUOUS},
    {"130503670401001_440308199901101512.jpg", "", ID_AMBIGUOUS},
    /* none: never a part of a longer run */
    {"4403081999011015121.jpg", "", ID_NO_NUMBER},
    {"1440308199901101512.jpg", "", ID_NO_NUMBER},
    {"44030819990110151213812345678.jpg", "", ID_NO_NUMBER},
    {"44030819990110151.jpg", "", ID_NO_NUMBER},
    {"440308199901101512X.jpg", "", ID_NO_NUMBER},
    {"440308199901101512x2.jpg", "", ID_NO_NUMBER},
    {"11010519491231002X5.jpg", "", ID_NO_NUMBER},
    {"11010519491231002 X.jpg", "", ID_NO_NUMBER},
    {"440308-19990110-1512.jpg", "", ID_NO_NUMBER},
    {"13812345678.jpg", "", ID_NO_NUMBER},
    {"张三.jpg", "", ID_NO_NUMBER},
    {"南字第012345号.jpg", "", ID_NO_NUMBER},
    {"IMG_20210315_120000.jpg", "", ID_NO_NUMBER},
    {"", "", ID_NO_NUMBER},
    {"440308199901101512/", "", ID_NO_NUMBER},
};
// clang-format on

static void numbers_are_judged_by_date_and_check_digit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        Id id = id_parse(numbers[i].text);
        if (id.kind != numbers[i].kind || id.problem != numbers[i].problem)
            fail_msg("'%s' is kind %d, problem %d", numbers[i].text, id.kind, id.problem);
        assert_string_equal(id.text, id.kind == ID_NONE ? "" : numbers[i].text);
    }
}

static void spellings_of_one_number_become_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(spellings); i++) {
        char out[64], again[64];
        assert_true(id_normalise(spellings[i][0], out, sizeof out));
        assert_string_equal(out, spellings[i][1]);
        assert_true(id_normalise(out, again, sizeof again));
        assert_string_equal(again, out);
    }
}

/* What only a roster vouches for is compared letter by letter. */
static void certificates_keep_their_letters(void **state)
{
    (void)state;
    static const char *const as_written[][2] = {
        {"军x012345", "军x012345"}, {" ex×Х12 ", "exXX12"}, {"Ｅｘ12345\xe2\x80\x8b", "Ex12345"}, {"11010519491231002x", "11010519491231002X"}};
    for (size_t i = 0; i < COUNT(as_written); i++)
        assert_string_equal(id_parse(as_written[i][0]).text, as_written[i][1]);
    char out[64];
    assert_true(id_plain("　11010519491231002x", out, sizeof out));
    assert_string_equal(out, "11010519491231002x");
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    char out[4];
    assert_true(id_normalise("  abc    ", out, 4));
    assert_string_equal(out, "abc");
    assert_false(id_normalise("abcd", out, 4));
    assert_false(id_normalise("a  d", out, 4));
    assert_false(id_normalise("a\xe5\x8d\x97", out, 4));
    assert_false(id_normalise("", out, 0));
}

static void names_hold_one_number_or_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        Id id = id_from_name(names[i].name);
        if (strcmp(id.text, names[i].id) != 0 || id.problem != names[i].problem)
            fail_msg("'%s' gives '%s', problem %d", names[i].name, id.text, id.problem);
        assert_int_equal(id.kind == ID_NONE, !*names[i].id);
    }
}

static void an_endless_name_holds_nothing(void **state)
{
    (void)state;
    char name[4096];
    memset(name, 'a', sizeof name);
    memcpy(name + sizeof name - 23, "440308199901101512.jpg", 23);
    assert_int_equal(id_from_name(name).kind, ID_NONE);
}

/* Each single wrong digit and each swap of unequal neighbours in the body must be noticed. */
static void one_typo_never_passes(void **state)
{
    (void)state;
    static const char *const good[] = {"11010519491231002X", "440308199901101512"};
    for (size_t i = 0; i < COUNT(good); i++)
        for (int at = 0; at < 17; at++) {
            char typo[19];
            for (char digit = '0'; digit <= '9'; digit++) {
                strcpy(typo, good[i]);
                typo[at] = digit;
                assert_int_equal(id_parse(typo).problem == ID_FINE, digit == good[i][at]);
            }
            strcpy(typo, good[i]);
            if (at == 16 || typo[at] == typo[at + 1])
                continue;
            typo[at] = good[i][at + 1];
            typo[at + 1] = good[i][at];
            assert_int_not_equal(id_parse(typo).problem, ID_FINE);
        }
}

static void fifteen_digits_become_eighteen(void **state)
{
    (void)state;
    char out[19];
    assert_true(id_to_18("610104620927690", out));
    assert_string_equal(out, "610104196209276908");
    assert_true(id_to_18("130503670401001", out));
    assert_string_equal(out, "130503196704010016");
    static const char *const wrong[] = {"", "61010462092769", "6101046209276900", "61010462092769X",
                                        "610104621327690", " 610104620927690"};
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(id_to_18(wrong[i], out));
}

static void both_lengths_of_one_person_share_a_key(void **state)
{
    (void)state;
    Id shorter = id_parse("610104620927690"), longer = id_parse("610104196209276908");
    Id other = id_parse("南字第012345号"), undated = id_parse("130503671301001");
    char a[64], b[64];
    id_key(&shorter, a);
    id_key(&longer, b);
    assert_string_equal(a, b);
    id_key(&other, a);
    assert_string_equal(a, "南字第012345号");
    id_key(&undated, a);
    assert_string_equal(a, "130503671301001");
}

static void masks_hide_the_birth_date(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"11010519491231002X", "110105********002X"}, {"610104620927690", "610104******690"},
        {"510201198710252200", "510201********2200"}, {"南字第012345号", "南*********"},
        {"110105 19491231002X", "1******************"}, {"", ""}, {"\xff", "?"}, {"x", "x"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[64];
        id_mask(cases[i][0], out);
        assert_string_equal(out, cases[i][1]);
    }
    char out[64], longest[300];
    memset(longest, '7', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    id_mask(longest, out);
    assert_int_equal(strlen(out), 63);
}

static void kinds_have_the_names_of_the_report(void **state)
{
    (void)state;
    static const char *const kinds[] = {"none", "resident18", "resident15", "permit", "permanent", "other"};
    for (IdKind kind = ID_NONE; kind <= ID_OTHER; kind++)
        assert_string_equal(id_kind_name(kind), kinds[kind]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_judged_by_date_and_check_digit),
        cmocka_unit_test(spellings_of_one_number_become_one),
        cmocka_unit_test(certificates_keep_their_letters),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(names_hold_one_number_or_none),
        cmocka_unit_test(an_endless_name_holds_nothing),
        cmocka_unit_test(one_typo_never_passes),
        cmocka_unit_test(fifteen_digits_become_eighteen),
        cmocka_unit_test(both_lengths_of_one_person_share_a_key),
        cmocka_unit_test(masks_hide_the_birth_date),
        cmocka_unit_test(kinds_have_the_names_of_the_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
