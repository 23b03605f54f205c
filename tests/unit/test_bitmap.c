/* SPDX-License-Identifier: MIT */
#include "../../stages/bitmap.h"
#include "noise.h" /* before cmocka, whose `fail` is a macro */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "arena_fixture.h"

static bool bit(const Bitmap *map, int x, int y)
{
    return bitmap_row(map, y)[x / 64] >> (x % 64) & 1;
}

static Bitmap random_map(int width, int height, int percent, unsigned seed)
{
    Bitmap map = bitmap_new(arena, width, height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            if ((int)(next_random(&seed) % 100) < percent)
                bitmap_set(&map, x, y);
    return map;
}

/* One pixel after the other until nothing changes. */
static void grow_slowly(const Bitmap *within, Bitmap *seeds)
{
    static const int sides[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
    for (bool grows = true; grows;) {
        grows = false;
        for (int y = 0; y < within->height_px; y++)
            for (int x = 0; x < within->width_px; x++)
                for (int i = 0; i < 4 && bit(within, x, y) && !bit(seeds, x, y); i++) {
                    int u = x + sides[i][0], v = y + sides[i][1];
                    if (u >= 0 && v >= 0 && u < within->width_px && v < within->height_px &&
                        bit(seeds, u, v)) {
                        bitmap_set(seeds, x, y);
                        grows = true;
                    }
                }
    }
}

static void a_region_grows_as_pixel_by_pixel(void **state)
{
    (void)state;
    static const int widths[] = {1, 2, 63, 64, 65, 127, 128, 150, 200};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        for (int percent = 40; percent <= 100; percent += 12) {
            Bitmap within = random_map(widths[i], 40, percent, (unsigned)(i * 100) + (unsigned)percent);
            Bitmap ours = bitmap_new(arena, widths[i], 40), slow = bitmap_new(arena, widths[i], 40);
            for (int k = 0; k < 5; k++) {
                int x = (k * 37) % widths[i], y = (k * 17) % 40;
                if (bit(&within, x, y)) {
                    bitmap_set(&ours, x, y);
                    bitmap_set(&slow, x, y);
                }
            }
            bitmap_grow(&within, &ours);
            grow_slowly(&within, &slow);
            assert_memory_equal(ours.bits, slow.bits, (size_t)ours.stride * 40 * sizeof *ours.bits);
            arena_reset(arena);
        }
}

/* A way that winds through all rows, met from its far end. */
static void a_winding_way_is_followed_to_its_end(void **state)
{
    (void)state;
    enum { WIDTH = 130, HEIGHT = 61 };
    Bitmap within = bitmap_new(arena, WIDTH, HEIGHT), seeds = bitmap_new(arena, WIDTH, HEIGHT);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            if (y % 2 == 0 || x == (y % 4 == 1 ? WIDTH - 1 : 0))
                bitmap_set(&within, x, y);
    bitmap_set(&seeds, WIDTH - 1, HEIGHT - 1);
    bitmap_grow(&within, &seeds);
    assert_memory_equal(within.bits, seeds.bits, (size_t)within.stride * HEIGHT * sizeof *seeds.bits);
}

static void bytes_pack_into_bits(void **state)
{
    (void)state;
    unsigned seed = 23;
    uint8_t bytes[200];
    for (int width = 1; width <= 200; width++)
        for (uint8_t wanted = 0; wanted <= 2; wanted++) {
            Bitmap map = bitmap_new(arena, width, 1);
            for (int x = 0; x < 200; x++)
                bytes[x] = next_random(&seed) & 3;
            for (int way = 0; way < 2; way++) {
                assert_int_equal(way ? setenv("HEADROOM_CPU", "base", 1) : unsetenv("HEADROOM_CPU"), 0);
                bitmap_packer()(bytes, width, wanted, map.bits);
                for (int x = 0; x < 64 * map.stride; x++)
                    if (bit(&map, x, 0) != (x < width && bytes[x] == wanted))
                        fail_msg("%d of %d, %d wanted, way %d", x, width, wanted, way);
                memset(map.bits, 255, (size_t)map.words * sizeof *map.bits); /* is written as a whole */
            }
            unsetenv("HEADROOM_CPU");
            arena_reset(arena);
        }
}

static void a_span_is_its_pixels(void **state)
{
    (void)state;
    static const int widths[] = {1, 40, 63, 64, 65, 128, 150}, counts[] = {1, 7, 40, 63};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        Bitmap map = random_map(widths[i], 3, 50, (unsigned)i + 1);
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
            for (int y = -1; y <= 3; y++)
                for (int x = -70; x <= widths[i] + 5; x++) {
                    uint64_t pixels = 0;
                    for (int j = 0; j < counts[k]; j++)
                        pixels |= (uint64_t)bitmap_has(&map, x + j, y) << j;
                    if (bitmap_span(&map, x, y, counts[k]) != pixels)
                        fail_msg("%d from (%d, %d) of %d", counts[k], x, y, widths[i]);
                }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(a_region_grows_as_pixel_by_pixel),
        TEST(a_winding_way_is_followed_to_its_end),
        TEST(bytes_pack_into_bits),
        TEST(a_span_is_its_pixels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
