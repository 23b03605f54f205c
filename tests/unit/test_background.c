/* SPDX-License-Identifier: MIT */
#include "../../stages/background.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "scene.h"
#include "silhouette_of.h"

static Arena *arena;
static Profile profile;

static int make_arena(void **state)
{
    (void)state;
    profile = (Profile){.colour_count = 2,
                        .colours = {{"light-blue", 100, 197, 255}, {"white", 255, 255, 255}}};
    arena = arena_create(64 << 20);
    return arena ? 0 : -1;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static Facts measure(const Scene *scene, const Picture *picture, Background *out)
{
    FacePlace face = scene_place(scene);
    Silhouette s;
    Facts facts;
    facts_clear(&facts);
    assert_int_equal(silhouette_of(arena, picture, &face, &s).code, ERR_NONE);
    assert_int_equal(
        background_measure(arena, &face, &s, &profile, out, &facts).code, ERR_NONE);
    return facts;
}

static void clean_paper_is_near_its_colour_and_even(void **state)
{
    (void)state;
    Scene scene = scene_small(2);
    Picture picture = scene_draw(arena, &scene);
    Background b;
    Facts f = measure(&scene, &picture, &b);
    assert_int_equal(b.nearest, 0);
    assert_float_equal(b.r, 100, 2);
    assert_float_equal(b.g, 197, 2);
    assert_float_equal(b.b, 254, 2);
    assert_true(f.v[CHECK_background_delta_e] < 1);
    assert_true(f.v[CHECK_background_spread] < 2);
    assert_true(f.v[CHECK_background_gradient] < 1);
    assert_true(f.v[CHECK_background_left_right] < 0.5);
    assert_true(f.v[CHECK_background_shadow] < 1);
    assert_float_equal(f.v[CHECK_background_objects], 0, 0);
}

static void the_nearest_allowed_colour_is_named(void **state)
{
    (void)state;
    Scene scene = scene_small(2);
    for (int k = 0; k < 3; k++)
        scene.paper[k] = 245;
    Picture picture = scene_draw(arena, &scene);
    Background b;
    Facts f = measure(&scene, &picture, &b);
    assert_int_equal(b.nearest, 1);
    assert_true(f.v[CHECK_background_delta_e] < 4);
}

static void red_paper_is_far_from_every_colour(void **state)
{
    (void)state;
    Scene scene = scene_small(2);
    scene.paper[0] = 200;
    scene.paper[1] = 30;
    scene.paper[2] = 50;
    Picture picture = scene_draw(arena, &scene);
    Background b;
    Facts f = measure(&scene, &picture, &b);
    assert_true(f.v[CHECK_background_delta_e] > 40);
}

static void darken(Picture *p, int from_x, int to_x, double from, double to)
{
    for (int y = 0; y < p->height_px; y++)
        for (int x = from_x; x < to_x; x++) {
            uint8_t *at = &p->rgb[3 * (y * p->width_px + x)];
            if (at[2] < 240 || at[0] > 130)
                continue; /* paper only */
            double k = from + (to - from) * (x - from_x) / (to_x - from_x);
            for (int c = 0; c < 3; c++)
                at[c] = (uint8_t)(at[c] * k);
        }
}

static void a_thin_frame_is_no_part_of_the_paper(void **state)
{
    (void)state;
    static const int FRAMES[][4] = {{1, 1, 1, 1}, {2, 2, 2, 2}, {3, 3, 3, 3}, {1}, {3}, {0, 1}, {0, 3}, {0, 0, 1}, {0, 0, 3}};
    for (size_t i = 0; i < sizeof FRAMES / sizeof *FRAMES; i++)
        for (int level = 0; level <= 255; level += 255) {
            Scene scene = scene_small(2);
            Picture picture = scene_draw(arena, &scene);
            scene_frame(&picture, FRAMES[i], (uint8_t)level);
            Background b;
            Facts f = measure(&scene, &picture, &b);
            if (!(f.v[CHECK_background_spread] < 2 && f.v[CHECK_background_gradient] < 1 && f.v[CHECK_background_left_right] < 0.5 &&
                  f.v[CHECK_background_shadow] < 1 && f.v[CHECK_background_objects] == 0))
                fail_msg("frame %zu of level %d: spread %g, gradient %g, shadow %g, objects %g", i, level, f.v[CHECK_background_spread],
                         f.v[CHECK_background_gradient], f.v[CHECK_background_shadow], f.v[CHECK_background_objects]);
            arena_reset(arena);
        }
}

static void a_gradient_shows_in_gradient_and_left_right(void **state)
{
    (void)state;
    Scene scene = scene_small(2);
    Picture picture = scene_draw(arena, &scene);
    darken(&picture, 0, 240, 1, 0.75);
    Background b;
    Facts f = measure(&scene, &picture, &b);
    assert_true(f.v[CHECK_background_gradient] > 10);
    assert_true(f.v[CHECK_background_left_right] > 4);
    assert_true(f.v[CHECK_background_top_bottom] < 2);
}

/* A lamp at one side only: as it is between x = 70 and 170, more than a smooth model of the paper follows. */
static void steep_light_is_a_gradient_not_a_texture(void **state)
{
    (void)state;
    static const double DARK[] = {0.7, 0.5, 0.3};
    for (size_t i = 0; i < sizeof DARK / sizeof *DARK; i++)
        for (int right = 0; right < 2; right++) {
            Scene scene = scene_small(2);
            Picture picture = scene_draw(arena, &scene);
            darken(&picture, 70, 170, right ? DARK[i] : 1, right ? 1 : DARK[i]);
            darken(&picture, right ? 0 : 170, right ? 70 : 240, DARK[i], DARK[i]);
            Background b;
            Facts f = measure(&scene, &picture, &b);
            if (!(f.v[CHECK_background_gradient] > 12 && f.v[CHECK_background_left_right] > 6 && f.v[CHECK_background_top_bottom] < 3))
                fail_msg("%g, %d: gradient %g, left to right %g, top to bottom %g", DARK[i], right, f.v[CHECK_background_gradient],
                         f.v[CHECK_background_left_right], f.v[CHECK_background_top_bottom]);
            arena_reset(arena);
        }
}

/* A step is none of light: a door beside a wall. Nor is what hides the paper on one side, or what is rough. */
static void what_is_not_smooth_has_no_gradient(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        Scene scene = scene_small(2);
        Picture picture = scene_draw(arena, &scene);
        for (int x = 0; x < 240; x++)
            if (kind == 0 ? x >= 120 : kind == 1 ? x % 12 < 6 : x < 110 && x % 4 >= 2)
                darken(&picture, x, x + 1, 0.5, 0.5);
        Background b;
        Facts f = measure(&scene, &picture, &b);
        if (!isnan(f.v[CHECK_background_gradient]) || !isnan(f.v[CHECK_background_left_right]))
            fail_msg("kind %d: gradient %g, left to right %g", kind, f.v[CHECK_background_gradient], f.v[CHECK_background_left_right]);
        arena_reset(arena);
    }
}

static void a_shadow_beside_the_head_is_a_shadow(void **state)
{
    (void)state;
    Scene scene = scene_small(2);
    Picture picture = scene_draw(arena, &scene);
    darken(&picture, 176, 200, 0.88, 0.97);
    Background b;
    Facts f = measure(&scene, &picture, &b);
    assert_true(f.v[CHECK_background_shadow] > 5);
}

static void grey_hair_on_white_paper_hides_the_shadow(void **state)
{
    (void)state;
    Scene scene = scene_small(2);
    for (int k = 0; k < 3; k++) {
        scene.paper[k] = 250;
        scene.hair[k] = 200;
    }
    Picture picture = scene_draw(arena, &scene);
    Background b;
    assert_true(isnan(measure(&scene, &picture, &b).v[CHECK_background_shadow]));
}

static void a_shadow_on_white_paper_behind_dark_hair_is_a_shadow(void **state)
{
    (void)state;
    Scene scene = scene_small(2);
    for (int k = 0; k < 3; k++)
        scene.paper[k] = 250;
    Picture picture = scene_draw(arena, &scene);
    for (int y = 60; y < 200; y++) {
        memset(picture.rgb + 3 * (y * 240 + 182), 190, (size_t)3 * 4);
        memset(picture.rgb + 3 * (y * 240 + 186), 195, (size_t)3 * 20);
        memset(picture.rgb + 3 * (y * 240 + 206), 215, (size_t)3 * 4);
    }
    Background b;
    assert_true(measure(&scene, &picture, &b).v[CHECK_background_shadow] > 5);
}

/* The person's own outline once more, to the right, as a shadow that the wall right behind them catches. */
static void cast_shadow(Picture *p, const Scene *scene, int right, double light)
{
    for (int y = 0; y < p->height_px; y++)
        for (int x = right; x < p->width_px; x++) {
            const double *here, *there;
            scene_colour(scene, x, y, &here);
            scene_colour(scene, x - right, y, &there);
            for (int c = 0; here == scene->paper && there != scene->paper && c < 3; c++) {
                uint8_t *at = &p->rgb[3 * (y * p->width_px + x) + c];
                *at = (uint8_t)(*at * light);
            }
        }
}

static void a_narrow_shadow_right_behind_the_head_is_a_shadow(void **state)
{
    (void)state;
    for (int wide = 4; wide <= 12; wide += 2)
        for (int light = 55; light <= 85; light += 15) {
            Scene scene = scene_small(2);
            Picture picture = scene_draw(arena, &scene);
            cast_shadow(&picture, &scene, wide, light / 100.0);
            Background b;
            assert_true(measure(&scene, &picture, &b).v[CHECK_background_shadow] > 2.1);
            arena_reset(arena);
        }
}

/* Darker than much of a person: hair has no paper's colour, though. */
static void a_deep_shadow_is_one(void **state)
{
    (void)state;
    for (int light = 35; light <= 50; light += 5) {
        Scene scene = scene_small(2);
        Picture picture = scene_draw(arena, &scene);
        cast_shadow(&picture, &scene, 20, light / 100.0);
        Background b;
        assert_true(measure(&scene, &picture, &b).v[CHECK_background_shadow] > 5);
        arena_reset(arena);
    }
}

static void soft_edges_of_dark_hair_are_no_shadow(void **state)
{
    (void)state;
    for (int reach = 0; reach <= 5; reach++) {
        Scene scene = scene_small(2);
        Picture picture = scene_draw(arena, &scene);
        scene_blur_across(&picture, reach);
        Background b;
        assert_true(measure(&scene, &picture, &b).v[CHECK_background_shadow] < 1);
        arena_reset(arena);
    }
}

static void an_object_on_the_paper_is_counted(void **state)
{
    (void)state;
    Scene scene = scene_small(2);
    Picture picture = scene_draw(arena, &scene);
    for (int y = 8; y < 28; y++)
        memset(picture.rgb + 3 * (y * 240 + 10), 60, 3 * 20);
    Background b;
    Facts f = measure(&scene, &picture, &b);
    assert_float_equal(f.v[CHECK_background_objects], 100.0 * 400 / (240 * 320 * 0.6), 1.0);
}

/* From outside the picture to the person: where the person ends then, nobody can say. */
static void what_reaches_in_and_touches_the_person_is_not_measured(void **state)
{
    (void)state;
    static const struct { int x, y, width, height; bool measured; } cases[] = {
        {0, 120, 100, 12, false},  /* a bar from the left to the ear */
        {150, 60, 90, 12, false},
        {117, 0, 6, 60, false},    /* a pole from above, thinner than what hair_top.c takes for the head */
        {0, 200, 100, 100, true},  /* shoulders go to the sides */
        {240, 0, 0, 0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Scene scene = scene_small(2);
        Picture picture = scene_draw(arena, &scene);
        for (int y = cases[i].y; y < cases[i].y + cases[i].height; y++)
            memset(picture.rgb + 3 * (y * 240 + cases[i].x), 60, 3 * (size_t)cases[i].width);
        Background b;
        if (isnan(measure(&scene, &picture, &b).v[CHECK_background_objects]) == cases[i].measured)
            fail_msg("case %zu", i);
        arena_reset(arena);
    }
}

/* Behind the head's right side, from the hair outwards. Of a face half hidden the skin is all that tells it from hair. */
static void skin_beside_the_face_is_somebody_else(void **state)
{
    (void)state;
    static const struct { int y, width, height; uint8_t rgb[3]; bool measured; } cases[] = {
        {100, 50, 80, {205, 160, 135}, false}, /* skin as the person's own */
        {100, 50, 80, {150, 110, 90}, false},  /* darker */
        {100, 50, 80, {240, 205, 185}, false}, /* paler */
        {150, 30, 45, {205, 160, 135}, false}, /* of a child */
        {100, 50, 80, {30, 28, 30}, true},     /* hair: dark, brown, fair, grey */
        {100, 50, 80, {100, 70, 55}, true},
        {100, 50, 80, {210, 180, 130}, true},
        {100, 50, 80, {170, 170, 170}, true},
        {120, 14, 50, {205, 160, 135}, true},  /* an ear */
        {270, 50, 40, {205, 160, 135}, true},  /* below the chin: a shoulder, a hand */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Scene scene = scene_small(2);
        Picture picture = scene_draw(arena, &scene);
        for (int y = cases[i].y; y < cases[i].y + cases[i].height; y++)
            for (int x = 175; x < 180 + cases[i].width; x++)
                memcpy(picture.rgb + 3 * (y * 240 + x), cases[i].rgb, 3);
        Background b;
        if (isnan(measure(&scene, &picture, &b).v[CHECK_background_objects]) == cases[i].measured)
            fail_msg("case %zu", i);
        arena_reset(arena);
    }
}

static void an_uneven_background_leaves_the_rest_unmeasured(void **state)
{
    (void)state;
    Scene scene = scene_small(2);
    Picture picture = scene_draw(arena, &scene);
    for (int x = 0; x < 240; x += 24)
        darken(&picture, x, x + 12 < 240 ? x + 12 : 240, 0.5, 0.5);
    Background b;
    Facts f = measure(&scene, &picture, &b);
    assert_true(f.v[CHECK_background_spread] > 8);
    assert_true(isnan(f.v[CHECK_background_objects]));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        T(clean_paper_is_near_its_colour_and_even), T(a_deep_shadow_is_one), T(what_reaches_in_and_touches_the_person_is_not_measured), T(the_nearest_allowed_colour_is_named),
        T(a_thin_frame_is_no_part_of_the_paper),
        T(steep_light_is_a_gradient_not_a_texture),
        T(what_is_not_smooth_has_no_gradient),
        T(red_paper_is_far_from_every_colour),      T(a_gradient_shows_in_gradient_and_left_right),
        T(a_shadow_beside_the_head_is_a_shadow),    T(an_object_on_the_paper_is_counted),
        T(a_narrow_shadow_right_behind_the_head_is_a_shadow),
        T(soft_edges_of_dark_hair_are_no_shadow),
        T(grey_hair_on_white_paper_hides_the_shadow),
        T(a_shadow_on_white_paper_behind_dark_hair_is_a_shadow),
        T(an_uneven_background_leaves_the_rest_unmeasured), T(skin_beside_the_face_is_somebody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
