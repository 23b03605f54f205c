/* SPDX-License-Identifier: MIT */
/* The codes of files of several scans, to the last bit. */
#include "../../pipeline/budget.h"
#include "../../stages/jpeg.h"
#include "../../stages/jpeg_markers.h"
#include "../../stages/scans.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "make_jpeg.h"
#include "arena_fixture.h"

/* From a heap block of just that size, so that a sanitizer sees one byte too many. */
static FastEnd counted(Bytes file)
{
    uint8_t *copy = malloc(file.size);
    Arena *own = arena_create(16 << 20);
    memcpy(copy, file.data, file.size);
    FastEnd end = scans_count(own, copy, file.size, NULL, &(const ScanBands *){NULL});
    arena_destroy(own);
    free(copy);
    return end;
}

/* The codes of scan number `n`: where they begin and end. False: there are fewer. */
static bool scan_of(Bytes file, int n, size_t *begins, size_t *ends)
{
    size_t at = 2;
    JpegPiece piece;
    while (jpeg_piece_next(file.data, file.size, &at, &piece)) {
        *begins = (size_t)(piece.body - file.data) + piece.body_bytes;
        *ends = piece.end;
        if (piece.marker == MARKER_SOS && n-- == 0)
            return true;
    }
    return false;
}

static Bytes shorter(Bytes file, size_t at, size_t count)
{
    Bytes out = {arena_alloc(arena, file.size), file.size - count};
    memcpy(out.data, file.data, at);
    memcpy(out.data + at, file.data + at + count, file.size - at - count);
    return out;
}

static const int samplings[][2] = {{2, 2}, {2, 1}, {1, 2}, {1, 1}, {4, 1}};

static void whole_files_are_counted_to_their_end(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {16, 16}, {17, 33}, {75, 41}, {200, 130}};
    static const MakeJpeg kinds[] = {{.progressive = true}, {.progressive = true, .restart_rows = 1}, {.apart = true},
                                     {.apart = true, .restart_rows = 2, .optimised = true}, {.quality = 90},
                                     {.quality = 30, .components = 1}, {.components = 1, .progressive = true}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t s = 0; s < sizeof samplings / sizeof *samplings; s++)
            for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
                for (int quality = 1; quality <= 100; quality += 33) {
                    MakeJpeg how = kinds[k];
                    how.across = samplings[s][0], how.down = samplings[s][1], how.quality = quality;
                    Picture picture = make_picture(arena, sizes[i][0], sizes[i][1], quality == 34 ? 200 : 10);
                    if (counted(make_jpeg(arena, &picture, how)) != FAST_DONE)
                        fail_msg("size %zu, sampling %zu, kind %zu, quality %d", i, s, k, quality);
                }
}

/* A byte less or two more of any scan are codes too few or too many. */
static void every_scan_is_counted(void **state)
{
    (void)state;
    static const MakeJpeg kinds[] = {{.progressive = true}, {.apart = true}, {.across = 4, .down = 1}};
    Picture picture = make_picture(arena, 150, 130, 60);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        Bytes file = make_jpeg(arena, &picture, kinds[k]);
        size_t begins, ends;
        int scan = 0;
        for (; scan_of(file, scan, &begins, &ends); scan++) {
            if (counted(shorter(file, ends - 1, 1)) != FAST_DOUBTFUL)
                fail_msg("kind %zu, scan %d: its last byte is not missed", k, scan);
            if (counted(make_insert(arena, file, ends, "\x5a\xa5", 2)) != FAST_DOUBTFUL)
                fail_msg("kind %zu, scan %d: two bytes more are not seen", k, scan);
            if (counted(make_insert(arena, file, ends, "\xff\0", 2)) != FAST_DONE)
                fail_msg("kind %zu, scan %d: a byte that fills is an encoder's right", k, scan);
        }
        assert_int_equal(scan, k == 0 ? 10 : k == 1 ? 3 : 1);
    }
}

/* Restart markers out of turn, one too few, and a scan of another picture. */
static void scans_that_do_not_belong_are_seen(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 150, 130, 60), other = make_picture(arena, 150, 130, 20);
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = true, .restart_rows = 1});
    size_t begins, ends;
    for (int scan = 0; scan < 10; scan++) {
        assert_true(scan_of(file, scan, &begins, &ends));
        size_t marker = make_find(file, begins, 0xd1);
        Bytes turned = shorter(file, 0, 0);
        turned.data[marker + 1] = 0xd2;
        assert_int_equal(counted(turned), FAST_DOUBTFUL);
        assert_int_equal(counted(shorter(file, marker, 2)), FAST_DOUBTFUL);
    }
    file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = true});
    Bytes foreign = make_jpeg(arena, &other, (MakeJpeg){.progressive = true});
    size_t from, to;
    assert_true(scan_of(file, 9, &begins, &ends) && scan_of(foreign, 9, &from, &to)); /* the last bits of luma */
    Bytes mixed = make_insert(arena, shorter(file, begins, ends - begins), begins, foreign.data + from, to - from);
    assert_int_equal(counted(mixed), FAST_DOUBTFUL);
}

/* One flipped bit each, where libjpeg says nothing: what moves all blocks behind it is seen, what changes one is not its business. */
static void most_flipped_bits_that_are_seen_are_told(void **state)
{
    (void)state;
    Arena *lasting = arena_create(64 << 20), *outer = arena;
    Picture picture = make_picture(lasting, 320, 320, 6), whole, out;
    Bytes file = make_jpeg(lasting, &picture, (MakeJpeg){.quality = 85, .progressive = true});
    JpegDamage damage;
    size_t begins = 0, ends = 0;
    int seen = 0, told = 0;
    assert_int_equal(jpeg_decode(lasting, file.data, file.size, 1, &whole, &damage).code, ERR_NONE);
    assert_true(scan_of(file, 0, &begins, &ends) && !damage.warnings);
    for (size_t bit = begins * 8; bit < file.size * 8 - 16; bit += 29) {
        arena = arena_create(16 << 20);
        file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(jpeg_decode(arena, file.data, file.size, 1, &out, &damage).code, ERR_NONE);
        file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        int wrong = 0;
        for (int y = 0; y < 320 && !damage.failed; y += 8)
            for (int x = 0; x < 320; x += 8)
                wrong += abs(out.rgb[3 * (y * 320 + x) + 1] - whole.rgb[3 * (y * 320 + x) + 1]) > 40;
        seen += wrong > 20;
        told += wrong > 20 && damage.warnings;
        arena_destroy(arena);
    }
    arena = outer;
    arena_destroy(lasting);
    print_message("%d of %d told\n", told, seen);
    assert_true(seen > 20 && told >= 0.9 * seen);
}

static void what_is_not_its_business_is_left_alone(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 64, 64, 30);
    assert_int_equal(counted(make_jpeg(arena, &picture, (MakeJpeg){.arithmetic = true, .progressive = true})), FAST_DONE);
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = true});
    Arena *small = arena_create(4096);
    assert_int_equal(scans_count(small, file.data, file.size, NULL, &(const ScanBands *){NULL}), FAST_DONE);
    arena_destroy(small);
    for (size_t size = 2; size < file.size; size++)
        counted((Bytes){file.data, size}); /* ends */
    Budget budget = {.start_ns = 1, .cpu_ns = 1};
    assert_int_equal(scans_count(arena, file.data, file.size, &budget, &(const ScanBands *){NULL}), FAST_LATE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(whole_files_are_counted_to_their_end),
        TEST(every_scan_is_counted),
        TEST(scans_that_do_not_belong_are_seen),
        TEST(most_flipped_bits_that_are_seen_are_told),
        TEST(what_is_not_its_business_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
