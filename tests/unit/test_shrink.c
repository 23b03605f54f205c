/* SPDX-License-Identifier: MIT */
#include "../../stages/shrink.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "arena_fixture.h"

static NetMaps maps_of(int width, int height)
{
    float *at = ARENA_ARRAY(arena, float, (size_t)width * (size_t)height * NET_INPUT_PIXEL);
    return (NetMaps){at, width, height, 3, NET_INPUT_PIXEL, width * NET_INPUT_PIXEL};
}

static Picture noise(int width, int height)
{
    Picture out = {width, height, ARENA_ARRAY(arena, uint8_t, (size_t)width * (size_t)height * 3)};
    for (int i = 0; i < width * height * 3; i++)
        out.rgb[i] = (uint8_t)(rand() >> 8);
    return out;
}

static double overlap(double low, double high, int cell)
{
    return fmax(0, fmin(high, cell + 1) - fmax(low, cell));
}

/* The mean over the pixel's own area, pixel by pixel. */
static double by_the_book(const Picture *in, Box part, const NetMaps *out, const int at[3])
{
    double fx = (double)part.width / out->width, fy = (double)part.height / out->height, sum = 0;
    for (int y = (int)(at[1] * fy); y < part.height && y < (at[1] + 1) * fy; y++)
        for (int x = (int)(at[0] * fx); x < part.width && x < (at[0] + 1) * fx; x++)
            sum += overlap(at[0] * fx, (at[0] + 1) * fx, x) * overlap(at[1] * fy, (at[1] + 1) * fy, y) *
                   in->rgb[((part.y + y) * in->width_px + part.x + x) * 3 + at[2]];
    return sum / fx / fy;
}

typedef struct Size {
    int width, height, to_width, to_height;
} Size;

static void every_pixel_is_the_mean_of_its_area(void **state)
{
    (void)state;
    static const Size SIZES[] = {
        {1, 1, 1, 1},        {7, 5, 7, 5},      {8, 6, 4, 3},          {10, 10, 9, 9},   {100, 80, 33, 7},
        {1500, 50, 120, 4},  {60, 900, 7, 68},  {50, 1000, 5, 4},      {1000, 50, 4, 5}, {37, 41, 1, 1},
        {1024, 9, 1023, 8},
    };
    srand(6);
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        const Size *size = &SIZES[i];
        Picture in = noise(size->width + 9, size->height + 5);
        Box part = {i % 2 ? 9 : 3, i % 2 ? 5 : 2, size->width, size->height};
        NetMaps out = maps_of(size->to_width, size->to_height);
        ShrinkScratch *scratch = ARENA_NEW(arena, ShrinkScratch);
        assert_non_null(scratch);
        shrink_area(&in, part, scratch, &out);
        double most = 0, squares = 0;
        for (int y = 0; y < out.height; y++)
            for (int x = 0; x < out.width; x++)
                for (int c = 0; c < 3; c++) {
                    double d = (out.at[y * out.row + x * out.pixel + c] + 1) * 127.5 -
                               by_the_book(&in, part, &out, (int[]){x, y, c});
                    most = fmax(most, fabs(d));
                    squares += d * d / (3 * out.width * out.height);
                }
        /* shares of rows are rounded to 1/64 of a row, or to 1/200 of what is averaged */
        assert_true(most <= 2 && sqrt(squares) <= 0.5);
        if (size->width == size->to_width)
            assert_true(most <= 1e-4);
        arena_reset(arena);
    }
}

static void an_even_picture_stays_even(void **state)
{
    (void)state;
    static const int LEVELS[] = {0, 1, 128, 254, 255};
    ShrinkScratch *scratch = ARENA_NEW(arena, ShrinkScratch);
    for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++)
        for (int height = 250; height <= 750; height += 125) { /* 250 rows to one is the most */
            Picture in = noise(31, height);
            memset(in.rgb, LEVELS[i], (size_t)(31 * height * 3));
            NetMaps out = maps_of(7, 3);
            shrink_area(&in, (Box){0, 0, 31, height}, scratch, &out);
            for (int k = 0; k < 7 * 3 * NET_INPUT_PIXEL; k++)
                if (k % NET_INPUT_PIXEL < 3)
                    assert_float_equal((out.at[k] + 1) * 127.5, LEVELS[i], 1e-3);
        }
    arena_reset(arena);
}

/* v = 10 x + 100 y (+ 1000 c) is what bilinear sampling gives back anywhere inside. */
static void a_plane_is_sampled_exactly_and_its_edge_repeats(void **state)
{
    (void)state;
    NetMaps in = maps_of(9, 7), out = maps_of(16, 12);
    for (int i = 0; i < 9 * 7 * NET_INPUT_PIXEL; i++) {
        int pixel = i / NET_INPUT_PIXEL;
        in.at[i] = (float)(10 * (pixel % 9) + 100 * (pixel / 9) + 1000 * (i % NET_INPUT_PIXEL));
    }
    static const double MAPS[][6] = {{1, 0, 0, 0, 1, 0},        {0.5, 0, 0.25, 0, 0.5, 0.125},
                                     {0.4, -0.2, 3, 0.2, 0.4, -1}, {-1, 0, 8, 0, -1, 6},
                                     {3, 0, -20, 0, 3, -17},    {0, 0, -1e6, 0, 0, 1e6}};
    for (size_t m = 0; m < sizeof MAPS / sizeof *MAPS; m++) {
        shrink_sample(&in, MAPS[m], &out);
        for (int y = 0; y < out.height; y++)
            for (int x = 0; x < out.width; x++)
                for (int c = 0; c < 3; c++) {
                    double sx = fmin(8, fmax(0, MAPS[m][0] * x + MAPS[m][1] * y + MAPS[m][2]));
                    double sy = fmin(6, fmax(0, MAPS[m][3] * x + MAPS[m][4] * y + MAPS[m][5]));
                    assert_float_equal(out.at[y * out.row + x * out.pixel + c],
                                       10 * sx + 100 * sy + 1000 * c, 0.02);
                }
    }
    arena_reset(arena);
}

static float value_of(int level)
{
    return (float)level / 127.5f - 1;
}

static void only_a_hardly_lit_picture_is_brightened(void **state)
{
    (void)state;
    static const struct {
        int few, many; /* 2 % and 98 % of all values */
        double gain;
    } ROWS[] = {{110, 20, 1}, {109, 20, 190 / 109.}, {255, 255, 1}, {0, 0, 8},
                {24, 3, 190 / 24.}, {23, 3, 8}, {60, 60, 190 / 60.}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        for (int one_less = 0; one_less < 2; one_less++) { /* than 2 %: then `many` is the level */
            NetMaps maps = maps_of(10, 10);
            for (int k = 0; k < 100; k++)
                for (int c = 0; c < NET_INPUT_PIXEL; c++) /* the fourth has no meaning and no say */
                    maps.at[k * NET_INPUT_PIXEL + c] = value_of(c == 3 ? 255 : k < 2 ? ROWS[i].few : ROWS[i].many);
            if (one_less)
                maps.at[0] = value_of(ROWS[i].many);
            double level = fmax(1, ROWS[i].many);
            double gain = !one_less ? ROWS[i].gain : level >= 110 ? 1 : fmin(8, 190 / level);
            shrink_brighten(&maps);
            for (int k = 0; k < 100; k++) {
                double was = one_less && !k ? ROWS[i].many : k < 2 ? ROWS[i].few : ROWS[i].many;
                assert_float_equal((maps.at[k * NET_INPUT_PIXEL] + 1) * 127.5, fmin(255, was * gain), 1e-3);
            }
        }
    arena_reset(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pixel_is_the_mean_of_its_area),
        cmocka_unit_test(an_even_picture_stays_even),
        cmocka_unit_test(a_plane_is_sampled_exactly_and_its_edge_repeats),
        cmocka_unit_test(only_a_hardly_lit_picture_is_brightened),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
