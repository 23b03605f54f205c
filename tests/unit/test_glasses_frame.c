/* SPDX-License-Identifier: MIT */
#include "../../stages/eyes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "eye_scene.h"
#include "arena_fixture.h"

enum { SKIN = 200 };

static double frame_of(const Picture *picture, const FacePlace *face)
{
    Facts facts;
    facts_clear(&facts);
    glasses_frame_measure(picture, face, &facts);
    return facts.v[CHECK_glasses_frame];
}

/* A band of `level` over the eye at 350, `half` to both sides, 4 px high, around 400 + `below`, rising by `slant`. */
static void band(Picture *p, double half, double below, double slant, int level)
{
    for (int x = (int)(350 - half); x <= 350 + half; x++)
        for (int y = -2; y < 2; y++)
            memset(p->rgb + 3 * (size_t)((int)(400 + below + slant * (x - 350) + y) * SCENE_PX + x), level, 3);
}

/* Irises and dark lashes as wide as the eye are there in any picture. */
static Picture open_eyes(void)
{
    Picture p = eye_scene_skin(arena, SKIN, SKIN, SKIN);
    for (int side = -1; side <= 1; side += 2) {
        eye_scene_spot(&p, (double[]){side * 0.5, -0.075, 0.22, 0.02}, 20, 20, 20);
        eye_scene_spot(&p, (double[]){side * 0.5, 0, 0.07, 0.07}, 20, 20, 20);
    }
    return p;
}

static void a_dark_line_across_an_eye_counts_by_how_dark_it_is(void **state)
{
    (void)state;
    static const int LEVELS[] = {20, 80, 120, 200};
    FacePlace face = eye_scene_face(0.15);
    for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++)
        for (int slant = -1; slant <= 1; slant++) {
            Picture p = open_eyes();
            band(&p, 42, 0, 0.1 * slant, LEVELS[i]);
            assert_float_equal(frame_of(&p, &face), 100 - LEVELS[i] / 2, 1);
            arena_reset(arena);
        }
}

static void what_ends_at_the_corners_or_passes_above_or_below_does_not(void **state)
{
    (void)state;
    static const double CASES[][2] = {{24, 0}, {28, 0}, {42, -14}, {42, 14}}; /* half, below */
    FacePlace face = eye_scene_face(0.15);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Picture p = open_eyes();
        band(&p, CASES[i][0], CASES[i][1], 0, 20);
        assert_float_equal(frame_of(&p, &face), 0, 1);
        arena_reset(arena);
    }
}

static void a_dark_lens_is_no_line(void **state)
{
    (void)state;
    FacePlace face = eye_scene_face(0.15);
    Picture p = open_eyes();
    eye_scene_spot(&p, (double[]){-0.5, 0.1, 0.48, 0.40}, 60, 60, 60);
    assert_float_equal(frame_of(&p, &face), 0, 1);
}

static void what_cannot_be_seen_is_not_measured(void **state)
{
    (void)state;
    FacePlace face = eye_scene_face(0.15);
    Picture black = eye_scene_skin(arena, 3, 3, 3), skin = open_eyes();
    assert_true(isnan(frame_of(&black, &face)));
    for (int i = 0; i < POINT_COUNT; i++)
        face.points[i].y -= 800;
    assert_true(isnan(frame_of(&skin, &face)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dark_line_across_an_eye_counts_by_how_dark_it_is),
        cmocka_unit_test(what_ends_at_the_corners_or_passes_above_or_below_does_not),
        cmocka_unit_test(a_dark_lens_is_no_line),
        cmocka_unit_test(what_cannot_be_seen_is_not_measured),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
