/* SPDX-License-Identifier: MIT */
#include "../../stages/shoulders.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "arena_fixture.h"

enum { PX = 400, FACE = 120, CHIN_X = 200, CHIN_Y = 200 };

/* Shoulders that fall from the neck by 0.4 and slant by `degrees` around the chin's column. */
static double outline(double x, double degrees)
{
    double aside = x - CHIN_X;
    return CHIN_Y + 10 + 0.4 * fabs(aside) + aside * tan(degrees * M_PI / 180);
}

static Silhouette person(double degrees)
{
    Silhouette s = {.width_px = PX, .height_px = PX, .label = arena_alloc(arena, PX * PX), .uniform = true};
    for (int y = 0; y < PX; y++)
        for (int x = 0; x < PX; x++) {
            bool head = abs(x - CHIN_X) <= FACE / 2 && y > 40 && y < CHIN_Y;
            bool neck = abs(x - CHIN_X) <= FACE / 3 && y >= CHIN_Y;
            s.label[y * PX + x] = head || neck || y >= outline(x, degrees) ? LABEL_PERSON : LABEL_PAPER;
        }
    return s;
}

static FacePlace face_at(double chin_x)
{
    FacePlace face = {.width = FACE, .mouth_y = CHIN_Y - 40, .chin_y = CHIN_Y};
    face.points[POINT_CHIN] = (Point){chin_x, CHIN_Y};
    return face;
}

static Facts measure(const Silhouette *s, const FacePlace *face)
{
    Facts facts;
    facts_clear(&facts);
    shoulders_measure(face, s, &facts);
    return facts;
}

static void assert_hidden(const Silhouette *s, const FacePlace *face)
{
    Facts facts = measure(s, face);
    assert_true(isnan(facts.v[CHECK_shoulders_deg]) && facts.u[CHECK_shoulders_deg] == -INFINITY);
}

static void fill(Silhouette *s, const int box[4], Label label)
{
    for (int y = box[2]; y < box[3]; y++)
        memset(s->label + y * PX + box[0], (int)label, (size_t)(box[1] - box[0]));
}

static void the_slope_is_measured_either_way(void **state)
{
    (void)state;
    static const double DEGREES[] = {-20, -6, 0, 6, 20};
    FacePlace face = face_at(CHIN_X);
    for (size_t i = 0; i < sizeof DEGREES / sizeof *DEGREES; i++) {
        Silhouette s = person(DEGREES[i]);
        Facts facts = measure(&s, &face);
        assert_float_equal(facts.v[CHECK_shoulders_deg], DEGREES[i], 0.6);
        assert_float_equal(facts.u[CHECK_shoulders_deg], 2, 0.4);
        arena_reset(arena);
    }
}

/* Grain in the paper above, and a row of grain right at the outline, change nothing. */
static void specks_are_stepped_over(void **state)
{
    (void)state;
    FacePlace face = face_at(CHIN_X);
    Silhouette s = person(6);
    for (int x = 0; x < PX; x += 7)
        for (int y = 5; y < outline(x, 6) - 4; y += 9)
            if (s.label[y * PX + x] == LABEL_PAPER)
                s.label[y * PX + x] = s.label[(y + 1) * PX + x] = LABEL_FOREIGN;
    assert_float_equal(measure(&s, &face).v[CHECK_shoulders_deg], 6, 0.6);
}

static Silhouette raised(double steep)
{
    Silhouette s = person(0);
    for (int x = 0; x < CHIN_X - 66; x++) /* raised further out */
        for (int y = 0; y < PX; y++)
            if (y >= outline(x, 0) - steep * (CHIN_X - 66 - x))
                s.label[y * PX + x] = LABEL_PERSON;
    return s;
}

static void an_uneven_outline_has_a_larger_error_or_is_none(void **state)
{
    (void)state;
    FacePlace face = face_at(CHIN_X);
    Silhouette bent = raised(0.5), torn = raised(1.2);
    double error = measure(&bent, &face).u[CHECK_shoulders_deg];
    assert_true(error > 3 && error <= 5);
    assert_hidden(&torn, &face);
}

static void hair_over_one_shoulder_hides_it(void **state)
{
    (void)state;
    FacePlace face = face_at(CHIN_X);
    Silhouette s = person(0);
    fill(&s, (int[]){CHIN_X - 140, CHIN_X - FACE / 2, 60, 300}, LABEL_PERSON);
    assert_hidden(&s, &face);
}

/* The pairs begin 66 px aside, 2.4 px apart: the sixth is the columns 122 and 278. */
static void six_pairs_are_the_least(void **state)
{
    (void)state;
    FacePlace face = face_at(CHIN_X);
    for (int less = 0; less < 2; less++) {
        Silhouette s = person(0);
        fill(&s, (int[]){0, 122 + less, 60, 300}, LABEL_PERSON);
        assert_int_equal(!isnan(measure(&s, &face).v[CHECK_shoulders_deg]), !less);
        arena_reset(arena);
    }
}

static void what_cannot_be_told_is_hidden(void **state)
{
    (void)state;
    FacePlace face = face_at(CHIN_X), low = face, nowhere = face;
    Silhouette s = person(0), paper = person(0), unsure = person(0);
    memset(paper.label, LABEL_PAPER, PX * PX);
    unsure.problem = "the background is not uniform";
    low.mouth_y = PX;
    nowhere.points[POINT_CHIN].x = NAN;
    assert_hidden(&paper, &face);
    assert_hidden(&unsure, &face);
    assert_hidden(&s, &low);
    assert_hidden(&s, &nowhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_slope_is_measured_either_way),
        cmocka_unit_test(specks_are_stepped_over),
        cmocka_unit_test(an_uneven_outline_has_a_larger_error_or_is_none),
        cmocka_unit_test(hair_over_one_shoulder_hides_it),
        cmocka_unit_test(six_pairs_are_the_least),
        cmocka_unit_test(what_cannot_be_told_is_hidden),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
