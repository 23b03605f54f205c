/* SPDX-License-Identifier: MIT */
#include "../../stages/eyes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "eye_scene.h"
#include "arena_fixture.h"

static Facts measure(const Picture *picture)
{
    FacePlace face = eye_scene_face(0.15);
    Facts facts;
    facts_clear(&facts);
    glasses_measure(picture, &face, &facts);
    return facts;
}

static const double LENSES[][4] = {{-0.5, 0.05, 0.45, 0.42}, {0.5, 0.05, 0.45, 0.42}};

/* The tint is the share of light the lens takes, whatever the skin. */
static void tint_is_the_light_that_both_lenses_take(void **state)
{
    (void)state;
    static const int SKINS[] = {60, 120, 200};
    static const double LEAVES[] = {1, 0.9, 0.65, 0.6, 0.3, 0.1};
    for (size_t s = 0; s < sizeof SKINS / sizeof *SKINS; s++)
        for (size_t i = 0; i < sizeof LEAVES / sizeof *LEAVES; i++) {
            Picture p = eye_scene_skin(arena, SKINS[s], SKINS[s], SKINS[s]);
            int level = (int)(SKINS[s] * LEAVES[i] + 0.5);
            eye_scene_spot(&p, LENSES[0], level, level, level);
            eye_scene_spot(&p, LENSES[1], level, level, level);
            Facts f = measure(&p);
            assert_float_equal(f.v[CHECK_glasses_tint], 100 * (1 - LEAVES[i]), 1);
            assert_true(f.u[CHECK_glasses_tint] > 0);
            arena_reset(arena);
        }
}

/* A lock or a side light may take half the light of one eye; what takes more covers it, and counts by 20 % less. */
static void one_eye_alone_counts_less(void **state)
{
    (void)state;
    static const struct { double leaves, tint; } CASES[] = {{1, 0}, {0.81, 0}, {0.65, 15}, {0.5, 30}, {0.4, 40}, {0.2, 60}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (int eye = 0; eye < 2; eye++) {
            Picture p = eye_scene_skin(arena, 150, 150, 150);
            int level = (int)(150 * CASES[i].leaves + 0.5);
            eye_scene_spot(&p, LENSES[eye], level, level, level);
            assert_float_equal(measure(&p).v[CHECK_glasses_tint], CASES[i].tint, 1);
            arena_reset(arena);
        }
}

/* By how far both lenses move the cheek's colour, or by the light, the blue or the green that they take; of one alone by these, less 20. */
static void a_coloured_lens_is_tinted(void **state)
{
    (void)state;
    static const struct { int skin[3], lens[3]; double both, one; } CASES[] = {
        {{180, 150, 130}, {180, 150, 130}, 0, 0},
        {{180, 150, 130}, {176, 151, 134}, 6.2, 0},
        {{180, 150, 130}, {185, 147, 108}, 29, 9},
        {{180, 150, 130}, {190, 140, 95}, 46.6, 26.6},
        {{180, 150, 130}, {145, 152, 180}, 67.7, 0},    /* blue */
        {{180, 150, 130}, {150, 165, 110}, 57.4, 0},    /* green */
        {{200, 140, 100}, {188, 102, 49}, 70.4, 50.4},  /* amber, warm skin */
        {{200, 140, 100}, {196, 127, 83}, 22.5, 2.5},   /* a breath of it */
        {{200, 140, 100}, {198, 128, 54}, 67.3, 47.3},      /* yellow */
        {{200, 140, 100}, {200, 88, 71}, 87.8, 67.8},   /* rose */
        {{90, 55, 40}, {85, 40, 20}, 61.6, 41.6},       /* the same on dark skin: amber */
        {{90, 55, 40}, {89, 50, 22}, 59, 39},
        {{90, 55, 40}, {90, 35, 28}, 79.4, 59.4},
        {{220, 180, 165}, {207, 131, 82}, 71.7, 51.7},  /* on fair skin */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (int lenses = 1; lenses <= 2; lenses++) {
            const int *skin = CASES[i].skin, *lens = CASES[i].lens;
            Picture p = eye_scene_skin(arena, skin[0], skin[1], skin[2]);
            for (int k = 0; k < lenses; k++)
                eye_scene_spot(&p, LENSES[k], lens[0], lens[1], lens[2]);
            assert_float_equal(measure(&p).v[CHECK_glasses_tint], lenses == 2 ? CASES[i].both : CASES[i].one, 1);
            arena_reset(arena);
        }
}

static void what_is_no_lens_is_not_tinted(void **state)
{
    (void)state;
    static const struct { double spot[2][4]; int rgb[3]; } CASES[] = {
        {{{-0.5, 0.28, 0.45, 0.06}, {0.5, 0.28, 0.45, 0.06}}, {25, 25, 25}},    /* a thick rim */
        {{{-0.5, 0.28, 0.45, 0.06}, {0.5, 0.28, 0.45, 0.06}}, {110, 60, 35}},   /* of horn */
        {{{-0.5, 0.28, 0.45, 0.06}, {0.5, 0.28, 0.45, 0.06}}, {240, 240, 240}}, /* a white one */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Picture p = eye_scene_skin(arena, 180, 150, 130);
        for (int k = 0; k < 2; k++)
            eye_scene_spot(&p, CASES[i].spot[k], CASES[i].rgb[0], CASES[i].rgb[1], CASES[i].rgb[2]);
        assert_true(measure(&p).v[CHECK_glasses_tint] < 15);
        arena_reset(arena);
    }
    Picture p = eye_scene_skin(arena, 180, 130, 90);
    eye_scene_spot(&p, (double[]){0.55, 0.85, 0.3, 0.3}, 170, 150, 140); /* a cold light on one cheek and the nose */
    eye_scene_spot(&p, (double[]){0, 0.3, 0.2, 0.5}, 170, 150, 140);
    assert_true(measure(&p).v[CHECK_glasses_tint] < 15);
}

static void a_black_picture_has_no_tint(void **state)
{
    (void)state;
    Picture p = eye_scene_skin(arena, 3, 3, 3);
    assert_true(isnan(measure(&p).v[CHECK_glasses_tint]));
}

/* A disc of 0.2 eye distances, eroded by a step of 0.02, on a lens of 0.86 x 0.58. */
static void glare_is_a_share_of_one_lens(void **state)
{
    (void)state;
    Picture p = eye_scene_skin(arena, 200, 160, 140);
    assert_float_equal(measure(&p).v[CHECK_lens_glare], 0, 0);
    eye_scene_spot(&p, (double[]){0.5, 0, 0.2, 0.2}, 254, 254, 254);
    assert_float_equal(measure(&p).v[CHECK_lens_glare], 100 * M_PI * 0.18 * 0.18 / (0.86 * 0.58), 2);
}

static void what_is_no_reflection_is_not_counted(void **state)
{
    (void)state;
    static const struct {
        int skin, r, g, b;
        double spot[4];
    } CASES[] = {
        {160, 255, 255, 255, {0.5, 0.0, 0.025, 0.025}},  /* a catchlight */
        {160, 255, 255, 255, {0.5, 0.2, 0.45, 0.012}},   /* a light rim */
        {160, 255, 190, 150, {0.5, 0.0, 0.2, 0.2}},      /* light, but skin-coloured */
        {160, 185, 185, 185, {0.5, 0.0, 0.2, 0.2}},      /* the white of something, not light */
        {250, 255, 255, 255, {0.5, 0.0, 0.2, 0.2}},      /* over-exposed skin is as bright */
        {160, 255, 255, 255, {0.5, 0.7, 0.2, 0.2}},      /* on the cheek */
        {160, 255, 255, 255, {1.05, 0.0, 0.1, 0.2}},     /* behind the face */
        {160, 255, 255, 255, {0.6, 0.4, 0.3, 0.3}},      /* a lit cheek that reaches up to the eye */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Picture p = eye_scene_skin(arena, CASES[i].skin, CASES[i].skin, CASES[i].skin);
        eye_scene_spot(&p, CASES[i].spot, CASES[i].r, CASES[i].g, CASES[i].b);
        assert_float_equal(measure(&p).v[CHECK_lens_glare], 0, 0);
        arena_reset(arena);
    }
}

/* A spot of skin within a white one leaves a ring. */
static void a_light_rim_is_no_reflection_but_a_bar_is(void **state)
{
    (void)state;
    static const struct { double white[4], skin[4]; bool glare; } CASES[] = {
        {{0.5, 0.05, 0.36, 0.26}, {0.5, 0.05, 0.29, 0.19}, false}, /* 0.07 wide all around */
        {{0.5, 0.05, 0.36, 0.26}, {0.5, 0.05, 0.22, 0.12}, true},  /* 0.14 */
        {{0.5, 0.0, 0.33, 0.045}, {9, 9, 0.1, 0.1}, true},         /* a lamp's tube, 0.66 x 0.09 */
        {{0.5, 0.05, 0.18, 0.18}, {0.5, 0.05, 0.11, 0.11}, true},  /* a ring lamp, smaller than a lens */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Picture p = eye_scene_skin(arena, 160, 140, 120);
        eye_scene_spot(&p, CASES[i].white, 250, 250, 250);
        eye_scene_spot(&p, CASES[i].skin, 160, 140, 120);
        double share = measure(&p).v[CHECK_lens_glare];
        assert_true(CASES[i].glare ? share > 1 : share == 0);
        arena_reset(arena);
    }
}

static void a_face_outside_the_picture_is_not_measured(void **state)
{
    (void)state;
    Picture p = eye_scene_skin(arena, 200, 160, 140);
    FacePlace face = eye_scene_face(0.15);
    for (int i = 0; i < POINT_COUNT; i++)
        face.points[i].x += 600;
    Facts f;
    facts_clear(&f);
    glasses_measure(&p, &face, &f);
    assert_true(isnan(f.v[CHECK_glasses_tint]) && isnan(f.v[CHECK_lens_glare]));
    face = (FacePlace){.width = 100}; /* no points at all */
    glasses_measure(&p, &face, &f);
    assert_true(isnan(f.v[CHECK_glasses_tint]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tint_is_the_light_that_both_lenses_take),
        cmocka_unit_test(one_eye_alone_counts_less),
        cmocka_unit_test(a_coloured_lens_is_tinted),
        cmocka_unit_test(what_is_no_lens_is_not_tinted),
        cmocka_unit_test(a_black_picture_has_no_tint),
        cmocka_unit_test(glare_is_a_share_of_one_lens),
        cmocka_unit_test(what_is_no_reflection_is_not_counted),
        cmocka_unit_test(a_light_rim_is_no_reflection_but_a_bar_is),
        cmocka_unit_test(a_face_outside_the_picture_is_not_measured),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
