/* SPDX-License-Identifier: MIT */
/* What lies around the head and is no paper by its colour: light on the paper, and what a cut-out left. */
#include "../../stages/background.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "scene.h"
#include "silhouette_of.h"

static Arena *arena;
static const Profile profile = {.colour_count = 1, .colours = {{"light-blue", 100, 197, 255}}};

static int make_arena(void **state)
{
    (void)state;
    arena = arena_create(64 << 20);
    return arena ? 0 : -1;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static Facts measure(const Scene *scene, const Picture *picture)
{
    FacePlace face = scene_place(scene);
    Silhouette s;
    Background b;
    Facts facts;
    facts_clear(&facts);
    assert_int_equal(silhouette_of(arena, picture, &face, &s).code, ERR_NONE);
    assert_int_equal(background_measure(arena, &face, &s, &profile, &b, &facts).code, ERR_NONE);
    return facts;
}

/* White light on the paper around the head, `most` of it behind the eyes, less and less within `wide` face widths. */
static void light_behind(Picture *p, const Scene *scene, double most, double wide)
{
    for (int y = 0; y < p->height_px; y++)
        for (int x = 0; x < p->width_px; x++) {
            const double *colour;
            double away = hypot(x - scene->eye_x, y - scene->eye_y) / (wide * scene->face_width), share = most * exp(-away * away / 2);
            scene_colour(scene, x, y, &colour);
            for (int c = 0; colour == scene->paper && c < 3; c++) {
                uint8_t *at = &p->rgb[3 * (y * p->width_px + x) + c];
                *at = (uint8_t)(*at + share * (255 - *at));
            }
        }
}

static void light_behind_the_head_makes_the_paper_uneven(void **state)
{
    (void)state;
    for (int most = 60; most <= 90; most += 10) {
        Scene scene = scene_small(2);
        Picture picture = scene_draw(arena, &scene);
        light_behind(&picture, &scene, most / 100.0, 0.6);
        assert_true(measure(&scene, &picture).v[CHECK_background_spread] > 3.5);
        arena_reset(arena);
    }
}

/* However soft its edge. */
static void white_hair_is_no_light_on_the_paper(void **state)
{
    (void)state;
    for (int reach = 0; reach <= 5; reach++) {
        Scene scene = scene_small(2);
        for (int k = 0; k < 3; k++)
            scene.hair[k] = 245;
        Picture picture = scene_draw(arena, &scene);
        scene_blur_across(&picture, reach);
        Facts f = measure(&scene, &picture);
        assert_true(f.v[CHECK_background_spread] < 2);
        assert_true(f.v[CHECK_background_gradient] < 1);
        assert_true(f.v[CHECK_background_objects] < 0.5);
        arena_reset(arena);
    }
}

/* A border of white, `wide` pixels, as cutting out leaves it; 0: a white plate of one face width around the eyes. */
static void cut_out(Picture *p, const Scene *scene, int wide)
{
    for (int y = 0; y < p->height_px; y++)
        for (int x = 0; x < p->width_px; x++) {
            const double *here, *there;
            bool near = !wide && hypot(x - scene->eye_x, y - scene->eye_y) < scene->face_width;
            scene_colour(scene, x, y, &here);
            for (int i = 0; i < 16 && wide; i++) {
                scene_colour(scene, x + wide * cos(i * M_PI / 8), y + wide * sin(i * M_PI / 8), &there);
                near = near || there != scene->paper;
            }
            if (here == scene->paper && near)
                memset(p->rgb + 3 * (y * p->width_px + x), 255, 3);
        }
}

/* Where the head ends under what a cut-out left, nobody can say. */
static void a_white_rim_or_plate_is_not_measured(void **state)
{
    (void)state;
    for (int wide = 0; wide <= 6; wide += 2)
        for (int light = 0; light <= 1; light++) { /* dark and grey hair */
            Scene scene = scene_small(2);
            for (int k = 0; k < 3 && light; k++)
                scene.hair[k] = 150;
            Picture picture = scene_draw(arena, &scene);
                assert_true(measure(&scene, &picture).v[CHECK_background_objects] < 0.5);
            cut_out(&picture, &scene, wide);
            scene_blur_across(&picture, 1);
            assert_true(isnan(measure(&scene, &picture).v[CHECK_background_objects]));
            arena_reset(arena);
        }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        T(light_behind_the_head_makes_the_paper_uneven),
        T(white_hair_is_no_light_on_the_paper),
        T(a_white_rim_or_plate_is_not_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
