/* SPDX-License-Identifier: MIT */
#include "../../stages/colour.h"
#include "../../stages/colour_table.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Pairs of Sharma, Wu, Dalal (2005), table 1. */
static const struct {
    Lab one, other;
    double difference;
} PAIRS[] = {
    {{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
    {{50, 3.1571, -77.2803}, {50, 0, -82.7485}, 2.8615},
    {{50, 2.8361, -74.0200}, {50, 0, -82.7485}, 3.4412},
    {{50, 0, 0}, {50, -1, 2}, 2.3669},
    {{50, 2.4900, -0.0010}, {50, -2.4900, 0.0009}, 7.1792},
    {{50, 2.4900, -0.0010}, {50, -2.4900, 0.0011}, 7.2195},
    {{50, -0.0010, 2.4900}, {50, 0.0009, -2.4900}, 4.8045},
    {{50, 2.5, 0}, {50, 0, -2.5}, 4.3065},
    {{50, 2.5, 0}, {73, 25, -18}, 27.1492},
    {{50, 2.5, 0}, {61, -5, 29}, 22.8977},
    {{50, 2.5, 0}, {56, -27, -3}, 31.9030},
    {{50, 2.5, 0}, {58, 24, 15}, 19.4535},
    {{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
    {{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082},
};

static void the_difference_equals_the_published_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        assert_float_equal(lab_difference(PAIRS[i].one, PAIRS[i].other), PAIRS[i].difference, 1e-4);
        assert_float_equal(lab_difference(PAIRS[i].other, PAIRS[i].one), PAIRS[i].difference, 1e-4);
    }
}

static void lab_of_the_corners_is_known(void **state)
{
    (void)state;
    static const struct {
        double rgb[3];
        Lab lab;
    } CASES[] = {
        {{255, 255, 255}, {100, 0, 0}},
        {{0, 0, 0}, {0, 0, 0}},
        {{255, 0, 0}, {53.2408, 80.0925, 67.2032}},
        {{0, 255, 0}, {87.7347, -86.1827, 83.1793}},
        {{0, 0, 255}, {32.2970, 79.1875, -107.8602}},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Lab lab = lab_of(CASES[i].rgb[0], CASES[i].rgb[1], CASES[i].rgb[2]);
        assert_float_equal(lab.l, CASES[i].lab.l, 0.02);
        assert_float_equal(lab.a, CASES[i].lab.a, 0.02);
        assert_float_equal(lab.b, CASES[i].lab.b, 0.02);
    }
}

static void the_table_of_light_is_srgb(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) {
        double v = i / 255.0, light = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
        assert_float_equal(linear_light[i], light, 1e-15);
    }
}

/* lab_of takes its roots by steps of its own: L of every grey is libm's. */
static void greys_have_the_roots_of_libm(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) {
        double y = linear_light[i] * (0.2126729 + 0.7151522 + 0.0721750);
        double l = y > 216.0 / 24389 ? 116 * cbrt(y) - 16 : y * 24389 / 27;
        assert_float_equal(lab_of(i, i, i).l, l, 1e-9);
    }
}

static void opposite_and_missing_hues_have_a_difference(void **state)
{
    (void)state;
    Lab red = {50, 20, 0}, green = {50, -20, 0}, grey = {50, 0, 0};
    assert_float_equal(lab_difference(red, green), lab_difference(green, red), 1e-9);
    assert_true(lab_difference(red, green) > 20);
    assert_true(lab_difference(grey, red) > 5);
    assert_true(lab_difference(grey, grey) == 0);
}

static void two_levels_of_jpeg_drift_stay_under_one(void **state)
{
    (void)state;
    Lab blue = lab_of(100, 197, 255);
    assert_true(lab_difference(blue, lab_of(102, 196, 253)) < 1);
    assert_true(lab_difference(blue, lab_of(255, 255, 255)) > 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_difference_equals_the_published_pairs),
        cmocka_unit_test(lab_of_the_corners_is_known),
        cmocka_unit_test(the_table_of_light_is_srgb),
        cmocka_unit_test(greys_have_the_roots_of_libm),
        cmocka_unit_test(opposite_and_missing_hues_have_a_difference),
        cmocka_unit_test(two_levels_of_jpeg_drift_stay_under_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
