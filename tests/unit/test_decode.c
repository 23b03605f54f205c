/* SPDX-License-Identifier: MIT */
#include "../../stages/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "make_jpeg.h"
#include "arena_fixture.h"

enum { TODAY = 20000 }; /* 2024-10-04 */

static Profile profile_of(void)
{
    return (Profile){.pixels_max_mp = 100, .scans_max = 64, .width_px = 480, .height_px = 640};
}

static Decoded decode(Bytes file, const Profile *profile, Source *source, Facts *facts)
{
    *source = (Source){.data = file.data, .bytes = file.size};
    facts_clear(facts);
    Decoded out;
    assert_int_equal(decode_source(arena, profile, TODAY, source, facts, &out).code, ERR_NONE);
    return out;
}

/* A TIFF block with one orientation, a Software text and a capture date. */
static Bytes exif_of(int orientation, const char *software, const char *captured)
{
    uint8_t *block = arena_alloc(arena, 400);
    static const uint8_t head[] = "II*\0\x08\0\0\0\3\0"
                                  "\x12\1\3\0\1\0\0\0\0\0\0\0"
                                  "\x31\1\2\0\0\0\0\0\x64\0\0\0"
                                  "\x69\x87\4\0\1\0\0\0\x32\0\0\0\0\0\0\0"
                                  "\1\0\3\x90\2\0\x14\0\0\0\x50\0\0\0";
    memcpy(block, head, sizeof head - 1);
    block[18] = (uint8_t)orientation;
    block[26] = (uint8_t)(strlen(software) + 1);
    memcpy(block + 100, software, strlen(software) + 1);
    if (strlen(software) < 4)
        memcpy(block + 30, software, strlen(software) + 1);
    memcpy(block + 80, captured, strlen(captured) + 1);
    return (Bytes){block, 100 + strlen(software) + 1};
}

static void facts_tell_what_the_header_says(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 300, 400, 5);
    Profile profile = profile_of();
    Source source;
    Facts facts;
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.quality = 88, .progressive = true});
    Decoded out = decode(make_insert(arena, file, file.size, "tail", 4), &profile, &source, &facts);
    assert_non_null(out.picture.rgb);
    const struct {
        CheckId check;
        double value;
    } wanted[] = {
        {CHECK_is_jpeg, 1},
        {CHECK_megapixels, 0.12},
        {CHECK_scan_count, 10},
        {CHECK_bit_depth, 8},
        {CHECK_colour_components, 3},
        {CHECK_damage, 0},
        {CHECK_end_marker, 1},
        {CHECK_source_quality, 88},
        {CHECK_source_trailing_bytes, 4},
        {CHECK_mirrored_by_tag, 0},
        {CHECK_camera_data, 0},
        {CHECK_editor_trace, 0},
        {CHECK_capture_age_days, NAN},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        double value = facts.v[wanted[i].check];
        if (isnan(wanted[i].value) ? !isnan(value) : fabs(value - wanted[i].value) > 1e-9)
            fail_msg("%s: %g, not %g", checks[wanted[i].check].name, value, wanted[i].value);
    }
}

static void other_files_are_no_jpeg_and_have_no_other_fact(void **state)
{
    (void)state;
    Profile profile = profile_of();
    Source source;
    Facts facts;
    Decoded out = decode((Bytes){(uint8_t *)"\x89PNG\r\n\x1a\n", 8}, &profile, &source, &facts);
    assert_null(out.picture.rgb);
    assert_true(facts.v[CHECK_is_jpeg] == 0);
    for (int check = 0; check < CHECK_COUNT; check++)
        assert_true(check == CHECK_is_jpeg || isnan(facts.v[check]));
    assert_int_equal(source.header.format, FORMAT_PNG);
    decode((Bytes){NULL, 0}, &profile, &source, &facts); /* not even read */
    assert_true(isnan(facts.v[CHECK_is_jpeg]));
}

/* Who is told that it is damaged sends the same again. One with steps of quantisation is a bit's doing. */
static void a_lossless_jpeg_is_another_format_and_no_damage(void **state)
{
    (void)state;
    static const char file[] = "\xff\xd8\xff\xc3\0\x11\x08\0\x10\0\x10\3\1\x11\0\2\x11\0\3\x11\0"
                               "\xff\xda\0\x0c\3\1\0\2\0\3\0\1\0\0\x5a\xa5\xff\xd9";
    Profile profile = profile_of();
    Source source;
    Facts facts;
    decode((Bytes){(uint8_t *)file, sizeof file - 1}, &profile, &source, &facts);
    assert_true(facts.v[CHECK_is_jpeg] == 0 && isnan(facts.v[CHECK_damage]));
    assert_string_equal(source.header.problem, "is a lossless JPEG, not an ordinary one");

    Picture picture = make_picture(arena, 160, 160, 20);
    Bytes flipped = make_jpeg(arena, &picture, (MakeJpeg){.progressive = true});
    flipped.data[make_find(flipped, 2, 0xc2) + 1] = 0xc3;
    decode(flipped, &profile, &source, &facts);
    assert_true(facts.v[CHECK_is_jpeg] == 1 && facts.v[CHECK_damage] >= 1);
}

static void an_impossible_number_of_components_is_damage_not_cmyk(void **state)
{
    (void)state;
    static const char file[] = "\xff\xd8\xff\xc0\0\x17\x08\0\x10\0\x10\5\1\x11\0\2\x11\0\3\x11\0\4\x11\0\5\x11\0"
                               "\xff\xda\0\x08\1\1\0\0\x3f\0\x5a\xff\xd9";
    Profile profile = profile_of();
    Source source;
    Facts facts;
    decode((Bytes){(uint8_t *)file, sizeof file - 1}, &profile, &source, &facts);
    assert_true(facts.v[CHECK_damage] == 1 && isnan(facts.v[CHECK_colour_components]));
    assert_string_equal(source.header.problem, "has an impossible number of colour components");
}

static void pictures_come_upright(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 120, 200, 5);
    Profile profile = profile_of();
    for (int orientation = 1; orientation <= 9; orientation++) {
        Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.exif = exif_of(orientation, "x", "")});
        Source source;
        Facts facts;
        Decoded out = decode(file, &profile, &source, &facts);
        bool turned = orientation >= 5 && orientation <= 8;
        assert_int_equal(out.picture.width_px, turned ? 200 : 120);
        assert_int_equal(out.picture.height_px, turned ? 120 : 200);
        assert_int_equal(source.width_px, out.picture.width_px);
        assert_int_equal(source.height_px, out.picture.height_px);
        bool mirrored =
            orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
        assert_true(facts.v[CHECK_mirrored_by_tag] == mirrored);
    }
}

/* All eight files show the same person, stored in eight ways. */
static void eight_orientations_of_one_picture_agree(void **state)
{
    (void)state;
    const char *folder = getenv("HEADROOM_SHARED");
    folder = folder ? folder : SOURCE_DIR "/../shared";
    Profile profile = profile_of();
    Decoded first = {0};
    for (int orientation = 1; orientation <= 8; orientation++) {
        const char *path = arena_print(arena, "%s/bad/hand_exif_orient%d.jpg", folder, orientation);
        FILE *in = fopen(path, "rb");
        if (!in) {
            print_message("'%s' is absent\n", path);
            skip();
        }
        Bytes file = {arena_alloc(arena, 200000), 0};
        file.size = fread(file.data, 1, 200000, in);
        fclose(in);
        Source source;
        Facts facts;
        Decoded out = decode(file, &profile, &source, &facts);
        assert_int_equal(out.picture.width_px, 675);
        assert_int_equal(out.picture.height_px, 825);
        if (orientation == 1)
            first = out;
        double sum = 0;
        for (size_t i = 0; i < 675 * 825 * 3; i++)
            sum += abs(first.picture.rgb[i] - out.picture.rgb[i]);
        assert_true(sum / (675 * 825 * 3) < 2);
    }
}

static void scale_leaves_750_pixels_on_the_short_side_and_1100_of_a_quarter(void **state)
{
    (void)state;
    static const struct {
        int width, height, scale;
    } cases[] = {{1499, 1600, 1},  {1500, 1600, 2},  {1600, 1500, 2}, {1600, 1499, 1},
                 {1536, 2048, 2},  {3000, 4000, 2},  {4399, 4500, 2}, {4400, 4500, 4},
                 {1450, 20000, 2}, {1250, 20000, 1}, {60, 80, 1}};
    Profile profile = profile_of();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Picture picture = make_picture(arena, cases[i].width, cases[i].height, 0);
        Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.quality = 50});
        Source source;
        Facts facts;
        Decoded out = decode(file, &profile, &source, &facts);
        int scale = cases[i].scale;
        assert_true(out.scale == scale);
        assert_int_equal(out.picture.width_px, (cases[i].width + scale - 1) / scale);
        assert_int_equal(source.width_px, cases[i].width);
        if (scale == 2) {
            assert_int_equal(decode_again(arena, &source, 1, &out).code, ERR_NONE);
            assert_true(out.scale == 1);
            assert_int_equal(out.picture.width_px, cases[i].width);
        }
        arena_reset(arena);
    }
}

static void limits_are_judged_before_decoding(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 1000, 2000, 0);
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = true});
    static const struct {
        int pixels_max_mp, scans_max;
        CheckId check;
        Range good;
        bool decoded;
    } cases[] = {
        {2, 10, CHECK_COUNT, {0, 0}, true},
        {1, 10, CHECK_COUNT, {0, 0}, false},
        {2, 9, CHECK_COUNT, {0, 0}, false},
        {100, 64, CHECK_megapixels, {0, 2}, true},
        {100, 64, CHECK_megapixels, {0, 1.9}, false},
        {100, 64, CHECK_megapixels, {2.1, 100}, false},
        {100, 64, CHECK_scan_count, {1, 10}, true},
        {100, 64, CHECK_scan_count, {1, 9}, false},
        {100, 64, CHECK_bit_depth, {12, 12}, false},
        {100, 64, CHECK_colour_components, {1, 1}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Profile profile = profile_of();
        profile.pixels_max_mp = cases[i].pixels_max_mp;
        profile.scans_max = cases[i].scans_max;
        if (cases[i].check != CHECK_COUNT)
            profile.want[cases[i].check] = (Want){true, cases[i].good, cases[i].good, LEVEL_REJECT};
        Source source;
        Facts facts;
        Decoded out = decode(file, &profile, &source, &facts);
        if ((out.picture.rgb != NULL) != cases[i].decoded)
            fail_msg("case %zu", i);
        assert_true(isnan(facts.v[CHECK_damage]) == !cases[i].decoded);
        assert_true(facts.v[CHECK_megapixels] == 2 && facts.v[CHECK_scan_count] == 10);
    }
}

static void grey_cmyk_and_12_bit_are_told_but_not_decoded(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 60, 80, 5);
    Profile profile = profile_of();
    for (int components = 1; components <= 4; components += 3) {
        Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.components = components});
        Source source;
        Facts facts;
        assert_null(decode(file, &profile, &source, &facts).picture.rgb);
        assert_true(facts.v[CHECK_colour_components] == components);
    }
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){0});
    file.data[make_find(file, 2, 0xc0) + 4] = 12;
    Source source;
    Facts facts;
    assert_null(decode(file, &profile, &source, &facts).picture.rgb);
    assert_true(facts.v[CHECK_bit_depth] == 12);
}

static void damage_is_counted_and_named(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 300, 400, 10);
    Profile profile = profile_of();
    Bytes whole = make_jpeg(arena, &picture, (MakeJpeg){0});
    size_t scan = make_find(whole, 2, 0xda);
    const struct {
        size_t bytes;
        double damage, end_marker;
        bool picture;
    } cases[] = {{whole.size, 0, 1, true},     {whole.size - 2, 0, 0, true},
                 {whole.size / 2, 1, 0, true}, {scan, 1, 0, false},
                 {100, 1, 0, false},           {2, 1, 0, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Source source;
        Facts facts;
        Decoded out = decode((Bytes){whole.data, cases[i].bytes}, &profile, &source, &facts);
        if (facts.v[CHECK_damage] != cases[i].damage)
            fail_msg("case %zu: damage %g", i, facts.v[CHECK_damage]);
        assert_true(facts.v[CHECK_end_marker] == cases[i].end_marker);
        assert_int_equal(out.picture.rgb != NULL, cases[i].picture);
        assert_int_equal(source.warning != NULL, cases[i].damage > 0);
    }
}

static void retouching_programs_leave_a_trace(void **state)
{
    (void)state;
    static const struct {
        const char *software;
        bool editor;
    } cases[] = {
        {"Adobe Photoshop 25.0 (Windows)", true},
        {"Adobe Photoshop Lightroom 6", true},
        {"GIMP 2.10.34", true},
        {"美图秀秀", true},
        {"MEITU", true},
        {"醒图", true},
        {"Snapseed 2.0", true},
        {"天天P图", true},
        {"VSCO", true},
        {"PicsArt", true},
        {"B612", true},
        {"Affinity Photo 2", true},
        {"FaceApp", true},
        {"Facetune2", true},
        {"BeautyPlus", true},
        {"com.meitu.app", true},
        {"XB612.1", false},
        {"MEITUX", true},
        {"nEO iMAGING", true},
        {"FaceU激萌", true},
        {"Camera360_9.9", true},
        {"Portrait Pro 22", true},
        {"G9910MEITU", false},
        {"Firmware 1.0", false},
        {"Ver.1.03", false},
        {"17.5.1", false},
        {"ALN-AL00 4.2.0.130", false},
        {"MediaTek Camera Application", false},
        {"Capture One 23", false},
        {"Digital Camera FinePix", false},
        {"NIKON D750 Ver.1.10", false},
        {"HDR+ 1.0.585804376zd", false},
        {"Microsoft Windows Photo Viewer 6.3", false},
        {"G991BXXU5CVH2", false},
        {"Canon EOS R5 Firmware", false},
        {"Android QP1A.190711.020", false},
    };
    Picture picture = make_picture(arena, 16, 16, 5);
    Profile profile = profile_of();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file =
            make_jpeg(arena, &picture, (MakeJpeg){.exif = exif_of(1, cases[i].software, "")});
        Source source;
        Facts facts;
        decode(file, &profile, &source, &facts);
        assert_string_equal(source.header.software, cases[i].software);
        if (facts.v[CHECK_editor_trace] != cases[i].editor)
            fail_msg("'%s': %g", cases[i].software, facts.v[CHECK_editor_trace]);
    }
}

static void age_is_in_days_of_the_run(void **state)
{
    (void)state;
    static const struct {
        const char *captured;
        double days;
    } cases[] = {{"2024:10:04 23:59:59", 0},
                 {"2024:10:03 00:00:00", 1},
                 {"2023:10:04 12:00:00", 366},
                 {"2024:10:05 00:00:01", -1},
                 {"1970:01:01 00:00:00", 20000}};
    Picture picture = make_picture(arena, 16, 16, 5);
    Profile profile = profile_of();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file =
            make_jpeg(arena, &picture, (MakeJpeg){.exif = exif_of(1, "x", cases[i].captured)});
        Source source;
        Facts facts;
        decode(file, &profile, &source, &facts);
        if (facts.v[CHECK_capture_age_days] != cases[i].days)
            fail_msg("'%s': %g", cases[i].captured, facts.v[CHECK_capture_age_days]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(facts_tell_what_the_header_says),
        TEST(other_files_are_no_jpeg_and_have_no_other_fact),
        TEST(a_lossless_jpeg_is_another_format_and_no_damage),
        TEST(an_impossible_number_of_components_is_damage_not_cmyk),
        TEST(pictures_come_upright),
        TEST(eight_orientations_of_one_picture_agree),
        TEST(scale_leaves_750_pixels_on_the_short_side_and_1100_of_a_quarter),
        TEST(limits_are_judged_before_decoding),
        TEST(grey_cmyk_and_12_bit_are_told_but_not_decoded),
        TEST(damage_is_counted_and_named),
        TEST(retouching_programs_leave_a_trace),
        TEST(age_is_in_days_of_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
