/* SPDX-License-Identifier: MIT */
/* The profiles that are shipped: what is written of each kind of photo stands in its file. */
#include "../../pipeline/profile.h"
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "arena_fixture.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool is_shipped(const char *name)
{
    for (const char *const *known = profile_names(); *known; known++)
        if (strcmp(*known, name) == 0)
            return true;
    return false;
}

static void every_shipped_profile_loads_and_every_file_is_shipped(void **state)
{
    (void)state;
    unsetenv("HEADROOM_PROFILES");
    for (const char *const *name = profile_names(); *name; name++) {
        Profile profile;
        Err err = profile_load(arena, *name, &profile);
        if (err.code)
            fail_msg("%s", err.text);
        assert_string_equal(profile.name, *name);
    }
    DIR *folder = opendir(SOURCE_DIR "/models/profiles");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char *dot = strstr(entry->d_name, ".ini");
        if (!dot)
            continue;
        *dot = '\0';
        if (!is_shipped(entry->d_name))
            fail_msg("profile '%s' is not in profile_names()", entry->d_name);
    }
    closedir(folder);
}

static void the_notice_stands_in_the_default_profile(void **state)
{
    (void)state;
    unsetenv("HEADROOM_PROFILES");
    Profile p, three;
    assert_int_equal(profile_load(arena, profile_names()[0], &p).code, ERR_NONE);
    assert_string_equal(p.name, "college-light-blue");
    assert_int_equal(p.colour_count, 1);
    assert_int_equal(p.colours[0].r << 16 | p.colours[0].g << 8 | p.colours[0].b, 0x64c5ff);
    assert_true(p.white_top && p.want[CHECK_white_top].asked);
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (!p.want[i].asked)
            fail_msg("the default profile does not ask for '%s'", checks[i].name);
    static const struct { CheckId check; double lo, hi; } windows[] = {
        {CHECK_hair_top_px, 50, 110},     {CHECK_eye_line_px, 200, 300},
        {CHECK_face_width_px, 180, 300},  {CHECK_centre_offset_px, -24, 24},
        {CHECK_tilt_deg, -3, 3},          {CHECK_file_bytes, 20480, 40000},
        {CHECK_quality, 60, INFINITY},         {CHECK_dpi, 300, 300},
        {CHECK_width_px, 480, 480},       {CHECK_height_px, 640, 640},
    };
    assert_int_equal(profile_load(arena, "national", &three).code, ERR_NONE);
    assert_int_equal(three.colour_count, 3);
    assert_false(three.white_top);
    for (size_t i = 0; i < COUNT(windows); i++)
        for (const Profile *one = &p; one; one = one == &p ? &three : NULL) {
            assert_true(one->want[windows[i].check].good.lo == windows[i].lo);
            assert_true(one->want[windows[i].check].good.hi == windows[i].hi);
        }
}

/* What is written of that card's photo; the rest is the white profile's. */
static void the_card_asks_for_its_own_size_and_place(void **state)
{
    (void)state;
    unsetenv("HEADROOM_PROFILES");
    Profile card, white;
    assert_int_equal(profile_load(arena, "social-security", &card).code, ERR_NONE);
    assert_int_equal(profile_load(arena, "white", &white).code, ERR_NONE);
    assert_true(card.width_px == 358 && card.height_px == 441 && card.dpi == 350 && card.quality_lo == 70);
    assert_true(card.bytes_lo == 14 * 1024 && card.bytes_hi == 40 * 1000 && card.colour_count == 1);
    assert_int_equal(card.colours[0].r << 16 | card.colours[0].g << 8 | card.colours[0].b, 0xffffff);
    static const struct { CheckId check; double lo, hi; } own[] = {
        {CHECK_source_width_px, 358, INFINITY}, {CHECK_source_height_px, 441, INFINITY}, {CHECK_source_quality, 70, INFINITY},
        {CHECK_earlier_quality, 70, INFINITY},
        {CHECK_width_px, 358, 358}, {CHECK_height_px, 441, 441}, {CHECK_dpi, 350, 350}, {CHECK_quality, 70, INFINITY},
        {CHECK_file_bytes, 14336, 40000}, {CHECK_face_source_px, 179, INFINITY}, {CHECK_hair_top_px, 7, 21},
        {CHECK_eye_line_px, -INFINITY, 234}, {CHECK_face_width_px, 179, 255}, {CHECK_centre_offset_px, -16.8, 16.8},
    };
    for (size_t i = 0; i < COUNT(own); i++) {
        Want *want = &card.want[own[i].check];
        if (want->good.lo != own[i].lo || want->good.hi != own[i].hi)
            fail_msg("%s: %g to %g", checks[own[i].check].name, want->good.lo, want->good.hi);
        *want = white.want[own[i].check];
    }
    for (CheckId i = 0; i < CHECK_COUNT; i++) {
        const Want *one = &card.want[i], *other = &white.want[i];
        if (one->asked != other->asked || one->level != other->level || one->good.lo != other->good.lo ||
            one->good.hi != other->good.hi || one->review.lo != other->review.lo || one->review.hi != other->review.hi)
            fail_msg("%s is not as in the white profile", checks[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_profile_loads_and_every_file_is_shipped),
        cmocka_unit_test(the_notice_stands_in_the_default_profile),
        cmocka_unit_test(the_card_asks_for_its_own_size_and_place),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
