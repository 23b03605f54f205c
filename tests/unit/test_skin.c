/* SPDX-License-Identifier: MIT */
#include "../../stages/skin.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "scene.h"
#include "arena_fixture.h"

/* Lips, a shade across the cheeks, and one a little redder: skin has more colours than one. */
static Picture portrait(const Scene *scene)
{
    Picture p = scene_draw(arena, scene);
    for (int y = 0; y < p.height_px; y++)
        for (int x = 0; x < p.width_px; x++) {
            uint8_t *at = p.rgb + 3 * ((size_t)y * (size_t)p.width_px + (size_t)x);
            double shade = 1 - 0.25 * fabs(x - scene->eye_x) / scene->face_width;
            bool lips = abs(y - 177) < 10 && abs(x - 120) < 26;
            for (int c = 0; c < 3; c++)
                at[c] = (uint8_t)(at[c] * (c == 1 && x > scene->eye_x ? 0.94 : 1) * shade * (lips ? (c == 0 ? 0.95 : 0.6) : 1));
        }
    return p;
}

static Facts measure(const Scene *scene, const Picture *picture, double components)
{
    FacePlace face = scene_place(scene);
    Facts facts;
    facts_clear(&facts);
    fact_set(&facts, CHECK_colour_components, components, 0);
    skin_measure(picture, &face, &facts);
    return facts;
}

static void skins_of_every_tone_are_no_cast(void **state)
{
    (void)state;
    static const double SKINS[][3] = {{205, 160, 135}, {240, 205, 185}, {226, 184, 148}, {190, 140, 105},
                                      {141, 95, 70},   {98, 65, 48},    {70, 48, 38},    {58, 39, 30}};
    for (size_t i = 0; i < sizeof SKINS / sizeof *SKINS; i++) {
        Scene scene = scene_small(3);
        memcpy(scene.skin, SKINS[i], sizeof scene.skin);
        Picture picture = portrait(&scene);
        Facts f = measure(&scene, &picture, 3);
        assert_true(f.v[CHECK_skin_cast] < 2.5);
        assert_true(f.v[CHECK_face_colours] > 1.5);
    }
}

static void grossly_wrong_colours_are_a_cast(void **state)
{
    (void)state;
    static const double GAINS[][3] = {{0.75, 1, 0.75}, {0.84, 1, 0.84}, {1, 0.7, 1}, {0.55, 0.75, 1.1}, {0.7, 1, 1}};
    for (size_t i = 0; i < sizeof GAINS / sizeof *GAINS; i++) {
        Scene scene = scene_small(3);
        for (int c = 0; c < 3; c++)
            scene.skin[c] *= GAINS[i][c];
        Picture picture = portrait(&scene);
        assert_true(measure(&scene, &picture, 3).v[CHECK_skin_cast] > 3.8);
    }
}

static void pictures_of_one_tone_have_no_colours(void **state)
{
    (void)state;
    static const double TONES[][3] = {{1, 1, 1}, {1, 0.88, 0.72}, {0.8, 0.95, 1}};
    for (size_t i = 0; i < sizeof TONES / sizeof *TONES; i++) {
        Scene scene = scene_small(3);
        Picture picture = portrait(&scene);
        for (int at = 0; at < picture.width_px * picture.height_px; at++) {
            uint8_t *p = picture.rgb + 3 * at;
            double light = 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
            for (int c = 0; c < 3; c++)
                p[c] = (uint8_t)(light * TONES[i][c] + 0.5);
        }
        assert_true(measure(&scene, &picture, 3).v[CHECK_face_colours] < 1);
    }
}

static void of_one_component_another_check_speaks(void **state)
{
    (void)state;
    Scene scene = scene_small(3);
    Picture picture = portrait(&scene);
    Facts f = measure(&scene, &picture, 1);
    assert_true(isnan(f.v[CHECK_face_colours]) && isinf(f.u[CHECK_face_colours]) && f.u[CHECK_face_colours] < 0);
    assert_true(isnan(f.v[CHECK_skin_cast]) && isinf(f.u[CHECK_skin_cast]) && f.u[CHECK_skin_cast] < 0);
}

static void a_face_outside_the_picture_is_not_measured(void **state)
{
    (void)state;
    Scene scene = scene_small(3);
    Picture picture = portrait(&scene);
    scene.eye_x = -400;
    Facts f = measure(&scene, &picture, 3);
    assert_true(isnan(f.v[CHECK_face_colours]));
    assert_true(isnan(f.v[CHECK_skin_cast]));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        T(skins_of_every_tone_are_no_cast),      T(grossly_wrong_colours_are_a_cast),
        T(pictures_of_one_tone_have_no_colours), T(of_one_component_another_check_speaks),
        T(a_face_outside_the_picture_is_not_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
