/* SPDX-License-Identifier: MIT */
#include "../../stages/face_place.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* A face whose contour is an ellipse of half-axes 100 and 140 around (200, 260); eyes at y 220, mouth
 * at 320. Contour points run from the left side of the forehead down and up again. */
static Face drawn_face(void)
{
    Face face = {0};
    int count = POINT_CONTOUR_LAST - POINT_CONTOUR_FIRST;
    for (int i = POINT_CONTOUR_FIRST; i <= POINT_CONTOUR_LAST; i++) {
        double t = M_PI + 0.45 - (M_PI + 0.9) * (i - POINT_CONTOUR_FIRST) / count;
        face.points[i] = (Point){200 + 100 * cos(t), 260 + 140 * sin(t)};
    }
    face.points[POINT_IRIS_LEFT] = (Point){150, 218};
    face.points[POINT_IRIS_RIGHT] = (Point){250, 222};
    face.points[POINT_MOUTH_LEFT] = (Point){165, 318};
    face.points[POINT_MOUTH_RIGHT] = (Point){235, 322};
    return face;
}

static void sides_are_the_extent_between_eyes_and_mouth(void **state)
{
    (void)state;
    Face face = drawn_face();
    double left, right;
    face.points[POINT_CONTOUR_FIRST + 2] = (Point){101.5, 300};
    face.points[POINT_CONTOUR_LAST - 2] = (Point){297.25, 250};
    face_sides(face.points, &left, &right);
    assert_true(left <= 101.5 && left >= 100);
    assert_true(right >= 297.25 && right <= 300);
}

/* Eyes at 220 and mouth at 320: points count from 215 (5 % above the eyes) to 320. */
static void points_above_the_eyes_and_below_the_mouth_do_not_count(void **state)
{
    (void)state;
    static const struct {
        double y;
        bool counts;
    } cases[] = {{214.9, false}, {215.1, true}, {260, true}, {320, true}, {320.1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Face face = drawn_face();
        double left, right;
        face.points[POINT_CONTOUR_FIRST + 1] = (Point){40, cases[i].y};
        face.points[POINT_CONTOUR_LAST - 1] = (Point){390, cases[i].y};
        face_sides(face.points, &left, &right);
        assert_int_equal(left == 40, cases[i].counts);
        assert_int_equal(right == 390, cases[i].counts);
    }
}

static void only_contour_points_make_the_sides(void **state)
{
    (void)state;
    Face face = drawn_face();
    double left, right, left_before, right_before;
    face_sides(face.points, &left_before, &right_before);
    for (int i = 0; i < POINT_COUNT; i++)
        if (i < POINT_CONTOUR_FIRST - 20 && i != POINT_IRIS_LEFT && i != POINT_IRIS_RIGHT)
            face.points[i] = (Point){i % 2 ? -500 : 900, 260};
    face.points[POINT_CONTOUR_FIRST - 1] = (Point){-500, 260};
    face.points[POINT_CONTOUR_LAST + 1] = (Point){900, 260};
    face_sides(face.points, &left, &right);
    assert_true(left == left_before && right == right_before);
}

/* Turned around its middle: from 45 degrees on hardly anything of the contour is as high as the eyes. */
static void sides_that_do_not_hold_the_eyes_are_none(void **state)
{
    (void)state;
    for (int degrees = -60; degrees <= 60; degrees += 5) {
        Face face = drawn_face();
        double left, right, c = cos(degrees * M_PI / 180), s = sin(degrees * M_PI / 180);
        for (int i = 0; i < POINT_COUNT; i++) {
            Point from = {face.points[i].x - 200, face.points[i].y - 260};
            face.points[i] = (Point){200 + c * from.x - s * from.y, 260 + s * from.x + c * from.y};
        }
        face_sides(face.points, &left, &right);
        if (abs(degrees) <= 30)
            assert_true(right - left > 180);
        else if (!isnan(left))
            assert_true(left < face.points[POINT_IRIS_LEFT].x && right > face.points[POINT_IRIS_RIGHT].x);
        if (abs(degrees) >= 55)
            assert_true(isnan(left) && isnan(right));
    }
}

static void a_contour_that_missed_the_cheeks_has_no_sides(void **state)
{
    (void)state;
    Face face = drawn_face();
    double left, right;
    for (int i = POINT_CONTOUR_FIRST; i <= POINT_CONTOUR_LAST; i++)
        face.points[i].y += 1000;
    face_sides(face.points, &left, &right);
    assert_true(isnan(left) && isnan(right));
    face.points[POINT_CONTOUR_FIRST] = (Point){100, 260}; /* one point has no extent */
    face_sides(face.points, &left, &right);
    assert_true(isnan(left) && isnan(right));
    FacePlace place = face_place(&face, 0, 0, 1);
    assert_float_equal(place.width, 2.3 * hypot(100, 4), 1e-9);
}

/* An index names a pixel's centre: source pixel p covers p - 0.5 .. p + 0.5, so the middle of the four
 * source pixels 0..3 lies at 1.5 and is pixel 0 of a picture a quarter as wide. */
static void centres_of_pixels_map_to_centres(void **state)
{
    (void)state;
    static const struct {
        double source, from, k, picture;
    } cases[] = {
        {7, 0, 1, 7},   {7, 3, 1, 4},      {1.5, 0, 0.25, 0}, {5.5, 0, 0.25, 1},
        {0, 0, 2, 0.5}, {9.5, 8, 0.5, 0.5}, {99.5, 100, 0.3, -0.5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Face face = drawn_face();
        face.points[0] = (Point){cases[i].source, 50};
        face.points[1] = (Point){50, cases[i].source};
        FacePlace across = face_place(&face, cases[i].from, 0, cases[i].k);
        FacePlace down = face_place(&face, 0, cases[i].from, cases[i].k);
        assert_float_equal(across.points[0].x, cases[i].picture, 1e-9);
        assert_float_equal(down.points[1].y, cases[i].picture, 1e-9);
    }
}

static void a_place_moves_and_scales_with_its_picture(void **state)
{
    (void)state;
    Face face = drawn_face();
    FacePlace whole = face_place(&face, 0, 0, 1), part = face_place(&face, 30, 50, 0.4);
    assert_float_equal(whole.eyes.x, 200, 1e-9);
    assert_float_equal(whole.eyes.y, 220, 1e-9);
    assert_float_equal(whole.mouth_y, 320, 1e-9);
    assert_float_equal(whole.chin_y, 400, 1e-9);
    assert_float_equal(part.width, 0.4 * whole.width, 1e-9);
    assert_float_equal(part.eyes.x, (200.5 - 30) * 0.4 - 0.5, 1e-9);
    assert_float_equal(part.eyes.y, (220.5 - 50) * 0.4 - 0.5, 1e-9);
    assert_float_equal(part.mouth_y, (320.5 - 50) * 0.4 - 0.5, 1e-9);
    assert_float_equal(part.chin_y, (400.5 - 50) * 0.4 - 0.5, 1e-9);
    for (int i = 0; i < POINT_COUNT; i++)
        assert_float_equal(whole.points[i].x, face.points[i].x, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sides_are_the_extent_between_eyes_and_mouth),
        cmocka_unit_test(points_above_the_eyes_and_below_the_mouth_do_not_count),
        cmocka_unit_test(only_contour_points_make_the_sides),
        cmocka_unit_test(sides_that_do_not_hold_the_eyes_are_none),
        cmocka_unit_test(a_contour_that_missed_the_cheeks_has_no_sides),
        cmocka_unit_test(centres_of_pixels_map_to_centres),
        cmocka_unit_test(a_place_moves_and_scales_with_its_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
