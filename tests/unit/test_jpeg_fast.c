/* SPDX-License-Identifier: MIT */
/* Whole files through our own decoder, beside libjpeg's pixels and libjpeg's opinion. */
#include "jpeg_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "make_jpeg.h"
#include "arena_fixture.h"

/* Whether our decoder takes the file at 1/denominator; it must agree with libjpeg in any case. */
static bool taken(Bytes file, int denominator)
{
    bool all;
    Bytes copy = {malloc(file.size ? file.size : 1), file.size}; /* of just that size, for the sanitizers */
    memcpy(copy.data, file.data, file.size);
    const char *complaint = oracle_complains(arena, copy, denominator, &all);
    free(copy.data);
    if (complaint)
        fail_msg("1/%d: %s", denominator, complaint);
    return all;
}

static const int samplings[3][2] = {{2, 2}, {2, 1}, {1, 1}};

static void every_size_gives_the_same_pixels(void **state)
{
    (void)state;
    static const int sizes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 31, 32, 33, 63, 64, 65, 97};
    Arena *outer = arena;
    for (size_t w = 0; w < sizeof sizes / sizeof *sizes; w++)
        for (size_t h = 0; h < sizeof sizes / sizeof *sizes; h++)
            for (int s = 0; s < 3; s++)
                for (int d = 1; d <= 2; d++) {
                    arena = arena_create(16 << 20);
                    Picture picture = make_picture(arena, sizes[w], sizes[h], 60);
                    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.across = samplings[s][0],
                                                                       .down = samplings[s][1],
                                                                       .restart_rows = (int)(w + h) % 3});
                    /* Chroma that libjpeg only repeats, being two samples wide, is left to it. */
                    bool spread = samplings[s][0] == 2 && !(samplings[s][1] == 2 && d == 2);
                    bool narrow = spread && sizes[w] <= 4 * d;
                    if (taken(file, d) == narrow)
                        fail_msg("%d x %d, sampling %d, 1/%d", sizes[w], sizes[h], s, d);
                    arena_destroy(arena);
                }
    arena = outer;
}

static void every_quality_gives_the_same_pixels(void **state)
{
    (void)state;
    static const double noises[] = {0, 8, 120, 900};
    Arena *outer = arena;
    for (int quality = 1; quality <= 100; quality += quality < 90 ? 11 : 1)
        for (int n = 0; n < 4; n++)
            for (int s = 0; s < 3; s++)
                for (int d = 1; d <= 2; d++) {
                    arena = arena_create(16 << 20);
                    Picture picture = make_picture(arena, 143, 75, noises[n]);
                    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.quality = quality,
                                                                       .across = samplings[s][0],
                                                                       .down = samplings[s][1],
                                                                       .no_jfif = n == 1,
                                                                       .wide_tables = n == 2});
                    if (!taken(file, d))
                        fail_msg("quality %d, noise %.0f, sampling %d, 1/%d", quality, noises[n], s, d);
                    arena_destroy(arena);
                }
    arena = outer;
}

static void what_is_not_plain_is_left_to_libjpeg(void **state)
{
    (void)state;
    static const MakeJpeg kinds[] = {
        {.progressive = true}, {.arithmetic = true}, {.rgb_inside = true, .across = 1, .down = 1},
        {.components = 1},     {.components = 4},    {.across = 1, .down = 2},
        {.across = 4, .down = 1}, {.across = 4, .down = 2},
    };
    Picture picture = make_picture(arena, 97, 61, 20);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (int d = 1; d <= 8; d *= 2)
            if (taken(make_jpeg(arena, &picture, kinds[i]), d))
                fail_msg("kind %zu is taken at 1/%d", i, d);
    Bytes plain = make_jpeg(arena, &picture, (MakeJpeg){0});
    assert_true(taken(plain, 1) && taken(plain, 2) && !taken(plain, 4) && !taken(plain, 8));
}

static void every_cut_is_seen(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 40, 24, 30);
    Arena *outer = arena;
    for (int s = 0; s < 3; s++) {
        Bytes file = make_jpeg(outer, &picture, (MakeJpeg){.across = samplings[s][0], .down = samplings[s][1], .restart_rows = s});
        for (size_t bytes = 0; bytes < file.size; bytes++) {
            arena = arena_create(16 << 20);
            if (taken((Bytes){file.data, bytes}, 1 + s % 2))
                fail_msg("cut at %zu of %zu is taken", bytes, file.size);
            arena_destroy(arena);
        }
    }
    arena = outer;
}

static void every_flipped_bit_is_judged_as_libjpeg_does(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 40, 24, 30);
    Arena *outer = arena;
    int all = 0, left = 0;
    for (int s = 0; s < 3; s++) {
        Bytes file = make_jpeg(outer, &picture, (MakeJpeg){.quality = 70, .across = samplings[s][0], .down = samplings[s][1], .restart_rows = s});
        for (size_t bit = 0; bit < file.size * 8; bit++) {
            arena = arena_create(64 << 20);
            file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            bool whole = taken(file, 1 + s % 2);
            file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            all += whole;
            left += !whole;
            arena_destroy(arena);
        }
    }
    arena = outer;
    assert_true(all > 1000 && left > 1000);
}

/* The file with the byte at `at` replaced by others. */
static Bytes changed(Bytes file, size_t at, const void *bytes, size_t count)
{
    Bytes out = make_insert(arena, file, at, bytes, count);
    memmove(out.data + at + count, out.data + at + count + 1, file.size - at - 1);
    out.size--;
    return out;
}

static size_t data_of(Bytes file)
{
    size_t at = make_find(file, 0, 0xda);
    return at + 2 + (size_t)(file.data[at + 2] << 8 | file.data[at + 3]);
}

static void markers_in_the_data_are_read_as_libjpeg_does(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 90, 70, 200);
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.quality = 95, .restart_rows = 1});
    size_t data = data_of(file), restart = make_find(file, data, 0xd0), end = file.size - 2;
    assert_true(restart < end && taken(file, 1));
    for (int number = 0xd0; number <= 0xd9; number++) {
        uint8_t marker = (uint8_t)number;
        assert_int_equal(taken(changed(file, restart + 1, &marker, 1), 1), number == 0xd0);
    }
    assert_true(taken(make_insert(arena, file, restart, "\xff\xff\xff", 3), 1)); /* fill bytes */
    assert_true(taken(make_insert(arena, file, end, "\xff", 1), 1));
    assert_true(taken(make_insert(arena, file, file.size, "behind", 6), 1));
    assert_false(taken(make_insert(arena, file, restart, "\x00", 1), 1)); /* bytes too many */
    assert_false(taken(make_insert(arena, file, restart, "\xff\x00", 2), 1));
    assert_false(taken(make_insert(arena, file, end, "\x55", 1), 1));
    assert_false(taken(make_insert(arena, file, end, "\xff\xfe\x00\x02", 4), 1)); /* a comment: whole, but not plain */
    assert_false(taken((Bytes){file.data, end}, 1));
    size_t stuffed = make_find(file, data, 0);
    assert_true(stuffed < restart || stuffed < end);
    assert_false(taken(make_insert(arena, file, stuffed, "\xff", 1), 1)); /* FF FF 00 */
    assert_false(taken(changed(file, stuffed + 1, "\xd0", 1), 1));
}

static void no_table_outlives_its_photo(void **state)
{
    (void)state;
    Picture fine = make_picture(arena, 200, 100, 300), plain = make_picture(arena, 200, 100, 0);
    Bytes files[2] = {make_jpeg(arena, &fine, (MakeJpeg){.quality = 97, .across = 1, .down = 1}),
                      make_jpeg(arena, &plain, (MakeJpeg){.quality = 40})};
    for (int i = 0; i < 6; i++)
        assert_true(taken(files[i % 2], 1 + i / 2 % 2));
}

static void the_budget_ends_it(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 600, 800, 60), out;
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){0});
    const Budget used = {.start_ns = -1000000000, .cpu_ns = 1};
    Source source = {.data = file.data, .bytes = file.size, .budget = &used, .fast = fast_kernels(NULL)};
    JpegDamage damage;
    assert_int_equal(jpeg_decode_source(arena, &source, 1, &out, &damage).code, ERR_NONE);
    assert_true(damage.late && damage.failed && !out.rgb);

    Arena *small = arena_create(600 * 800 * 3 + 4096); /* the picture, but nothing to make it with: libjpeg's has its own */
    Picture system;
    source.budget = NULL;
    assert_int_equal(jpeg_decode(arena, file.data, file.size, 1, &system, &damage).code, ERR_NONE);
    assert_int_equal(jpeg_decode_source(small, &source, 1, &out, &damage).code, ERR_NONE);
    assert_true(oracle_same(&system, &out));
    arena_destroy(small);
    small = arena_create(600 * 800 * 3 - 1);
    assert_int_equal(jpeg_decode_source(small, &source, 1, &out, &damage).code, ERR_MEMORY);
    arena_destroy(small);
}

static int rows_coloured;

static void count_colours(const uint8_t *const planes[3], int width, uint8_t *rgb)
{
    rows_coloured++;
    idct_base.colours(planes, width, rgb);
}

/* What a caller asks for is what decodes, and what is not plain never reaches it. */
static void plain_files_do_not_go_to_libjpeg(void **state)
{
    (void)state;
    IdctKernels kernels = idct_base;
    kernels.colours = count_colours;
    Picture picture = make_picture(arena, 100, 130, 60), out;
    JpegDamage damage;
    for (int progressive = 0; progressive < 2; progressive++) {
        Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = progressive});
        Source source = {.data = file.data, .bytes = file.size, .fast = &kernels};
        rows_coloured = 0;
        assert_int_equal(jpeg_decode_source(arena, &source, 1, &out, &damage).code, ERR_NONE);
        assert_int_equal(rows_coloured, progressive ? 0 : 130);
    }
}

/* Black, of a first coefficient -round(1024 / step), read with larger steps: first it is a mean that rounding may bring about, then
 * one that no picture has, and both decoders tell. */
static void means_beyond_all_pictures_are_damage(void **state)
{
    (void)state;
    static const struct {
        int quality, step, most; /* of the first coefficient's steps, the largest that are taken */
    } cases[] = {{100, 1, 1}, {85, 5, 5}, {50, 16, 16}, {25, 32, 34}};
    Picture picture = make_picture(arena, 64, 64, 0), out;
    memset(picture.rgb, 0, 64 * 64 * 3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.quality = cases[i].quality});
        uint8_t *step = file.data;
        while (step[0] != 0xff || step[1] != 0xdb)
            step++;
        step += 5; /* marker, length, number of the table */
        assert_int_equal(*step, cases[i].step);
        for (int more = 0; more < 2; more++) {
            JpegDamage damage;
            *step = (uint8_t)(cases[i].most + more);
            assert_int_equal(taken(file, 1), !more);
            assert_int_equal(jpeg_decode(arena, file.data, file.size, 1, &out, &damage).code, ERR_NONE);
            assert_int_equal(damage.warnings, more);
        }
    }
}

int main(void)
{
    if (!fast_kernels(NULL)) {
        puts("no such decoder on this processor");
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_size_gives_the_same_pixels, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(every_quality_gives_the_same_pixels, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(what_is_not_plain_is_left_to_libjpeg, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(every_cut_is_seen, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(every_flipped_bit_is_judged_as_libjpeg_does, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(markers_in_the_data_are_read_as_libjpeg_does, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(no_table_outlives_its_photo, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(the_budget_ends_it, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(means_beyond_all_pictures_are_damage, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(plain_files_do_not_go_to_libjpeg, make_arena, drop_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
