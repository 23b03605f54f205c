/* SPDX-License-Identifier: MIT */
#include "../../stages/pose.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "head.h"

/* What our networks take off the depth, by which the weights make up for them. */
static const double FLAT_YAW = 0, FLAT_PITCH = 0.24;

static Facts measure(const Head3 *head)
{
    FacePlace face = head_place(head);
    Facts facts;
    facts_clear(&facts);
    pose_measure(&face, &facts);
    return facts;
}

static void a_head_that_faces_the_camera_is_not_turned(void **state)
{
    (void)state;
    Facts f = measure(&(Head3){.unit = 100});
    assert_float_equal(f.v[CHECK_yaw_deg], 0, 0.01);
    assert_float_equal(f.v[CHECK_pitch_deg], 0, 6); /* its zero is that of real people */
    assert_true(f.u[CHECK_yaw_deg] > 0 && f.u[CHECK_pitch_deg] > 0);
}

static void yaw_follows_the_turn_with_its_sign(void **state)
{
    (void)state;
    for (double yaw = -25; yaw <= 25; yaw += 5) {
        Facts f = measure(&(Head3){.unit = 100, .flat = FLAT_YAW, .yaw_deg = yaw});
        assert_float_equal(f.v[CHECK_yaw_deg], yaw, f.u[CHECK_yaw_deg]);
    }
}

static void pitch_follows_the_nod_with_its_sign(void **state)
{
    (void)state;
    double level = measure(&(Head3){.unit = 100, .flat = FLAT_PITCH}).v[CHECK_pitch_deg];
    for (double pitch = -20; pitch <= 20; pitch += 5) {
        Facts f = measure(&(Head3){.unit = 100, .flat = FLAT_PITCH, .pitch_deg = pitch});
        assert_float_equal(f.v[CHECK_pitch_deg] - level, pitch, f.u[CHECK_pitch_deg]);
    }
}

static void tilt_size_and_place_do_not_matter(void **state)
{
    (void)state;
    Head3 head = {.unit = 100, .yaw_deg = 12, .pitch_deg = -8};
    Facts want = measure(&head);
    static const double ROLLS[] = {-20, -3, 7, 15};
    for (size_t i = 0; i < sizeof ROLLS / sizeof *ROLLS; i++) {
        head.roll_deg = ROLLS[i];
        head.unit = 60 + 40 * (double)i;
        head.x = 300 * (double)i;
        Facts f = measure(&head);
        assert_float_equal(f.v[CHECK_yaw_deg], want.v[CHECK_yaw_deg], 1e-6);
        assert_float_equal(f.v[CHECK_pitch_deg], want.v[CHECK_pitch_deg], 1e-6);
    }
}

/* 2 % of the eye distance on every point, as badly as the signs can fall. */
static void noise_of_the_points_stays_within_the_declared_error(void **state)
{
    (void)state;
    Head3 head = {.unit = 100};
    Facts still = measure(&head);
    unsigned seed = 7;
    for (int round = 0; round < 200; round++) {
        FacePlace face = head_place(&head);
        for (int i = 0; i < POINT_COUNT; i++) {
            seed = seed * 1664525u + 1013904223u;
            face.points[i].x += 4 * ((seed >> 8) / (double)(1 << 24) - 0.5);
            seed = seed * 1664525u + 1013904223u;
            face.points[i].y += 4 * ((seed >> 8) / (double)(1 << 24) - 0.5);
        }
        Facts f;
        facts_clear(&f);
        pose_measure(&face, &f);
        assert_float_equal(f.v[CHECK_yaw_deg], still.v[CHECK_yaw_deg], f.u[CHECK_yaw_deg]);
        assert_float_equal(f.v[CHECK_pitch_deg], still.v[CHECK_pitch_deg], f.u[CHECK_pitch_deg]);
    }
}

static void without_points_nothing_is_measured(void **state)
{
    (void)state;
    FacePlace face = {.width = 200};
    Facts f;
    facts_clear(&f);
    pose_measure(&face, &f); /* all points in one place */
    assert_true(isnan(f.v[CHECK_yaw_deg]) && isnan(f.v[CHECK_pitch_deg]));
}

static void the_axes_lead_there_and_back(void **state)
{
    (void)state;
    FacePlace face = head_place(&(Head3){.unit = 80, .x = 40, .roll_deg = 9});
    FaceAxes axes = face_axes(&face);
    assert_float_equal(axes.unit, 80, 1e-6);
    Point at = face_axes_at(&axes, 0.3, -0.7), back = face_axes_of(&axes, at);
    assert_float_equal(back.x, 0.3, 1e-9);
    assert_float_equal(back.y, -0.7, 1e-9);
    assert_true(at.y < axes.middle.y); /* v < 0 is up */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_that_faces_the_camera_is_not_turned),
        cmocka_unit_test(yaw_follows_the_turn_with_its_sign),
        cmocka_unit_test(pitch_follows_the_nod_with_its_sign),
        cmocka_unit_test(tilt_size_and_place_do_not_matter),
        cmocka_unit_test(noise_of_the_points_stays_within_the_declared_error),
        cmocka_unit_test(without_points_nothing_is_measured),
        cmocka_unit_test(the_axes_lead_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
