/* SPDX-License-Identifier: MIT */
#include "../../stages/hair.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "eye_scene.h"
#include "arena_fixture.h"

/* Brows from 0.2 to 0.9 eye distances aside, their upper edge level, 0.4 above the eyes. */
static FacePlace face_with_brows(void)
{
    static const double U[] = {0.9, 0.55, 0.2};
    FacePlace face = eye_scene_face(0.15);
    for (int i = 0; i < 3; i++) {
        face.points[18 + i] = (Point){400 - 100 * U[i], 360};
        face.points[22 + i] = (Point){400 + 100 * U[i], 360};
    }
    return face;
}

static double brow_hair(const Picture *picture, const FacePlace *face)
{
    Facts facts;
    facts_clear(&facts);
    hair_measure(picture, face, &facts);
    return facts.v[CHECK_brow_hair];
}

/* A grey rectangle: left, right, top, bottom in the face's coordinates. */
static void box(Picture *p, const double at[4], int level)
{
    for (int y = (int)(400 + 100 * at[2]); y < (int)(400 + 100 * at[3]); y++)
        for (int x = (int)(400 + 100 * at[0]); x < (int)(400 + 100 * at[1]); x++)
            memset(p->rgb + 3 * (y * SCENE_PX + x), level, 3);
}

/* Hair of any share of the skin's light counts below 0.55 of it, whatever the skin. */
static void dark_over_a_brow_counts_whatever_the_skin(void **state)
{
    (void)state;
    static const int SKINS[] = {60, 120, 220};
    static const double LEAVES[] = {1, 0.6, 0.5, 0.1};
    FacePlace face = face_with_brows();
    for (size_t s = 0; s < sizeof SKINS / sizeof *SKINS; s++)
        for (size_t i = 0; i < sizeof LEAVES / sizeof *LEAVES; i++)
            for (int side = -1; side <= 1; side += 2) {
                Picture p = eye_scene_skin(arena, SKINS[s], SKINS[s], SKINS[s]);
                const double over[] = {side < 0 ? -0.95 : 0.15, side < 0 ? -0.15 : 0.95, -0.9, -0.3};
                box(&p, over, (int)(SKINS[s] * LEAVES[i]));
                assert_float_equal(brow_hair(&p, &face), LEAVES[i] < 0.55 ? 100 : 0, 0);
                arena_reset(arena);
            }
}

/* The strip goes from 0.06 to 0.24 above the brow, from end to end of it. */
static void the_share_is_that_of_the_strip(void **state)
{
    (void)state;
    static const struct {
        double box[4], share;
    } CASES[] = {
        {{0.20, 0.90, -0.40, -0.38}, 0},    /* the brow itself */
        {{0.20, 0.90, -0.90, -0.66}, 0},    /* a hair line above */
        {{0.20, 0.55, -0.90, -0.30}, 50},   /* its inner half */
        {{0.20, 0.90, -0.90, -0.55}, 50},   /* the upper half */
        {{-0.15, 0.15, -0.90, -0.30}, 0},   /* between the brows */
    };
    FacePlace face = face_with_brows();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Picture p = eye_scene_skin(arena, 180, 150, 130);
        box(&p, CASES[i].box, 20);
        assert_float_equal(brow_hair(&p, &face), CASES[i].share, 6);
        arena_reset(arena);
    }
}

static void shade_on_one_half_of_the_face_is_no_hair(void **state)
{
    (void)state;
    FacePlace face = face_with_brows();
    Picture p = eye_scene_skin(arena, 200, 200, 200);
    box(&p, (double[]){-3, 0, -3, 3}, 60);
    assert_float_equal(brow_hair(&p, &face), 0, 0);
}

static void what_cannot_be_seen_is_not_measured(void **state)
{
    (void)state;
    FacePlace face = face_with_brows(), gone = face;
    Picture black = eye_scene_skin(arena, 3, 3, 3), skin = eye_scene_skin(arena, 180, 150, 130);
    assert_true(isnan(brow_hair(&black, &face)));
    for (int i = 0; i < POINT_COUNT; i++)
        gone.points[i].y -= 800;
    assert_true(isnan(brow_hair(&skin, &gone)));
    face.points[19] = face.points[20]; /* a brow without extent */
    assert_true(isnan(brow_hair(&skin, &face)));
}

/* Contour points at the sides: u = +-1.1, from v = 0 down to 1.2. */
static FacePlace face_with_sides(void)
{
    FacePlace face = eye_scene_face(0.15);
    for (int i = 0; i < 5; i++) {
        face.points[POINT_CONTOUR_FIRST + i] = (Point){290, 400 + 30 * i};
        face.points[POINT_CONTOUR_LAST - i] = (Point){510, 400 + 30 * i};
    }
    return face;
}

static const double LEFT[] = {-1.5, -1.11, -0.5, 1.5}, RIGHT[] = {1.11, 1.5, -0.5, 1.5};

/* All outside is labelled so; then what lies further aside than `paper_from` eye distances is paper. */
static double ears(const Picture *picture, Label outside, double paper_from, double yaw_deg, const char *problem)
{
    FacePlace face = face_with_sides();
    Silhouette s = {.picture = picture, .width_px = SCENE_PX, .height_px = SCENE_PX, .problem = problem};
    s.label = arena_alloc(arena, (size_t)SCENE_PX * SCENE_PX);
    memset(s.label, (int)outside, (size_t)SCENE_PX * SCENE_PX);
    for (int i = 0; i < SCENE_PX * SCENE_PX; i++)
        if (fabs(i % SCENE_PX - 400.0) > 100 * paper_from)
            s.label[i] = LABEL_PAPER;
    Facts facts;
    facts_clear(&facts);
    facts.v[CHECK_yaw_deg] = yaw_deg;
    ears_measure(picture, &face, &s, &facts);
    return facts.v[CHECK_ear_hair];
}

static double ear_hair(const Picture *picture, Label outside, const char *problem)
{
    return ears(picture, outside, 1.3, 0, problem); /* the person ends behind the ears */
}

/* Of one side: the strip further out, to 1.5, must be the person's by as much, and the head may not be turned. */
static void hair_over_one_ear_counts_where_it_hangs(void **state)
{
    (void)state;
    static const struct {
        double dark, paper_from, yaw_deg, share;
    } CASES[] = {
        {0.5, 9, 0, 90},   {0.5, 1.34, 0, 0},  {0.5, 1.425, 0, 40}, {0.6, 9, 0, 0},
        {0.5, 9, 15, 90},  {0.5, 9, -15, 90},  {0.5, 9, 15.1, 0},   {0.5, 9, NAN, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (int side = 0; side < 2; side++) {
            Picture p = eye_scene_skin(arena, 200, 200, 200);
            box(&p, side ? LEFT : RIGHT, (int)(200 * CASES[i].dark));
            assert_float_equal(ears(&p, LABEL_PERSON, CASES[i].paper_from, CASES[i].yaw_deg, NULL), CASES[i].share, 4);
            arena_reset(arena);
        }
}

static void hair_counts_where_it_hides_both_ears(void **state)
{
    (void)state;
    for (int sides = 0; sides < 4; sides++) {
        Picture p = eye_scene_skin(arena, 180, 150, 130);
        if (sides & 1)
            box(&p, LEFT, 30);
        if (sides & 2)
            box(&p, RIGHT, 30);
        assert_float_equal(ear_hair(&p, LABEL_PERSON, NULL), sides == 3 ? 100 : 0, 0);
        arena_reset(arena);
    }
}

static void dark_paper_beside_the_face_is_no_hair(void **state)
{
    (void)state;
    Picture p = eye_scene_skin(arena, 180, 150, 130);
    box(&p, LEFT, 30);
    box(&p, RIGHT, 30);
    assert_float_equal(ear_hair(&p, LABEL_PAPER, NULL), 0, 0);
    assert_true(isnan(ear_hair(&p, LABEL_PERSON, "the background is not uniform")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dark_over_a_brow_counts_whatever_the_skin),
        cmocka_unit_test(the_share_is_that_of_the_strip),
        cmocka_unit_test(shade_on_one_half_of_the_face_is_no_hair),
        cmocka_unit_test(what_cannot_be_seen_is_not_measured),
        cmocka_unit_test(hair_over_one_ear_counts_where_it_hangs),
        cmocka_unit_test(hair_counts_where_it_hides_both_ears),
        cmocka_unit_test(dark_paper_beside_the_face_is_no_hair),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
