/* SPDX-License-Identifier: MIT */
#include "../../stages/detect.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "../../stages/face_measure.h"
#include "portraits.h"
#include "finder_fixture.h"

/* ---- arithmetic on made points ---- */

/* An eye from its outer corner to its inner one, `width` long; the lids `gap` apart in its middle and
 * 0.7 of that in its quarters. */
static void draw_eye(Point centre, double outward, double width, double gap, Point out[EYE_POINT_COUNT])
{
    for (int i = 0; i < 3; i++) {
        double x = centre.x + outward * width * (0.25 - 0.25 * i);
        double half = (i == 1 ? 1 : 0.7) * gap / 2;
        out[1 + i] = (Point){x, centre.y - half};
        out[7 - i] = (Point){x, centre.y + half};
    }
    out[0] = (Point){centre.x + outward * width / 2, centre.y};
    out[4] = (Point){centre.x - outward * width / 2, centre.y};
    out[POINT_IRIS] = centre;
}

enum { NOSE_TIP = 28 };

typedef struct Drawn {
    Point points[POINT_COUNT];
    double spread[POINT_COUNT];
} Drawn;

/* Eyes at (150, 220) and (250, 220), mouth 70 wide at y 320, contour an ellipse of half-axes 100, 140. */
static Drawn draw_face(double gap_left, double gap_right, double lips)
{
    Drawn d = {0};
    int count = POINT_CONTOUR_LAST - POINT_CONTOUR_FIRST;
    for (int i = POINT_CONTOUR_FIRST; i <= POINT_CONTOUR_LAST; i++) {
        double t = M_PI + 0.45 - (M_PI + 0.9) * (i - POINT_CONTOUR_FIRST) / count;
        d.points[i] = (Point){200 + 100 * cos(t), 260 + 140 * sin(t)};
    }
    d.points[NOSE_TIP] = (Point){200, 280};
    d.points[POINT_MOUTH_LEFT] = (Point){165, 320};
    d.points[POINT_MOUTH_RIGHT] = (Point){235, 320};
    d.points[POINT_LIP_UPPER] = (Point){200, 320 - lips / 2};
    d.points[POINT_LIP_LOWER] = (Point){200, 320 + lips / 2};
    draw_eye((Point){150, 220}, -1, 40, gap_left, d.points + POINT_EYE_LEFT);
    draw_eye((Point){250, 220}, 1, 40, gap_right, d.points + POINT_EYE_RIGHT);
    return d;
}

static Face face_of(const Drawn *d)
{
    Face face = {0};
    face_measure(d->points, d->spread, &face);
    return face;
}

static void lids_are_the_mean_gap_over_the_eye_width(void **state)
{
    (void)state;
    static const double GAPS[][2] = {{12, 12}, {12, 0}, {0, 16}, {4, 20}};
    for (size_t i = 0; i < sizeof GAPS / sizeof *GAPS; i++) {
        Drawn d = draw_face(GAPS[i][0], GAPS[i][1], 0);
        Face face = face_of(&d);
        assert_float_equal(face.lids_left, GAPS[i][0] * (1 + 2 * 0.7) / 3 / 40, 1e-9);
        assert_float_equal(face.lids_right, GAPS[i][1] * (1 + 2 * 0.7) / 3 / 40, 1e-9);
    }
}

static void lips_are_the_inner_gap_over_the_mouth_width(void **state)
{
    (void)state;
    for (double gap = 0; gap <= 21; gap += 7) {
        Drawn d = draw_face(12, 12, gap);
        assert_float_equal(face_of(&d).lips, gap / 70, 1e-9);
    }
}

static void eyes_are_the_iris_points(void **state)
{
    (void)state;
    Drawn d = draw_face(12, 12, 0);
    Face face = face_of(&d);
    assert_float_equal(face.left_eye.x, 150, 0);
    assert_float_equal(face.left_eye.y, 220, 0);
    assert_float_equal(face.right_eye.x, 250, 0);
    assert_memory_equal(face.points, d.points, sizeof d.points);
}

/* Narrow heat maps declare the measured error; wide ones more, and never less. */
static void declared_errors_grow_with_the_spread(void **state)
{
    (void)state;
    Drawn d = draw_face(12, 12, 0);
    Face narrow = face_of(&d);
    double eye = narrow.eye_error, width = narrow.width_error;
    for (int i = 0; i < POINT_COUNT; i++)
        d.spread[i] = 2;
    Face same = face_of(&d);
    assert_float_equal(same.eye_error, eye, 1e-12);
    assert_float_equal(same.width_error, width, 1e-12);
    d.spread[POINT_IRIS_RIGHT] = 20; /* one eye in doubt is enough */
    Face eye_wide = face_of(&d);
    assert_true(eye_wide.eye_error > 2 * eye);
    assert_float_equal(eye_wide.width_error, width, 1e-12);
    d.spread[POINT_SIDE_LEFT] = 60;
    assert_true(face_of(&d).width_error > 2 * width);
}

/* Where irises, corners or lids are sure, the tilt is. */
static void the_tilt_is_as_sure_as_the_surest_of_its_lines(void **state)
{
    (void)state;
    enum { IRISES = 1, CORNERS = 2, LIDS = 4, ALL = 7 };
    for (int wide = 0; wide <= ALL; wide++) {
        Drawn d = draw_face(12, 12, 0);
        double sure = face_of(&d).tilt_error;
        if (wide & IRISES)
            d.spread[POINT_IRIS_RIGHT] = 20;
        if (wide & CORNERS)
            d.spread[POINT_EYE_LEFT + 4] = 20;
        if (wide & LIDS)
            d.spread[POINT_EYE_RIGHT + 7] = 20;
        double error = face_of(&d).tilt_error;
        assert_true(sure > 0 && (wide == ALL ? error > 2 * sure : error == sure));
    }
}

static void lines_that_part_make_the_tilt_less_sure(void **state)
{
    (void)state;
    Drawn d = draw_face(12, 12, 0);
    double sure = face_of(&d).tilt_error;
    d.points[POINT_IRIS_RIGHT].y += 3;
    assert_float_equal(face_of(&d).tilt_error, sure + 0.7 * atan2(3, 100) * 180 / M_PI, 1e-9);
}

static void sides_and_chin_are_those_of_the_contour(void **state)
{
    (void)state;
    Drawn d = draw_face(12, 12, 0);
    Face face = face_of(&d);
    assert_float_equal(face.left_x, 100, 1);
    assert_float_equal(face.right_x, 300, 1);
    assert_float_equal(face.chin_y, 400, 1e-6);
    assert_float_equal(face.mouth_left.x, 165, 0);
    assert_float_equal(face.mouth_right.x, 235, 0);
}

static void tilt_is_the_mean_of_irises_corners_and_lids(void **state)
{
    (void)state;
    Drawn d = draw_face(12, 12, 0);
    assert_float_equal(face_of(&d).tilt_deg, 0, 1e-9);
    d.points[POINT_IRIS_RIGHT].y += 10; /* to the right and down: clockwise */
    double irises = atan2(10, 100) * 180 / M_PI;
    assert_float_equal(face_of(&d).tilt_deg, irises / 3, 1e-9);
    for (int i = 0; i < POINT_IRIS; i += 4) /* the corners */
        d.points[POINT_EYE_RIGHT + i].y += 10;
    assert_float_equal(face_of(&d).tilt_deg, irises * 2 / 3, 1e-9);
    for (int i = 1; i < POINT_IRIS; i += 1 + (i == 3))
        d.points[POINT_EYE_RIGHT + i].y += 10;
    assert_float_equal(face_of(&d).tilt_deg, irises, 1e-9);
}

/* A wink: the closed eye's centre is put back where the open eye's is, and the line through both is less sure. */
static void a_closed_eye_does_not_tilt_the_head(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        Drawn d = draw_face(side ? 12 : 0.1, side ? 0.1 : 12, 0);
        int first = side ? POINT_EYE_RIGHT : POINT_EYE_LEFT;
        double lids = 12 * (1 + 2 * 0.7) / 3;
        for (int i = 0; i < EYE_POINT_COUNT; i++)
            d.points[first + i].y += lids / 2;
        Face wink = face_of(&d);
        Drawn open = draw_face(12, 12, 0);
        Face awake = face_of(&open);
        assert_float_equal(wink.tilt_deg, 0, 0.1);
        assert_float_equal((side ? wink.right_eye : wink.left_eye).y, 220, 0.1);
        assert_float_equal((side ? wink.left_eye : wink.right_eye).y, 220, 0);
        assert_true(wink.tilt_error > awake.tilt_error && wink.eye_error > awake.eye_error);
        Drawn both = draw_face(0.1, 0.1, 0);
        assert_float_equal(face_of(&both).left_eye.y, 220, 0);
    }
}

/* A third of a wink's tilt is that of brows and sides, unless the head is turned: then these part by themselves. */
static void brows_and_sides_level_a_wink(void **state)
{
    (void)state;
    static const int LEFT[] = {18, 19, 21, 49, 50, 51}, RIGHT[] = {22, 23, 25, 65, 64, 63};
    Drawn level = draw_face(12, 0.1, 0);
    for (int i = 0; i < EYE_POINT_COUNT; i++)
        level.points[POINT_EYE_RIGHT + i].y += 4.8; /* where the lids of an open one would meet */
    Drawn d = level;
    for (int i = 0; i < 6; i++)
        d.points[LEFT[i]] = (Point){150, 200}, d.points[RIGHT[i]] = (Point){250, 203};
    double beside = atan2(3, 100) * 180 / M_PI;
    Face face = face_of(&d), straight = face_of(&level);
    assert_float_equal(face.tilt_deg - straight.tilt_deg, beside / 3, 0.01);
    assert_float_equal(face.tilt_error - straight.tilt_error, beside * 0.8, 0.05);
    d.points[NOSE_TIP].x += 60;
    assert_float_equal(face_of(&d).tilt_deg, straight.tilt_deg, 0.05);
}

/* The nose moves with a turned or lowered head; the cheek's edge then lies elsewhere. */
static void the_width_is_less_sure_on_a_turned_head(void **state)
{
    (void)state;
    Drawn d = draw_face(12, 12, 0);
    double frontal = face_of(&d).width_error, last = frontal;
    for (int step = 1; step <= 3; step++) {
        d.points[NOSE_TIP].x = 200 + 60 * step;
        double now = face_of(&d).width_error;
        assert_true(now > last);
        last = now;
    }
    d.points[NOSE_TIP] = (Point){200, 360};
    assert_true(face_of(&d).width_error > frontal);
}

static void declared_errors_grow_with_the_face(void **state)
{
    (void)state;
    Drawn d = draw_face(12, 12, 7), twice = d;
    for (Point *at = twice.points; at < twice.points + POINT_COUNT; at++)
        *at = (Point){2 * at->x, 2 * at->y};
    Face one = face_of(&d), two = face_of(&twice);
    assert_true(one.eye_error > 0 && one.eye_error < 5 && one.width_error > 0);
    assert_float_equal(two.eye_error, 2 * one.eye_error, 1e-9);
    assert_float_equal(two.width_error, 2 * one.width_error, 1e-9);
    assert_float_equal(two.tilt_error, one.tilt_error, 1e-9);
    assert_float_equal(two.lids_left, one.lids_left, 1e-9);
    assert_float_equal(two.lips, one.lips, 1e-9);
}

static void points_in_one_place_divide_by_nothing(void **state)
{
    (void)state;
    Drawn d = {0};
    Face face = face_of(&d);
    assert_true(isfinite(face.lids_left) && isfinite(face.lips) && face.eye_error < 1e-6);
    assert_true(isnan(face.left_x) && isnan(face.right_x));
}

/* ---- real networks on portraits ---- */

static Faces detect(const Picture *picture, double scale)
{
    Faces faces;
    Facts facts;
    facts_clear(&facts);
    assert_int_equal(detect_faces(finder, picture, scale, &faces, &facts).code, ERR_NONE);
    assert_true(facts.v[CHECK_faces] == faces.count);
    return faces;
}

static double eye_error(const Face *face, const Portrait *truth)
{
    double left = hypot(face->left_eye.x - truth->left_eye.x, face->left_eye.y - truth->left_eye.y);
    double right = hypot(face->right_eye.x - truth->right_eye.x,
                         face->right_eye.y - truth->right_eye.y);
    return fmax(left, right) / hypot(truth->right_eye.x - truth->left_eye.x,
                                     truth->right_eye.y - truth->left_eye.y);
}

/* Every fault-free portrait has one face; nine of ten settle, and then both eyes are within 5 % of the
 * eye distance. Returns how many there are. */
static int compare(const char *folder, const char *csv)
{
    static Portrait list[64];
    int count = portrait_list(csv, list, 64), seen = 0, settled = 0;
    for (int i = 0; i < count; i++) {
        if (*list[i].fault || list[i].faces != 1)
            continue;
        Picture picture = portrait_picture(arena, folder, list[i].file);
        assert_non_null(picture.rgb);
        Faces faces = detect(&picture, 1);
        double error = eye_error(&faces.best, &list[i]);
        if (faces.count != 1 || (faces.best.settled && !(error < 0.05)))
            fail_msg("%s: %d faces, eyes off by %.1f %%", list[i].file, faces.count, 100 * error);
        arena_reset(arena);
        seen++;
        settled += faces.best.settled;
    }
    assert_true(settled * 10 >= seen * 9);
    return seen;
}

static void base_portraits_have_one_face_with_its_eyes_in_place(void **state)
{
    (void)state;
    assert_true(compare(SOURCE_DIR "/samples/base", SOURCE_DIR "/samples/base/truth.csv") >= 10);
}

static void shared_portraits_have_one_face_with_its_eyes_in_place(void **state)
{
    (void)state;
    static const char *const SETS[] = {"composite", "real", "synthetic"};
    const char *asked = getenv("HEADROOM_SHARED");
    char folder[512], csv[512];
    for (size_t i = 0; i < sizeof SETS / sizeof *SETS; i++) {
        const char *shared = asked ? asked : SOURCE_DIR "/../shared";
        snprintf(folder, sizeof folder, "%s/faces/%s", shared, SETS[i]);
        snprintf(csv, sizeof csv, "%s/faces/truth_%s.csv", shared, SETS[i]);
        if (!compare(folder, csv)) {
            print_message("no portraits in '%s'\n", folder);
            skip();
        }
    }
}

/* The networks see a reduction; measures are pixels of the source. */
static void measures_are_in_source_pixels(void **state)
{
    (void)state;
    Picture picture = portrait_picture(arena, SOURCE_DIR "/samples/base", "s_005_clean.jpg");
    assert_non_null(picture.rgb);
    Faces one = detect(&picture, 1), four = detect(&picture, 4);
    assert_float_equal(four.best.left_eye.x, (one.best.left_eye.x + 0.5) * 4 - 0.5, 1e-6);
    assert_float_equal(four.best.chin_y, (one.best.chin_y + 0.5) * 4 - 0.5, 1e-6);
    assert_float_equal(four.best.right_x - four.best.left_x,
                       4 * (one.best.right_x - one.best.left_x), 1e-6);
    assert_float_equal(four.best.lids_left, one.best.lids_left, 1e-9);
    assert_float_equal(four.best.movement, one.best.movement, 1e-9);
    arena_reset(arena);
}

static Picture paper(int width, int height, int noise)
{
    Picture p = {width, height, arena_alloc(arena, 3 * (size_t)width * (size_t)height)};
    unsigned seed = 99;
    for (int i = 0; i < 3 * width * height; i++) {
        static const int BLUE[] = {100, 197, 245};
        seed = seed * 1664525u + 1013904223u;
        p.rgb[i] = (uint8_t)(BLUE[i % 3] + (noise ? (int)(seed >> 16) % noise : 0));
    }
    return p;
}

static void empty_paper_has_no_face(void **state)
{
    (void)state;
    static const int NOISES[] = {0, 3, 10};
    for (size_t i = 0; i < sizeof NOISES / sizeof *NOISES; i++) {
        Picture picture = paper(480, 640, NOISES[i]);
        Faces faces = detect(&picture, 1);
        assert_int_equal(faces.count, 0);
        assert_true(isnan(faces.best.left_eye.x) && isnan(faces.best.left_x));
        arena_reset(arena);
    }
}

/* Too small to look at is unmeasured: no count, not a count of none. */
static void tiny_pictures_are_not_searched(void **state)
{
    (void)state;
    static const int SIZES[][2] = {{1, 1}, {31, 400}, {400, 31}};
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        Picture picture = paper(SIZES[i][0], SIZES[i][1], 5);
        Faces faces;
        Facts facts;
        facts_clear(&facts);
        assert_int_equal(detect_faces(finder, &picture, 1, &faces, &facts).code, ERR_NONE);
        assert_true(isnan(facts.v[CHECK_faces]));
        assert_int_equal(faces.count, 0);
    }
    Picture least = paper(32, 32, 5), long_one = paper(2000, 32, 5);
    assert_int_equal(detect(&least, 1).count, 0);
    assert_int_equal(detect(&long_one, 1).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lids_are_the_mean_gap_over_the_eye_width),
        cmocka_unit_test(lips_are_the_inner_gap_over_the_mouth_width),
        cmocka_unit_test(eyes_are_the_iris_points),
        cmocka_unit_test(declared_errors_grow_with_the_spread),
        cmocka_unit_test(sides_and_chin_are_those_of_the_contour),
        cmocka_unit_test(tilt_is_the_mean_of_irises_corners_and_lids),
        cmocka_unit_test(a_closed_eye_does_not_tilt_the_head),
        cmocka_unit_test(brows_and_sides_level_a_wink),
        cmocka_unit_test(the_tilt_is_as_sure_as_the_surest_of_its_lines),
        cmocka_unit_test(lines_that_part_make_the_tilt_less_sure),
        cmocka_unit_test(the_width_is_less_sure_on_a_turned_head),
        cmocka_unit_test(declared_errors_grow_with_the_face),
        cmocka_unit_test(points_in_one_place_divide_by_nothing),
        cmocka_unit_test(base_portraits_have_one_face_with_its_eyes_in_place),
        cmocka_unit_test(shared_portraits_have_one_face_with_its_eyes_in_place),
        cmocka_unit_test(measures_are_in_source_pixels),
        cmocka_unit_test(empty_paper_has_no_face),
        cmocka_unit_test(tiny_pictures_are_not_searched),
    };
    return cmocka_run_group_tests(tests, open_finder, close_finder);
}
