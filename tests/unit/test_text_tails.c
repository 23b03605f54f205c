/* SPDX-License-Identifier: MIT */
/* How the sentences of findings end: limits, doubts and what to do. */
#include "../../pipeline/text.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "finding_fixture.h"

// clang-format off
static const struct {
    CheckId check;
    double value, lo, hi;
    const char *zh, *en;
} sentences[] = {
    {CHECK_capture_age_days, -95, -1, 365, "拍摄日期在 95 天之后: 请核对相机日期", "the picture's date is 95 days ahead: check the date of the camera"},
    {CHECK_capture_age_days, 400, -1, 365, "拍摄日期距今 400 天, 应不超过 365 天: 请使用一年以内拍摄的照片",
     "the picture was taken 400 days ago, must be at most 365 days: use a picture taken within a year"},
    {CHECK_turned_deg, 180, 0, 0, "照片似乎横放或倒置, 顺时针转 180 度才正立: 本程序不旋转照片, 请提交方向正确的原图", NULL},
    {CHECK_width_px, 470, 480, INFINITY, "图像宽度为 470 像素, 应不少于 480: 不得放大, 请用相机原图重新制作", NULL},
    {CHECK_mosaic, 9, -INFINITY, 1, "眼部或脸部疑似打了马赛克: 请提交未添加任何内容的相机原图",
     "there seems to be a mosaic over the eyes or the face: send the camera original, to which nothing was added"},
};
// clang-format on

static void a_limit_is_said_where_it_is_one(void **state)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        Finding finding = finding_of(sentences[i].check, sentences[i].value, sentences[i].lo, sentences[i].hi);
        assert_string_equal(text_finding(*state, LANG_ZH, &finding), sentences[i].zh);
        if (sentences[i].en)
            assert_string_equal(text_finding(*state, LANG_EN, &finding), sentences[i].en);
    }
}

/* What it seems to be stands before the look that it asks for: behind "if it is so" it would contradict that. */
static void a_doubt_is_not_said_behind_if_it_is_so(void **state)
{
    static const char *const doubts[] = {"疑似", "seem"};
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        for (int row = 0; row < 4; row++) {
            Finding finding = finding_of(i, row & 1 ? 2 : -2, 0, 1);
            Lang lang = row & 2 ? LANG_ZH : LANG_EN;
            finding.level = LEVEL_REVIEW;
            const char *text = text_finding(*state, lang, &finding), *tail = strstr(text, ": ");
            if (tail && strstr(tail, doubts[lang]))
                fail_msg("%s: '%s'", checks[i].name, text);
        }
    Finding brow = finding_of(CHECK_brow_hair, 96, -INFINITY, 40);
    brow.level = LEVEL_REVIEW;
    assert_string_equal(text_finding(*state, LANG_ZH, &brow),
                        "眉毛上方 96 % 为暗色 (疑似头发或帽子遮挡), 应不超过 40: 请人工查看; 确有问题时, 请露出眉毛和眼睛重拍");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_is_said_where_it_is_one),
        cmocka_unit_test(a_doubt_is_not_said_behind_if_it_is_so),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
