/* SPDX-License-Identifier: MIT */
#include "../../stages/look.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static const int WIDTH = 400; /* of the picture; the sound face is a quarter of it */
static const double LARGEST = 100;

static Look sound_look(void)
{
    Look look = {.eye_distance = 40, .size = 100, .score = 0.9, .movement = 0.02, .eye_movement = 0.02, .mean_spread = 0.15, .verified = 0.5};
    look.points[POINT_IRIS_LEFT] = (Point){-20, 0};
    look.points[POINT_IRIS_RIGHT] = (Point){20, 0};
    look.points[POINT_MOUTH_LEFT] = (Point){-15, 40};
    look.points[POINT_MOUTH_RIGHT] = (Point){15, 40};
    return look;
}

static bool may_be_a_face(const Look *look)
{
    return look_may_be_a_face(look, WIDTH);
}

static bool stands_beside(const Look *look)
{
    return look_stands_beside(look, LARGEST);
}

#define OF(member) offsetof(Look, member)

typedef struct Case { /* the sound look with up to three members changed */
    int line;
    bool (*ask)(const Look *look);
    bool want;
    struct { size_t at; double value; } change[3];
} Case;

static void check_cases(const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Look look = sound_look();
        for (size_t k = 0; k < 3; k++)
            if (cases[i].change[k].at)
                *(double *)((char *)&look + cases[i].change[k].at) = cases[i].change[k].value;
        if (cases[i].ask(&look) != cases[i].want)
            fail_msg("the case of line %d", cases[i].line);
    }
}

#define CHECK_CASES(cases) check_cases(cases, sizeof(cases) / sizeof *(cases))

static void a_face_holds_still_and_is_shaped_like_one(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {__LINE__, look_is_a_face, true, {}},
        {__LINE__, look_is_a_face, true, {{OF(score), 0.4}, {OF(movement), 0.05}}},
        {__LINE__, look_is_a_face, false, {{OF(score), 0.399}, {OF(movement), 0.05}}},
        {__LINE__, look_is_a_face, false, {{OF(score), 0.4}, {OF(movement), 0.051}}},
        {__LINE__, look_is_a_face, false, {{OF(score), 0.619}, {OF(movement), 0.051}}},
        {__LINE__, look_is_a_face, true, {{OF(score), 0.62}, {OF(movement), 0.10}}},
        {__LINE__, look_is_a_face, false, {{OF(score), 0.62}, {OF(movement), 0.101}}},
        {__LINE__, look_is_a_face, true, {{OF(turn), 0.3}}},
        {__LINE__, look_is_a_face, false, {{OF(turn), 0.301}}},
        {__LINE__, look_is_a_face, true, {{OF(mean_spread), 0.21}}},
        {__LINE__, look_is_a_face, false, {{OF(mean_spread), 0.211}}},
        {__LINE__, look_is_a_face, false, {{OF(eye_distance), 22}}}, /* of a size of 100 */
        {__LINE__, look_is_a_face, true, {{OF(eye_distance), 22.1}}},
        {__LINE__, look_is_a_face, true, {{OF(eye_distance), 61.9}}},
        {__LINE__, look_is_a_face, false, {{OF(eye_distance), 62}}},
        {__LINE__, look_is_a_face, false, {{OF(points[POINT_IRIS_LEFT].x), 20}}},
        {__LINE__, look_is_a_face, false, {{OF(points[POINT_MOUTH_LEFT].y), 16}, {OF(points[POINT_MOUTH_RIGHT].y), 16}}},
        {__LINE__, look_is_a_face, true, {{OF(points[POINT_MOUTH_LEFT].y), 16}, {OF(points[POINT_MOUTH_RIGHT].y), 16.1}}},
    };
    CHECK_CASES(CASES);
}

static void what_may_be_measured_has_settled(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {__LINE__, look_has_settled, true, {{OF(movement), 0.10}}},
        {__LINE__, look_has_settled, false, {{OF(movement), 0.101}}},
        {__LINE__, look_has_settled, true, {{OF(eye_movement), 0.08}, {OF(mean_spread), 0.17}}},
        {__LINE__, look_has_settled, false, {{OF(eye_movement), 0.081}, {OF(mean_spread), 0.17}}},
        {__LINE__, look_has_settled, true, {{OF(eye_movement), 0.03}, {OF(mean_spread), 0.171}}},
        {__LINE__, look_has_settled, false, {{OF(eye_movement), 0.031}, {OF(mean_spread), 0.171}}},
    };
    CHECK_CASES(CASES);
    Look placed = sound_look();
    placed.placed = true;
    assert_false(look_has_settled(&placed));
}

static void one_of_finder_and_points_may_be_unsure(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {__LINE__, may_be_a_face, true, {{OF(movement), 0.16}}},
        {__LINE__, may_be_a_face, false, {{OF(movement), 0.161}}},
        {__LINE__, may_be_a_face, true, {{OF(score), 0.1}, {OF(mean_spread), 0.21}}},
        {__LINE__, may_be_a_face, false, {{OF(score), 0.619}, {OF(mean_spread), 0.211}}},
        {__LINE__, may_be_a_face, true, {{OF(score), 0.62}, {OF(mean_spread), 0.5}}},
        /* a large one */
        {__LINE__, may_be_a_face, true, {{OF(score), 0.1}, {OF(mean_spread), 0.3}, {OF(size), 120}}},
        {__LINE__, may_be_a_face, false, {{OF(score), 0.1}, {OF(mean_spread), 0.3}, {OF(size), 119}}},
        {__LINE__, may_be_a_face, false, {{OF(score), 0.1}, {OF(mean_spread), 0.301}, {OF(size), 120}}},
    };
    CHECK_CASES(CASES);
    Look large = sound_look();
    large.score = 0.1, large.mean_spread = 0.3, large.size = 120, large.movement = 0.09, large.turn = 0.3;
    assert_true(may_be_a_face(&large));
    large.movement = 0.091;
    assert_false(may_be_a_face(&large));
    large.movement = 0.09, large.turn = 0.301;
    assert_false(may_be_a_face(&large));
}

static void the_verifier_doubts_and_knows(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {__LINE__, look_is_doubtful, true, {{OF(verified), 0.099}}},
        {__LINE__, look_is_doubtful, false, {{OF(verified), 0.10}}},
        {__LINE__, look_is_known, true, {{OF(verified), 0.6}, {OF(score), 0.4}}},
        {__LINE__, look_is_known, false, {{OF(verified), 0.599}, {OF(score), 0.4}}},
        {__LINE__, look_is_known, true, {{OF(verified), 0.9}, {OF(score), 0.399}}},
        {__LINE__, look_is_known, false, {{OF(verified), 0.899}, {OF(score), 0.399}}},
    };
    CHECK_CASES(CASES);
}

static void a_second_person_needs_less_beside_a_first(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {__LINE__, stands_beside, true, {{OF(score), 0.55}}},
        {__LINE__, stands_beside, false, {{OF(score), 0.549}}},
        {__LINE__, stands_beside, true, {{OF(movement), 0.08}}},
        {__LINE__, stands_beside, false, {{OF(movement), 0.081}}},
        {__LINE__, stands_beside, true, {{OF(mean_spread), 0.30}}},
        {__LINE__, stands_beside, false, {{OF(mean_spread), 0.301}}},
        {__LINE__, stands_beside, true, {{OF(turn), 0.3}}},
        {__LINE__, stands_beside, false, {{OF(turn), 0.301}}},
        {__LINE__, stands_beside, true, {{OF(size), 50}, {OF(eye_distance), 20}}},
        {__LINE__, stands_beside, false, {{OF(size), 49.9}, {OF(eye_distance), 20}}},
        {__LINE__, stands_beside, true, {{OF(verified), 0.95}, {OF(score), 0}, {OF(movement), 0.5}}},
        {__LINE__, stands_beside, false, {{OF(verified), 0.949}, {OF(score), 0}, {OF(movement), 0.5}}},
        {__LINE__, stands_beside, false, {{OF(verified), 0.95}, {OF(size), 49.9}}},
    };
    CHECK_CASES(CASES);
}

static void points_that_strayed_are_put_where_the_finder_saw_it(void **state)
{
    (void)state;
    static const FaceCandidate CANDIDATE = {.face = {.centre = {200, 100}, .side = 100}};
    static const struct { double x, y, size; bool strayed; } CASES[] = {
        {200, 100, 100, false},
        {235, 100, 100, false}, {235.1, 100, 100, true}, {200, 65, 100, false}, {200, 64.9, 100, true},
        {200, 100, 60, false},  {200, 100, 59.9, true},  {200, 100, 160, false}, {200, 100, 160.1, true},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Look look = sound_look();
        look.centre = (Point){CASES[i].x, CASES[i].y};
        look.size = CASES[i].size;
        look_place(&look, &CANDIDATE);
        assert_int_equal(look.placed, CASES[i].strayed);
        assert_float_equal(look.centre.x, CASES[i].strayed ? 200 : CASES[i].x, 0);
        assert_float_equal(look.centre.y, CASES[i].strayed ? 100 : CASES[i].y, 0);
        assert_float_equal(look.size, CASES[i].strayed ? 100 : CASES[i].size, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_face_holds_still_and_is_shaped_like_one),
        cmocka_unit_test(what_may_be_measured_has_settled),
        cmocka_unit_test(one_of_finder_and_points_may_be_unsure),
        cmocka_unit_test(the_verifier_doubts_and_knows),
        cmocka_unit_test(a_second_person_needs_less_beside_a_first),
        cmocka_unit_test(points_that_strayed_are_put_where_the_finder_saw_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
