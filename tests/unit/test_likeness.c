/* SPDX-License-Identifier: MIT */
#include "../../stages/likeness.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "scene.h"
#include "arena_fixture.h"

/* Brows, eyes and mouth of somebody: dark blobs whose places depend on `seed`. */
static void draw_features(Picture *p, const Scene *s, unsigned seed)
{
    for (int n = 0; n < 24; n++) {
        seed = seed * 1664525u + 1013904223u;
        double x = s->eye_x + (((seed >> 8) % 1000) / 500.0 - 1) * 0.4 * s->face_width;
        seed = seed * 1664525u + 1013904223u;
        double y = s->eye_y + (((seed >> 8) % 1000) / 1000.0 - 0.2) * 0.7 * s->face_width;
        double r = 0.03 * s->face_width + n % 3 * 0.015 * s->face_width;
        for (int j = (int)(y - r); j <= y + r; j++)
            for (int i = (int)(x - 2 * r); i <= x + 2 * r; i++)
                for (int k = 0; k < 3; k++) {
                    uint8_t *at = &p->rgb[3 * (j * p->width_px + i) + k];
                    *at = (uint8_t)(*at * (n % 2 ? 0.6 : 0.8));
                }
    }
}

static void fingerprint(const Scene *scene, unsigned seed, double gain, char out[LIKENESS_HEX])
{
    Picture picture = scene_draw(arena, scene);
    draw_features(&picture, scene, seed);
    for (int i = 0; i < 3 * picture.width_px * picture.height_px; i++)
        picture.rgb[i] = (uint8_t)(picture.rgb[i] * gain);
    FacePlace face = scene_place(scene);
    Luma luma = luma_plane(arena, &picture);
    likeness_of(&luma, &face, out);
    assert_int_equal(strlen(out), LIKENESS_HEX - 1);
}

static void one_picture_at_other_sizes_and_tones_stays_near(void **state)
{
    (void)state;
    Scene large = scene_default(), small = large;
    small.width_px = 300;
    small.height_px = 400;
    small.eye_x *= 0.625;
    small.eye_y *= 0.625;
    small.face_width *= 0.625;
    small.hair_top_y *= 0.625;
    small.chin_y *= 0.625;
    for (unsigned seed = 1; seed < 9; seed++) {
        char one[LIKENESS_HEX], other[LIKENESS_HEX];
        fingerprint(&large, seed, 1, one);
        fingerprint(&small, seed, 0.7, other);
        assert_true(likeness_distance(one, other) <= 40);
    }
}

static void other_faces_are_far(void **state)
{
    (void)state;
    Scene scene = scene_default();
    for (unsigned seed = 1; seed < 9; seed++) {
        char one[LIKENESS_HEX], other[LIKENESS_HEX];
        fingerprint(&scene, seed, 1, one);
        fingerprint(&scene, seed + 100, 1, other);
        assert_true(likeness_distance(one, other) > 50);
    }
}

static void the_distance_counts_bits(void **state)
{
    (void)state;
    char zero[LIKENESS_HEX], other[LIKENESS_HEX];
    memset(zero, '0', LIKENESS_HEX - 1);
    zero[LIKENESS_HEX - 1] = '\0';
    memcpy(other, zero, sizeof other);
    assert_int_equal(likeness_distance(zero, other), 0);
    other[0] = 'f';
    other[63] = '1';
    assert_int_equal(likeness_distance(zero, other), 5);
    assert_int_equal(likeness_distance(zero, ""), LIKENESS_BITS);
    assert_int_equal(likeness_distance("", ""), LIKENESS_BITS);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        T(one_picture_at_other_sizes_and_tones_stays_near),
        T(other_faces_are_far),
        T(the_distance_counts_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
