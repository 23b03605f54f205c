/* SPDX-License-Identifier: MIT */
#include "../../pipeline/profile.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* 17 lines, then one check a line from line 18. */
#define HEAD                                                                                       \
    "[profile]\ntitle_zh = 测试\ntitle_en = test\nsize = 480x640\ndpi = 300\n"                     \
    "bytes = 20480 to 40000\ntarget_bytes = 30720 to 40000\nquality = 60\npixels_max = 100 MP\n"   \
    "scans_max = 100\nsource_bytes_max = 64 MB\nwhite_top = no\nfile_name = {id}.JPG\n"            \
    "[colours]\nwhite = 255,255,255\n[checks]\n# must\n"
#define MUST                                                                                       \
    "id_valid = exactly 1\nfiles_for_id = exactly 1\nreadable = exactly 1\nis_jpeg = exactly 1\n"  \
    "source_bytes = at most 64000000\nmegapixels = at most 100\nscan_count = at most 100\n"
#define GOOD HEAD MUST

static int open_arena(void **state)
{
    *state = arena_create(64 << 20);
    return *state ? 0 : -1;
}

static int close_arena(void **state)
{
    arena_destroy(*state);
    return 0;
}

static Err parse(void **state, const char *text, Profile *out)
{
    return profile_parse(*state, "x.ini", text, strlen(text), out);
}

/* GOOD with `from` replaced by `to`. */
static const char *changed(void **state, const char *from, const char *to)
{
    const char *at = strstr(GOOD, from);
    assert_non_null(at);
    return arena_print(*state, "%.*s%s%s", (int)(at - GOOD), GOOD, to, at + strlen(from));
}

static Profile read_good(void **state, const char *text)
{
    Profile profile;
    Err err = parse(state, text, &profile);
    if (err.code)
        fail_msg("%s", err.text);
    return profile;
}

static void a_profile_is_read_whole(void **state)
{
    Profile p = read_good(state, GOOD "tilt_deg = -3 to 3 deg review -6 to 6 deg\n");
    assert_string_equal(p.name, "x");
    assert_string_equal(p.title_zh, "测试");
    assert_string_equal(p.title_en, "test");
    assert_int_equal(p.width_px, 480);
    assert_int_equal(p.height_px, 640);
    assert_int_equal(p.dpi, 300);
    assert_int_equal(p.bytes_lo, 20480);
    assert_int_equal(p.bytes_hi, 40000);
    assert_int_equal(p.target_lo, 30720);
    assert_int_equal(p.quality_lo, 60);
    assert_int_equal(p.pixels_max_mp, 100);
    assert_int_equal(p.scans_max, 100);
    assert_int_equal(p.source_bytes_max, 64000000);
    assert_false(p.white_top);
    assert_string_equal(p.file_name, "{id}.JPG");
    assert_int_equal(p.colour_count, 1);
    assert_string_equal(p.colours[0].name, "white");
    assert_int_equal(p.colours[0].g, 255);
    assert_int_equal(strlen(p.hash), 16);
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (p.want[i].asked && i != CHECK_tilt_deg && i != CHECK_decode_megabytes && i != CHECK_cpu_seconds && i != CHECK_other_profile && i != CHECK_photo_gone && i != CHECK_roster_names)
            assert_non_null(strstr(MUST, checks[i].name));
}

// clang-format off
static const struct {
    const char *line;
    CheckId check;
    double lo, hi, review_lo, review_hi;
    Level level;
} ranges[] = {
    {"hair_top_px = 50 to 110", CHECK_hair_top_px, 50, 110, 50, 110, LEVEL_REJECT},
    {"hair_top_px=50 to 110 px", CHECK_hair_top_px, 50, 110, 50, 110, LEVEL_REJECT},
    {"  hair_top_px\t=  50  to\t110 px  ", CHECK_hair_top_px, 50, 110, 50, 110, LEVEL_REJECT},
    {"tilt_deg = -3 to 3 deg review -6 to 6 deg", CHECK_tilt_deg, -3, 3, -6, 6, LEVEL_REJECT},
    {"tilt_deg = -3 to 3 review -6 to 6 else review", CHECK_tilt_deg, -3, 3, -6, 6, LEVEL_REVIEW},
    {"background_delta_e = any to 8 dE review any to 16 dE", CHECK_background_delta_e, -INFINITY, 8, -INFINITY, 16, LEVEL_REJECT},
    {"background_delta_e = at most 8 review at most 16", CHECK_background_delta_e, -INFINITY, 8, -INFINITY, 16, LEVEL_REJECT},
    {"eye_opening = at least 0.16", CHECK_eye_opening, 0.16, INFINITY, 0.16, INFINITY, LEVEL_REVIEW},
    {"eye_opening = 0.16 to any else reject", CHECK_eye_opening, 0.16, INFINITY, 0.16, INFINITY, LEVEL_REJECT},
    {"dpi = exactly 300 dpi else NOTE", CHECK_dpi, 300, 300, 300, 300, LEVEL_NOTE},
    {"over_exposed = 0 to 100 %", CHECK_over_exposed, 0, INFINITY, 0, INFINITY, LEVEL_REVIEW}, /* nothing lies above */
    {"brow_hair = 60 to 99 % review 40 to 100 %", CHECK_brow_hair, 60, 99, 40, INFINITY, LEVEL_REVIEW},
    {"source_quality = 60 to 100", CHECK_source_quality, 60, INFINITY, 60, INFINITY, LEVEL_REVIEW},
};

/* What must be refused, in line 25 of the file, and a part of the message. */
static const char *const wrong_lines[][2] = {
    {"hair_top_px = 50", "is written"},
    {"hair_top_px = 50 110", "is written"},
    {"hair_top_px = 110 to 50", "upside down"},
    {"hair_top_px = 50 to 110 deg", "'deg' is not the unit"},
    {"hair_top_px = 50px to 110", "'50px' is no number"},
    {"hair_top_px = nan to 110", "'nan' is no number"},
    {"hair_top_px = 0x10 to 110", "no number"},
    {"hair_top_px = 1e1 to 110", "no number"},
    {"hair_top_px = 5. to 110", "no number"},
    {"hair_top_px = 5,0 to 110", "no number"},
    {"hair_top_px = -- to 110", "no number"},
    {"hair_top_px = 1.2.3 to 110", "no number"},
    {"hair_top_px = 1000000001 to any", "no number"},
    {"hair_top_px = inf to any", "no number"},
    {"hair_top_px = ", "is no number"},
    {"hair_top_px = exactly any", "no number"},
    {"hair_top_px = at 50", "'least' or 'most'"},
    {"hair_top_px = 50 to 110 px px", "unexpected 'px'"},
    {"hair_top_px = 50 to 110 else", "'else' must be followed"},
    {"hair_top_px = 50 to 110 else pass", "'else' must be followed"},
    {"hair_top_px = 50 to 110 else note else note", "unexpected 'else'"},
    {"hair_top_px = 50 to 110 review 60 to 120", "must hold the good one"},
    {"hair_top_px = 50 to 110 review 40 to 120 else note", "no sense"},
    {"faces = exactly 1 px", "has no unit"},
    {"over_exposed = at most 101 %", "0 to 100"},
    {"over_exposed = at least -1 %", "0 to 100"},
    {"hair_top = 50 to 110", "unknown check 'hair_top', did you mean 'hair_top_px'?"},
    {"zzzzzzzzzzzzzz = 50 to 110", "unknown check 'zzzzzzzzzzzzzz'"},
    {"readable = exactly 1", "'readable' stands twice"},
    {"width_px = exactly 358", "forbids 'size'"},
    {"height_px = exactly 441", "forbids 'size'"},
    {"dpi = exactly 350", "forbids 'dpi'"},
    {"file_bytes = 30720 to 40000", "forbids 'bytes'"},
    {"quality = 70 to 100", "forbids 'quality'"},
    {"white_top = at least 50 %", "only where"},
    {"[checks]", "stands twice"},
    {"[chekcs]", "unknown group 'chekcs', did you mean 'checks'?"},
    {"[checks", "is written [name]"},
    {"[]", "is written [name]"},
    {"hair_top_px", "a line is"},
    {"= 5", "a line is"},
};

/* Replacements in GOOD that must be refused: from, to, line, part of the message. */
static const struct { const char *from, *to, *message; } wrong_heads[] = {
    {"size = 480x640", "size = 480*640", "x.ini:4: wrong value '480*640' of 'size'"},
    {"size = 480x640", "size = 480x0", "x.ini:4:"},
    {"size = 480x640", "size = 480x10001", "x.ini:4:"},
    {"size = 480x640", "size = 480x640x3", "x.ini:4:"},
    {"size = 480x640", "size = 480.5x640", "x.ini:4:"},
    {"size = 480x640", "sise = 480x640", "x.ini:4: unknown key 'sise', did you mean 'size'?"},
    {"size = 480x640\n", "", "'size' is missing in [profile]"},
    {"size = 480x640", "dpi = 300", "x.ini:5: 'dpi' stands twice"},
    {"dpi = 300", "dpi = 0", "x.ini:5:"},
    {"dpi = 300", "dpi = -300", "x.ini:5:"},
    {"bytes = 20480 to 40000", "bytes = 40000 to 20480", "x.ini:6:"},
    {"bytes = 20480 to 40000", "bytes = 20480", "x.ini:6:"},
    {"target_bytes = 30720 to 40000", "target_bytes = 30720 to 39999", "x.ini:7:"},
    {"target_bytes = 30720 to 40000", "target_bytes = 20479 to 40000", "x.ini:7:"},
    {"quality = 60", "quality = 101", "x.ini:8:"},
    {"quality = 60", "quality = 0", "x.ini:8:"},
    {"pixels_max = 100 MP", "pixels_max = 1001 MP", "x.ini:9:"},
    {"pixels_max = 100 MP", "pixels_max = 99 MP", "'megapixels' must be asked"},
    {"scans_max = 100", "scans_max = 99", "'scan_count' must be asked"},
    {"source_bytes_max = 64 MB", "source_bytes_max = 64 KB", "x.ini:11:"},
    {"source_bytes_max = 64 MB", "source_bytes_max = 63 MB", "x.ini:22: check 'source_bytes' must be asked"},
    {"white_top = no", "white_top = true", "x.ini:12:"},
    {"white_top = no", "white_top = yes", "check 'white_top' must be asked"},
    {"{id}.JPG", "photo.JPG", "x.ini:13:"},
    {"{id}.JPG", "{id}{id}.JPG", "x.ini:13:"},
    {"{id}.JPG", "../{id}.JPG", "x.ini:13:"},
    {"{id}.JPG", "{id}.exe", "x.ini:13:"},
    {"{id}.JPG", "{id}", "x.ini:13:"},
    {"{id}.JPG", "a.JPG{id}", "x.ini:13:"},
    {"white = 255,255,255", "white = 255,255,256", "x.ini:15:"},
    {"white = 255,255,255", "white = 255,255", "x.ini:15:"},
    {"white = 255,255,255", "white = 255,255,255,255", "x.ini:15:"},
    {"white = 255,255,255", "white = #ffffff", "x.ini:15:"},
    {"white = 255,255,255", "White = 255,255,255", "x.ini:15: wrong colour name"},
    {"white = 255,255,255", "white = 1,2,3\nwhite = 1,2,3", "x.ini:16: 'white' stands twice"},
    {"white = 255,255,255\n", "", "[colours] is empty"},
    {"[profile]\n", "", "x.ini:1: 'title_zh' stands before the first [group]"},
    {"id_valid = exactly 1\n", "", "check 'id_valid' must be asked"},
    {"is_jpeg = exactly 1\n", "", "check 'is_jpeg' must be asked"},
    {"test", "te\x01\xff", "not UTF-8"},
};
// clang-format on

static void ranges_mean_what_they_say(void **state)
{
    for (size_t i = 0; i < COUNT(ranges); i++) {
        Profile p = read_good(state, arena_print(*state, "%s%s\n", GOOD, ranges[i].line));
        const Want *want = &p.want[ranges[i].check];
        assert_true(want->asked);
        assert_true(want->good.lo == ranges[i].lo && want->good.hi == ranges[i].hi);
        assert_true(want->review.lo == ranges[i].review_lo && want->review.hi == ranges[i].review_hi);
        assert_int_equal(want->level, ranges[i].level);
    }
}

static void refuse(void **state, const char *text, const char *place, const char *message)
{
    Profile profile;
    Err err = parse(state, text, &profile);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, message) || strncmp(err.text, place, strlen(place)) != 0)
        fail_msg("'%s' does not start with '%s' and hold '%s'", err.text, place, message);
}

static void wrong_lines_are_refused_with_their_line(void **state)
{
    for (size_t i = 0; i < COUNT(wrong_lines); i++)
        refuse(state, arena_print(*state, "%s%s", GOOD, wrong_lines[i][0]), "x.ini:25: ",
               wrong_lines[i][1]);
    for (size_t i = 0; i < COUNT(wrong_heads); i++)
        refuse(state, changed(state, wrong_heads[i].from, wrong_heads[i].to), "x.ini:",
               wrong_heads[i].message);
}

static void byte_order_mark_and_line_ends_do_not_matter(void **state)
{
    Profile plain = read_good(state, GOOD);
    Profile marked = read_good(state, "\xef\xbb\xbf" GOOD);
    assert_string_equal(plain.hash, marked.hash);
    char *dos = arena_alloc(*state, 2 * sizeof GOOD);
    for (size_t i = 0, j = 0; i < sizeof GOOD; i++) {
        if (GOOD[i] == '\n')
            dos[j++] = '\r';
        dos[j++] = GOOD[i];
    }
    assert_string_equal(plain.hash, read_good(state, dos).hash);
    Profile none;
    assert_int_equal(profile_parse(*state, "x.ini", GOOD "\0x", sizeof GOOD + 1, &none).code, ERR_USAGE);
    assert_int_equal(profile_parse(*state, "x.ini", "", 0, &none).code, ERR_USAGE);
}

static void a_file_without_end_is_refused(void **state)
{
    size_t bytes = 64 * 1024 + 1;
    char *text = arena_alloc(*state, bytes);
    memset(text, '\n', bytes);
    Profile profile;
    assert_int_equal(profile_parse(*state, "x.ini", text, bytes, &profile).code, ERR_USAGE);
}

static void the_hash_is_that_of_the_meaning(void **state)
{
    static const char *const same[][2] = {
        {"# must", "; another comment\n\n"},
        {"测试", "另一个名称"},
        {"title_en = test", "title_en = other"},
        {"is_jpeg = exactly 1\n", "is_jpeg = 1 to 1 else reject\n"},
        {"id_valid = exactly 1\nfiles_for_id = exactly 1\n", "files_for_id = exactly 1\nid_valid = exactly 1\n"},
        {"64 MB", "64000000 B"},
        {"is_jpeg = exactly 1", "is_jpeg = exactly 1\nroster_names = at most 1\nother_profile = at most 0\nphoto_gone = at most 0"},
    };
    static const char *const other[][2] = {
        {"480x640", "480x641"},
        {"dpi = 300", "dpi = 301"},
        {"bytes = 20480", "bytes = 20481"},
        {"30720", "30721"},
        {"quality = 60", "quality = 61"},
        {"pixels_max = 100", "pixels_max = 101"},
        {"scans_max = 100", "scans_max = 101"},
        {"64 MB", "65 MB"},
        {"{id}.JPG", "{id}.jpg"},
        {"white = 255", "white = 254"},
        {"white = 255", "whites = 255"},
        {"255,255,255", "255,255,255\nblue = 1,2,3"},
        {"megapixels = at most 100", "megapixels = at most 99"},
        {"megapixels = at most 100", "megapixels = at most 100 else review"},
        {"megapixels = at most 100", "megapixels = at most 99 review at most 100"},
        {"megapixels = at most 100", "megapixels = 0 to 100"},
        {"is_jpeg = exactly 1", "is_jpeg = exactly 1\nfaces = exactly 1"},
        {"is_jpeg = exactly 1", "is_jpeg = exactly 1\nroster_names = at most 9"},
        {"is_jpeg = exactly 1", "is_jpeg = exactly 1\nroster_names = at most 1 else reject"},
        {"is_jpeg = exactly 1", "is_jpeg = exactly 1\nother_profile = at most 1"},
        {"is_jpeg = exactly 1", "is_jpeg = exactly 1\nphoto_gone = at most 1"},
    };
    const char *hash = arena_copy(*state, read_good(state, GOOD).hash);
    for (size_t i = 0; i < COUNT(same); i++)
        assert_string_equal(read_good(state, changed(state, same[i][0], same[i][1])).hash, hash);
    for (size_t i = 0; i < COUNT(other); i++)
        assert_string_not_equal(read_good(state, changed(state, other[i][0], other[i][1])).hash, hash);
}

static void profiles_are_found_by_name_by_file_and_by_folder(void **state)
{
    Profile profile;
    Err err = profile_load(*state, "whit", &profile);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "did you mean 'white'?"));
    assert_int_equal(profile_load(*state, "no/such.ini", &profile).code, ERR_USAGE);
    assert_int_equal(profile_load(*state, "", &profile).code, ERR_USAGE);
    assert_int_equal(profile_load(*state, SOURCE_DIR "/models/profiles/white.ini", &profile).code, ERR_NONE);

    char folder[] = "/tmp/headroom-profile-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = arena_print(*state, "%s/white.ini", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(changed(state, "dpi = 300", "dpi = 299"), file);
    fclose(file);
    setenv("HEADROOM_PROFILES", folder, 1);
    assert_int_equal(profile_load(*state, "white", &profile).code, ERR_NONE);
    assert_int_equal(profile.dpi, 299); /* the user's folder comes first */
    assert_int_equal(profile_load(*state, "national", &profile).code, ERR_NONE);
    unsetenv("HEADROOM_PROFILES");
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_is_read_whole),
        cmocka_unit_test(ranges_mean_what_they_say),
        cmocka_unit_test(wrong_lines_are_refused_with_their_line),
        cmocka_unit_test(byte_order_mark_and_line_ends_do_not_matter),
        cmocka_unit_test(a_file_without_end_is_refused),
        cmocka_unit_test(the_hash_is_that_of_the_meaning),
        cmocka_unit_test(profiles_are_found_by_name_by_file_and_by_folder),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
