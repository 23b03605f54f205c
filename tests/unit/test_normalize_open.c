/* SPDX-License-Identifier: MIT */
/* normalize: the window against brute force, with rules of one limit and without rules. */
#include "../../stages/normalize.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "subjects.h"

static void ask(Profile *profile, CheckId check, double lo, double hi)
{
    profile->want[check] = (Want){.asked = true, .good = {lo, hi}, .review = {lo, hi}, .level = LEVEL_REJECT};
}

/* One-sided limits, fewer rules. */
static Profile other_profile(int which)
{
    Profile p = profile_of(480, 640);
    switch (which) {
    case 1: ask(&p, CHECK_eye_line_px, -INFINITY, 300); break;
    case 2: ask(&p, CHECK_eye_line_px, 280, INFINITY); break;
    case 3: ask(&p, CHECK_face_width_px, -INFINITY, 200); break;
    case 4: ask(&p, CHECK_hair_top_px, 40, INFINITY); break;
    case 5: ask(&p, CHECK_centre_offset_px, 10, INFINITY); break;
    case 6: p.want[CHECK_hair_top_px].asked = false; break;
    case 7:
        p.want[CHECK_eye_line_px].asked = false;
        ask(&p, CHECK_hair_top_px, -INFINITY, 60);
        break;
    default: break;
    }
    return p;
}
enum { PROFILES = 8, STEPS = 48 };

/* Brute force over a fine lattice of scales and places must not find a better window. */
static void no_lattice_point_beats_the_solver(void **state)
{
    (void)state;
    srand(7);
    for (int n = 0; n < 12 * PROFILES; n++) {
        Profile profile = other_profile(n % PROFILES);
        Subject s = random_subject();
        Crop crop;
        Advice advice;
        normalize_solve(&s, &profile, 1, &crop, &advice);
        double best = -INFINITY, least = fmax(480.0 / s.width_px, 640.0 / s.height_px);
        for (int i = 0; least <= 1 && i <= STEPS; i++) {
            double scale = least + (1 - least) * i / STEPS;
            for (int j = 0; j <= STEPS; j++)
                for (int k = 0; k <= STEPS; k++) {
                    Crop c = {.scale = scale, .width = 480 / scale, .height = 640 / scale,
                              .y = (s.height_px - 640 / scale) * j / STEPS,
                              .x = (s.width_px - 480 / scale) * k / STEPS};
                    best = fmax(best, normalize_slack(&s, &profile, &c));
                }
        }
        if (!crop.found) {
            assert_true(least > 1);
            continue;
        }
        /* the window lies on whole pixels: half a pixel of the narrowest rule is granted, a limit of one end */
        if (normalize_slack(&s, &profile, &crop) < best - 0.03 - 1 / 12.8 * crop.scale)
            fail_msg("profile %d, case %d: slack %f, not %f", n % PROFILES, n, normalize_slack(&s, &profile, &crop), best);
    }
}

/* The photo of the 社保卡: eyes at 234 at most, where a head of 1.2 face widths above the eyes has the face small. */
static void a_limit_of_one_end_is_kept(void **state)
{
    (void)state;
    Profile profile = profile_of(358, 441);
    ask(&profile, CHECK_hair_top_px, 7, 21);
    ask(&profile, CHECK_eye_line_px, -INFINITY, 234);
    ask(&profile, CHECK_face_width_px, 179, 255);
    ask(&profile, CHECK_centre_offset_px, -16.8, 16.8);
    for (int rise = 70; rise <= 140; rise += 5) {
        Subject s = {3000, 4000, {1500, 1900}, 1000, 1900 - 10 * rise, false};
        Crop crop;
        Advice advice;
        normalize_solve(&s, &profile, 1, &crop, &advice);
        assert_true(crop.found);
        if ((normalize_slack(&s, &profile, &crop) >= 0) != (rise <= 125))
            fail_msg("rise %d: slack %f", rise, normalize_slack(&s, &profile, &crop));
        assert_int_equal(advice.hair_too_high, rise > 125);
        assert_int_equal(advice.one == CHECK_COUNT, rise <= 125);
    }
}

/* What only a size is asked of keeps all that its proportion allows, and the head. */
static void without_rules_of_place_most_of_the_source_is_kept(void **state)
{
    (void)state;
    Profile profile = {.width_px = 150, .height_px = 200};
    Subject wide = {6000, 4000, {3100, 1500}, 800, 700, false}, tall = {3000, 8000, {1500, 900}, 800, 100, false};
    Crop crop;
    Advice advice;
    normalize_solve(&wide, &profile, 1, &crop, &advice);
    assert_true(crop.found && crop.height == 4000 && fabs(crop.x + crop.width / 2 - 3100) <= 1);
    assert_int_equal(advice.one, CHECK_COUNT);
    normalize_solve(&tall, &profile, 1, &crop, &advice);
    assert_true(crop.found && crop.width == 3000 && crop.y == 0);
    tall.eyes.y = 5000;
    normalize_solve(&tall, &profile, 1, &crop, &advice);
    assert_true(crop.found && crop.width == 3000 && fabs(crop.y - (5000 - 1600)) <= 1);
}

/* The place is chosen so that slack just reaches 1, but for rounding: that is no reason for a smaller crop. */
static void of_as_good_windows_the_largest_is_taken(void **state)
{
    (void)state;
    srand(5);
    for (int n = 0; n < 500; n++) {
        Profile profile = {.width_px = 480, .height_px = 640};
        ask(&profile, CHECK_hair_top_px, 50, INFINITY);
        Subject s = {960, 1280, {random_between(450, 510), 566.504}, 416, random_between(200, 260), false};
        Crop crop;
        Advice advice;
        normalize_solve(&s, &profile, 1, &crop, &advice);
        assert_true(crop.found && crop.width == 960 && advice.one == CHECK_COUNT);
    }
}

/* A face of 383 px that may have 300 at most: a little further away, not as far as can be. */
static void advice_for_a_limit_of_one_end_is_the_least(void **state)
{
    (void)state;
    Profile profile = {.width_px = 480, .height_px = 640};
    ask(&profile, CHECK_face_width_px, -INFINITY, 300);
    for (int face = 320; face <= 460; face += 20) {
        Subject s = {480, 640, {240, 280}, face, 60, false};
        Crop crop;
        Advice advice;
        normalize_solve(&s, &profile, 1, &crop, &advice);
        assert_true(advice.one == CHECK_face_width_px && advice.nearer_pct < 0);
        double next = face / (1 - advice.nearer_pct / 100);
        if (next > 300 || next < 250)
            fail_msg("a face of %d: %f %%, then %f", face, advice.nearer_pct, next);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_lattice_point_beats_the_solver),
        cmocka_unit_test(a_limit_of_one_end_is_kept),
        cmocka_unit_test(of_as_good_windows_the_largest_is_taken),
        cmocka_unit_test(advice_for_a_limit_of_one_end_is_the_least),
        cmocka_unit_test(without_rules_of_place_most_of_the_source_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
