/* SPDX-License-Identifier: MIT */
#include "../../stages/inspect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../stages/jpeg.h"
#include "make_jpeg.h"
#include "arena_fixture.h"

static Profile profile_of(void)
{
    return (Profile){.width_px = 480,
                     .height_px = 640,
                     .dpi = 300,
                     .bytes_lo = 20480,
                     .bytes_hi = 40000,
                     .quality_lo = 60};
}

static Facts inspect(Bytes file, Output *out)
{
    Profile profile = profile_of();
    Facts facts;
    facts_clear(&facts);
    *out = (Output){0};
    assert_int_equal(inspect_file(arena, &file, &profile, &facts, out).code, ERR_NONE);
    return facts;
}

static Bytes good_file(void)
{
    Picture picture = make_picture(arena, 480, 640, 13);
    Bytes file;
    assert_int_equal(jpeg_encode(arena, &picture, 75, false, 300, &file).code, ERR_NONE);
    assert_in_range(file.size, 20480, 39000);
    return file;
}

static void our_own_file_has_every_file_fact(void **state)
{
    (void)state;
    Bytes file = good_file();
    Output out;
    Facts facts = inspect(file, &out);
    const struct {
        CheckId check;
        double value;
    } wanted[] = {
        {CHECK_width_px, 480},
        {CHECK_height_px, 640},
        {CHECK_dpi, 300},
        {CHECK_baseline, 1},
        {CHECK_sampling_allowed, 1},
        {CHECK_quality, 75},
        {CHECK_file_bytes, (double)file.size},
        {CHECK_trailing_bytes, 0},
        {CHECK_metadata_bytes, 0},
        {CHECK_colour_components, 3},
        {CHECK_bit_depth, 8},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (facts.v[wanted[i].check] != wanted[i].value)
            fail_msg("%s: %g, not %g", checks[wanted[i].check].name, facts.v[wanted[i].check],
                     wanted[i].value);
    assert_int_equal(out.quality, 75);
    assert_string_equal(out.sampling, "4:2:0");
    assert_int_equal(strlen(out.sha256), 64);
}

static void every_fault_moves_its_own_fact(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 481, 639, 3);
    static const uint8_t tail[5];
    Bytes text = {(uint8_t *)"hello", 5};
    const struct {
        MakeJpeg how;
        size_t tail;
        CheckId check;
        double value;
    } cases[] = {
        {{0}, 0, CHECK_width_px, 481},
        {{0}, 0, CHECK_height_px, 639},
        {{0}, 0, CHECK_dpi, 0},
        {{.no_jfif = true}, 0, CHECK_dpi, 0},
        {{.dpi = 72}, 0, CHECK_dpi, 72},
        {{.progressive = true}, 0, CHECK_baseline, 0},
        {{.arithmetic = true}, 0, CHECK_baseline, 0},
        {{.across = 2, .down = 1}, 0, CHECK_sampling_allowed, 0},
        {{.across = 1, .down = 1}, 0, CHECK_sampling_allowed, 1},
        {{.rgb_inside = true, .across = 1, .down = 1}, 0, CHECK_sampling_allowed, 0},
        {{.quality = 33}, 0, CHECK_quality, 33},
        {{.comment = text}, 0, CHECK_metadata_bytes, 9},
        {{0}, 5, CHECK_trailing_bytes, 5},
        {{.components = 1}, 0, CHECK_colour_components, 1},
        {{.components = 1}, 0, CHECK_sampling_allowed, NAN},
        {{.components = 4}, 0, CHECK_colour_components, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file = make_jpeg(arena, &picture, cases[i].how);
        file = make_insert(arena, file, file.size, tail, cases[i].tail);
        Output out;
        double value = inspect(file, &out).v[cases[i].check], wanted = cases[i].value;
        if (isnan(wanted) ? !isnan(value) : value != wanted)
            fail_msg("case %zu, %s: %g, not %g", i, checks[cases[i].check].name, value, wanted);
    }
}

static void check_keeps(size_t i, Bytes file, bool keeps, bool complies)
{
    JpegHeader header;
    jpeg_header(arena, file.data, file.size, &header);
    Profile profile = profile_of();
    bool found = true;
    if (inspect_keeps(&header, file.size, &profile, &found) != keeps || found != complies)
        fail_msg("case %zu: keeps %d, complies %d", i, !keeps, found);
    if (!keeps || complies)
        return;
    Bytes clean; /* and then the cleaned file complies indeed */
    assert_int_equal(jpeg_clean_header(arena, file.data, file.size, 300, &clean).code, ERR_NONE);
    jpeg_header(arena, clean.data, clean.size, &header);
    assert_true(inspect_keeps(&header, clean.size, &profile, &found));
    assert_true(found);
}

static void resolution_is_what_the_header_names(void **state)
{
    (void)state;
    static const struct {
        int unit, x, y;
        double value;
        bool complies;
    } cases[] = {
        {1, 300, 300, 300, true},     {0, 300, 300, 0, false},      {0, 1, 1, 0, false},
        {2, 118, 118, 299.72, false}, {1, 300, 299, 299, false},    {1, 299, 300, 299, false},
        {1, 300, 301, 301, false},    {2, 300, 300, 762, false},    {1, 0, 300, 0, false},
    };
    Bytes file = good_file();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        file.data[13] = (uint8_t)cases[i].unit;
        file.data[14] = (uint8_t)(cases[i].x >> 8), file.data[15] = (uint8_t)cases[i].x;
        file.data[16] = (uint8_t)(cases[i].y >> 8), file.data[17] = (uint8_t)cases[i].y;
        Output out;
        double value = inspect(file, &out).v[CHECK_dpi];
        if (!(fabs(value - cases[i].value) < 1e-9))
            fail_msg("case %zu: %g, not %g", i, value, cases[i].value);
        check_keeps(i, file, true, cases[i].complies);
    }
}

static void broken_files_leave_the_facts_unmeasured(void **state)
{
    (void)state;
    Bytes file = good_file();
    const Bytes cases[] = {
        {(uint8_t *)"", 0}, {(uint8_t *)"GIF89a", 6}, {file.data, 2}, {file.data, 100}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Output out;
        Facts facts = inspect(cases[i], &out);
        assert_true(facts.v[CHECK_file_bytes] == cases[i].size);
        for (int check = 0; check < CHECK_COUNT; check++)
            if (check != CHECK_file_bytes)
                assert_true(isnan(facts.v[check]));
    }
    Profile profile = profile_of();
    Facts facts;
    Output out = {0};
    facts_clear(&facts);
    assert_int_equal(inspect_file(arena, &(Bytes){0}, &profile, &facts, &out).code, ERR_NONE);
    assert_true(isnan(facts.v[CHECK_file_bytes]));
}

static void only_header_faults_keep_the_picture(void **state)
{
    (void)state;
    Picture right = make_picture(arena, 480, 640, 13), wide = make_picture(arena, 481, 640, 13);
    uint8_t turned[] = "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0";
    Bytes text = {(uint8_t *)"hello", 5}, turn = {turned, 26};
    const struct {
        const Picture *picture;
        MakeJpeg how;
        bool keeps, complies;
    } cases[] = {
        {&right, {.dpi = 300, .quality = 75}, true, true},
        {&right, {.dpi = 300, .quality = 75, .restart_rows = 4}, true, true},
        {&right, {.dpi = 72, .quality = 75}, true, false},
        {&right, {.quality = 75}, true, false},
        {&right, {.no_jfif = true, .quality = 75}, true, false},
        {&right, {.dpi = 300, .quality = 75, .comment = text}, true, false},
        {&right, {.dpi = 300, .quality = 75, .exif = text}, true, false},
        {&right, {.dpi = 300, .quality = 75, .exif = turn}, false, false},
        {&right, {.dpi = 300, .quality = 75, .icc = text}, true, false}, /* if it moves no colour */
        {&wide, {.dpi = 300, .quality = 75}, false, false},
        {&right, {.dpi = 300, .quality = 75, .progressive = true}, false, false},
        {&right, {.dpi = 300, .quality = 75, .arithmetic = true}, false, false},
        {&right, {.dpi = 300, .quality = 75, .across = 2, .down = 1}, false, false},
        {&right, {.dpi = 300, .quality = 75, .components = 1}, false, false},
        {&right, {.dpi = 300, .quality = 99}, false, false}, /* too many bytes */
        {&right, {.dpi = 300, .quality = 59}, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_keeps(i, make_jpeg(arena, cases[i].picture, cases[i].how), cases[i].keeps,
                    cases[i].complies);
}

static void bytes_are_judged_as_they_will_be(void **state)
{
    (void)state;
    Bytes file = good_file();
    static const uint8_t tail[30000];
    check_keeps(0, make_insert(arena, file, file.size, tail, 1), true, false);
    check_keeps(1, make_insert(arena, file, file.size, tail, sizeof tail), true, false);
    check_keeps(2, (Bytes){file.data, file.size - 2}, false, false); /* no end marker */
    static uint8_t fills[8000];
    memset(fills, 0xff, sizeof fills);
    check_keeps(3, make_insert(arena, file, 20, fills, sizeof fills), true, false);
    Picture plain = make_picture(arena, 480, 640, 8);
    Bytes small = make_jpeg(arena, &plain, (MakeJpeg){.dpi = 300, .quality = 61});
    assert_in_range(small.size, 20480 - 8000, 20479); /* only the padding brings it up to 20480 */
    check_keeps(4, make_insert(arena, small, 20, fills, sizeof fills), false, false);

    JpegHeader header;
    jpeg_header(arena, file.data, file.size, &header);
    Profile profile = profile_of();
    bool complies;
    const struct {
        int lo, hi;
        bool keeps;
    } cases[] = {{(int)file.size, (int)file.size, true},
                 {(int)file.size + 1, 99999, false},
                 {1, (int)file.size - 1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        profile.bytes_lo = cases[i].lo, profile.bytes_hi = cases[i].hi;
        assert_int_equal(inspect_keeps(&header, file.size, &profile, &complies), cases[i].keeps);
        assert_int_equal(complies, cases[i].keeps);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(our_own_file_has_every_file_fact),        TEST(every_fault_moves_its_own_fact),
        TEST(resolution_is_what_the_header_names),
        TEST(broken_files_leave_the_facts_unmeasured), TEST(only_header_faults_keep_the_picture),
        TEST(bytes_are_judged_as_they_will_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
