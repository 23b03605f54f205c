/* SPDX-License-Identifier: MIT */
#include "../../stages/blocks.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "noise.h"
#include "arena_fixture.h"

static void extremes_are_those_of_each_block_s_pixels(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {7, 9}, {8, 8}, {64, 16}, {65, 33}, {203, 50}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        Picture p = {sizes[s][0], sizes[s][1], arena_alloc(arena, 3 * (size_t)sizes[s][0] * sizes[s][1])};
        unsigned seed = (unsigned)s + 1;
        Blocks blocks;
        for (int i = 0; i < 3 * p.width_px * p.height_px; i++)
            p.rgb[i] = (uint8_t)(next_random(&seed) >> 3);
        assert_int_equal(blocks_new(arena, &p, &blocks).code, ERR_NONE);
        assert_int_equal(blocks.columns, (p.width_px + 7) / 8);
        assert_int_equal(blocks.rows, (p.height_px + 7) / 8);
        for (int j = -1; j <= blocks.rows; j++)
            for (int i = -1; i <= blocks.columns; i++)
                for (int k = 0; k < 3; k++) {
                    int least = 255, most = 0;
                    for (int y = j < 0 ? 0 : 8 * j; y < 8 * j + 8 && y < p.height_px; y++)
                        for (int x = i < 0 ? 0 : 8 * i; x < 8 * i + 8 && x < p.width_px; x++) {
                            int level = p.rgb[3 * (y * p.width_px + x) + k];
                            least = level < least ? level : least;
                            most = level > most ? level : most;
                        }
                    const ptrdiff_t at = (j * blocks.stride + i) * BLOCK_BYTES + k;
                    assert_int_equal(blocks.least[at], least);
                    assert_int_equal(blocks.most[at], most);
                }
        arena_reset(arena);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {TEST(extremes_are_those_of_each_block_s_pixels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
