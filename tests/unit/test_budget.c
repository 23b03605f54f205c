/* SPDX-License-Identifier: MIT */
#include "../../pipeline/budget.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "../../stages/decode.h"
#include "../../stages/jpeg.h"
#include "make_jpeg.h"

static Arena *arena;

static double used_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void burn(double seconds)
{
    double end = used_s() + seconds;
    while (used_s() < end)
        ;
}

static void waiting_costs_nothing_and_computing_does(void **state)
{
    (void)state;
    Budget budget = budget_start(&(Profile){.time_max_s = 1});
    budget.cpu_ns = 30000000;
    assert_false(budget_over(&budget));
    usleep(100000);
    assert_false(budget_over(&budget));
    burn(0.031);
    assert_true(budget_over(&budget));
    assert_true(budget_seconds(&budget) == 1);
    budget.start_ns -= 1000000000;
    assert_true(budget_seconds(&budget) == 2);
    budget.cpu_ns = 0;
    assert_false(budget_over(&budget));
}

/* The time that is used, against a limit of 10 s. */
static void time_is_over_behind_the_limit_and_not_before_it(void **state)
{
    (void)state;
    const struct {
        int64_t used_ns;
        bool over;
    } cases[] = {{0, false}, {9900000000, false}, {10000000001, true}, {20000000000, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Budget budget = budget_start(&(Profile){.time_max_s = 10});
        budget.start_ns -= cases[i].used_ns;
        if (budget_over(&budget) != cases[i].over)
            fail_msg("case %zu", i);
    }
}

static void the_narrower_of_key_and_check_counts(void **state)
{
    (void)state;
    static const struct {
        int key;
        bool asked;
        double hi;
        int64_t wanted;
    } cases[] = {{10, false, 0, 10},       {10, true, 10, 10},    {10, true, 9, 9},
                 {10, true, 11, 10},       {0, false, 0, 0},      {0, true, 5, 5},
                 {10, true, INFINITY, 10}, {0, true, INFINITY, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Profile profile = {.time_max_s = cases[i].key, .memory_max_mb = cases[i].key};
        Want want = {.asked = cases[i].asked, .good = {-INFINITY, cases[i].hi}};
        profile.want[CHECK_cpu_seconds] = profile.want[CHECK_decode_megabytes] = want;
        Budget budget = budget_start(&profile);
        if (budget.cpu_ns != cases[i].wanted * 1000000000 ||
            budget.memory_bytes != (size_t)cases[i].wanted * 1000000)
            fail_msg("case %zu", i);
    }
}

static Decoded decode(const Source *file, const Budget *budget, Facts *facts)
{
    Profile profile = {.pixels_max_mp = 100, .scans_max = 100, .width_px = 480, .height_px = 640};
    Source source = *file;
    source.budget = budget;
    facts_clear(facts);
    Decoded out;
    assert_int_equal(decode_source(arena, &profile, 20000, &source, facts, &out).code, ERR_NONE);
    return out;
}

static void memory_is_refused_by_the_header_one_megabyte_under_the_need(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 1000, 2000, 0);
    for (int progressive = 0; progressive <= 1; progressive++) {
        Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = progressive});
        Source source = {.data = file.data, .bytes = file.size};
        Facts facts;
        Budget open = {0};
        double need = decode(&source, &open, &facts).megabytes;
        assert_true(facts.v[CHECK_decode_megabytes] == need);
        /* 6 MB of pixels, 64 for the stages; 2 bytes for each of 1.5 coefficients of a pixel */
        assert_in_range(need, progressive ? 64 + 12 : 64 + 6, progressive ? 64 + 15 : 64 + 9);
        for (int less = -1; less <= 1; less++) {
            Budget budget = {.memory_bytes = (size_t)(need - less) * 1000000};
            Decoded out = decode(&source, &budget, &facts);
            assert_true((out.picture.rgb != NULL) == (less <= 0));
            assert_true(facts.v[CHECK_decode_megabytes] == need);
            assert_true(isnan(facts.v[CHECK_damage]) == (less > 0));
        }
    }
}

static void libjpeg_itself_gets_no_more_than_is_left(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 1000, 2000, 0), out;
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = true});
    JpegHeader header;
    jpeg_header(arena, file.data, file.size, &header);
    for (int less = 0; less <= 1; less++) {
        size_t slack = 200000; /* bookkeeping of libjpeg */
        Budget budget = {.memory_bytes = arena_used(arena) + header.coefficient_bytes +
                                         (less ? 0 : slack) - (size_t)less};
        Source source = {.data = file.data, .bytes = file.size, .budget = &budget};
        JpegDamage damage;
        assert_int_equal(jpeg_decode_source(arena, &source, 1, &out, &damage).code, ERR_NONE);
        assert_true(damage.failed == (less == 1));
        assert_true((out.rgb != NULL) == (less == 0));
    }
}

static void a_decoder_out_of_time_stops_and_calls_nothing_damaged(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 1000, 2000, 0);
    for (int progressive = 0; progressive <= 1; progressive++) {
        Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = progressive});
        Source source = {.data = file.data, .bytes = file.size};
        Facts facts;
        Budget budget = budget_start(&(Profile){.time_max_s = 3600});
        assert_non_null(decode(&source, &budget, &facts).picture.rgb);
        assert_true(facts.v[CHECK_damage] == 0);
        budget.start_ns -= 3601000000000;
        double start = used_s();
        assert_null(decode(&source, &budget, &facts).picture.rgb);
        assert_true(used_s() - start < 0.5);
        assert_true(isnan(facts.v[CHECK_damage]));
    }
}

/* A profile with these lines behind [profile] and [checks]. */
static Err parse(const char *keys, const char *ranges, Profile *out)
{
    const char *text = arena_print(
        arena,
        "[profile]\ntitle_zh = a\ntitle_en = a\nsize = 480x640\ndpi = 300\nbytes = 1 to 2\n"
        "target_bytes = 1 to 2\nquality = 60\npixels_max = 100 MP\nscans_max = 100\n"
        "source_bytes_max = 64 MB\nwhite_top = no\nfile_name = {id}.JPG\n%s"
        "[colours]\nwhite = 255,255,255\n[checks]\nid_valid = exactly 1\n"
        "files_for_id = exactly 1\nreadable = exactly 1\nis_jpeg = exactly 1\n"
        "source_bytes = at most 64000000\nmegapixels = at most 100\nscan_count = at most 100\n%s",
        keys, ranges);
    return profile_parse(arena, "x.ini", text, strlen(text), out);
}

static void a_profile_that_says_nothing_has_the_defaults(void **state)
{
    (void)state;
    Profile silent, said;
    assert_int_equal(parse("", "", &silent).code, ERR_NONE);
    assert_int_equal(silent.memory_max_mb, 768);
    assert_int_equal(silent.time_max_s, 10);
    assert_true(silent.want[CHECK_cpu_seconds].asked && silent.want[CHECK_decode_megabytes].asked);
    Err err = parse("memory_max = 768 MB\ntime_max = 10 s\n",
                    "decode_megabytes = at most 768 MB\ncpu_seconds = at most 10 s\n", &said);
    assert_int_equal(err.code, ERR_NONE);
    assert_string_equal(said.hash, silent.hash);
    assert_int_equal(parse("time_max = 11 s\n", "", &said).code, ERR_NONE);
    assert_string_not_equal(said.hash, silent.hash);
    assert_int_equal(parse("memory_max = 769 MB\n", "", &said).code, ERR_NONE);
    assert_string_not_equal(said.hash, silent.hash);
}

static void limits_are_read_like_any_key(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *ranges;
        bool good;
    } cases[] = {
        {"memory_max = 128 MB\n", "", true},
        {"memory_max = 127 MB\n", "", false},
        {"memory_max = 16384\n", "", true},
        {"memory_max = 16385\n", "", false},
        {"memory_max = 1 GB\n", "", false},
        {"memory_max = 768 MB\nmemory_max = 768 MB\n", "", false},
        {"time_max = 1 s\n", "", true},
        {"time_max = 0 s\n", "", false},
        {"time_max = 3600 s\n", "", true},
        {"time_max = 3601 s\n", "", false},
        {"time_max = 1.5 s\n", "", false},
        {"time_max = 10 min\n", "", false},
        {"", "cpu_seconds = at most 10\n", true},
        {"", "cpu_seconds = at most 11\n", false},
        {"", "cpu_seconds = at most 1\n", true},
        {"", "cpu_seconds = at most 0\n", false},
        {"", "cpu_seconds = at most 10 MB\n", false},
        {"", "decode_megabytes = at most 768\n", true},
        {"", "decode_megabytes = at most 769\n", false},
        {"", "decode_megabytes = at least 1\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Profile profile;
        Err err = parse(cases[i].keys, cases[i].ranges, &profile);
        if ((err.code == ERR_NONE) != cases[i].good)
            fail_msg("case %zu: %s", i, err.text ? err.text : "accepted");
    }
}

int main(void)
{
    arena = arena_create((size_t)1 << 30);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_that_says_nothing_has_the_defaults),
        cmocka_unit_test(limits_are_read_like_any_key),
        cmocka_unit_test(waiting_costs_nothing_and_computing_does),
        cmocka_unit_test(time_is_over_behind_the_limit_and_not_before_it),
        cmocka_unit_test(the_narrower_of_key_and_check_counts),
        cmocka_unit_test(memory_is_refused_by_the_header_one_megabyte_under_the_need),
        cmocka_unit_test(libjpeg_itself_gets_no_more_than_is_left),
        cmocka_unit_test(a_decoder_out_of_time_stops_and_calls_nothing_damaged),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_destroy(arena);
    return failed;
}
