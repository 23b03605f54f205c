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
#include "finding_fixture.h"
#include "../../pipeline/text_checks.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

// clang-format off
static const struct {
    CheckId check;
    double value, lo, hi;
    const char *zh, *en;
} sentences[] = {
    {CHECK_hair_top_px, 31.2, 50, 110,
     "头顶距上边沿 31 像素, 应为 50 至 110: 头顶上方空间偏少, 请用相机原图重新裁剪, 原图也不符合的请重拍",
     "hair top is 31 px from the upper edge, must be 50 to 110: too little room above the head, "
     "crop it anew from the camera original, and shoot again if that is no better"},
    {CHECK_hair_top_px, 49.7, 50, 110, /* never rounded onto the limit */
     "头顶距上边沿 49.7 像素, 应为 50 至 110: 头顶上方空间偏少, 请用相机原图重新裁剪, 原图也不符合的请重拍", NULL},
    {CHECK_hair_top_px, 110.4, 50, 110,
     "头顶距上边沿 110.4 像素, 应为 50 至 110: 头顶上方空间偏多, 请用相机原图重新裁剪, 原图也不符合的请重拍", NULL},
    {CHECK_tilt_deg, -4.2, -3, 3,
     "头部倾斜 4.2 度, 应在 3 度以内: 请摆正头部重拍",
     "the head is tilted by 4.2 degrees, must be within 3 degrees: hold the head upright and shoot again"},
    {CHECK_tilt_deg, -3.01, -3, 3, "头部倾斜 3.01 度, 应在 3 度以内: 请摆正头部重拍", NULL},
    {CHECK_centre_offset_px, -31, -24, 24,
     "人像偏离水平中线 31 像素, 应在 24 像素以内: 人像偏左, 请用相机原图重新裁剪, 原图也不符合的请重拍", NULL},
    {CHECK_centre_offset_px, 31, -24, 24,
     "人像偏离水平中线 31 像素, 应在 24 像素以内: 人像偏右, 请用相机原图重新裁剪, 原图也不符合的请重拍", NULL},
    {CHECK_background_delta_e, 20.06, -INFINITY, 8,
     "背景与规定颜色的色差为 20.1, 应不超过 8: 请换用规定颜色的背景重拍, 不得后期换色",
     "the background differs from the allowed colour by 20.1, must be at most 8: "
     "shoot again before a background of the allowed colour, never recolour it"},
    {CHECK_quality, 45, 60, INFINITY,
     "压缩品质系数为 45, 应不低于 60: 请用相机原图重新制作",
     "the JPEG quality is 45, must be at least 60: make it again from the camera original"},
    {CHECK_dpi, 299.999, 300, 300, "分辨率标记为 299.999 dpi, 应为 300: 请重新写入文件头", NULL},
    {CHECK_dpi, 299.72, 300, 300, "分辨率标记为 299.7 dpi, 应为 300: 请重新写入文件头", NULL},
    {CHECK_dpi, 0, 300, 300, "JFIF 文件头没有标明分辨率 (EXIF 中的不算), 应为 300: 请重新写入文件头",
     "the JFIF header names no resolution (one in EXIF does not count), must be 300: write the header again"},
    {CHECK_dpi, 72, 300, 300, "分辨率标记为 72 dpi, 应为 300: 请重新写入文件头",
     "the header says 72 dpi, must be 300: write the header again"},
    {CHECK_file_bytes, 40001, 20480, 40000, "文件大小为 40001 字节, 应为 20480 至 40000: 请用相机原图重新制作", NULL},
    {CHECK_eye_opening, 0.1234, 0.16, INFINITY,
     "双眼睁开程度为 0.12, 应不低于 0.16: 请自然睁眼平视重拍", NULL},
    {CHECK_over_exposed, 12.34, -INFINITY, 1,
     "脸部过亮区域占 12.3 %, 应不超过 1: 请减弱灯光、消除高光或光斑后重拍", NULL},
    {CHECK_is_jpeg, 0, 1, 1, "文件内容不是 JPEG: 请用相机原图重新导出",
     "the file is not a JPEG inside: export it again from the camera original"},
    {CHECK_editor_trace, 1, 0, 0,
     "文件留有修图软件的痕迹: 不得对人像作技术处理, 请核对或提交原图", NULL},
    {CHECK_faces, 0, 1, 1, "没有找到人脸 (宽度至少为画面的 14%): 请靠近拍摄正面免冠头像", NULL},
    {CHECK_faces, 2, 1, 1, "找到 2 张人脸: 画面中只能有本人, 请重拍",
     "2 faces were found: only the person may be in the picture, shoot again"},
    {CHECK_colour_components, 1, 3, 3, NULL, "the picture is grey: it must be in 24-bit colour, use the colour original"},
    {CHECK_source_trailing_bytes, 1, 0, 0, "原文件结尾之后多出 1 字节, 应为 0: 可能被工具填充过, 请核对来源",
     "the received file carries 1 byte after its end, must be 0: a tool may have padded it, check where it came from"},
    {CHECK_colour_profile, 0, 1, 1, "嵌入的色彩配置文件无法使用, 颜色无法确认: 请用相机原图重新制作", /* a sound one of CMYK cannot, either */
     "the embedded colour profile cannot be used, so the colours are uncertain: make it again from the camera original"},
    {CHECK_colour_profile, 2, 1, 1, NULL,
     "EXIF says that the colours are not sRGB (but Adobe RGB, say) and the file holds no profile, so they are uncertain: set the camera to sRGB and shoot again, or convert the original to sRGB"},
    {CHECK_text, 9, -INFINITY, 8, "画面上疑似有文字或图案 (衣服本身的花纹除外): 请提交未添加任何内容的原图",
     "there seems to be text or a pattern on the picture that is not of the clothes: send the original, to which nothing was added"},
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
    assert_non_null(strstr(text_finding(*state, LANG_ZH, &finding), "在测量误差之内, 请人工查看"));
    finding.error = 1.9;
    assert_null(strstr(text_finding(*state, LANG_ZH, &finding), "在测量误差之内"));
    Finding room = finding_of(CHECK_hair_top_px, 14, 7, 21); /* which way it is off, nobody knows */
    room.level = LEVEL_REVIEW;
    room.error = 7.1;
    assert_string_equal(text_finding(*state, LANG_EN, &room),
                        "hair top is 14 ± 7.1 px from the upper edge, must be 7 to 21: within the measure's error, a person must look");
    room.error = 7;
    assert_non_null(strstr(text_finding(*state, LANG_EN, &room), "if it is so, too"));
}

/* Once, whatever the check and its direction; but what another profile judged is certain. */
static void whatever_is_to_be_looked_at_says_so(void **state)
{
    static const char *const looks[] = {"人工查看", "a person must look"};
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        for (int row = 0; row < 8; row++) {
            Finding finding = finding_of(i, row & 1 ? 2 : -2, 0, 1);
            Lang lang = row & 2 ? LANG_ZH : LANG_EN;
            finding.level = LEVEL_REVIEW;
            finding.advised = row & 4;
            const char *text = text_finding(*state, lang, &finding), *look = strstr(text, looks[lang]);
            if (i == CHECK_other_profile || i == CHECK_photo_gone ? !!look : !look || strstr(look + 1, looks[lang]))
                fail_msg("%s: '%s'", checks[i].name, text);
            finding.level = LEVEL_REJECT;
            const char *order = text_finding(*state, lang, &finding);
            if (!strstr(order, ": ") && !finding.advised && checks[i].level != LEVEL_NOTE)
                fail_msg("%s: nothing to do in '%s'", checks[i].name, order);
        }
    Finding light = finding_of(CHECK_light_balance, 0, 0.3, INFINITY), trace = finding_of(CHECK_editor_trace, 1, 0, 0);
    light.level = trace.level = LEVEL_REVIEW;
    assert_string_equal(text_finding(*state, LANG_ZH, &light),
                        "脸部左右光线的一致度为 0, 应不低于 0.3: 请人工查看; 确有问题时, 请使两侧光线均匀后重拍");
    assert_string_equal(text_finding(*state, LANG_EN, &light),
                        "left and right cheek agree in light by 0, must be at least 0.3: "
                        "a person must look; if it is so, light both sides evenly and shoot again");
    assert_string_equal(text_finding(*state, LANG_ZH, &trace),
                        "文件留有修图软件的痕迹: 请人工查看; 确有问题时, 不得对人像作技术处理, 请核对或提交原图");
}

static void a_rejection_names_where_the_range_to_look_at_ends(void **state)
{
    Finding tilt = finding_of(CHECK_tilt_deg, -9, -3, 3);
    tilt.review_below = tilt.review_above = 3;
    assert_string_equal(text_finding(*state, LANG_ZH, &tilt),
                        "头部倾斜 9 度, 应在 3 度以内 (超过 6 度不合格): 请摆正头部重拍");
    assert_string_equal(text_finding(*state, LANG_EN, &tilt),
                        "the head is tilted by 9 degrees, must be within 3 degrees (beyond 6 degrees it is rejected): "
                        "hold the head upright and shoot again");
    tilt.value = 6.001; /* never rounded onto that limit either */
    assert_non_null(strstr(text_finding(*state, LANG_ZH, &tilt), "头部倾斜 6.001 度"));
    tilt.level = LEVEL_REVIEW;
    tilt.value = 5;
    assert_null(strstr(text_finding(*state, LANG_ZH, &tilt), "不合格"));
    Finding colour = finding_of(CHECK_background_delta_e, 38.5, -INFINITY, 8);
    colour.review_above = 8;
    assert_non_null(strstr(text_finding(*state, LANG_ZH, &colour), "色差为 38.5, 应不超过 8 (超过 16 不合格): 请换用"));
    Finding level = finding_of(CHECK_white_level, 100, 170, INFINITY);
    level.review_below = 20;
    assert_non_null(strstr(text_finding(*state, LANG_EN, &level), "must be at least 170 (below 150 it is rejected)"));
}

/* What one crop breaks one advice mends: "less room above" beside "step back" helps nobody. */
static void what_the_advice_says_no_finding_says(void **state)
{
    static const CheckId placed[] = {CHECK_face_source_px, CHECK_hair_top_px, CHECK_eye_line_px, CHECK_face_width_px,
                                     CHECK_centre_offset_px};
    for (size_t i = 0; i < COUNT(placed); i++)
        for (double value = -500; value <= 500; value += 1000) {
            Finding finding = finding_of(placed[i], value, -24, 24);
            finding.advised = true;
            assert_null(strstr(text_finding(*state, LANG_ZH, &finding), "请"));
            assert_null(strstr(text_finding(*state, LANG_EN, &finding), ": "));
        }
    Finding eyes = finding_of(CHECK_eye_line_px, 338, 200, 300), tilt = finding_of(CHECK_tilt_deg, 9, -3, 3);
    eyes.advised = tilt.advised = true;
    assert_string_equal(text_finding(*state, LANG_ZH, &eyes), "眼睛距上边沿 338 像素, 应为 200 至 300");
    assert_non_null(strstr(text_finding(*state, LANG_ZH, &tilt), ": 请摆正头部重拍"));
}

static void no_quality_fits_and_the_nearest_are_named(void **state)
{
    const Output noisy = {.nearest_quality = {31, 32}, .nearest_bytes = {39850, 40411}};
    assert_string_equal(text_byte_window(*state, LANG_ZH, &noisy),
                        "在规定的压缩品质内, 文件大小达不到要求 (最接近的是品质系数 31 时 39850 字节, 品质系数 32 时 40411 字节): "
                        "请简化背景和衣着、减少噪点后重拍, 或调整配置中的范围");
    assert_string_equal(text_byte_window(*state, LANG_EN, &noisy),
                        "no allowed quality gives a file size in range (nearest: 39850 bytes at quality 31, "
                        "40411 bytes at quality 32): shoot again with a plain background, plain clothes and less noise, "
                        "or change the ranges of the profile");
    const Output flat = {.nearest_quality = {100}, .nearest_bytes = {15000}};
    assert_string_equal(text_byte_window(*state, LANG_ZH, &flat),
                        "任何压缩品质下文件都太小 (最接近的是品质系数 100 时 15000 字节): 画面细节过少, "
                        "请用相机原图重新制作, 或准确对焦后重拍");
    assert_null(text_byte_window(*state, LANG_EN, &(Output){0}));
}

/* In a list of reasons a name stands alone: "most frequent: in the roster 3" would say the opposite. */
static void a_name_tells_what_is_wrong_or_what_is_measured(void **state)
{
    (void)state;
    static const CheckId good_at_one[] = {CHECK_id_valid, CHECK_in_roster, CHECK_eligible, CHECK_roster_agrees,
                                          CHECK_readable, CHECK_end_marker, CHECK_camera_data, CHECK_baseline, CHECK_byte_window};
    static const char *const signs[][2] = {{"没有", "no "}, {"缺少", "not "}, {"不", "un"}, {"非", "contradicts"}, {"外", "no "}, {"无法", "no "}};
    for (size_t i = 0; i < COUNT(good_at_one); i++)
        for (Lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
            bool told = false;
            for (size_t sign = 0; sign < COUNT(signs); sign++)
                told = told || strstr(text_check(lang, good_at_one[i]), signs[sign][lang]);
            if (!told)
                fail_msg("'%s' reads as if it were good", text_check(lang, good_at_one[i]));
        }
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
        {{.one = CHECK_COUNT, .other = CHECK_COUNT, .nearer_pct = -12.4}, "请后退, 拍摄距离加大约 12 %"},
        {{.one = CHECK_COUNT, .other = CHECK_COUNT, .nearer_pct = 0.2}, "请靠近, 拍摄距离缩短约 1 % (或提交像素更多的相机原图)"},
        {{.one = CHECK_COUNT, .other = CHECK_COUNT, .room_above_pct = 9.1}, "头顶上方请留画面高度的约 9 %"},
        {{.one = CHECK_COUNT, .other = CHECK_COUNT, .pan = -1}, "人像偏左, 镜头请向左移, 使人像居中"},
        {{.one = CHECK_COUNT, .other = CHECK_COUNT, .pan = 1}, "人像偏右, 镜头请向右移, 使人像居中"},
        {{.one = CHECK_hair_top_px, .other = CHECK_face_width_px, .nearer_pct = -5, .room_above_pct = 12},
         "这张照片怎样裁剪都不能满足全部要求, 最难兼顾的是“头顶距上边沿”和“脸部宽度”; 请后退, 拍摄距离加大约 5 %; "
         "头顶上方请留画面高度的约 12 %"},
        {{.one = CHECK_COUNT, .other = CHECK_COUNT, .hair_too_high = true},
         "头发过高, 按规定的范围无法裁剪: 请压低头发后重拍"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(text_advice(*state, LANG_ZH, &cases[i].advice, VERDICT_REJECT), cases[i].zh);
    const Advice none = {.one = CHECK_COUNT, .other = CHECK_COUNT};
    assert_null(text_advice(*state, LANG_ZH, &none, VERDICT_REVIEW));
    assert_null(text_advice(*state, LANG_EN, &(Advice){0}, VERDICT_REJECT));
    /* a person must look first */
    assert_string_equal(text_advice(*state, LANG_ZH, &cases[0].advice, VERDICT_REVIEW), "如需重拍: 请后退, 拍摄距离加大约 12 %");
    /* a spreadsheet's cell that begins with a quote is doubled by its guard */
    const Advice both = {.one = CHECK_hair_top_px, .other = CHECK_face_width_px};
    assert_string_equal(text_advice(*state, LANG_EN, &both, VERDICT_REJECT),
                        "no crop of this picture keeps all the rules, least of all both 'hair top' and 'face width'");
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
                                     MESSAGE_decisions_no_photo, MESSAGE_roster_forgotten,
                                     MESSAGE_decisions_forgotten};
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
        cmocka_unit_test(whatever_is_to_be_looked_at_says_so),
        cmocka_unit_test(a_rejection_names_where_the_range_to_look_at_ends),
        cmocka_unit_test(what_the_advice_says_no_finding_says),
        cmocka_unit_test(no_quality_fits_and_the_nearest_are_named),
        cmocka_unit_test(a_name_tells_what_is_wrong_or_what_is_measured),
        cmocka_unit_test(unmeasured_findings_ask_for_a_person),
        cmocka_unit_test(every_check_has_its_words),
        cmocka_unit_test(no_two_checks_share_a_name),
        cmocka_unit_test(every_rule_not_measured_has_its_words),
        cmocka_unit_test(both_languages_take_the_same_arguments),
        cmocka_unit_test(language_follows_flag_then_environment),
        cmocka_unit_test(advice_says_how_to_shoot_again),
        cmocka_unit_test(a_full_arena_still_names_the_check),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
