/* SPDX-License-Identifier: MIT */
#include "../../stages/light.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "../../stages/colour.h"
#include "scene.h"
#include "silhouette_of.h"
#include "arena_fixture.h"

static Facts measure_with(const Scene *scene, const Picture *picture, const Silhouette *silhouette)
{
    FacePlace face = scene_place(scene);
    Facts facts;
    facts_clear(&facts);
    assert_int_equal(clothes_measure(arena, picture, &face, silhouette, &facts).code, ERR_NONE);
    return facts;
}

static Silhouette find(const Scene *scene, const Picture *picture)
{
    FacePlace face = scene_place(scene);
    Silhouette s;
    assert_int_equal(silhouette_of(arena, picture, &face, &s).code, ERR_NONE);
    return s;
}

static Facts measure(const Scene *scene)
{
    Picture picture = scene_draw(arena, scene);
    Silhouette s = find(scene, &picture);
    assert_null(s.problem);
    return measure_with(scene, &picture, &s);
}

static void cloth_is_white_by_its_lightness_and_lack_of_colour(void **state)
{
    (void)state;
    static const struct {
        double cloth[3];
        double white;
    } cases[] = {
        {{250, 250, 250}, 100}, {{225, 225, 228}, 100}, {{236, 228, 214}, 100}, /* cream */
        {{165, 168, 175}, 100},                                                /* in the shade */
        {{110, 112, 115}, 0},   {{30, 30, 32}, 0},      {{180, 40, 50}, 0},
        {{40, 60, 130}, 0},     {{230, 225, 140}, 0},   {{245, 190, 205}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Scene scene = scene_default();
        memcpy(scene.cloth, cases[i].cloth, sizeof scene.cloth);
        Facts f = measure(&scene);
        assert_float_equal(f.v[CHECK_white_top], cases[i].white, 3);
        arena_reset(arena);
    }
}

static void a_half_white_top_reads_half(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    static const uint8_t GREEN[3] = {20, 90, 60};
    for (int y = 460; y < 640; y++)
        for (int x = 240; x < 480; x++)
            if (picture.rgb[3 * (y * 480 + x)] > 215) /* cloth, not paper */
                memcpy(&picture.rgb[3 * (y * 480 + x)], GREEN, 3);
    Silhouette s = find(&scene, &picture);
    assert_null(s.problem);
    Facts f = measure_with(&scene, &picture, &s);
    assert_float_equal(f.v[CHECK_white_top], 50, 5);
}

static void contrast_is_the_difference_of_cloth_and_paper(void **state)
{
    (void)state;
    static const double CLOTHS[][3] = {{225, 225, 228}, {180, 40, 50}, {20, 20, 20}, {160, 210, 250}};
    for (size_t i = 0; i < sizeof CLOTHS / sizeof *CLOTHS; i++) {
        Scene scene = scene_default();
        scene.noise = 1;
        memcpy(scene.cloth, CLOTHS[i], sizeof scene.cloth);
        Lab cloth = lab_of(CLOTHS[i][0], CLOTHS[i][1], CLOTHS[i][2]);
        double wanted = lab_difference(cloth, lab_of(100, 197, 255));
        Facts f = measure(&scene);
        assert_float_equal(f.v[CHECK_silhouette_contrast], wanted, 1.5);
        arena_reset(arena);
    }
}

/* Skin as pale as the paper: the paper grows into the face. */
static void a_leak_leaves_the_clothes_unmeasured(void **state)
{
    (void)state;
    Scene scene = scene_default();
    for (int k = 0; k < 3; k++)
        scene.skin[k] = scene.hair[k] = scene.paper[k] + 1;
    Picture picture = scene_draw(arena, &scene);
    Silhouette s = find(&scene, &picture);
    assert_non_null(s.problem);
    Facts f = measure_with(&scene, &picture, &s);
    assert_true(isnan(f.v[CHECK_white_top]));
    assert_true(isnan(f.v[CHECK_silhouette_contrast]));
}

static void without_a_chin_nothing_is_measured(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    Silhouette s = find(&scene, &picture);
    scene.chin_y = NAN;
    Facts f = measure_with(&scene, &picture, &s);
    assert_true(isnan(f.v[CHECK_white_top]));
    assert_true(isnan(f.v[CHECK_silhouette_contrast]));
}

/* Paper above row `top` in the outer `columns` of each side; the person everywhere else. */
static Silhouette shoulders_at(const Scene *scene, int top, int columns)
{
    int w = scene->width_px, h = scene->height_px;
    Silhouette s = {.width_px = w, .height_px = h, .uniform = true};
    s.label = arena_alloc(arena, (size_t)w * (size_t)h);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            bool side = x < columns || x >= w - columns;
            s.label[y * w + x] = side && y < top ? LABEL_PAPER : LABEL_PERSON;
        }
    return s;
}

/* Long hair down to the edges leaves no paper above the shoulders. */
static void hair_up_to_the_edges_leaves_the_contrast_unmeasured(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    static const struct {
        int top, columns;
        bool contrast;
    } cases[] = {
        {0, 100, false},   /* no paper at all */
        {200, 100, false}, /* hair: it begins above the mouth */
        {480, 5, false},   /* 2 x 3 columns inside the margin of 2 */
        {480, 6, true},    /* 2 x 4 */
        {480, 100, true},  {630, 100, true}, {638, 100, false}, /* nothing below the edge to look at */
        {640, 100, false}, /* paper down to the lower edge */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Silhouette s = shoulders_at(&scene, cases[i].top, cases[i].columns);
        Facts f = measure_with(&scene, &picture, &s);
        assert_int_equal(isfinite(f.v[CHECK_silhouette_contrast]), cases[i].contrast);
        assert_true(isfinite(f.v[CHECK_white_top]));
    }
}

/* One dark grain in every column of the paper must not hide the shoulders. */
static void grain_in_the_paper_is_stepped_over(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    for (int rows = 0; rows <= 3; rows++) {
        Silhouette s = shoulders_at(&scene, 480, 100);
        for (int i = 0; i < rows * s.width_px; i++)
            s.label[100 * s.width_px + i] = LABEL_FOREIGN;
        Facts f = measure_with(&scene, &picture, &s);
        assert_int_equal(isfinite(f.v[CHECK_silhouette_contrast]), rows < 3);
    }
}

static void too_little_cloth_is_not_judged(void **state)
{
    (void)state;
    Scene scene = scene_default();
    Picture picture = scene_draw(arena, &scene);
    for (int rows = 0; rows <= 12; rows += 12) {
        Silhouette s = shoulders_at(&scene, 640 - rows, 240);
        Facts f = measure_with(&scene, &picture, &s);
        assert_int_equal(isfinite(f.v[CHECK_white_top]), rows == 12);
    }
}

/* Channels tell what Lab says. */
static void white_is_light_and_nearly_without_colour(void **state)
{
    (void)state;
    int white = 0;
    for (int r = 0; r < 256; r += 3)
        for (int g = 0; g < 256; g++)
            for (int b = 0; b < 256; b++) {
                Lab lab = lab_of(r, g, b);
                bool wanted = lab.l >= 60 && lab.a * lab.a + lab.b * lab.b <= 16 * 16;
                if (clothes_white((uint8_t[]){(uint8_t)r, (uint8_t)g, (uint8_t)b}) != wanted)
                    fail_msg("%d %d %d is%s white", r, g, b, wanted ? "" : " not");
                white += wanted;
            }
    assert_in_range(white, 10000, 1000000);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        T(cloth_is_white_by_its_lightness_and_lack_of_colour), T(a_half_white_top_reads_half),
        T(contrast_is_the_difference_of_cloth_and_paper),      T(a_leak_leaves_the_clothes_unmeasured),
        T(white_is_light_and_nearly_without_colour),
        T(without_a_chin_nothing_is_measured),                 T(too_little_cloth_is_not_judged),
        T(hair_up_to_the_edges_leaves_the_contrast_unmeasured), T(grain_in_the_paper_is_stepped_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
