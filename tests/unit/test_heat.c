/* SPDX-License-Identifier: MIT */
#include "../../stages/heat.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { SIDE_MOST = 64 };

/* The sums as they are written down, in double and with the library's exp(). */
static HeatPoint by_the_book(const float *map, int side)
{
    double sum = 0, x = 0, y = 0, squares = 0, most = map[0];
    for (int i = 1; i < side * side; i++)
        most = fmax(most, map[i]);
    for (int i = 0; i < side * side; i++) {
        double w = exp(map[i] - most), cx = (i % side + 0.5) / side, cy = (i / side + 0.5) / side;
        sum += w;
        x += w * cx;
        y += w * cy;
        squares += w * (cx * cx + cy * cy);
    }
    HeatPoint out = {.at = {x / sum, y / sum}};
    out.spread = sqrt(fmax(0, squares / sum - out.at.x * out.at.x - out.at.y * out.at.y));
    return out;
}

/* The maps, which are planes here, channel beside channel as the networks write them. */
static void read_planes(const float *planes, int count, int side, HeatPoint *out)
{
    enum { PIXEL = 16 };
    static float interleaved[SIDE_MOST * SIDE_MOST * PIXEL];
    int cells = side * side;
    for (int i = 0; i < cells; i++)
        for (int c = 0; c < count; c++)
            interleaved[i * PIXEL + c] = planes[c * cells + i];
    heat_points(&(NetMaps){interleaved, side, side, count, PIXEL, side * PIXEL}, out);
}

static void any_map_gives_its_mean_and_spread(void **state)
{
    (void)state;
    static const int SIDES[] = {1, 2, 16, 32, 64};
    static const float HEIGHTS[] = {0.01f, 1, 8, 40, 300}; /* from even to one peak; below -80: nothing */
    static const int COUNTS[] = {1, 3, 4, 5, 9}; /* around the fours that are read together */
    static float maps[9 * SIDE_MOST * SIDE_MOST];
    srand(5);
    for (size_t s = 0; s < sizeof SIDES / sizeof *SIDES; s++)
        for (size_t h = 0; h < sizeof HEIGHTS / sizeof *HEIGHTS; h++) {
            int cells = SIDES[s] * SIDES[s], count = COUNTS[(s + h) % 5];
            for (int i = 0; i < count * cells; i++)
                maps[i] = HEIGHTS[h] * ((float)rand() / (float)RAND_MAX - 0.5f);
            HeatPoint got[9];
            read_planes(maps, count, SIDES[s], got);
            for (int k = 0; k < count; k++) {
                HeatPoint want = by_the_book(maps + k * cells, SIDES[s]);
                assert_float_equal(got[k].at.x, want.at.x, 1e-5);
                assert_float_equal(got[k].at.y, want.at.y, 1e-5);
                assert_float_equal(got[k].spread, want.spread, 1e-4);
            }
        }
}

static void one_hot_cell_is_its_middle_without_spread(void **state)
{
    (void)state;
    static float map[32 * 32];
    for (int cell = 0; cell < 32 * 32; cell += 31) {
        for (int i = 0; i < 32 * 32; i++)
            map[i] = i == cell ? 1000 : -1000;
        HeatPoint got;
        read_planes(map, 1, 32, &got);
        assert_float_equal(got.at.x, (cell % 32 + 0.5) / 32, 1e-9);
        assert_float_equal(got.at.y, (cell / 32 + 0.5) / 32, 1e-9);
        assert_float_equal(got.spread, 0, 1e-6);
    }
}

static void an_even_map_is_the_middle_of_the_crop(void **state)
{
    (void)state;
    static float map[16 * 16];
    HeatPoint got;
    read_planes(map, 1, 16, &got);
    assert_float_equal(got.at.x, 0.5, 1e-9);
    assert_float_equal(got.at.y, 0.5, 1e-9);
    assert_float_equal(got.spread, sqrt(2 * (1 - 1 / 256.0) / 12), 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_map_gives_its_mean_and_spread),
        cmocka_unit_test(one_hot_cell_is_its_middle_without_spread),
        cmocka_unit_test(an_even_map_is_the_middle_of_the_crop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
