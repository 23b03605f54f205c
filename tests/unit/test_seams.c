/* SPDX-License-Identifier: MIT */
#include "../../stages/seams.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>
#include <cmocka.h>

#include "../../stages/decode.h"
#include "../../stages/jpeg.h"
#include "make_jpeg.h"
#include "arena_fixture.h"

/* All levels of MCUs first .. last - 1, counted row by row, moved by `levels` in the channels of `mask` (1 red, 2 green, 4 blue). */
typedef struct Shift {
    int first, last, levels, mask;
} Shift;

static void shift(Picture *picture, int mcu_px, Shift how)
{
    int across = (picture->width_px + mcu_px - 1) / mcu_px;
    for (int y = 0; y < picture->height_px; y++)
        for (int x = 0; x < picture->width_px; x++) {
            int mcu = y / mcu_px * across + x / mcu_px;
            for (int c = 0; c < 3 && mcu >= how.first && mcu < how.last; c++) {
                uint8_t *at = &picture->rgb[((size_t)y * (size_t)picture->width_px + (size_t)x) * 3 + (size_t)c];
                int value = *at + (how.mask >> c & 1 ? how.levels : 0);
                *at = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
            }
        }
}

static double count(const Picture *picture, int mcu_px, int denominator)
{
    return seams_count(arena, picture, (SeamGrid){mcu_px, mcu_px, denominator, 0, 0, 30});
}

static Picture decoded(Bytes file, int denominator)
{
    Picture out;
    JpegDamage damage;
    assert_int_equal(jpeg_decode(arena, file.data, file.size, denominator, &out, &damage).code, ERR_NONE);
    assert_int_equal(damage.warnings, 0);
    return out;
}

/* make_picture's clothes begin at a level line, which nobody's do. */
static void lean(Picture *picture)
{
    for (int y = 0; y < picture->height_px; y++)
        for (int x = 0; x < picture->width_px; x++)
            for (int c = 0; c < 3 && y > picture->height_px * 3 / 4 - x / 20; c++)
                picture->rgb[((size_t)y * (size_t)picture->width_px + (size_t)x) * 3 + (size_t)c] = (uint8_t)(235 - (x ^ y) % 8);
}

static void sound_pictures_have_none(void **state)
{
    (void)state;
    static const int samplings[][2] = {{2, 2}, {2, 1}, {1, 1}, {1, 2}, {4, 1}};
    for (size_t s = 0; s < sizeof samplings / sizeof *samplings; s++)
        for (int quality = 30; quality <= 95; quality += 13)
            for (int denominator = 1; denominator <= 4; denominator *= 2) {
                Picture picture = make_picture(arena, 1200, 1000, 6);
                lean(&picture);
                int across = samplings[s][0], down = samplings[s][1];
                Picture out = decoded(make_jpeg(arena, &picture, (MakeJpeg){.quality = quality, .across = across, .down = down}), denominator);
                static const int intervals[] = {1, 2, 4, 7, 15, 30, 75, 100};
                for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++) {
                    double seams = seams_count(arena, &out, (SeamGrid){across * 8, down * 8, denominator, 0, 0, intervals[i]});
                    if (seams != 0)
                        fail_msg("sampling %zu, quality %d, 1/%d, interval %d: %g", s, quality, denominator, intervals[i], seams);
                }
                arena_reset(arena);
            }
}

/* What is saved of a frame's hard edge rings through the blocks that it cuts, alike in all of them. */
static void thin_frames_are_none(void **state)
{
    (void)state;
    static const int LEVELS[] = {0, 90, 255};
    for (int lines = 1; lines <= 6; lines++)
        for (int quality = 40; quality <= 90; quality += 10)
            for (int i = 0; i < 3 * 2 * 2; i++) {
                int across = 1 + i % 2, denominator = 1 + i / 2 % 2, height = quality % 20 ? 640 : 645;
                Picture picture = make_picture(arena, 480, height, 3);
                lean(&picture);
                for (int y = 0; y < height; y++)
                    for (int x = 0; x < 480; x++)
                        if (x < lines || y < lines || x >= 480 - lines || y >= height - lines)
                            memset(picture.rgb + 3 * (y * 480 + x), LEVELS[i / 4], 3);
                MakeJpeg how = {.quality = quality, .across = across, .down = across};
                Picture out = decoded(make_jpeg(arena, &picture, how), denominator);
                double seams = 0;
                for (int interval = 0; interval <= 30; interval += 1 + 2 * interval) /* 0, 1, 4, 13 */
                    seams += seams_count(arena, &out, (SeamGrid){8 * across, 8 * across, denominator, 0, 0, interval});
                if (seams != 0)
                    fail_msg("%d lines of level %d, quality %d, %d x %d, height %d, 1/%d: %g", lines, LEVELS[i / 4], quality, across, across, height, denominator, seams);
                arena_reset(arena);
            }
}

/* Rows of blocks that are as high as a thin frame. */
static void shifts_are_no_thin_frames(void **state)
{
    (void)state;
    static const Shift shifts[] = {{159 * 120, 160 * 120, -40, 7}, {108, 160 * 120, -40, 7}};
    for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
        Picture picture = make_picture(arena, 480, 640, 3);
        lean(&picture);
        shift(&picture, 4, shifts[i]);
        double seams = seams_count(arena, &picture, (SeamGrid){8, 8, 2, 0, 0, 0});
        if (seams != 1)
            fail_msg("case %zu: %g", i, seams);
        arena_reset(arena);
    }
}

static void shifts_are_counted(void **state)
{
    (void)state;
    static const struct {
        Shift shift[2];
        double seams;
    } cases[] = {
        {{{0, 0, 0, 7}}, 0},
        {{{307, 1230, 8, 7}}, 1}, /* to the end: no restart markers */
        {{{307, 1230, -8, 7}}, 1},
        {{{300, 1230, 8, 7}}, 1},
        {{{329, 1230, 8, 7}}, 1},
        {{{307, 1230, 9, 1}}, 1}, /* one channel alone */
        {{{307, 1230, -9, 4}}, 1},
        {{{307, 1230, 1, 7}}, 0},
        {{{307, 1230, 9, 7}, {725, 1230, 20, 2}}, 2},
        {{{310, 330, 9, 7}}, 1}, /* to the end of its row */
        {{{321, 330, 9, 7}}, 1},
        {{{323, 327, 9, 7}}, 0}, /* four blocks: hair and collars do that */
        {{{327, 330, 20, 7}}, 1}, /* the last three of a row, whose left edge steps, too */
        {{{328, 330, 20, 7}}, 0},
        {{{327, 330, 8, 7}}, 0},
        {{{1205, 1230, -20, 7}}, 1}, /* the last row: from some place on, as a whole, its last three, its last two */
        {{{1200, 1230, -20, 7}}, 1},
        {{{1227, 1230, -20, 7}}, 1},
        {{{1228, 1230, -20, 7}}, 0},
        {{{1210, 1225, -20, 7}}, 0}, /* nor to its end */
        {{{1178, 1230, 9, 7}}, 1},
        {{{1197, 1230, -20, 7}}, 1}, /* three MCUs before the last row */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int denominator = 1; denominator <= 2; denominator++) {
            Picture picture = make_picture(arena, 480 / denominator, denominator == 1 ? 645 : 324, 3);
            for (int k = 0; k < 2; k++)
                shift(&picture, 16 / denominator, cases[i].shift[k]);
            double seams = count(&picture, 16, denominator);
            if (seams != cases[i].seams)
                fail_msg("case %zu, 1/%d: %g, not %g", i, denominator, seams, cases[i].seams);
        }
}

/* A face of ten MCUs; what is on it and beside it in that row is of another place, in levels both ways. */
static void rows_of_elsewhere_are_counted_where_there_are_restarts(void **state)
{
    (void)state;
    static const struct {
        int levels, spared;
        double seams;
    } cases[] = {{20, 0, 1}, {20, 3, 1}, {20, 4, 0}, {8, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int restarts = 0; restarts < 2; restarts++) {
            Picture picture = make_picture(arena, 480, 645, 3);
            for (int x = 5; x < 25; x++)
                if (x < 13 || x >= 13 + cases[i].spared)
                    shift(&picture, 16, (Shift){450 + x, 451 + x, x % 2 ? cases[i].levels : -cases[i].levels, 7});
            double seams = seams_count(arena, &picture, (SeamGrid){16, 16, 1, 0, 0, restarts * 65535});
            if (seams != (restarts ? cases[i].seams : 0))
                fail_msg("case %zu, restarts %d: %g", i, restarts, seams);
        }
}

/* MCUs first .. last - 1 of 30 across, each of another level than the one beside it. */
static void intervals_of_elsewhere_are_counted(void **state)
{
    (void)state;
    static const struct {
        int interval, first, last, levels;
        double seams;
    } cases[] = {
        {7, 308, 315, 25, 1}, {0, 308, 315, 25, 0}, {7, 310, 315, 25, 1}, /* all of one; no markers; from some one on */
        {7, 308, 313, 25, 1}, {7, 309, 316, 25, 0}, {4, 308, 315, 25, 0}, /* what is behind is plain; beyond its end */
        {7, 329, 336, 25, 1}, {7, 333, 336, 25, 1},                       /* from one row to the next */
        {1, 310, 311, 25, 1}, {2, 310, 312, 25, 1}, {2, 311, 312, 25, 1}, {4, 308, 312, 25, 1}, {15, 315, 330, 25, 1},
        {7, 308, 315, 5, 0},                                              /* too little */
        {1, 305, 316, 25, 0}, {4, 305, 316, 25, 0}, {2, 305, 315, 25, 0}, /* captions go on */
        {31, 320, 341, 25, 0},                                            /* intervals longer than a row */
        {7, 7, 14, 25, 0}, {7, 21, 28, 25, 0}, {7, 28, 35, 25, 0}, {7, 1177, 1184, 25, 0}, /* the first row and the last whole one */
        {7, 35, 42, 25, 1}, {7, 1155, 1162, 25, 1},
        {65535, 308, 315, 25, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int denominator = 1; denominator <= 2; denominator++) {
            const int px = 16 / denominator;
            Picture picture = make_picture(arena, 30 * px, denominator == 1 ? 645 : 324, 3);
            lean(&picture);
            for (int mcu = cases[i].first; mcu < cases[i].last; mcu++)
                shift(&picture, px, (Shift){mcu, mcu + 1, mcu % 2 ? cases[i].levels : -cases[i].levels, 7});
            double seams = seams_count(arena, &picture, (SeamGrid){16, 16, denominator, 0, 0, cases[i].interval});
            if (seams != cases[i].seams)
                fail_msg("case %zu, 1/%d: %g, not %g", i, denominator, seams, cases[i].seams);
        }
}

/* Means of blocks step by what one unit of the quantisation is, and an even slope steps so along a whole row. */
static void steps_of_the_quantisation_are_none(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 480, 645, 1);
    shift(&picture, 16, (Shift){300, 1230, -5, 7});
    for (int known = 0; known < 3; known++) {
        double step = known == 2 ? 2.5 : 3.5 * known;
        SeamGrid grid = {16, 16, 1, step, step, 30};
        assert_true(seams_count(arena, &picture, grid) == (known != 1));
    }
}

static void lines_of_the_world_are_none(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 480, 645, 3);
    shift(&picture, 1, (Shift){480 * 204, 480 * 645, 60, 7}); /* a table's edge between two rows of blocks */
    assert_true(count(&picture, 16, 1) == 0);
    picture = make_picture(arena, 480, 645, 3);
    for (int y = 0; y < 645; y++) /* one that leans by 3 pixels */
        for (int x = 0; x < 480; x++)
            for (int c = 0; c < 3 && y > 208 + x / 160; c++)
                picture.rgb[((size_t)y * 480 + (size_t)x) * 3 + (size_t)c] /= 2;
    assert_true(count(&picture, 16, 1) == 0);
}

static void what_is_too_small_is_not_measured(void **state)
{
    (void)state;
    static const int sizes[][3] = {{255, 300, 0}, {256, 300, 1}, {300, 50, 0}, {300, 51, 1}, {1, 1, 0}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        Picture picture = make_picture(arena, sizes[i][0], sizes[i][1], 12);
        assert_int_equal(!isnan(count(&picture, 16, 1)), sizes[i][2]);
    }
    Picture picture = make_picture(arena, 480, 645, 3);
    assert_true(isnan(count(&picture, 0, 1)));
    assert_true(isnan(count(&picture, 8, 8)));
    Arena *small = arena_create(10000);
    assert_true(isnan(seams_count(small, &picture, (SeamGrid){16, 16, 1, 0, 0, 30})));
    arena_destroy(small);
}

/* One flipped bit each, that no decoder complains of: what changes a band of the picture by more than 30 dB. */
static void most_flipped_bits_that_are_seen_are_counted(void **state)
{
    (void)state;
    Arena *lasting = arena_create(16 << 20), *outer = arena;
    Picture picture = make_picture(lasting, 480, 645, 6);
    for (int restart = 0; restart < 2; restart++) {
        Bytes file = make_jpeg(lasting, &picture, (MakeJpeg){.quality = 85, .restart_rows = restart});
        Picture whole;
        JpegDamage damage;
        assert_int_equal(jpeg_decode(lasting, file.data, file.size, 1, &whole, &damage).code, ERR_NONE);
        int seen = 0, visible = 0;
        for (size_t bit = 8000; bit < file.size * 8 - 100; bit += 797) {
            Picture out;
            arena = arena_create(16 << 20);
            file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_int_equal(jpeg_decode(arena, file.data, file.size, 1, &out, &damage).code, ERR_NONE);
            file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            double worst = 0;
            for (int y = 0; y < 640 && !damage.failed && !damage.warnings; y += 8) {
                double sum = 0;
                for (int i = 0; i < 8 * 480 * 3; i++)
                    sum += pow(out.rgb[y * 480 * 3 + i] - whole.rgb[y * 480 * 3 + i], 2);
                worst = fmax(worst, sum / (8 * 480 * 3));
            }
            if (worst > 65.025) {
                visible++;
                seen += count(&out, 16, 1) > 0;
            }
            arena_destroy(arena);
        }
        arena = outer;
        print_message("restart markers %d: %d of %d seen\n", restart, seen, visible);
        assert_true(visible > 10 && seen >= 0.6 * visible);
    }
    arena_destroy(lasting);
}

/* Counted as stored, whatever way up the picture is to be seen, and by what MCUs its header tells. */
static void a_received_file_is_measured(void **state)
{
    (void)state;
    Profile profile = {.pixels_max_mp = 100, .scans_max = 64};
    static const int samplings[][2] = {{2, 2}, {1, 1}, {2, 1}};
    for (int s = 0; s < 3; s++)
        for (int shifted = 0; shifted < 2; shifted++) {
            int px = 8 * samplings[s][1];
            Picture picture = make_picture(arena, 480, 645, 6);
            if (shifted)
                for (size_t i = (size_t)(20 * px) * 480 * 3; i < 480 * 645 * 3; i++)
                    picture.rgb[i] = (uint8_t)(picture.rgb[i] < 20 ? 0 : picture.rgb[i] - 20);
            static const uint8_t turned[] = "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
            Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.across = samplings[s][0], .down = samplings[s][1],
                                                               .exif = {(uint8_t *)(uintptr_t)turned, sizeof turned - 1}});
            Source source = {.data = file.data, .bytes = file.size};
            Facts facts;
            Decoded out;
            facts_clear(&facts);
            assert_int_equal(decode_source(arena, &profile, 20000, &source, &facts, &out).code, ERR_NONE);
            assert_int_equal(source.header.orientation, 6);
            assert_int_equal(source.header.mcu_width_px, 8 * samplings[s][0]);
            assert_int_equal(source.header.mcu_height_px, px);
            assert_int_equal(out.picture.width_px, 645);
            assert_true(source.header.dc_step[0] == 3 / 8.0 && source.header.dc_step[1] == 3 / 8.0);
            assert_true(facts.v[CHECK_seams] == shifted);
        }
}

/* Steps of which no tail is alike, so that every place of a row is tried: seconds for each row before there was a limit. */
static void no_picture_takes_long(void **state)
{
    (void)state;
    static const int LEVELS[] = {20, 45, 80, 140, 220};
    Picture wide = {32768, 56, arena_alloc(arena, 32768 * 56 * 3)};
    for (int i = 0; i < 32768 * 56; i++)
        for (int c = 0; c < 3; c++)
            wide.rgb[3 * i + c] = (uint8_t)(15 + (i / 32768 / 8 % 2 ? LEVELS[i % 32768 / 8 % 5] : 0));
    clock_t start = clock();
    assert_true(seams_count(arena, &wide, (SeamGrid){8, 8, 1, 0, 0, 0}) == 0);
    assert_true(count(&wide, 8, 1) > 0); /* rows of another picture they may be */
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 2); /* 0.1 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sound_pictures_have_none, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(thin_frames_are_none, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(shifts_are_no_thin_frames, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(shifts_are_counted, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(rows_of_elsewhere_are_counted_where_there_are_restarts, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(intervals_of_elsewhere_are_counted, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(steps_of_the_quantisation_are_none, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(lines_of_the_world_are_none, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(what_is_too_small_is_not_measured, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(most_flipped_bits_that_are_seen_are_counted, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(a_received_file_is_measured, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(no_picture_takes_long, make_arena, drop_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
