/* SPDX-License-Identifier: MIT */
#include "../../stages/normalize.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "subjects.h"

typedef struct Case {
    const char *what;
    Subject subject; /* width, height, eyes, face width, hair top */
    bool found, feasible;
    CheckId one; /* a rule in conflict; CHECK_COUNT: none */
} Case;

static const Case CASES[] = {
    {"a well placed head of a camera photo",
     {3000, 4000, {1500, 1700}, 1050, 850, false}, true, true, CHECK_COUNT},
    {"the same at exactly the output's size",
     {480, 640, {240, 250}, 240, 80, false}, true, true, CHECK_COUNT},
    {"one pixel too small to cover the output", {479, 640, {240, 250}, 240, 80, false}, false, false,
     CHECK_COUNT},
    {"no room above the head", {3000, 4000, {1500, 900}, 1050, 20, false}, true, false,
     CHECK_hair_top_px},
    {"a head at the right edge", {3000, 4000, {2850, 1700}, 1050, 850, false}, true, false,
     CHECK_centre_offset_px},
    {"a face of 170 source pixels", {900, 1200, {450, 500}, 170, 360, false}, true, false,
     CHECK_face_width_px},
    {"a face of 181 source pixels", {900, 1200, {450, 500}, 181, 350, false}, true, true, CHECK_COUNT},
    {"a face that fills the picture", {600, 800, {300, 330}, 420, 80, false}, true, false,
     CHECK_face_width_px},
    {"hair that rises too high for the face", {3000, 4000, {1500, 2200}, 800, 1050, false}, true, false,
     CHECK_face_width_px},
};

static void every_case_is_placed_or_explained(void **state)
{
    (void)state;
    Profile profile = profile_of(480, 640);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Crop crop;
        Advice advice;
        normalize_solve(&CASES[i].subject, &profile, 1, &crop, &advice);
        if (crop.found != CASES[i].found)
            fail_msg("%s: found %d", CASES[i].what, crop.found);
        double slack = crop.found ? normalize_slack(&CASES[i].subject, &profile, &crop) : -1;
        if ((slack >= 0) != CASES[i].feasible)
            fail_msg("%s: slack %f", CASES[i].what, slack);
        if (CASES[i].feasible)
            assert_int_equal(advice.one, CHECK_COUNT);
        else if (advice.one != CASES[i].one && advice.other != CASES[i].one)
            fail_msg("%s: conflict %d %d", CASES[i].what, advice.one, advice.other);
    }
}

static void the_window_is_inside_in_proportion_and_never_enlarged(void **state)
{
    (void)state;
    Profile profile = profile_of(480, 640);
    srand(11);
    for (int n = 0; n < 4000; n++) {
        Subject s = random_subject();
        int grid = 1 << (n % 3);
        Crop c;
        Advice advice;
        normalize_solve(&s, &profile, grid, &c, &advice);
        if (!c.found)
            continue;
        assert_true(c.x >= 0 && c.y >= 0);
        assert_true(c.x + c.width <= s.width_px && c.y + c.height <= s.height_px);
        assert_true(c.scale <= 1);
        assert_float_equal(c.width * 4, c.height * 3, 0);
        assert_float_equal(fmod(c.x, grid) + fmod(c.y, grid) + fmod(c.width, grid), 0, 0);
        assert_float_equal(c.scale * c.width, 480, 1e-9);
    }
}

static void a_size_without_small_proportion_is_met_within_half_a_pixel(void **state)
{
    (void)state;
    Profile profile = profile_of(358, 441);
    Subject s = {3000, 4000, {1500, 1700}, 1050, 850, false};
    Crop c;
    Advice advice;
    normalize_solve(&s, &profile, 1, &c, &advice);
    assert_true(c.found);
    assert_true(fabs(c.height - c.width * 441 / 358) <= 0.5);
}

static Advice advice_for(Subject subject)
{
    Profile profile = profile_of(480, 640);
    Crop crop;
    Advice advice;
    normalize_solve(&subject, &profile, 1, &crop, &advice);
    return advice;
}

static void assert_moves(Advice got, int closer, int above, int pan)
{
    assert_int_equal(lround(got.nearer_pct), closer);
    assert_int_equal(lround(got.room_above_pct), above);
    assert_int_equal(got.pan, pan);
}

static void the_advice_says_how_to_shoot_again(void **state)
{
    (void)state;
    assert_moves(advice_for((Subject){480, 640, {240, 250}, 92, 168, false}), 58, 11, 0); /* not 139 % */
    assert_moves(advice_for((Subject){3000, 4000, {1500, 900}, 1050, 20, false}), 0, 8, 0);
    assert_moves(advice_for((Subject){3000, 4000, {2850, 1700}, 1050, 850, false}), 0, 0, 1);
    assert_moves(advice_for((Subject){3000, 4000, {150, 1700}, 1050, 850, false}), 0, 0, -1);
    assert_moves(advice_for((Subject){3000, 4000, {2850, 800}, 1050, -50, false}), 0, 9, 1);
    assert_moves(advice_for((Subject){480, 640, {240, 370}, 220, 180, false}), 0, 11, 0);
    assert_moves(advice_for((Subject){600, 800, {300, 330}, 420, 80, false}), -45, 0, 0);
    assert_true(advice_for((Subject){3000, 4000, {1500, 2200}, 800, 1050, false}).hair_too_high);
    assert_false(advice_for((Subject){3000, 4000, {1500, 900}, 1050, 20, false}).hair_too_high);
}

/* Too few pixels for any crop: no distance mends that, and where the person stands right nothing else is to be said. */
static void a_picture_of_too_few_pixels_asks_for_no_other_distance(void **state)
{
    (void)state;
    assert_moves(advice_for((Subject){400, 533, {200, 210}, 200, 70, false}), 0, 0, 0);
    assert_moves(advice_for((Subject){400, 533, {200, 210}, 120, 108, false}), 0, 0, 0);
    assert_moves(advice_for((Subject){400, 533, {200, 100}, 200, -40, false}), 0, 13, 0);
}

static double printed(double percent)
{
    return percent > 0 ? fmax(1, round(percent)) : percent < 0 ? fmin(-1, round(percent)) : 0;
}

/* The next picture, by somebody who does what is printed. */
static Subject retaken(const Subject *of, const Advice *advice)
{
    double growth = 1 / (1 - printed(advice->nearer_pct) / 100), x = of->width_px / 2.0, y = of->height_px / 2.0;
    Subject to = *of;
    to.eyes = (Point){advice->pan ? x : x + (of->eyes.x - x) * growth, y + (of->eyes.y - y) * growth};
    to.hair_top_y = y + (of->hair_top_y - y) * growth;
    to.face_width *= growth;
    double rise = to.eyes.y - to.hair_top_y;
    if (advice->room_above_pct > 0) {
        to.hair_top_y = of->height_px * printed(advice->room_above_pct) / 100;
        to.eyes.y = to.hair_top_y + rise;
    }
    return to;
}

static Subject misplaced_subject(void)
{
    Subject s = random_subject();
    s.eyes.x = s.width_px * random_between(0.1, 0.9);
    s.eyes.y = s.height_px * random_between(0.1, 0.8);
    s.hair_top_y = s.eyes.y - s.face_width * random_between(0.6, 1.2);
    return s;
}

static void whoever_follows_the_advice_is_placed(void **state)
{
    (void)state;
    Profile profile = profile_of(480, 640);
    int closer = 0, back = 0, up_or_down = 0, aside = 0, distance_alone = 0;
    srand(23);
    for (int n = 0; n < 20000; n++) {
        Subject s = misplaced_subject();
        Crop crop;
        Advice first, again;
        normalize_solve(&s, &profile, 1, &crop, &first);
        if (first.one == CHECK_COUNT)
            continue;
        Subject next = retaken(&s, &first);
        normalize_solve(&next, &profile, 1, &crop, &again);
        if (again.one < CHECK_COUNT)
            fail_msg("%dx%d eyes %g %g face %g hair %g: closer %g above %g pan %d is not enough",
                     s.width_px, s.height_px, s.eyes.x, s.eyes.y, s.face_width, s.hair_top_y, first.nearer_pct,
                     first.room_above_pct, first.pan);
        assert_true(first.nearer_pct < 100 && first.room_above_pct < 100);
        assert_true(first.nearer_pct != 0 || first.room_above_pct > 0 || first.pan);
        closer += first.nearer_pct > 0;
        back += first.nearer_pct < 0;
        up_or_down += first.room_above_pct > 0;
        aside += first.pan != 0;
        distance_alone += first.nearer_pct != 0 && !(first.room_above_pct > 0) && !first.pan;
    }
    assert_true(closer > 100 && back > 100 && up_or_down > 100 && aside > 100 && distance_alone > 100);
}

/* Kept by a hair, and so within the measure's error: no conflict, but how to do better. */
static void a_rule_that_is_narrowly_kept_is_advised_on(void **state)
{
    (void)state;
    Advice narrow = advice_for((Subject){900, 1200, {450, 500}, 182, 350, false});
    assert_int_equal(narrow.one, CHECK_COUNT);
    assert_true(narrow.nearer_pct > 10);
    Advice well = advice_for((Subject){3000, 4000, {1500, 1700}, 1050, 850, false});
    assert_true(well.one == CHECK_COUNT && well.nearer_pct == 0 && well.room_above_pct == 0 && well.pan == 0);
}

/* One rule that no crop keeps stands alone: another one is not to blame. */
static void a_rule_that_no_crop_keeps_is_no_conflict(void **state)
{
    (void)state;
    Advice close = advice_for((Subject){600, 800, {300, 330}, 420, 80, false});
    assert_int_equal(close.one, CHECK_face_width_px);
    assert_int_equal(close.other, CHECK_COUNT);
    Advice aside = advice_for((Subject){3000, 4000, {710, 1600}, 1140, 690, false});
    assert_true(aside.one == CHECK_centre_offset_px || aside.other == CHECK_centre_offset_px);
    assert_true(aside.other < CHECK_COUNT);
}

static void facts_follow_the_window(void **state)
{
    (void)state;
    Profile profile = profile_of(480, 640);
    Face face = {.left_eye = {199.5, 249.5}, .right_eye = {299.5, 249.5}, .left_x = 150,
                 .right_x = 350, .eye_error = 2, .width_error = 8, .lids_left = 0.3,
                 .lids_right = 0.2, .lips = 0.05};
    Head head = {.hair_top_y = 100, .hair_top_error = 2};
    Crop crop = {.found = true, .x = 10, .y = 20, .width = 960, .height = 1280, .scale = 0.5};
    Facts facts;
    facts_clear(&facts);
    normalize_facts(&face, &head, &crop, &profile, &facts);
    assert_float_equal(facts.v[CHECK_hair_top_px], 40, 1e-9);
    assert_float_equal(facts.u[CHECK_hair_top_px], 1, 1e-9);
    assert_float_equal(facts.v[CHECK_eye_line_px], 115, 1e-9);
    assert_float_equal(facts.v[CHECK_face_width_px], 100, 1e-9);
    assert_float_equal(facts.v[CHECK_face_source_px], 200, 1e-9);
    assert_float_equal(facts.v[CHECK_centre_offset_px], 120 - 240, 1e-9);
    assert_float_equal(facts.v[CHECK_tilt_deg], 0, 1e-9);
    assert_float_equal(facts.v[CHECK_eye_opening], 0.2, 1e-9);
}

/* A portrait with little room above: with the hair top at 31 nothing fits, with eyes and width alone all does. */
static void a_guessed_hair_top_breaks_no_other_rule(void **state)
{
    (void)state;
    Profile profile = profile_of(480, 640);
    Subject subject = {.width_px = 675, .height_px = 825, .eyes = {318, 322}, .face_width = 342, .hair_top_y = 31};
    for (int guessed = 0; guessed < 2; guessed++) {
        Crop crop;
        Advice advice;
        subject.hair_guessed = guessed;
        normalize_solve(&subject, &profile, 1, &crop, &advice);
        assert_true(crop.found);
        double eyes = (subject.eyes.y - crop.y) * crop.scale, width = subject.face_width * crop.scale;
        assert_true((eyes <= 300 && width <= 300) == guessed);
        assert_true((advice.one == CHECK_COUNT) == guessed);
    }
    subject.hair_top_y = 75; /* what fits with the guess keeps to it */
    Crop one, other;
    Advice advice;
    normalize_solve(&subject, &profile, 1, &one, &advice);
    subject.hair_guessed = false;
    normalize_solve(&subject, &profile, 1, &other, &advice);
    assert_true(one.x == other.x && one.y == other.y && one.scale == other.scale);
}

static void what_has_no_hair_top_has_the_other_facts(void **state)
{
    (void)state;
    Profile profile = profile_of(480, 640);
    Face face = {.left_eye = {100, 100}, .right_eye = {200, 110}, .left_x = 50, .right_x = 250,
                 .tilt_deg = 5.5, .tilt_error = 0.5};
    Head head = {.hair_top_y = NAN, .hair_top_error = NAN};
    Crop crop = {.found = true, .width = 480, .height = 640, .scale = 1};
    Facts facts;
    facts_clear(&facts);
    normalize_facts(&face, &head, &crop, &profile, &facts);
    assert_float_equal(facts.v[CHECK_tilt_deg], 5.5, 0);
    assert_float_equal(facts.u[CHECK_tilt_deg], 0.5, 0);
    assert_true(isnan(facts.v[CHECK_hair_top_px]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_is_placed_or_explained),
        cmocka_unit_test(the_window_is_inside_in_proportion_and_never_enlarged),
        cmocka_unit_test(a_size_without_small_proportion_is_met_within_half_a_pixel),
        cmocka_unit_test(the_advice_says_how_to_shoot_again),
        cmocka_unit_test(a_picture_of_too_few_pixels_asks_for_no_other_distance),
        cmocka_unit_test(whoever_follows_the_advice_is_placed),
        cmocka_unit_test(a_rule_that_is_narrowly_kept_is_advised_on),
        cmocka_unit_test(a_rule_that_no_crop_keeps_is_no_conflict),
        cmocka_unit_test(facts_follow_the_window),
        cmocka_unit_test(a_guessed_hair_top_breaks_no_other_rule),
        cmocka_unit_test(what_has_no_hair_top_has_the_other_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
