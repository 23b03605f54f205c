/* SPDX-License-Identifier: MIT */
#include "../../stages/earlier_save.h"
#include "../../stages/jpeg.h"
#include "make_jpeg.h"
#include "noise.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "arena_fixture.h"

/* Squares of every size, each a little brighter or darker, the small ones less: as in pictures of people, coefficients fall off with
 * their frequency. None comes near to black or white. */
static Picture portrait(int width_px, int height_px)
{
    Picture picture = {width_px, height_px, arena_alloc(arena, (size_t)width_px * (size_t)height_px * 3)};
    unsigned seed = 99;
    memset(picture.rgb, 128, (size_t)width_px * (size_t)height_px * 3);
    for (int side = 3, most = 4; side <= 96; side *= 2, most += 4)
        for (int y = -side / 2; y < height_px; y += side)
            for (int x = -side / 3; x < width_px; x += side) {
                int lift = (int)(next_random(&seed) % (unsigned)(2 * most + 1)) - most;
                for (int v = y > 0 ? y : 0; v < y + side && v < height_px; v++)
                    for (int u = x > 0 ? x : 0; u < x + side && u < width_px; u++)
                        for (int c = 0; c < 3; c++)
                            pixel(&picture, u, v)[c] = (uint8_t)(pixel(&picture, u, v)[c] + lift);
            }
    return picture;
}

static Picture decoded(Bytes file, const IdctKernels *fast, FastPlan *plan)
{
    Picture picture;
    JpegDamage damage;
    const Source source = {.data = file.data, .bytes = file.size, .fast = fast};
    assert_int_equal(jpeg_decode_source(arena, &source, 1, &picture, &damage).code, ERR_NONE);
    assert_false(damage.failed);
    assert_true(damage.planned);
    *plan = damage.plan;
    return picture;
}

/* By both decoders, which must agree. */
static int earlier_of(Bytes file)
{
    FastPlan ours, theirs;
    decoded(file, fast_kernels(NULL), &ours);
    decoded(file, NULL, &theirs);
    assert_non_null(ours.earlier);
    assert_non_null(theirs.earlier);
    assert_memory_equal(ours.earlier, theirs.earlier, sizeof *ours.earlier);
    return earlier_quality(ours.earlier, ours.component[0].quant);
}

static Bytes saved(const Picture *picture, int quality, MakeJpeg how)
{
    how.quality = quality;
    return make_jpeg(arena, picture, how);
}

/* Cropped by so many columns between the saves. */
static int twice(Picture picture, int first, int last, int cropped, MakeJpeg how)
{
    FastPlan plan;
    if (first)
        picture = decoded(saved(&picture, first, (MakeJpeg){0}), fast_kernels(NULL), &plan);
    Picture part = {picture.width_px - cropped, picture.height_px, arena_alloc(arena, (size_t)picture.width_px * (size_t)picture.height_px * 3)};
    for (int y = 0; y < part.height_px; y++)
        memcpy(pixel(&part, 0, y), pixel(&picture, cropped, y), 3 * (size_t)part.width_px);
    return earlier_of(saved(&part, last, how));
}

/* A quarter turn, which changes width and height for each other. */
static Picture turned(Picture in)
{
    Picture out = {in.height_px, in.width_px, arena_alloc(arena, (size_t)in.width_px * (size_t)in.height_px * 3)};
    for (int y = 0; y < in.height_px; y++)
        for (int x = 0; x < in.width_px; x++)
            memcpy(pixel(&out, in.height_px - 1 - y, x), pixel(&in, x, y), 3);
    return out;
}

static void a_quarter_turn_hides_none(void **state)
{
    (void)state;
    static const int qualities[] = {20, 30, 45, 59, 60};
    const Picture picture = portrait(480, 640);
    for (size_t i = 0; i < sizeof qualities / sizeof *qualities; i++) {
        FastPlan plan;
        Picture first = turned(decoded(saved(&picture, qualities[i], (MakeJpeg){0}), fast_kernels(NULL), &plan));
        int quality = earlier_of(saved(&first, 95, (MakeJpeg){0}));
        assert_in_range(quality, qualities[i] - 1, qualities[i] + 1);
    }
}

static void an_earlier_coarse_save_shows(void **state)
{
    (void)state;
    static const MakeJpeg ordinary = {0}, full = {.across = 1, .down = 1}, half = {.across = 2, .down = 1}, rows = {.restart_rows = 2};
    static const struct {
        int first, last, cropped;
        const MakeJpeg *how;
        int low, high;
    } cases[] = {
        {0, 95, 0, &ordinary, EARLIER_NONE, EARLIER_NONE},  {0, 75, 0, &ordinary, EARLIER_NONE, EARLIER_NONE},
        {0, 20, 0, &ordinary, EARLIER_NONE, EARLIER_NONE},  {20, 20, 0, &ordinary, EARLIER_NONE, EARLIER_NONE},
        {95, 20, 0, &ordinary, EARLIER_NONE, EARLIER_NONE}, {95, 95, 0, &ordinary, EARLIER_NONE, EARLIER_NONE},
        {15, 95, 0, &ordinary, 14, 16},                     {30, 95, 0, &ordinary, 29, 31},
        {45, 95, 0, &ordinary, 44, 46},                     {59, 95, 0, &ordinary, 58, 59},
        {60, 95, 0, &ordinary, 60, 61},                     {61, 95, 0, &ordinary, 60, 62},
        {75, 98, 0, &ordinary, 74, 76},                     {30, 75, 0, &ordinary, 27, 33},
        {30, 90, 0, &full, 29, 31},                         {30, 90, 0, &half, 29, 31},
        {30, 90, 0, &rows, 29, 31},                         {30, 95, 8, &ordinary, 29, 31},
        {30, 95, 4, &ordinary, EARLIER_NONE, EARLIER_NONE}, {30, 40, 0, &ordinary, EARLIER_NONE, EARLIER_NONE},
    };
    const Picture picture = portrait(480, 640);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int quality = twice(picture, cases[i].first, cases[i].last, cases[i].cropped, *cases[i].how);
        if (quality < cases[i].low || quality > cases[i].high)
            fail_msg("case %zu: %d, then %d: %d, not %d to %d", i, cases[i].first, cases[i].last, quality, cases[i].low, cases[i].high);
    }
}

/* However large the picture, few blocks are looked at, and each row's at other columns. */
static void blocks_are_looked_at_all_over(void **state)
{
    (void)state;
    static const struct {
        int64_t mcus;
        int luma, every;
    } cases[] = {{1, 4, 1}, {400, 4, 1}, {800, 4, 3}, {1200, 4, 3}, {1600, 4, 5}, {4800, 1, 3}, {46875, 4, 117}, {INT64_C(1) << 28, 4, 671089}};
    static const int16_t blocks[4 * 64] = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EarlierCounts counts;
        earlier_begin(&counts, cases[i].mcus, cases[i].luma);
        assert_int_equal(counts.every, cases[i].every);
        for (int64_t m = 0; m < cases[i].mcus; m++)
            earlier_mcu(&counts, blocks, cases[i].luma);
        assert_int_equal(counts.at[0][0], cases[i].mcus / cases[i].every * cases[i].luma);
    }
}

/* Sizes beyond those told apart, the least that a coefficient can be among them, are counted as the last. */
static void any_coefficient_is_counted(void **state)
{
    (void)state;
    static const struct {
        int16_t coefficient;
        int level;
    } cases[] = {{0, 0}, {1, 1}, {-1, 1}, {EARLIER_LEVELS - 2, EARLIER_LEVELS - 2}, {1 - EARLIER_LEVELS, EARLIER_LEVELS - 1},
                 {EARLIER_LEVELS, EARLIER_LEVELS - 1}, {INT16_MAX, EARLIER_LEVELS - 1}, {INT16_MIN, EARLIER_LEVELS - 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EarlierCounts counts;
        int16_t block[64] = {[1] = cases[i].coefficient};
        earlier_begin(&counts, 1, 1);
        earlier_mcu(&counts, block, 1);
        assert_int_equal(counts.at[0][cases[i].level], 1);
    }
}

/* Steps that are none, or so large that nothing could be coarser. */
static void odd_steps_tell_nothing(void **state)
{
    (void)state;
    static const int16_t steps[] = {0, -1, INT16_MIN, 53, 54, 255, INT16_MAX};
    EarlierCounts counts;
    earlier_begin(&counts, 1, 1);
    for (int i = 0; i < EARLIER_PLACES; i++)
        for (int level = 0; level < EARLIER_LEVELS; level++)
            counts.at[i][level] = UINT16_MAX;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        int16_t quant[64];
        for (int j = 0; j < 64; j++)
            quant[j] = steps[i];
        assert_int_equal(earlier_quality(&counts, quant), EARLIER_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_earlier_coarse_save_shows, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(a_quarter_turn_hides_none, make_arena, drop_arena),
        cmocka_unit_test(blocks_are_looked_at_all_over),
        cmocka_unit_test(any_coefficient_is_counted),
        cmocka_unit_test(odd_steps_tell_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
