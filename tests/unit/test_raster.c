/* SPDX-License-Identifier: MIT */
#include "../../stages/raster.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "noise.h"

static Arena *arena;

static Picture picture_new(int width_px, int height_px)
{
    Picture picture = {width_px, height_px, arena_alloc(arena, (size_t)width_px * height_px * 3)};
    assert_non_null(picture.rgb);
    return picture;
}

/* The mean over the real-valued box that an output pixel covers. */
static double true_average(const Picture *in, const Picture *out, int x, int y, int c)
{
    double across = (double)in->width_px / out->width_px;
    double down = (double)in->height_px / out->height_px, sum = 0;
    for (int v = (int)floor(y * down); v < in->height_px && v < (y + 1) * down; v++)
        for (int u = (int)floor(x * across); u < in->width_px && u < (x + 1) * across; u++) {
            double wide = fmin(u + 1, (x + 1) * across) - fmax(u, x * across);
            double high = fmin(v + 1, (y + 1) * down) - fmax(v, y * down);
            if (wide > 0 && high > 0)
                sum += wide * high * pixel(in, u, v)[c];
        }
    return sum / (across * down);
}

static void reduce_is_the_exact_area_average(void **state)
{
    (void)state;
    static const int cases[][4] = {
        {16, 16, 16, 16}, {16, 16, 8, 8}, {7, 5, 3, 2},         {100, 90, 33, 89},    {1, 1, 1, 1},
        {3, 700, 2, 1},   {700, 3, 1, 2}, {640, 480, 160, 120}, {333, 217, 160, 104}, {5, 5, 1, 5},
        {2, 40000, 1, 33000}, {12, 900, 12, 31},    {33, 40, 31, 37},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Picture in = picture_new(cases[i][0], cases[i][1]);
        Picture out = {.width_px = cases[i][2], .height_px = cases[i][3]};
        fill_noise(&in, (unsigned)i);
        assert_int_equal(raster_reduce(arena, &in, &out).code, ERR_NONE);
        for (int y = 0; y < out.height_px; y++)
            for (int x = 0; x < out.width_px; x++)
                for (int c = 0; c < 3; c++) {
                    double wanted = true_average(&in, &out, x, y, c);
                    if (fabs(pixel(&out, x, y)[c] - wanted) > 0.5 + 1e-4)
                        fail_msg("case %zu at %d,%d: %d, not %f", i, x, y, pixel(&out, x, y)[c],
                                 wanted);
                }
        arena_reset(arena);
    }
}

/* Of every sum of four. */
static void half_the_size_rounds_halves_up(void **state)
{
    (void)state;
    static const int widths[] = {1, 2, 5, 6, 7, 8, 9, 10, 11, 15, 16, 17, 18, 31, 32, 33, 64, 65, 481};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        Picture in = picture_new(2 * widths[i], 400), out = {.width_px = widths[i], .height_px = 200};
        fill_noise(&in, (unsigned)i);
        for (int y = 0; y < 100; y++) /* near one another, too */
            for (int x = 0; x < in.width_px; x++)
                for (int c = 0; c < 3; c++)
                    pixel(&in, x, y)[c] = (uint8_t)(2 * y + pixel(&in, x, y)[c] % 4);
        assert_int_equal(raster_reduce(arena, &in, &out).code, ERR_NONE);
        for (int y = 0; y < out.height_px; y++)
            for (int x = 0; x < out.width_px; x++)
                for (int c = 0; c < 3; c++) {
                    const uint8_t *at = pixel(&in, 2 * x, 2 * y) + c, *below = pixel(&in, 2 * x, 2 * y + 1) + c;
                    assert_int_equal(pixel(&out, x, y)[c], (at[0] + at[3] + below[0] + below[3] + 2) / 4);
                }
        arena_reset(arena);
    }
}

/* Where the stored corner (0, 0) and its right neighbour go, by the EXIF standard's words. */
static void upright_follows_the_orientation(void **state)
{
    (void)state;
    static const struct {
        int orientation, corner_x, corner_y, right_x, right_y, width, height;
    } cases[] = {
        {1, 0, 0, 1, 0, 50, 70},     {2, 49, 0, 48, 0, 50, 70}, {3, 49, 69, 48, 69, 50, 70},
        {4, 0, 69, 1, 69, 50, 70},   {5, 0, 0, 0, 1, 70, 50},   {6, 69, 0, 69, 1, 70, 50},
        {7, 69, 49, 69, 48, 70, 50}, {8, 0, 49, 0, 48, 70, 50},
    };
    Picture in = picture_new(50, 70), out;
    fill_noise(&in, 7);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(raster_upright(arena, &in, cases[i].orientation, &out).code, ERR_NONE);
        assert_int_equal(out.width_px, cases[i].width);
        assert_int_equal(out.height_px, cases[i].height);
        int right_x = cases[i].right_x - cases[i].corner_x,
            right_y = cases[i].right_y - cases[i].corner_y;
        for (int y = 0; y < in.height_px; y++) /* rows go down as columns go right, turned */
            for (int x = 0; x < in.width_px; x++) {
                int down_x = right_x ? 0 : (cases[i].corner_x ? -1 : 1);
                int down_y = right_x ? (cases[i].corner_y ? -1 : 1) : 0;
                const uint8_t *to = pixel(&out, cases[i].corner_x + x * right_x + y * down_x,
                                          cases[i].corner_y + x * right_y + y * down_y);
                assert_memory_equal(to, pixel(&in, x, y), 3);
            }
    }
}

/* Centre of mass of a smooth dark spot; its faint skirt is left out, where rounding would weigh. */
static void find_spot(const Picture *picture, double *x, double *y)
{
    double sum = 0, sum_x = 0, sum_y = 0;
    for (int v = 0; v < picture->height_px; v++)
        for (int u = 0; u < picture->width_px; u++) {
            double dark = fmax(0, 247 - pixel(picture, u, v)[1]);
            sum += dark;
            sum_x += dark * (u + 0.5);
            sum_y += dark * (v + 0.5);
        }
    *x = sum_x / sum;
    *y = sum_y / sum;
}

static void frame_has_the_size_asked_and_no_shift(void **state)
{
    (void)state;
    static const struct {
        Box box;
        int width, height;
    } cases[] = {
        {{0, 0, 480, 640}, 480, 640},   {{10, 20, 481, 641}, 480, 640},
        {{3, 5, 777, 1036}, 480, 640},  {{11, 7, 959, 1279}, 480, 640},
        {{0, 0, 1100, 1467}, 480, 640}, {{50, 60, 1441, 1921}, 480, 640},
        {{1, 1, 1797, 2396}, 480, 640}, {{7, 9, 1499, 2001}, 240, 321},
        {{0, 0, 1800, 2400}, 150, 200}, {{0, 0, 1800, 2400}, 1, 1},
    };
    Picture in = picture_new(1800, 2400);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Box box = cases[i].box;
        for (int spot = 0; spot < 3; spot++) {
            double centre_x = box.x + box.width * (0.3 + 0.2 * spot);
            double centre_y = box.y + box.height * (0.7 - 0.2 * spot), radius = box.width / 12.0;
            for (int y = 0; y < in.height_px; y++)
                for (int x = 0; x < in.width_px; x++) {
                    double far = hypot(x + 0.5 - centre_x, y + 0.5 - centre_y) / radius;
                    double dark = 230 * exp(-far * far);
                    memset(pixel(&in, x, y), (int)lround(255 - dark), 3);
                }
            Picture out = {.width_px = cases[i].width, .height_px = cases[i].height};
            assert_int_equal(raster_frame(arena, &in, box, &out).code, ERR_NONE);
            double x, y;
            find_spot(&out, &x, &y);
            double wanted_x = (centre_x - box.x) * out.width_px / box.width;
            double wanted_y = (centre_y - box.y) * out.height_px / box.height;
            if (out.width_px > 1 && hypot(x - wanted_x, y - wanted_y) > 0.05)
                fail_msg("case %zu: spot at %.3f,%.3f, not %.3f,%.3f", i, x, y, wanted_x, wanted_y);
        }
    }
}

static void frame_rings_no_more_than_one_lanczos_step(void **state)
{
    (void)state;
    Picture in = picture_new(1200, 1600);
    for (int y = 0; y < in.height_px; y++)
        for (int x = 0; x < in.width_px; x++)
            memset(pixel(&in, x, y), x < 600 ? 60 : 180, 3);
    static const int widths[] = {480, 700, 1000, 300, 150};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        Picture out = {.width_px = widths[i], .height_px = widths[i] * 4 / 3};
        Box all = {0, 0, in.width_px, in.height_px};
        assert_int_equal(raster_frame(arena, &in, all, &out).code, ERR_NONE);
        int low = 255, high = 0;
        for (int x = 0; x < out.width_px; x++) {
            int value = pixel(&out, x, out.height_px / 2)[0];
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        /* A step through Lanczos3 overshoots by at most 6.5 % of its height (its step response). */
        assert_in_range(low, 60 - 9, 60);
        assert_in_range(high, 180, 180 + 9);
        assert_memory_equal(pixel(&out, 0, 5), ((uint8_t[]){60, 60, 60}), 3);
        assert_memory_equal(pixel(&out, out.width_px - 1, 5), ((uint8_t[]){180, 180, 180}), 3);
    }
}

static void full_arena_is_a_memory_error(void **state)
{
    (void)state;
    Picture in = picture_new(600, 800), out = {.width_px = 480, .height_px = 640};
    Arena *small = arena_create(100000);
    Box all = {0, 0, 600, 800};
    assert_int_equal(raster_frame(small, &in, all, &out).code, ERR_MEMORY);
    assert_int_equal(raster_reduce(small, &in, &out).code, ERR_MEMORY);
    assert_int_equal(raster_upright(small, &in, 6, &out).code, ERR_MEMORY);
    arena_destroy(small);
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(256u << 20);
    return !arena;
}

enum { WAYS = 3 };

/* The first one with all that the machine has. */
static void go(int way)
{
    static const char *const names[WAYS] = {"", "avx2", "base"};
    assert_int_equal(setenv("HEADROOM_CPU", names[way], 1), 0);
}

static void every_processor_reduces_to_the_same_bytes(void **state)
{
    (void)state;
    static const int cases[][4] = {{480, 640, 160, 213}, {11, 70, 5, 60}, {45, 300, 44, 2}, {33, 33, 32, 32}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Picture in = picture_new(cases[i][0], cases[i][1]), out[WAYS];
        fill_noise(&in, (unsigned)i);
        for (int way = 0; way < WAYS; way++) {
            go(way);
            out[way] = (Picture){.width_px = cases[i][2], .height_px = cases[i][3]};
            assert_int_equal(raster_reduce(arena, &in, &out[way]).code, ERR_NONE);
            assert_memory_equal(out[0].rgb, out[way].rgb, 3 * (size_t)cases[i][2] * (size_t)cases[i][3]);
        }
        unsetenv("HEADROOM_CPU");
        arena_reset(arena);
    }
}

/* Edges, odd widths, and neighbours of which one has a group of taps more. */
static void every_processor_scales_to_the_same_bytes(void **state)
{
    (void)state;
    static const int cases[][4] = {{480, 640, 480, 640}, {961, 1281, 480, 640}, {700, 933, 481, 641}, {97, 131, 13, 17},
                                   {11, 40, 5, 9},       {10, 40, 3, 9},        {33, 8, 1, 1},        {1500, 64, 487, 3},
                                   {1617, 9, 150, 3},    {3234, 9, 300, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Picture in = picture_new(cases[i][0] + 3, cases[i][1] + 2), out[WAYS];
        Box box = {2, 1, cases[i][0], cases[i][1]};
        fill_noise(&in, (unsigned)i);
        for (int way = 0; way < WAYS; way++) {
            go(way);
            out[way] = (Picture){.width_px = cases[i][2], .height_px = cases[i][3]};
            assert_int_equal(raster_scale(arena, &in, box, &out[way]).code, ERR_NONE);
            assert_memory_equal(out[0].rgb, out[way].rgb, 3 * (size_t)cases[i][2] * (size_t)cases[i][3]);
        }
        unsetenv("HEADROOM_CPU");
        arena_reset(arena);
    }
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(reduce_is_the_exact_area_average),
        TEST(half_the_size_rounds_halves_up),
        TEST(upright_follows_the_orientation),
        TEST(frame_has_the_size_asked_and_no_shift),
        TEST(frame_rings_no_more_than_one_lanczos_step),
        TEST(every_processor_scales_to_the_same_bytes),
        TEST(every_processor_reduces_to_the_same_bytes),
        TEST(full_arena_is_a_memory_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
