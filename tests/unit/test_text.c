/* SPDX-License-Identifier: MIT */
#include "../../pipeline/text.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../pipeline/text_checks.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static int open_arena(void **state)
{
    *state = arena_create(1 << 20);
    return *state ? 0 : -1;
}

static int close_arena(void **state)
{
    arena_destroy(*state);
    return 0;
}

static Finding finding_of(CheckId check, double value, double lo, double hi)
{
    return (Finding){.check = check, .level = LEVEL_REJECT, .measured = true,
                     .value = value, .lo = lo, .hi = hi};
}

// clang-format off
static const struct {
    CheckId check;
    double value, lo, hi;
    const char *zh, *en;
} sentences[] = {
    {CHECK_hair_top_px, 31.2, 50, 110,
     "头顶距上边沿 31 像素, 应为 50 至 110: 请后退重拍或在上方多留空间",
     "hair top is 31 px from the upper edge, must be 50 to 110: step back, or leave more room above the head"},
    {CHECK_hair_top_px, 49.7, 50, 110, /* never rounded onto the limit */
     "头顶距上边沿 49.7 像素, 应为 50 至 110: 请后退重拍或在上方多留空间", NULL},
    {CHECK_hair_top_px, 110.4, 50, 110,
     "头顶距上边沿 110.4 像素, 应为 50 至 110: 请靠近重拍或减少上方空间", NULL},
    {CHECK_tilt_deg, -4.2, -3, 3,
     "头部倾斜 4.2 度, 应在 3 度以内: 请摆正头部重拍",
     "the head is tilted by 4.2 degrees, must be within 3 degrees: hold the head upright and shoot again"},
    {CHECK_tilt_deg, -3.01, -3, 3, "头部倾斜 3.01 度, 应在 3 度以内: 请摆正头部重拍", NULL},
    {CHECK_centre_offset_px, -31, -24, 24,
     "人像偏离水平中线 31 像素, 应在 24 像素以内: 人像偏左, 请居中重拍", NULL},
    {CHECK_centre_offset_px, 31, -24, 24,
     "人像偏离水平中线 31 像素, 应在 24 像素以内: 人像偏右, 请居中重拍", NULL},
    {CHECK_background_delta_e, 20.06, -INFINITY, 8,
     "背景与规定颜色的色差为 20.1, 应不超过 8: 请换用规定颜色的背景重拍, 不得后期换色",
     "the background differs from the allowed colour by 20.1, must be at most 8: "
     "shoot again before a background of the allowed colour, never recolour it"},
    {CHECK_quality, 45, 60, INFINITY,
     "压缩品质系数为 45, 应不少于 60: 请用相机原图重新制作",
     "the JPEG quality is 45, must be at least 60: make it again from the camera original"},
    {CHECK_dpi, 299.999, 300, 300, "分辨率标记为 299.999 dpi, 应为 300: 请重新写入文件头", NULL},
    {CHECK_dpi, 72, 300, 300, "分辨率标记为 72 dpi, 应为 300: 请重新写入文件头",
     "the header says 72 dpi, must be 300: write the header again"},
    {CHECK_file_bytes, 40001, 20480, 40000, "文件大小为 40001 字节, 应为 20480 至 40000: 请用相机原图重新制作", NULL},
    {CHECK_eye_opening, 0.1234, 0.16, INFINITY,
     "双眼睁开程度为 0.12, 应不少于 0.16: 请自然睁眼平视重拍", NULL},
    {CHECK_over_exposed, 12.34, -INFINITY, 1,
     "脸部过亮区域占 12.3 %, 应不超过 1: 有高光或光斑, 请减弱灯光后重拍", NULL},
    {CHECK_is_jpeg, 0, 1, 1, "文件内容不是 JPEG: 请用相机原图重新导出",
     "the file is not a JPEG inside: export it again from the camera original"},
    {CHECK_editor_trace, 1, 0, 0,
     "文件留有修图软件的痕迹: 不得对人像作技术处理, 请核对或提交原图", NULL},
    {CHECK_faces, 0, 1, 1, "没有找到人脸: 请拍摄正面免冠头像", NULL},
    {CHECK_faces, 2, 1, 1, "找到 2 张人脸: 画面中只能有本人, 请重拍",
     "2 faces were found: only the person may be in the picture, shoot again"},
    {CHECK_colour_components, 1, 3, 3, NULL, "the picture is grey: it must be in 24-bit colour, use the colour original"},
    {CHECK_source_trailing_bytes, 1, 0, 0, "原文件结尾之后多出 1 字节, 应为 0: 可能被工具填充过, 请核对来源",
     "the received file carries 1 byte after its end, must be 0: a tool may have padded it, check where it came from"},
    {CHECK_background_gradient, 9, -INFINITY, INFINITY, "背景渐变的色差为 9: 请使背景照明均匀后重拍", NULL},
};
// clang-format on

static void findings_read_like_sentences(void **state)
{
    for (size_t i = 0; i < COUNT(sentences); i++) {
        Finding finding = finding_of(sentences[i].check, sentences[i].value, sentences[i].lo,
                                     sentences[i].hi);
        if (sentences[i].zh)
            assert_string_equal(text_finding(*state, LANG_ZH, &finding), sentences[i].zh);
        if (sentences[i].en)
            assert_string_equal(text_finding(*state, LANG_EN, &finding), sentences[i].en);
    }
}

static void a_value_within_its_error_asks_for_a_look(void **state)
{
    Finding finding = finding_of(CHECK_hair_top_px, 48, 50, 110);
    finding.level = LEVEL_REVIEW;
    finding.error = 2;
    assert_non_null(strstr(text_finding(*state, LANG_ZH, &finding), "48 ± 2 像素"));
    assert_non_null(strstr(text_finding(*state, LANG_ZH, &finding), "请人工查看"));
    finding.error = 1.9;
    assert_null(strstr(text_finding(*state, LANG_ZH, &finding), "请人工查看"));
}

static void unmeasured_findings_ask_for_a_person(void **state)
{
    Finding finding = finding_of(CHECK_hair_top_px, NAN, 50, 110);
    finding.measured = false;
    assert_string_equal(text_finding(*state, LANG_ZH, &finding), "头顶距上边沿无法测量, 需人工查看");
    assert_string_equal(text_finding(*state, LANG_EN, &finding),
                        "hair top could not be measured: a person must look");
}

/* Every row in both languages, or in neither; something to say in each direction. */
static void every_check_has_its_words(void **state)
{
    for (CheckId i = 0; i < CHECK_COUNT; i++) {
        const CheckWords *words = &check_words[i];
        if (!words->name.in[LANG_ZH] || !words->name.in[LANG_EN])
            fail_msg("no name for %s", checks[i].name);
        if (!words->low.in[LANG_ZH] && !words->high.in[LANG_ZH])
            fail_msg("nothing to do for %s", checks[i].name);
        assert_int_equal(!words->says.in[LANG_ZH], !words->says.in[LANG_EN]);
        assert_int_equal(!words->low.in[LANG_ZH], !words->low.in[LANG_EN]);
        assert_int_equal(!words->high.in[LANG_ZH], !words->high.in[LANG_EN]);
        for (Lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
            if (words->says.in[lang] && !strstr(words->says.in[lang], "{}"))
                fail_msg("no place for the value of %s", checks[i].name);
            for (double value = -1; value <= 1; value += 2) {
                Finding finding = finding_of(i, value, 0, 0);
                assert_non_null(text_finding(*state, lang, &finding));
                assert_null(strstr(text_finding(*state, lang, &finding), "{}"));
            }
        }
    }
}

static void no_two_checks_share_a_name(void **state)
{
    (void)state;
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        for (CheckId j = 0; j < i; j++) {
            assert_string_not_equal(text_check(LANG_ZH, i), text_check(LANG_ZH, j));
            assert_string_not_equal(text_check(LANG_EN, i), text_check(LANG_EN, j));
        }
}

static void every_rule_not_measured_has_its_words(void **state)
{
    (void)state;
    for (const char *const *rule = not_measurable; *rule; rule++)
        if (strcmp(text_not_measurable(LANG_ZH, *rule), *rule) == 0 ||
            !text_not_measurable(LANG_EN, *rule))
            fail_msg("no words for %s", *rule);
    assert_string_equal(text_not_measurable(LANG_ZH, "something"), "something");
}

/* The conversions of a format in order: "%d of %s" is "ds". */
static void conversions(const char *format, char *out)
{
    for (; *format; format++) {
        if (*format != '%')
            continue;
        format += strspn(format + 1, "0123456789.-+ #*hlzjt") + 1;
        if (*format != '%')
            *out++ = *format;
    }
    *out = '\0';
}

static void both_languages_take_the_same_arguments(void **state)
{
    (void)state;
    for (MessageId i = 0; i < MESSAGE_COUNT; i++) {
        char zh[64], en[64];
        conversions(text_message(LANG_ZH, i), zh);
        conversions(text_message(LANG_EN, i), en);
        assert_string_equal(zh, en);
    }
}

static void one_is_no_plural(void **state)
{
    (void)state;
    static const struct {
        const char *printed, *said;
    } cases[] = {
        {"1 photo" S ": 1 pass", "1 photo: 1 pass"},
        {"0 photo" S, "0 photos"},
        {"2 photo" S ", 1 ZIP" S ", 11 file" S " " PLURAL("is", "are") " left", "2 photos, 1 ZIP, 11 files are left"},
        {"0.1 degree" S ", 1.1 degree" S ", 1 degree" S, "0.1 degrees, 1.1 degrees, 1 degree"},
        {"1 of the " PLURAL("person has", "persons have") " none", "1 of the person has none"},
        {"photo" S, "photos"},
        {"a path \1 of \2 others", "a path \1 of \2 others"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[128];
        strcpy(text, cases[i].printed);
        text_plural(text);
        assert_string_equal(text, cases[i].said);
    }
    for (MessageId i = 0; i < MESSAGE_COUNT; i++) {
        char text[1024];
        strcpy(text, text_message(LANG_EN, i));
        text_plural(text);
        assert_null(strpbrk(text, "\1\2\3"));
    }
}

static void language_follows_flag_then_environment(void **state)
{
    (void)state;
    static const struct {
        const char *flag, *all, *messages, *lang;
        Lang want;
    } cases[] = {
        {"zh", "en_US.UTF-8", NULL, NULL, LANG_ZH}, {"en", "zh_CN.UTF-8", NULL, NULL, LANG_EN},
        {NULL, "zh_CN.UTF-8", "C", "C", LANG_ZH},   {NULL, "", "zh_TW", "C", LANG_ZH},
        {NULL, NULL, NULL, "zh", LANG_ZH},          {NULL, "C", "zh_CN", "zh_CN", LANG_EN},
        {NULL, NULL, NULL, NULL, LANG_EN},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
        const char *const values[] = {cases[i].all, cases[i].messages, cases[i].lang};
        for (int j = 0; j < 3; j++)
            assert_int_equal(values[j] ? setenv(names[j], values[j], 1) : unsetenv(names[j]), 0);
        assert_int_equal(lang_choose(cases[i].flag), cases[i].want);
    }
}

static void advice_says_how_to_shoot_again(void **state)
{
    static const struct {
        Advice advice;
        const char *zh;
    } cases[] = {
        {{.one = CHECK_COUNT, .other = CHECK_COUNT, .closer_pct = -12.4}, "请后退约 12 %"},
        {{.one = CHECK_COUNT, .other = CHECK_COUNT, .closer_pct = 0.2}, "请靠近约 1 %"},
        {{.one = CHECK_COUNT, .other = CHECK_COUNT, .room_above_px = 39.1}, "头顶上方请多留约 40 像素"},
        {{.one = CHECK_hair_top_px, .other = CHECK_face_width_px, .closer_pct = -5},
         "\"头顶距上边沿\"与\"脸部宽度\"的要求无法同时满足; 请后退约 5 %"},
        {{.one = CHECK_COUNT, .other = CHECK_COUNT, .hair_too_high = true},
         "头发过高, 按规定的范围无法裁剪: 请压低头发后重拍"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(text_advice(*state, LANG_ZH, &cases[i].advice), cases[i].zh);
    const Advice none = {.one = CHECK_COUNT, .other = CHECK_COUNT};
    assert_null(text_advice(*state, LANG_ZH, &none));
    assert_null(text_advice(*state, LANG_EN, &(Advice){0}));
}

static void a_full_arena_still_names_the_check(void **state)
{
    (void)state;
    Arena *tiny = arena_create(64);
    assert_non_null(tiny);
    Finding finding = finding_of(CHECK_hair_top_px, 31, 50, 110);
    for (int i = 0; i < 4; i++)
        assert_non_null(text_finding(tiny, LANG_ZH, &finding));
    arena_destroy(tiny);
}

static void quiet_swallows_no_failure(void **state)
{
    (void)state;
    static const MessageId loud[] = {MESSAGE_folder_closed, MESSAGE_photos_in_error, MESSAGE_crash_last,
                                     MESSAGE_decisions_no_photo};
    size_t count = 0;
    for (MessageId i = 0; i < MESSAGE_COUNT; i++)
        count += text_always(i);
    for (size_t i = 0; i < sizeof loud / sizeof *loud; i++)
        assert_true(text_always(loud[i]));
    assert_int_equal(count, sizeof loud / sizeof *loud);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quiet_swallows_no_failure),
        cmocka_unit_test(findings_read_like_sentences),
        cmocka_unit_test(a_value_within_its_error_asks_for_a_look),
        cmocka_unit_test(unmeasured_findings_ask_for_a_person),
        cmocka_unit_test(every_check_has_its_words),
        cmocka_unit_test(no_two_checks_share_a_name),
        cmocka_unit_test(every_rule_not_measured_has_its_words),
        cmocka_unit_test(both_languages_take_the_same_arguments),
        cmocka_unit_test(one_is_no_plural),
        cmocka_unit_test(language_follows_flag_then_environment),
        cmocka_unit_test(advice_says_how_to_shoot_again),
        cmocka_unit_test(a_full_arena_still_names_the_check),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
