/* SPDX-License-Identifier: MIT */
#include "../../stages/mosaic.h"
#include "../../stages/raster.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "eye_scene.h"
#include "arena_fixture.h"

/* A shade from side to side and from brow to cheek, irises, brows, and noise on all of it. */
static Picture portrait(void)
{
    Picture p = eye_scene_skin(arena, 205, 160, 135);
    for (int eye = -1; eye <= 1; eye += 2) {
        eye_scene_spot(&p, (double[]){0.5 * eye, -0.35, 0.28, 0.05}, 60, 45, 40);
        eye_scene_spot(&p, (double[]){0.5 * eye, 0, 0.22, 0.09}, 235, 230, 228);
        eye_scene_spot(&p, (double[]){0.5 * eye, 0, 0.085, 0.085}, 50, 35, 30);
    }
    unsigned seed = 7;
    for (int y = 0; y < p.height_px; y++)
        for (int x = 0; x < p.width_px; x++) {
            uint8_t *at = p.rgb + 3 * ((size_t)y * (size_t)p.width_px + (size_t)x);
            double shade = 1 - 0.002 * abs(x - 380) - 0.001 * abs(y - 360);
            seed = seed * 1664525u + 1013904223u;
            for (int c = 0; c < 3; c++)
                at[c] = (uint8_t)(at[c] * fmax(0.3, shade) + (seed >> 30));
        }
    return p;
}

/* Lines `cell` apart, which need not be whole, within the box. */
static void pixelate(Picture *p, Box box, double cell)
{
    const int left = box.x, top = box.y, width = box.width, height = box.height;
    for (int j = 0; j * cell < height; j++)
        for (int i = 0; i * cell < width; i++) {
            int x0 = left + (int)rint(i * cell), x1 = (int)fmin(left + width, left + rint((i + 1) * cell));
            int y0 = top + (int)rint(j * cell), y1 = (int)fmin(top + height, top + rint((j + 1) * cell));
            uint8_t *from = p->rgb + 3 * ((size_t)((y0 + y1) / 2) * (size_t)p->width_px + (size_t)((x0 + x1) / 2)), rgb[3];
            memcpy(rgb, from, 3);
            for (int y = y0; y < y1; y++)
                for (int x = x0; x < x1; x++)
                    memcpy(p->rgb + 3 * ((size_t)y * (size_t)p->width_px + (size_t)x), rgb, 3);
        }
}

static double measure(const Picture *picture, const FacePlace *face)
{
    Facts facts;
    facts_clear(&facts);
    assert_int_equal(mosaic_measure(arena, picture, face, &facts).code, ERR_NONE);
    return facts.v[CHECK_mosaic];
}

static void a_face_is_no_mosaic(void **state)
{
    (void)state;
    Picture p = portrait();
    FacePlace face = eye_scene_face(0.2);
    assert_true(measure(&p, &face) < 0.5);
    Picture flat = eye_scene_skin(arena, 205, 160, 135);
    assert_true(measure(&flat, &face) < 0.5);
}

static void squares_of_any_size_are_told(void **state)
{
    (void)state;
    static const double CELLS[] = {7, 8, 9.17, 12, 14.5, 16, 20, 24};
    for (size_t i = 0; i < sizeof CELLS / sizeof *CELLS; i++)
        for (int shift = 0; shift < 5; shift += 2) {
            Picture p = portrait();
            FacePlace face = eye_scene_face(0.2);
            pixelate(&p, (Box){290 + shift, 350 + shift, 220, 100}, CELLS[i]);
            assert_true(measure(&p, &face) > 1);
        }
}

/* What steps at uneven distances is no mosaic, however clear it is: frames of glasses, strands of hair. */
static void lines_at_uneven_distances_are_not(void **state)
{
    (void)state;
    static const int AT[] = {330, 347, 371, 380, 402, 433, 449, 470};
    Picture p = portrait();
    FacePlace face = eye_scene_face(0.2);
    for (size_t i = 0; i < sizeof AT / sizeof *AT; i++)
        for (int y = 300; y < 500; y++)
            memset(p.rgb + 3 * ((size_t)y * (size_t)p.width_px + (size_t)AT[i]), 10, 3);
    assert_true(measure(&p, &face) < 0.5);
}

static void eyes_too_near_or_outside_are_not_measured(void **state)
{
    (void)state;
    Picture p = portrait();
    FacePlace face = eye_scene_face(0.2), away = face;
    away.points[POINT_IRIS_LEFT].x -= 2000;
    away.points[POINT_IRIS_RIGHT].x -= 2000;
    assert_true(isnan(measure(&p, &away)));
    face.points[POINT_IRIS_RIGHT].x = face.points[POINT_IRIS_LEFT].x + 12;
    assert_true(isnan(measure(&p, &face)));
    face.points[POINT_IRIS_RIGHT].x = NAN;
    assert_true(isnan(measure(&p, &face)));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        T(a_face_is_no_mosaic),
        T(squares_of_any_size_are_told),
        T(lines_at_uneven_distances_are_not),
        T(eyes_too_near_or_outside_are_not_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
