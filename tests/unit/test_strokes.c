/* SPDX-License-Identifier: MIT */
#include "../../stages/strokes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "noise.h"
#include "arena_fixture.h"

enum { REACH = 8, STROKE = 34 };

/* Grain of some strength on a slope, and here and there a box of another colour. */
static Picture picture_of(int width, int height, int grain, int boxes)
{
    Picture picture = {width, height, arena_alloc(arena, 3 * (size_t)width * height)};
    unsigned seed = (unsigned)(width + height + grain);
    for (int i = 0; i < 3 * width * height; i++) {
        int level = 90 + i / 3 % width * 60 / width + (int)(next_random(&seed) % (2 * grain + 1)) - grain;
        picture.rgb[i] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
    }
    for (int i = 0; i < boxes; i++) {
        int x0 = (int)next_random(&seed) % width, y0 = (int)next_random(&seed) % height, k = i % 3;
        for (int y = y0; y < y0 + 4 && y < height; y++)
            for (int x = x0; x < x0 + 3 && x < width; x++)
                picture.rgb[3 * (y * width + x) + k] = (uint8_t)(next_random(&seed) % 2 ? 130 + i : 60);
    }
    return picture;
}

/* 1: dark, 2: light. */
static int kind_at(const Picture *p, int x, int y)
{
    int low = 0, high = 0;
    for (int k = 0; k < 3; k++) {
        int sum = 0, count = 0;
        for (int v = y - REACH; v <= y + REACH; v++)
            for (int u = x - REACH; u <= x + REACH; u++)
                if (u >= 0 && v >= 0 && u < p->width_px && v < p->height_px) {
                    sum += p->rgb[3 * (v * p->width_px + u) + k];
                    count++;
                }
        int away = sum / count - p->rgb[3 * (y * p->width_px + x) + k];
        low = away > low ? away : low;
        high = -away > high ? -away : high;
    }
    return low > STROKE && low >= high ? 1 : high > STROKE && high > low ? 2 : 0;
}

static bool bit(const Bitmap *map, int x, int y)
{
    return bitmap_row(map, y)[x / 64] >> (x % 64) & 1;
}

static void strokes_are_those_of_every_pixel_by_itself(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {5, 5}, {17, 17}, {33, 7}, {7, 60}, {64, 40}, {97, 61}, {200, 90}};
    static const int grains[] = {0, 3, 15, 30, 60};
    int seen[3] = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t g = 0; g < sizeof grains / sizeof *grains; g++) {
            Picture p = picture_of(sizes[i][0], sizes[i][1], grains[g], 12);
            Blocks blocks;
            Strokes strokes;
            assert_int_equal(blocks_new(arena, &p, &blocks).code, ERR_NONE);
            assert_true(strokes_find(arena, &blocks, NULL, &strokes));
            for (int y = 0; y < p.height_px; y++)
                for (int x = 0; x < p.width_px; x++) {
                    int wanted = kind_at(&p, x, y);
                    int found = bit(&strokes.dark, x, y) | bit(&strokes.light, x, y) << 1;
                    if (found != wanted)
                        fail_msg("%d x %d, grain %d, pixel %d,%d: %d, not %d", p.width_px, p.height_px, grains[g], x, y,
                                 found, wanted);
                    seen[wanted]++;
                }
            arena_reset(arena);
        }
    assert_true(seen[0] > 1000 && seen[1] > 1000 && seen[2] > 1000);
}

/* So that no mark with its middle elsewhere has one of them. */
static void strokes_are_missing_only_deep_inside_the_head(void **state)
{
    (void)state;
    const FacePlace face = {.eyes = {150, 140}, .width = 130, .chin_y = 230};
    const int reach = MARK_MOST / 2 + 2;
    Picture p = picture_of(300, 320, 60, 40);
    Blocks blocks;
    Strokes all, strokes;
    int seen[2][2] = {{0}};
    assert_int_equal(blocks_new(arena, &p, &blocks).code, ERR_NONE);
    assert_true(strokes_find(arena, &blocks, NULL, &all) && strokes_find(arena, &blocks, &face, &strokes));
    for (int y = 0; y < p.height_px; y++)
        for (int x = 0; x < p.width_px; x++) {
            bool missing = bit(&strokes.dark, x, y) != bit(&all.dark, x, y) || bit(&strokes.light, x, y) != bit(&all.light, x, y);
            bool inside = true;
            for (int i = 0; i < 4; i++)
                inside = inside && strokes_on_head(&face, x + (i % 2 ? reach : -reach), y + (i / 2 ? reach : -reach));
            assert_true(inside || !missing);
            assert_false(missing && (bit(&strokes.dark, x, y) || bit(&strokes.light, x, y)));
            seen[inside][missing]++;
        }
    assert_true(seen[0][0] > 10000 && seen[1][1] > 1000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {TEST(strokes_are_those_of_every_pixel_by_itself),
                                       TEST(strokes_are_missing_only_deep_inside_the_head)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
