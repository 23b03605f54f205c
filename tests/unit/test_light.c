/* SPDX-License-Identifier: MIT */
#include "../../stages/light.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "scene.h"
#include "arena_fixture.h"

static Facts measure(const Scene *scene, const Picture *picture)
{
    FacePlace face = scene_place(scene);
    Facts facts;
    facts_clear(&facts);
    Luma luma = luma_plane(arena, picture);
    assert_int_equal(light_measure(arena, picture, &luma, &face, &facts).code, ERR_NONE);
    return facts;
}

static Picture grey_picture(const Scene *scene, int level)
{
    Picture p = {scene->width_px, scene->height_px, NULL};
    size_t bytes = 3 * (size_t)p.width_px * (size_t)p.height_px;
    p.rgb = arena_alloc(arena, bytes);
    memset(p.rgb, level, bytes);
    return p;
}

static void fill(Picture *p, int from_x, int to_x, int level)
{
    for (int y = 0; y < p->height_px; y++)
        memset(p->rgb + 3 * (y * p->width_px + from_x), level, 3 * (size_t)(to_x - from_x));
}

static void exposure_counts_levels_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        int level;
        double over, under;
    } cases[] = {{0, 0, 100},  {25, 0, 100},  {26, 0, 0},   {128, 0, 0},
                 {246, 0, 0},  {247, 100, 0}, {255, 100, 0}};
    Scene scene = scene_default();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Picture picture = grey_picture(&scene, cases[i].level);
        Facts f = measure(&scene, &picture);
        assert_float_equal(f.v[CHECK_over_exposed], cases[i].over, 0);
        assert_float_equal(f.v[CHECK_under_exposed], cases[i].under, 0);
        assert_float_equal(f.v[CHECK_face_light], cases[i].level, 0);
        assert_float_equal(f.v[CHECK_white_level], cases[i].level, 0);
    }
}

/* The face's ellipse is level and symmetric about the eyes' middle: half of it is half of its pixels. */
static void exposure_is_a_share_of_the_face(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = grey_picture(&scene, 140);
    fill(&picture, 240, 480, 255);
    Facts f = measure(&scene, &picture);
    assert_float_equal(f.v[CHECK_over_exposed], 50, 1);
    fill(&picture, 0, 240, 5);
    f = measure(&scene, &picture);
    assert_float_equal(f.v[CHECK_over_exposed], 50, 1);
    assert_float_equal(f.v[CHECK_under_exposed], 50, 1);
}

static void light_outside_the_face_is_no_exposure(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = grey_picture(&scene, 140);
    fill(&picture, 0, 240 - 100, 255); /* the ellipse reaches 0.44 x 220 = 97 px to each side */
    fill(&picture, 240 + 100, 480, 0);
    Facts f = measure(&scene, &picture);
    assert_float_equal(f.v[CHECK_over_exposed], 0, 0);
    assert_float_equal(f.v[CHECK_under_exposed], 0, 0);
    assert_float_equal(f.v[CHECK_face_light], 140, 0);
}

static void face_light_is_its_95th_percentile(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = grey_picture(&scene, 90);
    fill(&picture, 238, 242, 200); /* 4 of 194 columns, the longest: about 2.6 % */
    assert_float_equal(measure(&scene, &picture).v[CHECK_face_light], 90, 0);
    fill(&picture, 234, 246, 200); /* 12 columns: about 7.8 % */
    assert_float_equal(measure(&scene, &picture).v[CHECK_face_light], 200, 0);
}

static void white_level_is_the_99th_percentile_of_everything(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = grey_picture(&scene, 120);
    memset(picture.rgb, 250, 3 * 480 * 6); /* 6 of 640 rows: 0.94 % */
    assert_float_equal(measure(&scene, &picture).v[CHECK_white_level], 120, 0);
    memset(picture.rgb, 250, 3 * 480 * 7); /* 1.09 % */
    assert_float_equal(measure(&scene, &picture).v[CHECK_white_level], 250, 0);
}

static void equal_cheeks_balance_and_unequal_ones_do_not(void **state)
{
    (void)state;
    double before = 2;
    static const double SIDES[] = {1.0, 0.95, 0.8, 0.5};
    for (size_t i = 0; i < sizeof SIDES / sizeof *SIDES; i++) {
        Scene scene = scene_default();
        scene.noise = 25;
        Picture picture = scene_draw(arena, &scene);
        for (int y = 0; y < 640; y++)
            for (int k = 3 * (y * 480 + 240); k < 3 * (y * 480 + 480); k++)
                picture.rgb[k] = (uint8_t)(picture.rgb[k] * SIDES[i]);
        double balance = measure(&scene, &picture).v[CHECK_light_balance];
        assert_true(balance < before);
        assert_true(balance >= 0 && balance <= 1);
        assert_int_equal(balance > 0.9, i == 0);
        assert_int_equal(balance < 0.1, i == 3);
        before = balance;
        arena_reset(arena);
    }
}

static void a_face_without_cheeks_in_the_picture_has_no_balance(void **state)
{
    (void)state;
    Scene scene = scene_default();
    scene.eye_x = 475; /* the right cheek is outside */
    Picture picture = grey_picture(&scene, 140);
    Facts f = measure(&scene, &picture);
    assert_true(isnan(f.v[CHECK_light_balance]));
    assert_true(isfinite(f.v[CHECK_white_level]));
}

/* Edges at all angles, as brows, eyes and lips have: rings around the middle of the face, 24 units of
 * a picture of width 480 apart. Drawn soft: each edge is a ramp of `blur` units to both sides. */
static Picture rings(const Scene *scene, double contrast, double blur)
{
    Picture p = grey_picture(scene, 0);
    double unit = scene->width_px / 480.0;
    for (int y = 0; y < p.height_px; y++)
        for (int x = 0; x < p.width_px; x++) {
            double r = hypot(x + 0.5 - scene->eye_x, y + 0.5 - scene->eye_y - 60 * unit) / unit;
            double phase = fmod(r, 24) / 24, near = fabs(phase - 0.5) * 24 - 6; /* px from the edge */
            double soft = fmax(blur, 0.5), t = fmax(-1, fmin(1, near / soft));
            memset(p.rgb + 3 * (y * p.width_px + x), (int)(128 + contrast * t + 0.5), 3);
        }
    return p;
}

static double sharpness_of(const Scene *scene, const Picture *picture)
{
    return measure(scene, picture).v[CHECK_sharpness];
}

static void sharpness_falls_as_blur_grows(void **state)
{
    (void)state;
    static const double BLURS[] = {0.5, 1.5, 2.5, 4, 6};
    Scene scene = scene_default();
    double before = 2;
    for (size_t i = 0; i < sizeof BLURS / sizeof *BLURS; i++) {
        Picture picture = rings(&scene, 60, BLURS[i]);
        double sharpness = sharpness_of(&scene, &picture);
        assert_true(sharpness < before - 0.02);
        before = sharpness;
        arena_reset(arena);
    }
}

static void contrast_does_not_change_sharpness(void **state)
{
    (void)state;
    static const double CONTRASTS[] = {20, 40, 80, 120};
    Scene scene = scene_default();
    for (int blur = 1; blur <= 4; blur += 3) {
        Picture full = rings(&scene, 100, blur);
        double wanted = sharpness_of(&scene, &full);
        for (size_t i = 0; i < sizeof CONTRASTS / sizeof *CONTRASTS; i++) {
            Picture picture = rings(&scene, CONTRASTS[i], blur);
            assert_float_equal(sharpness_of(&scene, &picture), wanted, 0.03);
        }
        arena_reset(arena);
    }
}

static void the_pictures_size_does_not_change_sharpness(void **state)
{
    (void)state;
    for (int blur = 2; blur <= 6; blur += 2) {
        Scene scene = scene_default(), large = scene_default();
        large.width_px = 1200;
        large.height_px = 1600;
        for (double *at = &large.eye_x; at <= &large.chin_y; at++)
            *at *= 2.5;
        Picture small = rings(&scene, 80, blur), big = rings(&large, 80, blur);
        assert_float_equal(sharpness_of(&scene, &small), sharpness_of(&large, &big), 0.03);
        arena_reset(arena);
    }
}

static void sharpness_needs_a_large_face_and_edges(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture flat = grey_picture(&scene, 140), drawn = rings(&scene, 80, 1);
    assert_true(isnan(sharpness_of(&scene, &flat)));
    scene.face_width = 161;
    assert_true(isfinite(sharpness_of(&scene, &drawn)));
    scene.face_width = 159; /* would have to be enlarged */
    assert_true(isnan(sharpness_of(&scene, &drawn)));
}

/* Soft spots of all sizes at random places, and the same again `dx` and `dy` further on, `share` of the light. */
static Picture spots(const Scene *scene, int dx, int dy, double share)
{
    Picture p = grey_picture(scene, 0), one = grey_picture(scene, 120);
    for (unsigned i = 0, seed = 5; i < 900; i++) {
        unsigned at[4];
        for (int k = 0; k < 4; k++)
            at[k] = (seed = seed * 1664525u + 1013904223u) >> 16;
        int cx = (int)at[0] % p.width_px, cy = (int)at[1] % p.height_px, r = 3 + (int)at[2] % 12, level = 40 + (int)at[3] % 160;
        for (int y = cy - r > 0 ? cy - r : 0; y < cy + r && y < p.height_px; y++)
            for (int x = cx - r > 0 ? cx - r : 0; x < cx + r && x < p.width_px; x++)
                if (hypot(x - cx, y - cy) < r)
                    memset(one.rgb + 3 * (y * p.width_px + x), level, 3);
    }
    for (int y = 0; y < p.height_px; y++)
        for (int x = 0; x < p.width_px; x++) {
            int there = y >= dy && x >= dx && x < p.width_px + dx ? (y - dy) * p.width_px + x - dx : 0;
            memset(p.rgb + 3 * (y * p.width_px + x),
                   (int)((1 - share) * one.rgb[3 * (y * p.width_px + x)] + share * one.rgb[3 * there]), 3);
        }
    return p;
}

static void a_picture_over_itself_is_not_sharp(void **state)
{
    (void)state;
    static const struct {
        int dx, dy;
        double share;
        bool sharp;
    } CASES[] = {{0, 0, 0, true},      {9, 3, 0.5, false},   {-9, 3, 0.5, false}, {0, 9, 0.5, false},
                 {18, 0, 0.5, false},  {12, 14, 0.5, false}, {26, 8, 0.35, false}, {9, 3, 0.05, true}};
    Scene scene = scene_default();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Picture picture = spots(&scene, CASES[i].dx, CASES[i].dy, CASES[i].share);
        double sharpness = sharpness_of(&scene, &picture);
        assert_true(CASES[i].sharp ? sharpness > 0.4 : sharpness == 0);
        arena_reset(arena);
    }
}

/* Skin, hair and paper in light and dark: no measure may leave its range. */
static void values_stay_in_their_ranges_for_every_skin(void **state)
{
    (void)state;
    for (int skin = 20; skin <= 250; skin += 46) {
        Scene scene = scene_default();
        for (int k = 0; k < 3; k++)
            scene.skin[k] = skin * (1 - 0.15 * k);
        Picture picture = scene_draw(arena, &scene);
        Facts f = measure(&scene, &picture);
        assert_true(f.v[CHECK_light_balance] > 0.85 && f.v[CHECK_light_balance] <= 1.0001);
        assert_in_range((int)f.v[CHECK_face_light], 0, 255);
        assert_true(f.v[CHECK_over_exposed] + f.v[CHECK_under_exposed] <= 100);
        arena_reset(arena);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        T(exposure_counts_levels_of_the_standard),
        T(exposure_is_a_share_of_the_face),
        T(light_outside_the_face_is_no_exposure),
        T(face_light_is_its_95th_percentile),
        T(white_level_is_the_99th_percentile_of_everything),
        T(equal_cheeks_balance_and_unequal_ones_do_not),
        T(a_face_without_cheeks_in_the_picture_has_no_balance),
        T(sharpness_falls_as_blur_grows),
        T(contrast_does_not_change_sharpness),
        T(the_pictures_size_does_not_change_sharpness),
        T(sharpness_needs_a_large_face_and_edges),
        T(a_picture_over_itself_is_not_sharp),
        T(values_stay_in_their_ranges_for_every_skin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
