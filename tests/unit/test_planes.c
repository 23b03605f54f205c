/* SPDX-License-Identifier: MIT */
#include "../../stages/planes.h"
#include "../../stages/colour.h"
#include "../../stages/luma.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "arena_fixture.h"

/* In a piece of its own, so that the sanitizer sees what is read beyond it. */
static Picture noise(int width, int height)
{
    Picture picture = {width, height, arena_alloc(arena, 3 * (size_t)width * height)};
    unsigned seed = 11;
    for (int i = 0; i < 3 * width * height; i++) {
        seed = seed * 1664525u + 1013904223u;
        picture.rgb[i] = (uint8_t)(seed >> 24);
    }
    return picture;
}

static void colours_come_apart_whatever_the_width(void **state)
{
    (void)state;
    for (int width = 1; width <= 130; width++) {
        Picture picture = noise(width, 1);
        Planes planes = planes_new(arena, width);
        planes_split(picture.rgb, width, &planes);
        for (int x = 0; x < width; x++)
            for (int k = 0; k < 3; k++)
                assert_int_equal(planes.at[k][x], picture.rgb[3 * x + k]);
        arena_reset(arena);
    }
}

static void luma_is_that_of_every_pixel(void **state)
{
    (void)state;
    static const int widths[] = {1, 31, 32, 33, 200};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        Picture picture = noise(widths[i], 7);
        memset(picture.rgb, 255, 3);
        Luma luma = luma_plane(arena, &picture);
        for (int y = 0; y < 7; y++)
            for (int x = 0; x < widths[i]; x++)
                assert_int_equal(luma_at(&luma, x, y), luma_of(picture.rgb + 3 * (y * widths[i] + x)));
        assert_int_equal(luma_at(&luma, 0, 0), 255);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(colours_come_apart_whatever_the_width),
        TEST(luma_is_that_of_every_pixel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
