/* SPDX-License-Identifier: MIT */
#include "../../stages/paper_pixels.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "noise.h"
#include "arena_fixture.h"

/* Around the paper's colour, a good part of it near the threshold. */
static Picture picture_around(const PaperModel *model, int width, int height, double threshold)
{
    Picture picture = {width, height, arena_alloc(arena, 3 * (size_t)width * height)};
    unsigned seed = (unsigned)width + (unsigned)threshold;
    for (int i = 0; i < width * height; i++) {
        double rgb[3], far = threshold * (next_random(&seed) % 4 ? 0.58 : 1.5);
        paper_colour(model, (double)(i % width) / width - 0.5, (double)(i / width) / height - 0.5, rgb);
        for (int k = 0; k < 3; k++) {
            double level = rgb[k] + far * (next_random(&seed) % 2 ? 1 : -1) * (0.8 + next_random(&seed) % 100 / 250.0);
            picture.rgb[3 * i + k] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level + 0.5);
        }
    }
    return picture;
}

static void every_pixel_is_told_as_by_its_distance(void **state)
{
    (void)state;
    static const PaperModel models[] = {
        {.c = {{180}, {190}, {200}}},
        {.c = {{60, 20, -40}, {120, 5, 8, 10, -6, 12}, {250, 30, 30, -20, 0, 10}}}, /* beyond 255 at a corner */
        {.c = {{100, 300, 300}, {100, -300, 200}, {120, 0, 0, 400, 0, 400}}},       /* changes fast */
        {.c = {{-20, 10, 10}, {5, 3, 1}, {0}}},
    };
    static const double thresholds[] = {11, 12.3, 40, 120, 145, 175};
    static const int sizes[][2] = {{1, 1}, {31, 5}, {64, 16}, {65, 33}, {200, 50}, {480, 640}};
    int seen[2] = {0};
    for (size_t m = 0; m < sizeof models / sizeof *models; m++)
        for (size_t t = 0; t < sizeof thresholds / sizeof *thresholds; t++)
            for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
                const int w = sizes[s][0], h = sizes[s][1];
                Picture picture = picture_around(&models[m], w, h, thresholds[t]);
                Bitmap found = bitmap_new(arena, w, h);
                PaperRow row = paper_row_new(arena, &models[m], w);
                float *paper = arena_alloc(arena, 3 * sizeof(float) * w), limit = (float)(thresholds[t] * thresholds[t]);
                Blocks blocks;
                assert_int_equal(blocks_new(arena, &picture, &blocks).code, ERR_NONE);
                assert_true(paper_pixels(arena, &blocks, &models[m], thresholds[t], &found));
                for (int y = 0; y < h; y++) {
                    paper_row(&row, y, h, paper);
                    for (int x = 0; x < w; x++) {
                        float sum = 0;
                        for (int k = 0; k < 3; k++) {
                            float d = (float)picture.rgb[3 * (y * w + x) + k] - paper[k * w + x];
                            sum += d * d;
                        }
                        bool is = bitmap_row(&found, y)[x / 64] >> (x % 64) & 1;
                        if (is != (sum <= limit))
                            fail_msg("model %zu, threshold %g, %d x %d, pixel %d,%d", m, thresholds[t], w, h, x, y);
                        seen[is]++;
                    }
                }
                arena_reset(arena);
            }
    assert_true(seen[0] > 10000 && seen[1] > 10000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {TEST(every_pixel_is_told_as_by_its_distance)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
