/* SPDX-License-Identifier: MIT */
#include "../../stages/jpeg.h"
#include "../../stages/jpeg_fast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "make_jpeg.h"
#include "arena_fixture.h"

static void say_nothing(j_common_ptr info)
{
    (void)info;
}

static JpegDamage decode(Bytes file, int denominator, Picture *out)
{
    JpegDamage damage;
    uint8_t *copy = malloc(file.size ? file.size : 1);
    memcpy(copy, file.data, file.size);
    assert_int_equal(jpeg_decode(arena, copy, file.size, denominator, out, &damage).code, ERR_NONE);
    free(copy);
    return damage;
}

static double mean_difference(const Picture *a, const Picture *b)
{
    assert_int_equal(a->width_px, b->width_px);
    assert_int_equal(a->height_px, b->height_px);
    size_t count = (size_t)a->width_px * a->height_px * 3;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += abs(a->rgb[i] - b->rgb[i]);
    return sum / (double)count;
}

static void what_is_encoded_comes_back(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 481, 637, 3), out;
    for (int full = 0; full < 2; full++)
        for (int quality = 60; quality <= 100; quality += 10) {
            Bytes file;
            assert_int_equal(jpeg_encode(arena, &picture, quality, full, 300, &file).code,
                             ERR_NONE);
            JpegDamage damage = decode(file, 1, &out);
            assert_int_equal(damage.warnings, 0);
            assert_null(damage.text);
            assert_true(mean_difference(&picture, &out) < 3);
        }
}

static void encoded_files_are_as_asked(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 480, 640, 3);
    static const struct {
        int quality, dpi;
        bool full;
    } cases[] = {
        {1, 1, false}, {60, 300, false}, {85, 300, true}, {100, 65535, false}, {100, 350, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file, again;
        assert_int_equal(
            jpeg_encode(arena, &picture, cases[i].quality, cases[i].full, cases[i].dpi, &file).code,
            ERR_NONE);
        JpegHeader header;
        jpeg_header(arena, file.data, file.size, &header);
        assert_null(header.problem);
        assert_true(header.baseline && header.jfif && header.ycbcr && header.end_marker);
        assert_true(header.quality == cases[i].quality && header.dpi == cases[i].dpi);
        assert_string_equal(header.sampling, cases[i].full ? "4:4:4" : "4:2:0");
        assert_int_equal(header.metadata_bytes + header.trailing_bytes, 0);
        assert_int_equal(header.clean_bytes, file.size);
        assert_int_equal(
            jpeg_encode(arena, &picture, cases[i].quality, cases[i].full, cases[i].dpi, &again)
                .code,
            ERR_NONE);
        assert_int_equal(again.size, file.size);
        assert_memory_equal(again.data, file.data, file.size);
    }
}

static void noise_that_outgrows_the_buffer_is_encoded_whole(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 300, 400, 900), out;
    Bytes file;
    assert_int_equal(jpeg_encode(arena, &picture, 100, true, 300, &file).code, ERR_NONE);
    assert_true(file.size > 300 * 400); /* twice what the first buffer holds */
    JpegDamage damage = decode(file, 1, &out);
    assert_int_equal(damage.warnings, 0);
    assert_true(mean_difference(&picture, &out) < 3);
}

static void every_kind_of_file_is_decoded(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 97, 131, 3), out;
    static const MakeJpeg kinds[] = {
        {0},
        {.across = 1, .down = 1},
        {.across = 2, .down = 1},
        {.across = 1, .down = 2},
        {.across = 4, .down = 1},
        {.progressive = true},
        {.arithmetic = true},
        {.progressive = true, .arithmetic = true},
        {.restart_rows = 1},
        {.no_jfif = true},
        {.rgb_inside = true, .across = 1, .down = 1},
        {.wide_tables = true},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (int denominator = 1; denominator <= 8; denominator *= 2) {
            Bytes file = make_jpeg(arena, &picture, kinds[i]);
            JpegDamage damage = decode(file, denominator, &out);
            if (damage.failed || damage.warnings)
                fail_msg("kind %zu: %s", i, damage.text);
            assert_int_equal(out.width_px, (97 + denominator - 1) / denominator);
            assert_int_equal(out.height_px, (131 + denominator - 1) / denominator);
            if (denominator == 1)
                assert_true(mean_difference(&picture, &out) < 4);
        }
}

static void grey_and_cmyk_are_refused_not_converted(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 40, 40, 3), out;
    for (int components = 1; components <= 4; components += 3) {
        Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.components = components});
        JpegDamage damage = decode(file, 1, &out);
        assert_true(damage.failed);
        assert_non_null(damage.text);
        assert_null(out.rgb);
    }
}

static void a_missing_end_marker_alone_is_no_damage(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 200, 300, 10), out, whole;
    static const MakeJpeg kinds[] = {{0}, {.progressive = true}, {.restart_rows = 1}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Bytes file = make_jpeg(arena, &picture, kinds[i]);
        (void)decode(file, 1, &whole);
        file.size -= 2;
        JpegDamage damage = decode(file, 1, &out);
        if (damage.failed || damage.warnings)
            fail_msg("kind %zu: %s", i, damage.text);
        assert_true(mean_difference(&whole, &out) == 0);
    }
}

/* Every cut that costs pixels must be seen, at whatever byte it falls. */
static void every_cut_that_loses_pixels_is_damage(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 90, 120, 10);
    static const MakeJpeg kinds[] = {
        {.quality = 75}, {.quality = 75, .progressive = true}, {.quality = 75, .restart_rows = 1}};
    Arena *outer = arena;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Bytes file = make_jpeg(outer, &picture, kinds[i]);
        arena = arena_create(8 << 20);
        for (size_t bytes = 2; bytes < file.size - 2; bytes++) {
            Picture whole, out;
            (void)decode(file, 1, &whole);
            JpegDamage damage = decode((Bytes){file.data, bytes}, 1, &out);
            bool lost = damage.failed || mean_difference(&whole, &out) > 0;
            if (lost && !damage.failed && !damage.warnings)
                fail_msg("kind %zu cut at %zu of %zu loses pixels unseen", i, bytes, file.size);
            arena_reset(arena);
        }
        arena_destroy(arena);
    }
    arena = outer;
}

/* A rescue tool that closes a cut progressive file hides the cut from libjpeg. */
static void progressive_files_closed_too_early_are_damage(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 200, 300, 30), out;
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = true});
    size_t at = make_find(file, 2, 0xda), scans = 0;
    for (; at < file.size; at = make_find(file, at + 2, 0xda), scans++) {
        if (!scans)
            continue;
        size_t cut = at;
        while (!(file.data[cut] == 0xff && file.data[cut + 1] == 0xc4)) /* with its own table */
            cut--;
        Bytes closed = make_insert(arena, (Bytes){file.data, cut}, cut, "\xff\xd9", 2);
        JpegDamage damage = decode(closed, 1, &out);
        if (!damage.warnings && !damage.failed)
            fail_msg("closed before scan %zu: no damage seen", scans);
    }
    assert_int_equal(scans, 10);
}

/* Any scan, also one that only makes chroma finer, in a file that ends as it should. */
static void a_progressive_scan_left_out_is_damage(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 200, 300, 30), out;
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = true});
    size_t at = make_find(file, 2, 0xda), scans = 0;
    for (; at < file.size; scans++) {
        size_t next = at + 2 + 256 * (size_t)file.data[at + 2] + file.data[at + 3];
        while (file.data[next] != 0xff || !file.data[next + 1])
            next++;
        Bytes shorter = make_insert(arena, (Bytes){file.data, at}, at, file.data + next, file.size - next);
        JpegDamage damage = decode(shorter, 1, &out);
        if (!damage.warnings && !damage.failed)
            fail_msg("scan %zu is not missed", scans);
        at = make_find(file, next, 0xda);
    }
    assert_int_equal(scans, 10);
}

static void altered_data_is_damage(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 200, 300, 10), out;
    Bytes plain = make_jpeg(arena, &picture, (MakeJpeg){.restart_rows = 2});
    size_t scan = make_find(plain, 2, 0xda), middle = (scan + plain.size) / 2;

    Bytes hole = make_insert(arena, plain, 0, "", 0);
    memset(hole.data + middle, 0, 500);
    assert_true(decode(hole, 1, &out).warnings > 0);

    Bytes missing = make_insert(arena, plain, 0, "", 0);
    memmove(missing.data + middle, missing.data + middle + 700, missing.size - middle - 700);
    missing.size -= 700;
    assert_true(decode(missing, 1, &out).warnings > 0);

    Bytes unmarked = make_insert(arena, plain, 0, "", 0);
    size_t restart = make_find(unmarked, scan, 0xd3); /* one restart marker lost */
    memmove(unmarked.data + restart, unmarked.data + restart + 2, unmarked.size - restart - 2);
    unmarked.size -= 2;
    JpegDamage damage = decode(unmarked, 1, &out);
    assert_true(damage.warnings > 0 && damage.text && damage.text[0]);

    Bytes junk = make_insert(arena, plain, 20, "junk", 4);
    assert_true(decode(junk, 1, &out).warnings > 0);
}

/* As libjpeg-turbo reads a whole file at hand: what its fast way warns of. */
static long warnings_of_the_fast_way(Bytes file)
{
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    unsigned char row[3 * 256], *rows[] = {row};
    info.err = jpeg_std_error(&errors);
    errors.output_message = say_nothing;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, file.data, (unsigned long)file.size);
    jpeg_read_header(&info, TRUE);
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height)
        jpeg_read_scanlines(&info, rows, 1);
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return errors.num_warnings;
}

/* One that does not exist, behind which the codes fall into step again: only the code itself tells. */
static void a_bad_huffman_code_far_from_the_end_is_damage(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 256, 256, 25), out;
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.quality = 90});
    Arena *scratch = arena_create(16 << 20);
    JpegDamage damage;
    int silent = 0;
    for (size_t at = 700; at < file.size / 2; at++) {
        uint8_t before = file.data[at];
        if (before == 0xff || file.data[at - 1] == 0xff)
            continue;
        file.data[at] = 0xfe;
        arena_reset(scratch);
        assert_int_equal(jpeg_decode(scratch, file.data, file.size, 1, &out, &damage).code, ERR_NONE);
        if (damage.warnings && strstr(damage.text, "bad Huffman code") && !warnings_of_the_fast_way(file))
            silent++;
        file.data[at] = before;
    }
    arena_destroy(scratch);
    assert_true(silent > 0);
}

/* What libjpeg reads ahead it does not count as too many. */
static void bytes_too_many_behind_the_codes_are_damage(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 90, 120, 10), out;
    static const MakeJpeg kinds[] = {{0}, {.across = 1, .down = 1}, {.across = 2, .down = 1}, {.across = 1, .down = 2},
                                     {.across = 4, .down = 1}, {.restart_rows = 1}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Bytes file = make_jpeg(arena, &picture, kinds[i]);
        for (int fast = 0; fast < 2; fast++)
            for (int denominator = 1; denominator <= 8; denominator *= 2)
                for (size_t count = 0; count <= 9; count++) {
                    Bytes more = make_insert(arena, file, file.size - 2, "\x55\xaa\x12\x34\x56\x78\x9a\xbc\xde", count);
                    Source source = {.data = more.data, .bytes = more.size, .fast = fast ? fast_kernels(NULL) : NULL};
                    JpegDamage damage;
                    assert_int_equal(jpeg_decode_source(arena, &source, denominator, &out, &damage).code, ERR_NONE);
                    if (damage.failed || (damage.warnings > 0) != (count > 0))
                        fail_msg("kind %zu, 1/%d: %zu bytes too many: %s", i, denominator, count, damage.text);
                }
        Bytes filled = make_insert(arena, file, file.size - 2, "\xff\x00\xff\xff", 4); /* as some encoders do */
        assert_int_equal(decode(filled, 1, &out).warnings, 0);
        Bytes comment = make_insert(arena, file, file.size - 2, "\xff\xfe\x00\x04zz", 6);
        assert_int_equal(decode(comment, 1, &out).warnings, 0);
    }
}

static void odd_version_numbers_are_no_damage(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 60, 80, 10), out;
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){0});
    file.data[11] = 9; /* JFIF 9.01 */
    JpegDamage damage = decode(file, 1, &out);
    assert_false(damage.failed);
    assert_int_equal(damage.warnings, 0);
}

static void broken_tables_fail_with_a_text(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 60, 80, 10), out;
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){0});
    size_t table = make_find(file, 2, 0xc4);
    memset(file.data + table + 5, 0xff, 16);
    JpegDamage damage = decode(file, 1, &out);
    assert_true(damage.failed);
    assert_non_null(damage.text);
    assert_null(out.rgb);
}

static void coefficients_beyond_the_bound_fail_cleanly(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 64, 64, 10), out;
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.progressive = true});
    size_t frame = make_find(file, 2, 0xc2);
    memcpy(file.data + frame + 5, "\x4e\x20\x4e\x20", 4); /* says 20000 x 20000: 1.2 GB */
    JpegDamage damage = decode(file, 8, &out);
    assert_true(damage.failed);
}

static void full_arenas_are_memory_errors(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 480, 640, 200), out;
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){0}), encoded;
    JpegDamage damage;
    Arena *small = arena_create(200000);
    assert_int_equal(jpeg_decode(small, file.data, file.size, 1, &out, &damage).code, ERR_MEMORY);
    assert_null(out.rgb);
    arena_reset(small);
    assert_int_equal(jpeg_encode(small, &picture, 100, true, 300, &encoded).code, ERR_MEMORY);
    assert_null(encoded.data);
    arena_destroy(small);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(what_is_encoded_comes_back),
        TEST(encoded_files_are_as_asked),
        TEST(noise_that_outgrows_the_buffer_is_encoded_whole),
        TEST(every_kind_of_file_is_decoded),
        TEST(grey_and_cmyk_are_refused_not_converted),
        TEST(a_missing_end_marker_alone_is_no_damage),
        TEST(every_cut_that_loses_pixels_is_damage),
        TEST(a_bad_huffman_code_far_from_the_end_is_damage),
        TEST(progressive_files_closed_too_early_are_damage),
        TEST(a_progressive_scan_left_out_is_damage),
        TEST(altered_data_is_damage),
        TEST(bytes_too_many_behind_the_codes_are_damage),
        TEST(odd_version_numbers_are_no_damage),
        TEST(broken_tables_fail_with_a_text),
        TEST(coefficients_beyond_the_bound_fail_cleanly),
        TEST(full_arenas_are_memory_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
