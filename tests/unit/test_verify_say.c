/* SPDX-License-Identifier: MIT */
#include "../../pipeline/verify_say.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void no_number_of_a_photo_is_shown_in_full(void **state)
{
    // clang-format off
    static const struct { const char *file, *id, *shown; } row[] = {
        {"photos-001.zip//KZ-WANGLI.JPG",           "KZ-WANGLI",          "photos-001.zip//K********.JPG"},
        {"photos-001.zip//a_KZ-WANGLI.JPG",         "KZ-WANGLI",          "photos-001.zip//a_K********.JPG"},
        {"photos-001.zip//kx-wangli.JPG",           "kx-wangli",          "photos-001.zip//k********.JPG"},
        {"photos-001.zip//KZ-WANGLI.JPG",           NULL,                 "photos-001.zip//K********.JPG"},
        {"photos-001.zip//KZ-WANGLI.JPG",           "",                   "photos-001.zip//K********.JPG"},
        {"photos-001.zip//KZ-WANGLI.JPG",           "34052419800101001X", "photos-001.zip//K********.JPG"},
        {"photos-001.zip//x.KZ-WANGLI",             NULL,                 "photos-001.zip//x**********"},
        {"photos-001.zip//LI/KZ-WANGLI.JPEG",       NULL,                 "photos-001.zip//L*/*********.JPEG"},
        {"photos-001.zip//南字第012345号.JPG",       NULL,                 "photos-001.zip//南*********.JPG"},
        {"photos-001.zip//\xFF\xFE.JPG",            NULL,                 "photos-001.zip//\\xFF*.JPG"},
        {"photos-001.zip//34052419800101001X.JPG",  NULL,                 "photos-001.zip//340524********001X.JPG"},
        {"photos-001.zip//34052419800101001X.JPG",  "34052419800101001X", "photos-001.zip//340524********001X.JPG"},
        {"photos-001.zip//x_34052419800101001X.JPG", "34052419800101001X", "photos-001.zip//x_340524********001X.JPG"},
        {"KZ-WANGLI.JPG",                           "KZ-WANGLI",          "K********.JPG"},
        {"KZ-WANGLI",                               "KZ-WANGLI",          "K********"},
        {"photos-001.zip",                          NULL,                 "photos-001.zip"},
        {"photos-001.zip//",                        NULL,                 "photos-001.zip//"},
        {"manifest.csv//KZ-WANGLI",                 "KZ-WANGLI",          "manifest.csv//K********"},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char out[256];
        verify_mask(row[i].file, row[i].id, out, sizeof out);
        assert_string_equal(out, row[i].shown);
    }
}

static void no_reason_shows_a_number_in_full(void **state)
{
    // clang-format off
    static const struct { Said said; const char *shown; } row[] = {
        {{"problem", "renamed", "photos-001.zip//KZ-WANGLI.JPG", "was renamed to 'photos-002.zip//KZ-WANGLI.JPEG'", "KZ-WANGLI", false},
         "was renamed to 'photos-002.zip//K********.JPEG'"},
        {{"problem", "renamed", "photos-001.zip//KZ-WANGLI.JPG", "was renamed to 'photos-002.zip//KZ-LI.JPG'", "KZ-WANGLI", false},
         "was renamed to 'photos-002.zip//K****.JPG'"},
        {{"problem", "swapped", "photos-001.zip//KZ-WANGLI.JPG", "holds the photo of 'KZ-LI.JPG'", "KZ-WANGLI", false},
         "holds the photo of 'K****.JPG'"},
        {{"problem", "swapped", "photos-001.zip//KZ-WANGLI.JPG", "holds the photo of '34052419800101001X.JPG'", "KZ-WANGLI", false},
         "holds the photo of '340524********001X.JPG'"},
        {{"problem", "file-name", "photos-001.zip//KZ-WANGLI.jpg", "must be called 'KZ-WANGLI.JPG' by this profile", "KZ-WANGLI", false},
         "must be called 'K********.JPG' by this profile"},
        {{"problem", "same-bytes", "photos-001.zip//34052419800101001X.JPG", "holds the same bytes as 'photos-002.zip//KZ-LI.JPG'", "34052419800101001X", false},
         "holds the same bytes as 'photos-002.zip//K****.JPG'"},
        {{"problem", "same-source", "a.zip//KZ-LI.JPG", "was made of the same file as 'a.zip//34052419800101001X.JPG'", "KZ-LI", false},
         "was made of the same file as 'a.zip//340524********001X.JPG'"},
        {{"note", "accepted", "a.zip//KZ-LI.JPG", "holds the same bytes as 'a.zip//34052419800101001X.JPG'", NULL, false},
         "holds the same bytes as 'a.zip//340524********001X.JPG'"},
        {{"problem", "file-name", "photos-001.zip//x 34052419800101001x.jpg", "must be called '34052419800101001X.JPG' by this profile", "34052419800101001X", false},
         "must be called '340524********001X.JPG' by this profile"},
        {{"problem", "judged", "photos-001.zip//KZ-WANGLI.JPG", "cannot read '/p/photos-001.zip//KZ-WANGLI.JPG': gone", NULL, false},
         "cannot read '/p/photos-001.zip//K********.JPG': gone"},
        {{"problem", "judged", "photos-001.zip//KZ-WANGLI.JPG", "number KZ-WANGLI", "KZ-WANGLI", false}, "number K********"},
        {{"problem", "name", "KZ-WANGLI.JPG", "is named '张三', the roster says '李四'", "KZ-WANGLI", false},
         "is named '张三', the roster says '李四'"},
        {{"problem", "zip", "photos-001.zip", "is cut off", NULL, false}, "is cut off"},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char out[256];
        verify_mask_reason(&row[i].said, out, sizeof out);
        assert_string_equal(out, row[i].shown);
    }
}

/* One byte that is no UTF-8 costs no other letter. */
static void a_program_gets_every_letter(void **state)
{
    const Cli cli = {.json = true};
    char line[256] = "";
    int out[2], before = dup(1);
    (void)state;
    assert_int_equal(pipe(out), 0);
    fflush(stdout);
    dup2(out[1], 1);
    verify_say(&cli, &(Said){"problem", "extra", "photos-001.zip//张\xE5三\xFF.JPG", "是多余的", NULL, false});
    fflush(stdout);
    dup2(before, 1);
    assert_true(read(out[0], line, sizeof line - 1) > 0);
    close(before);
    close(out[0]);
    close(out[1]);
    assert_non_null(strstr(line, "\"photos-001.zip//张?三?.JPG\""));
    assert_non_null(strstr(line, "\"是多余的\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_number_of_a_photo_is_shown_in_full),
        cmocka_unit_test(no_reason_shows_a_number_in_full),
        cmocka_unit_test(a_program_gets_every_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
