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

/* Lenses as light as the cheek: by how far both move its colour. */
static void a_coloured_lens_is_tinted(void **state)
{
    (void)state;
    static const struct { int rgb[3]; double shift; } CASES[] = {
        {{180, 150, 130}, 0}, {{176, 151, 134}, 2.8}, {{185, 147, 108}, 11.4}, {{190, 140, 95}, 17.5}, {{145, 152, 180}, 30.5}, {{150, 165, 110}, 25.9},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (int lenses = 1; lenses <= 2; lenses++) {
            Picture p = eye_scene_skin(arena, 180, 150, 130);
            const int *rgb = CASES[i].rgb;
            for (int k = 0; k < lenses; k++)
                eye_scene_spot(&p, LENSES[k], rgb[0], rgb[1], rgb[2]);
            double tint = measure(&p).v[CHECK_glasses_tint];
            if (lenses == 2)
                assert_float_equal(tint, CASES[i].shift * 40 / 18, 1);
            else
                assert_float_equal(tint, 0, 1); /* one alone is as light as the other */
            arena_reset(arena);
        }
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
        cmocka_unit_test(a_black_picture_has_no_tint),
        cmocka_unit_test(glare_is_a_share_of_one_lens),
        cmocka_unit_test(what_is_no_reflection_is_not_counted),
        cmocka_unit_test(a_face_outside_the_picture_is_not_measured),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
