/* SPDX-License-Identifier: MIT */
#include "../../stages/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../stages/jpeg.h"
#include "make_jpeg.h"
#include "arena_fixture.h"

static Profile profile_of(int lo, int hi, int quality_lo)
{
    return (Profile){.width_px = 480,
                     .height_px = 640,
                     .dpi = 300,
                     .bytes_lo = lo,
                     .bytes_hi = hi,
                     .quality_lo = quality_lo};
}

static size_t bytes_at(const Picture *picture, int quality, bool full)
{
    Bytes file;
    assert_int_equal(jpeg_encode(arena, picture, quality, full, 300, &file).code, ERR_NONE);
    return file.size;
}

static Output encode(const Picture *picture, const Profile *profile, Facts *facts)
{
    Output out;
    facts_clear(facts);
    assert_int_equal(encode_frame(arena, profile, picture, &out, facts).code, ERR_NONE);
    assert_true(facts->v[CHECK_byte_window] == (out.file.data != NULL));
    return out;
}

/* Whether a step more would not fit. */
static bool is_highest(const size_t sizes[101], int quality, int limit)
{
    return quality == 100 || sizes[quality + 1] > (size_t)limit;
}

static void the_next_quality_would_be_too_large(void **state)
{
    (void)state;
    static const double noises[] = {0, 0.5, 1, 2, 4, 8, 12, 20, 60};
    static const int limits[] = {40000, 30000, 20480, 60000};
    int encodes = 0, runs = 0, most = 0;
    for (size_t i = 0; i < sizeof noises / sizeof *noises; i++) {
        Picture picture = make_picture(arena, 480, 640, noises[i]);
        size_t sizes[101];
        for (int quality = 1; quality <= 100; quality++)
            sizes[quality] = bytes_at(&picture, quality, false);
        for (size_t k = 0; k < sizeof limits / sizeof *limits; k++) {
            Profile profile = profile_of(1, limits[k], 1);
            Facts facts;
            Output out = encode(&picture, &profile, &facts);
            bool none = sizes[1] > (size_t)limits[k];
            if (none != !out.file.data || (!none && !is_highest(sizes, out.quality, limits[k])))
                fail_msg("noise %g limit %d: quality %d", noises[i], limits[k], out.quality);
            if (!none && !strcmp(out.sampling, "4:2:0"))
                assert_int_equal(out.file.size, sizes[out.quality]);
            assert_true(none || out.file.size <= (size_t)limits[k]);
            encodes += out.encodes, runs++;
            most = out.encodes > most ? out.encodes : most;
        }
        arena_reset(arena);
    }
    print_message("%.2f encodes on average, %d at most\n", (double)encodes / runs, most);
    assert_true(most <= 13);
}

/* Pixels that were coded before: bytes neither follow a line nor always rise. */
static void nothing_better_is_left_beyond_the_first_that_is_too_large(void **state)
{
    (void)state;
    int bent = 0;
    for (int was = 50; was <= 90; was += 8) {
        Bytes file;
        JpegDamage damage;
        Picture picture = make_picture(arena, 480, 640, 3);
        assert_int_equal(jpeg_encode(arena, &picture, was, false, 300, &file).code, ERR_NONE);
        assert_int_equal(jpeg_decode(arena, file.data, file.size, 1, &picture, &damage).code, ERR_NONE);
        size_t sizes[101];
        for (int quality = 1; quality <= 100; quality++)
            sizes[quality] = bytes_at(&picture, quality, false);
        for (int limit = 20480; limit <= 44000; limit += 1200) {
            Profile profile = profile_of(1, limit, 1);
            Facts facts;
            Output out, plain = encode(&picture, &profile, &facts);
            assert_int_equal(encode_again(arena, &profile, &picture, &out, &facts).code, ERR_NONE);
            int first = out.quality;
            while (first > 1 && sizes[first - 1] > (size_t)limit)
                first--; /* of those that are too large */
            for (int quality = out.quality + 1; quality <= 100 && quality <= first + 4; quality++)
                if (sizes[quality] <= (size_t)limit)
                    fail_msg("was %d, limit %d: %d, but %d fits", was, limit, out.quality, quality);
            assert_true(out.quality >= plain.quality && sizes[out.quality] <= (size_t)limit);
            bent += out.quality > plain.quality;
        }
        arena_reset(arena);
    }
    print_message("%d better than without\n", bent);
    assert_true(bent > 0);
}

static void full_chroma_is_taken_where_it_fits(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 480, 640, 0);
    size_t half = bytes_at(&picture, 100, false), full = bytes_at(&picture, 100, true);
    assert_true(half < full);
    Facts facts;
    Profile profile = profile_of(1, (int)full, 60);
    Output out = encode(&picture, &profile, &facts);
    assert_string_equal(out.sampling, "4:4:4");
    assert_int_equal(out.file.size, full);
    profile = profile_of(1, (int)full - 1, 60);
    out = encode(&picture, &profile, &facts);
    assert_string_equal(out.sampling, "4:2:0");
    assert_int_equal(out.file.size, half);
    profile =
        profile_of((int)full, (int)full, 60); /* too small with half the chroma, right with all */
    out = encode(&picture, &profile, &facts);
    assert_string_equal(out.sampling, "4:4:4");
    assert_int_equal(out.file.size, full);
}

/* Full chroma at the quality found is never left out where trying it would have fitted. */
static void the_shortcut_for_full_chroma_misses_nothing(void **state)
{
    (void)state;
    static const double noises[] = {0, 0.5, 1, 2, 4};
    for (size_t i = 0; i < sizeof noises / sizeof *noises; i++)
        for (int flat = 0; flat < 2; flat++) {
            Picture picture = make_picture(arena, 480, 640, noises[i]);
            for (size_t p = 0; flat && p < 480 * 640; p++) /* grey: full chroma costs least */
                picture.rgb[3 * p + 1] = picture.rgb[3 * p + 2] = picture.rgb[3 * p];
            for (int quality = 60; quality <= 100; quality += 5) {
                size_t full = bytes_at(&picture, quality, true);
                Profile profile = profile_of(1, (int)full, 1);
                Facts facts;
                Output out = encode(&picture, &profile, &facts);
                if (out.quality == quality && strcmp(out.sampling, "4:4:4"))
                    fail_msg("noise %g flat %d quality %d: full chroma takes %zu bytes, half %zu",
                             noises[i], flat, quality, full, out.file.size);
            }
            arena_reset(arena);
        }
}

static void window_edges_count_as_inside(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 480, 640, 4);
    size_t bytes = bytes_at(&picture, 80, false), next = bytes_at(&picture, 81, false);
    size_t before = bytes_at(&picture, 79, false);
    assert_true(before < bytes && bytes < next);
    const struct {
        size_t lo, hi;
        int quality_lo, quality; /* 0: infeasible */
    } cases[] = {
        {bytes, bytes, 60, 80},      {bytes, next - 1, 60, 80}, {bytes + 1, next - 1, 60, 0},
        {before, bytes - 1, 60, 79}, {bytes, bytes, 80, 80},    {bytes, bytes, 81, 0},
        {bytes, next, 81, 81},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Profile profile = profile_of((int)cases[i].lo, (int)cases[i].hi, cases[i].quality_lo);
        Facts facts;
        Output out = encode(&picture, &profile, &facts);
        if (out.quality != cases[i].quality)
            fail_msg("case %zu: quality %d, not %d", i, out.quality, cases[i].quality);
    }
}

static void infeasible_names_both_neighbours(void **state)
{
    (void)state;
    Picture noisy = make_picture(arena, 480, 640, 60), plain = make_picture(arena, 480, 640, 0);
    Profile profile = profile_of(20480, 40000, 60);
    Facts facts;
    Output out = encode(&noisy, &profile, &facts);
    assert_null(out.file.data);
    assert_true(facts.v[CHECK_byte_window] == 0);
    assert_int_equal(out.nearest_quality[1], out.nearest_quality[0] + 1);
    assert_true(out.nearest_quality[0] < 60);
    assert_true(out.nearest_bytes[0] <= 40000 && out.nearest_bytes[1] > 40000);
    assert_int_equal(out.nearest_bytes[0], bytes_at(&noisy, out.nearest_quality[0], false));
    assert_int_equal(out.nearest_bytes[1], bytes_at(&noisy, out.nearest_quality[1], false));

    profile = profile_of(300000, 400000, 60); /* even the best quality is too small */
    out = encode(&plain, &profile, &facts);
    assert_null(out.file.data);
    assert_int_equal(out.nearest_quality[0], 100);
    assert_int_equal(out.nearest_quality[1], 0);
    profile = profile_of(1, 100, 1); /* even the worst is too large */
    out = encode(&plain, &profile, &facts);
    assert_null(out.file.data);
    assert_int_equal(out.nearest_quality[0], 0);
    assert_int_equal(out.nearest_quality[1], 1);
}

static void the_same_picture_gives_the_same_bytes(void **state)
{
    (void)state;
    Profile profile = profile_of(20480, 40000, 60);
    Picture picture = make_picture(arena, 480, 640, 5), other = make_picture(arena, 480, 640, 9);
    Facts facts;
    Output first = encode(&picture, &profile, &facts);
    (void)encode(&other, &profile, &facts);
    Output second = encode(&picture, &profile, &facts);
    assert_int_equal(first.file.size, second.file.size);
    assert_memory_equal(first.file.data, second.file.data, first.file.size);
    assert_string_equal(first.sha256, second.sha256);
    assert_int_equal(strlen(first.sha256), 64);
}

static void no_frame_leaves_the_window_unmeasured(void **state)
{
    (void)state;
    Profile profile = profile_of(20480, 40000, 60);
    Picture none = {0};
    Output out;
    Facts facts;
    facts_clear(&facts);
    assert_int_equal(encode_frame(arena, &profile, &none, &out, &facts).code, ERR_NONE);
    assert_true(isnan(facts.v[CHECK_byte_window]));
    assert_null(out.file.data);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(the_next_quality_would_be_too_large),
        TEST(nothing_better_is_left_beyond_the_first_that_is_too_large),
        TEST(full_chroma_is_taken_where_it_fits),
        TEST(the_shortcut_for_full_chroma_misses_nothing),
        TEST(window_edges_count_as_inside),
        TEST(infeasible_names_both_neighbours),
        TEST(the_same_picture_gives_the_same_bytes),
        TEST(no_frame_leaves_the_window_unmeasured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
