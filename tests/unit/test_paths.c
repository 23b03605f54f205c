/* SPDX-License-Identifier: MIT */
#include "../../pipeline/paths.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

// clang-format off
static const char *const cases[][2] = { /* as it is, as a log shows it */
    {"", ""}, {"a/张三.jpg", "a/张三.jpg"},
    {"11010519491231002X.jpg", "110105********002X.jpg"},
    {"11010519491231002x", "110105********002x"},
    {"110105491231002", "110105*****1002"},
    {"11010549123100", "11010549123100"},                                       /* 14: a date and time */
    {"IMG_20260601_120000.jpg", "IMG_20260601_120000.jpg"},
    {"1101051949123100221", "110105*********0221"},                             /* 19: one too many */
    {"１１０１０５１９４９１２３１００２Ｘ", "１１０１０５*******１００２Ｘ"},  /* is bound all the same */
    {"110105\xe2\x80\x8b" "19491231002X", "110105?********002X"},               /* so is this one */
    {"110105 19491231 002X.jpg", "110105 ******** 002X.jpg"},
    {"110105-19491231-002X", "110105-********-002X"},
    {"110105_1949_1231_002X", "110105_****_****_002X"},
    {"110105--19491231--002X", "110105--19491231--002X"},
    {"a\x1b[31m\n\t\x7f", "a?[31m???"},
    {"\xc2\x9b" "31m", "?31m"},                                                 /* C1 */
    {"\xe2\x80\xaegpj.exe", "?gpj.exe"},                                        /* right to left */
    {"\xd5\xc5\xc8\xfd.jpg", "\\xD5\\xC5\\xC8\\xFD.jpg"},                       /* GBK */
    {"\x9b" "31m\xff", "\\x9B31m\\xFF"},
    {"a/南字第012345号.jpg", "a/南字第******号.jpg"},                           /* an officer's */
    {"南字第０１２３号 (1)", "南字第****号 (1)"},
    {"南字第\xe2\x80\x8b" "012345\xe2\x80\x8b号", "南字第?******?号"},
    {"机电123号", "机电123号"},                                                 /* a place */
    {"11010519491231002X号", "******************号"},
    {"012345 号", "012345 号"},
    {"\xd5" "11010519491231002X", "\\xD5110105********002X"},
};
// clang-format on

static void a_log_shows_no_number_and_no_hidden_letter(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[256];
        path_mask(cases[i][0], out, sizeof out);
        assert_string_equal(out, cases[i][1]);
    }
}

static void what_is_too_long_is_cut_between_letters(void **state)
{
    char out[8];
    (void)state;
    memset(out, '#', sizeof out);
    path_mask("张三李四", out, sizeof out);
    assert_string_equal(out, "张三");
    path_mask("张三a李", out, sizeof out);
    assert_string_equal(out, "张三a");
    path_mask("1101051949", out, sizeof out);
    assert_string_equal(out, "1101051");
}

static void an_officers_number_is_masked_where_it_is_known(void **state)
{
    Id officer = id_parse("南字第012345号"), nobody = {.kind = ID_NONE};
    char out[64];
    (void)state;
    path_mask_bound("a/南字第012345号.jpg", &officer, out, sizeof out);
    assert_string_equal(out, "a/南*********.jpg");
    path_mask_bound("a/b.jpg", &officer, out, sizeof out);
    assert_string_equal(out, "a/b.jpg");
    path_mask_bound("a/南字第012345号.jpg", &nobody, out, sizeof out);
    assert_string_equal(out, "a/南字第******号.jpg");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_shows_no_number_and_no_hidden_letter),
        cmocka_unit_test(what_is_too_long_is_cut_between_letters),
        cmocka_unit_test(an_officers_number_is_masked_where_it_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
