/* SPDX-License-Identifier: MIT */
#include "../../pipeline/text.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "arena_fixture.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void what_is_waived_orders_nothing(void **state)
{
    (void)state;
    static const struct { const char *whole, *said; } row[] = {
        {"背景不均匀: 请使用平整无纹的背景重拍", "背景不均匀 (已免除)"},
        {"背景不均匀", "背景不均匀 (已免除)"},
    };
    for (size_t i = 0; i < COUNT(row); i++)
        assert_string_equal(text_waived(arena, LANG_ZH, row[i].whole), row[i].said);
    assert_string_equal(text_waived(arena, LANG_EN, "uneven: use plain paper"), "uneven (waived)");
}

static void a_student_is_told_the_fault_and_what_to_do(void **state)
{
    (void)state;
    static const struct { Lang lang; const char *whole, *said; } row[] = {
        {LANG_ZH, "光线不均: 请人工查看; 确有问题时, 请使两侧照明均匀后重拍", "光线不均: 请使两侧照明均匀后重拍"},
        {LANG_EN, "uneven: a person must look; if it is so, light both sides", "uneven: light both sides"},
        {LANG_ZH, "头部倾斜 4 度: 在测量误差之内, 请人工查看", "头部倾斜 4 度"},
        {LANG_ZH, "头部倾斜 4 度: 在测量误差之内, 请人工查看; 确有问题时, 请摆正", "头部倾斜 4 度: 请摆正"},
        {LANG_ZH, "像是数据损坏: 请人工查看, 必要时重新传送原图", "像是数据损坏"},
        {LANG_ZH, "视线无法测量, 需人工查看", "视线无法测量"},
        {LANG_EN, "gaze could not be measured: a person must look", "gaze could not be measured"},
        {LANG_ZH, "文件太大: 请重拍, 或调整配置中的范围", "文件太大: 请重拍"},
        {LANG_EN, "too large: shoot again, or change the ranges of the profile", "too large: shoot again"},
        {LANG_ZH, "头部倾斜 9 度: 请摆正头部重拍", "头部倾斜 9 度: 请摆正头部重拍"},
        {LANG_ZH, "", ""},
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        char *text = arena_copy(arena, row[i].whole);
        text_for_student(row[i].lang, text);
        assert_string_equal(text, row[i].said);
    }
}

static void assert_is_for_students(const Finding *finding)
{
    static const char *const others[] = {"人工查看", "测量误差", "调整配置", "a person must look", "measure's error", "ranges of the profile"};
    for (Lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
        char *text = arena_copy(arena, text_finding(arena, lang, finding));
        text_for_student(lang, text);
        assert_true(*text && text[strlen(text) - 1] != ' ');
        for (size_t i = 0; i < COUNT(others); i++)
            if (strstr(text, others[i]))
                fail_msg("%s: '%s' is for staff", checks[finding->check].name, text);
    }
}

/* Whatever the words of a check are: too little, too much, and within the measure's error. */
static void no_check_tells_a_student_what_is_for_staff(void **state)
{
    (void)state;
    static const double values[] = {-9, 0, 9, 0.9, NAN};
    for (CheckId check = 0; check < CHECK_COUNT; check++)
        for (size_t i = 0; i < COUNT(values); i++)
            for (Level level = LEVEL_REVIEW; level <= LEVEL_REJECT; level++) {
                const Finding finding = {.check = check, .level = level, .measured = true, .value = values[i], .lo = 1, .hi = 2, .error = values[i] == 0.9 ? 0.2 : 0};
                arena_reset(arena);
                assert_is_for_students(&finding);
            }
    for (int i = 0; i < 2; i++) {
        const Output tried = {.nearest_quality = {1, 1}, .nearest_bytes = {i ? 0 : 9, i ? 9 : 0}};
        char *text = arena_copy(arena, text_byte_window(arena, LANG_ZH, &tried));
        text_for_student(LANG_ZH, text);
        assert_null(strstr(text, "配置"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_waived_orders_nothing),
        cmocka_unit_test(a_student_is_told_the_fault_and_what_to_do),
        cmocka_unit_test(no_check_tells_a_student_what_is_for_staff),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
