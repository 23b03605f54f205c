/* SPDX-License-Identifier: MIT */
#include "../../stages/eyes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "eye_scene.h"
#include "arena_fixture.h"

static Facts measure(const Picture *picture, double opening, double yaw_deg)
{
    FacePlace face = eye_scene_face(opening);
    Facts facts;
    facts_clear(&facts);
    fact_set(&facts, CHECK_yaw_deg, yaw_deg, 4);
    fact_set(&facts, CHECK_eye_opening, opening, 0.01);
    eyes_measure(picture, &face, &facts);
    return facts;
}

/* White eyeballs and dark irises, these `aside` eye distances to the right. */
static Picture eyes_drawn(double aside, int iris)
{
    Picture p = eye_scene_skin(arena, 190, 150, 130);
    for (int side = -1; side <= 1; side += 2) {
        eye_scene_spot(&p, (double[]){0.5 * side, 0, 0.22, 0.09}, 225, 220, 215);
        eye_scene_spot(&p, (double[]){0.5 * side + aside, 0, 0.09, 0.09}, iris, iris, iris);
    }
    return p;
}

/* In eye widths, which are 0.44 of the eye distance here; irises are cut by the reach. */
static void gaze_follows_the_irises_with_their_sign(void **state)
{
    (void)state;
    static const int IRISES[] = {20, 60, 110}; /* black to light */
    for (size_t k = 0; k < sizeof IRISES / sizeof *IRISES; k++)
        for (double aside = -0.08; aside <= 0.081; aside += 0.02) {
            Picture p = eyes_drawn(aside, IRISES[k]);
            Facts f = measure(&p, 0.15, 0);
            assert_float_equal(f.v[CHECK_gaze], aside / 0.44, 0.02);
            arena_reset(arena);
        }
}

/* Who turns the head and looks into the camera turns the irises back: that is a straight gaze. */
static void a_turned_head_that_looks_back_gazes_straight(void **state)
{
    (void)state;
    Picture p = eyes_drawn(-0.0045 * 15 * 0.44, 40);
    assert_float_equal(measure(&p, 0.15, 15).v[CHECK_gaze], 0, 0.01);
    assert_true(fabs(measure(&p, 0.15, 0).v[CHECK_gaze]) > 0.05);
}

static void closed_eyes_have_no_gaze_and_miss_none(void **state)
{
    (void)state;
    Picture p = eyes_drawn(0.05, 40);
    Facts f = measure(&p, 0.02, 0);
    assert_true(isnan(f.v[CHECK_gaze]) && isinf(f.u[CHECK_gaze]));
    assert_true(isfinite(measure(&p, 0.15, 0).v[CHECK_gaze]));
}

static void without_a_yaw_there_is_no_gaze(void **state)
{
    (void)state;
    Picture p = eyes_drawn(0.05, 40);
    Facts f = measure(&p, 0.15, NAN);
    assert_true(isnan(f.v[CHECK_gaze]) && !isinf(f.u[CHECK_gaze]));
}

/* Discs over both eyes, of any colour, leave nothing to measure; one over an eye alone leaves the other one, lids as dark as
 * lashes leave the eyeball, and a dark eye in the shade is lighter beside the iris. */
static void covered_eyes_are_not_measured(void **state)
{
    (void)state;
    static const struct {
        double size;
        int level, eyes;
        bool measured;
    } CASES[] = {{0.25, 12, 2, false},  {0.25, 0, 2, false}, {0.4, 190, 2, false}, {0.4, 160, 2, false}, {0.25, 255, 2, false},
                 {0.25, 12, 1, true},   {0.4, 160, 1, true}, {0.07, 12, 2, true},  {0.01, 0, 2, true}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (int dark = 0; dark < 2; dark++) {
            Picture p = eyes_drawn(0, 30);
            for (int eye = 0; eye < CASES[i].eyes; eye++) {
                int level = CASES[i].level;
                eye_scene_spot(&p, (double[]){eye - 0.5, 0, CASES[i].size, CASES[i].size * 0.8}, level, level, level);
            }
            for (size_t k = 0; k < 3 * (size_t)SCENE_PX * SCENE_PX && dark; k++)
                p.rgb[k] = (uint8_t)(p.rgb[k] / 3);
            Facts f = measure(&p, 0.15, 0);
            assert_int_equal(isfinite(f.v[CHECK_eye_opening]), CASES[i].measured);
            assert_true(CASES[i].measured || (isnan(f.v[CHECK_gaze]) && !isinf(f.u[CHECK_gaze])));
            arena_reset(arena);
        }
}

/* The share of a disc of radius 0.07 that a red pupil of another radius takes. */
static void red_is_the_share_of_the_redder_pupil(void **state)
{
    (void)state;
    static const double RADII[] = {0, 0.03, 0.05, 0.07, 0.09};
    for (size_t i = 0; i < sizeof RADII / sizeof *RADII; i++) {
        Picture p = eyes_drawn(0, 30);
        double share = fmin(1, RADII[i] * RADII[i] / (0.07 * 0.07));
        eye_scene_spot(&p, (double[]){0.5, 0, RADII[i] + 1e-9, RADII[i] + 1e-9}, 200, 45, 40);
        assert_float_equal(measure(&p, 0.15, 0).v[CHECK_red_eye], 100 * share, 6);
        arena_reset(arena);
    }
}

static void other_colours_are_not_red(void **state)
{
    (void)state;
    static const int COLOURS[][3] = {
        {120, 75, 50}, {80, 20, 15}, {210, 120, 100}, {60, 90, 160}, {230, 230, 230}}; /* brown, dark, skin, blue, glint */
    for (size_t i = 0; i < sizeof COLOURS / sizeof *COLOURS; i++) {
        Picture p = eyes_drawn(0, 30);
        const int *c = COLOURS[i];
        eye_scene_spot(&p, (double[]){0.5, 0, 0.09, 0.09}, c[0], c[1], c[2]);
        assert_float_equal(measure(&p, 0.15, 0).v[CHECK_red_eye], 0, 0);
        arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaze_follows_the_irises_with_their_sign),
        cmocka_unit_test(a_turned_head_that_looks_back_gazes_straight),
        cmocka_unit_test(closed_eyes_have_no_gaze_and_miss_none),
        cmocka_unit_test(without_a_yaw_there_is_no_gaze),
        cmocka_unit_test(covered_eyes_are_not_measured),
        cmocka_unit_test(red_is_the_share_of_the_redder_pupil),
        cmocka_unit_test(other_colours_are_not_red),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
