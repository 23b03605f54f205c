/* SPDX-License-Identifier: MIT */
#include "../../stages/jpeg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "make_jpeg.h"
#include "arena_fixture.h"

/* From a heap block of just that size, so that a sanitizer sees one byte too many. */
static JpegHeader header_of(const void *data, size_t bytes)
{
    uint8_t *copy = malloc(bytes ? bytes : 1);
    memcpy(copy, data, bytes);
    JpegHeader header;
    jpeg_header(arena, copy, bytes, &header);
    free(copy);
    return header;
}

static void magic_bytes_decide_the_format(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t count;
        Format format;
    } cases[] = {
        {"", 0, FORMAT_EMPTY},
        {"\xff", 1, FORMAT_OTHER},
        {"\xff\xd8", 2, FORMAT_JPEG},
        {"\xff\xd9", 2, FORMAT_OTHER},
        {"\x89PNG\r\n\x1a\n", 8, FORMAT_PNG},
        {"\x89PNG\r\n\x1a", 7, FORMAT_OTHER},
        {"RIFF\1\2\3\4WEBP", 12, FORMAT_WEBP},
        {"RIFF\1\2\3\4WEB", 11, FORMAT_OTHER},
        {"RIFF\1\2\3\4WAVE", 12, FORMAT_OTHER},
        {"\0\0\0\x18"
         "ftypheic",
         12, FORMAT_HEIC},
        {"\0\0\0\x18"
         "ftypmif1",
         12, FORMAT_HEIC},
        {"\0\0\0\x18"
         "ftypqt  ",
         12, FORMAT_OTHER},
        {"GIF89a", 6, FORMAT_GIF},
        {"GIF87a", 6, FORMAT_GIF},
        {"BM1234", 6, FORMAT_BMP},
        {"II*\0", 4, FORMAT_TIFF},
        {"MM\0*", 4, FORMAT_TIFF},
        {"II*", 3, FORMAT_OTHER},
        {"%PDF-1.4", 8, FORMAT_PDF},
        {"<!DOCTYPE html>", 15, FORMAT_HTML},
        {"\xef\xbb\xbf \r\n<html>", 12, FORMAT_HTML},
        {"<?xml version", 13, FORMAT_HTML},
        {"<3", 2, FORMAT_OTHER},
        {"   ", 3, FORMAT_OTHER},
        {"PK\3\4", 4, FORMAT_ZIP},
        {"\xef\xbb\xbf\xff\xd8\xff\xe0", 7, FORMAT_OTHER},
        {"\0\xff\xd8\xff\xe0", 5, FORMAT_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        JpegHeader header = header_of(cases[i].bytes, cases[i].count);
        if (header.format != cases[i].format)
            fail_msg("case %zu: format %d, not %d", i, header.format, cases[i].format);
        assert_non_null(header.problem); /* none of these is a readable JPEG */
        assert_int_equal(header.orientation, 1);
        assert_true(isnan(header.quality) && isnan(header.dpi));
    }
}

static void junk_before_the_start_is_named(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 32, 32, 5);
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){0});
    Bytes bom = make_insert(arena, file, 0, "\xef\xbb\xbf", 3);
    assert_string_equal(header_of(bom.data, bom.size).problem, "has other bytes before the JPEG");
    static const uint8_t zeros[4000];
    assert_non_null(strstr(header_of(zeros, sizeof zeros).problem, "zeros"));
}

static void frame_and_scans_are_counted(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 75, 43, 20);
    static const struct {
        MakeJpeg how;
        int components, scans;
        bool progressive, arithmetic, baseline, ycbcr;
        const char *sampling;
    } cases[] = {
        {{0}, 3, 1, false, false, true, true, "4:2:0"},
        {{.across = 1, .down = 1}, 3, 1, false, false, true, true, "4:4:4"},
        {{.across = 2, .down = 1}, 3, 1, false, false, true, true, "4:2:2"},
        {{.across = 1, .down = 2}, 3, 1, false, false, true, true, "4:4:0"},
        {{.across = 4, .down = 1}, 3, 1, false, false, true, true, "4:1:1"},
        {{.across = 4, .down = 2}, 3, 1, false, false, true, true, "other"},
        {{.components = 1}, 1, 1, false, false, true, false, ""},
        {{.components = 4}, 4, 1, false, false, true, false, ""},
        {{.progressive = true}, 3, 10, true, false, false, true, "4:2:0"},
        {{.arithmetic = true}, 3, 1, false, true, false, true, "4:2:0"},
        {{.arithmetic = true, .progressive = true}, 3, 10, true, true, false, true, "4:2:0"},
        {{.restart_rows = 1}, 3, 1, false, false, true, true, "4:2:0"},
        {{.rgb_inside = true, .across = 1, .down = 1}, 3, 1, false, false, true, false, "4:4:4"},
        {{.wide_tables = true, .quality = 5}, 3, 1, false, false, false, true, "4:2:0"},
        {{.no_jfif = true}, 3, 1, false, false, true, true, "4:2:0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file = make_jpeg(arena, &picture, cases[i].how);
        JpegHeader header = header_of(file.data, file.size);
        if (header.problem)
            fail_msg("case %zu: %s", i, header.problem);
        assert_int_equal(header.width_px, 75);
        assert_int_equal(header.height_px, 43);
        assert_int_equal(header.bits, 8);
        assert_int_equal(header.components, cases[i].components);
        assert_int_equal(header.scans, cases[i].scans);
        assert_int_equal(header.progressive, cases[i].progressive);
        assert_int_equal(header.arithmetic, cases[i].arithmetic);
        assert_int_equal(header.baseline, cases[i].baseline);
        assert_int_equal(header.ycbcr, cases[i].ycbcr);
        assert_string_equal(header.sampling, cases[i].sampling);
        assert_true(header.end_marker);
        assert_int_equal(header.trailing_bytes, 0);
        assert_int_equal(header.image_bytes, file.size);
    }
}

static void density_is_read_per_inch(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 16, 16, 5);
    static const struct {
        int unit, x, y, version;
        double across, down;
    } cases[] = {{1, 300, 300, 1, 300, 300}, {1, 72, 72, 1, 72, 72}, {0, 300, 300, 1, 0, 0}, {2, 118, 118, 1, 299.72, 299.72},
                 {1, 300, 301, 1, 300, 301}, {1, 65535, 65535, 1, 65535, 65535}, {1, 300, 300, 0x21, 0, 0}, {1, 300, 300, 0, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.dpi = 300});
        file.data[11] = (uint8_t)cases[i].version;
        file.data[13] = (uint8_t)cases[i].unit;
        file.data[14] = (uint8_t)(cases[i].x >> 8), file.data[15] = (uint8_t)cases[i].x;
        file.data[16] = (uint8_t)(cases[i].y >> 8), file.data[17] = (uint8_t)cases[i].y;
        JpegHeader header = header_of(file.data, file.size);
        assert_true(header.jfif);
        assert_true(fabs(header.dpi - cases[i].across) < 1e-9 && fabs(header.dpi_down - cases[i].down) < 1e-9);
    }
    Bytes none = make_jpeg(arena, &picture, (MakeJpeg){.no_jfif = true});
    assert_false(header_of(none.data, none.size).jfif);
}

static void end_and_trailing_bytes_are_told_apart(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 64, 64, 30);
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.restart_rows = 1});
    static const uint8_t zeros[1000];
    static const struct {
        size_t added, trailing;
    } cases[] = {{0, 0}, {1, 1}, {1000, 1000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes longer = make_insert(arena, file, file.size, zeros, cases[i].added);
        JpegHeader header = header_of(longer.data, longer.size);
        assert_true(header.end_marker);
        assert_int_equal(header.trailing_bytes, cases[i].trailing);
        assert_int_equal(header.image_bytes, file.size);
    }
    Bytes two = make_insert(arena, file, file.size, file.data, file.size);
    JpegHeader header = header_of(two.data, two.size);
    assert_int_equal(header.trailing_bytes, file.size);
    assert_int_equal(header.scans, 1);
    header = header_of(file.data, file.size - 2);
    assert_false(header.end_marker);
    assert_null(header.problem);
    assert_int_equal(header.image_bytes, file.size - 2);
    header = header_of(file.data, file.size - 1);
    assert_false(header.end_marker);
}

static void thumbnails_inside_exif_do_not_end_the_picture(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 64, 64, 30), small = make_picture(arena, 16, 16, 5);
    Bytes thumb = make_jpeg(arena, &small, (MakeJpeg){0});
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.exif = thumb});
    JpegHeader header = header_of(file.data, file.size);
    assert_null(header.problem);
    assert_int_equal(header.width_px, 64);
    assert_int_equal(header.scans, 1);
    assert_int_equal(header.trailing_bytes, 0);
    assert_int_equal(header.metadata_bytes, thumb.size + 10);
    assert_int_equal(header.clean_bytes, file.size - thumb.size - 10);
}

static void xmp_names_programs_besides_exif(void **state)
{
    (void)state;
    static const struct {
        const char *name; /* of the packet's kind */
        const char *packet, *software;
    } cases[] = {
        {"http://ns.adobe.com/xap/1.0/", "<x xmp:CreatorTool=\"Adobe Photoshop 25.0\"/>", "Adobe Photoshop 25.0"},
        {"http://ns.adobe.com/xap/1.0/", "<x photoshop:DateCreated=\"2026-05-01\"/>", NULL},
        {"http://ns.adobe.com/xap/1.0/", "", NULL},
        {"http://ns.adobe.com/other/1/", "<x xmp:CreatorTool=\"Adobe Photoshop 25.0\"/>", NULL},
    };
    Picture picture = make_picture(arena, 16, 16, 5);
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){0});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t name = strlen(cases[i].name) + 1, packet = strlen(cases[i].packet);
        uint8_t piece[200] = {0xff, 0xe1, 0, (uint8_t)(2 + name + packet)};
        memcpy(piece + 4, cases[i].name, name);
        memcpy(piece + 4 + name, cases[i].packet, packet);
        Bytes with = make_insert(arena, file, 20, piece, 4 + name + packet);
        JpegHeader header = header_of(with.data, with.size);
        assert_true(!header.software == !cases[i].software);
        if (header.software)
            assert_string_equal(header.software, cases[i].software);
    }
}

static void metadata_is_all_but_plain_jfif_and_adobe(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 16, 16, 5);
    Bytes comment = {(uint8_t *)"hello", 5};
    Bytes plain = make_jpeg(arena, &picture, (MakeJpeg){0});
    assert_int_equal(header_of(plain.data, plain.size).metadata_bytes, 0);
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.comment = comment});
    assert_int_equal(header_of(file.data, file.size).metadata_bytes, 9);
    file = make_jpeg(arena, &picture, (MakeJpeg){.components = 4}); /* writes an Adobe marker */
    assert_int_equal(header_of(file.data, file.size).metadata_bytes, 0);

    Bytes again = make_insert(arena, plain, 20, plain.data + 2, 18); /* a second JFIF */
    assert_int_equal(header_of(again.data, again.size).metadata_bytes, 18);
    Bytes thumb = make_insert(arena, plain, 20, "abc", 3); /* JFIF with a thumbnail of one pixel */
    thumb.data[5] += 3, thumb.data[18] = thumb.data[19] = 1;
    JpegHeader header = header_of(thumb.data, thumb.size);
    assert_true(header.jfif);
    assert_int_equal(header.metadata_bytes, 21);
    assert_int_equal(header.clean_bytes, plain.size);
}

/* Cuts the profile into chunks and numbers them as told; 0 ends the list. */
static Bytes with_chunks(Bytes file, const int numbers[6], int claimed)
{
    for (int i = 5; i >= 0; i--) {
        if (numbers[i] < 0)
            continue;
        uint8_t chunk[28] = {0xff, 0xe2, 0, 26};
        memcpy(chunk + 4, "ICC_PROFILE", 12);
        chunk[16] = (uint8_t)numbers[i], chunk[17] = (uint8_t)claimed;
        memset(chunk + 18, 'a' + numbers[i], 10);
        file = make_insert(arena, file, 20, chunk, sizeof chunk);
    }
    return file;
}

static void icc_chunks_are_joined_or_refused(void **state)
{
    (void)state;
    static const struct {
        int numbers[6], claimed;
        size_t bytes;
    } cases[] = {
        {{1, -1, -1, -1, -1, -1}, 1, 10},    {{1, 2, 3, -1, -1, -1}, 3, 30},
        {{3, 1, 2, -1, -1, -1}, 3, 30},      {{1, 2, 2, -1, -1, -1}, 3, 0},
        {{1, 2, -1, -1, -1, -1}, 3, 0},      {{0, 1, 2, -1, -1, -1}, 3, 0},
        {{1, 2, 4, -1, -1, -1}, 3, 0},       {{1, 2, 3, -1, -1, -1}, 2, 0},
        {{1, 1, -1, -1, -1, -1}, 1, 0},      {{0, -1, -1, -1, -1, -1}, 0, 0},
        {{255, -1, -1, -1, -1, -1}, 255, 0},
    };
    Picture picture = make_picture(arena, 16, 16, 5);
    Bytes plain = make_jpeg(arena, &picture, (MakeJpeg){0});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file = with_chunks(plain, cases[i].numbers, cases[i].claimed);
        JpegHeader header = header_of(file.data, file.size);
        assert_null(header.problem);
        if (header.icc_bytes != cases[i].bytes)
            fail_msg("case %zu: %zu bytes, not %zu", i, header.icc_bytes, cases[i].bytes);
        assert_int_equal(header.icc != NULL, cases[i].bytes > 0);
        for (size_t at = 0; at < header.icc_bytes; at++)
            assert_int_equal(header.icc[at], 'b' + at / 10);
    }
}

static void impossible_headers_are_named(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 16, 16, 5);
    Bytes plain = make_jpeg(arena, &picture, (MakeJpeg){0});
    size_t frame = make_find(plain, 2, 0xc0), scan = make_find(plain, 2, 0xda);
    static const struct {
        int at, value;
        const char *problem;
    } cases[] = {
        {6, 0, "says that it is 0 pixels wide or high"}, /* height's low byte: 16 to 0 */
        {8, 0, "says that it is 0 pixels wide or high"},
        {9, 0, "has a broken frame header"},
        {9, 4, "has a broken frame header"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bytes file = make_insert(arena, plain, 0, "", 0);
        file.data[frame + (size_t)cases[i].at] = (uint8_t)cases[i].value;
        assert_string_equal(header_of(file.data, file.size).problem, cases[i].problem);
    }
    Bytes twice = make_insert(arena, plain, frame, plain.data + frame, 19);
    assert_string_equal(header_of(twice.data, twice.size).problem, "has two frame headers");
    assert_string_equal(header_of(plain.data, scan).problem, "holds no picture data");
    assert_non_null(strstr(header_of("\xff\xd8\xff\xd9", 4).problem, "no picture inside"));
    Bytes part = make_insert(arena, plain, 0, "", 0);
    part.data[scan + 5] = 99; /* luma's scan is for a component that is none */
    assert_string_equal(header_of(part.data, part.size).problem,
                        "lacks the data of a colour component");
    Bytes bits = make_insert(arena, plain, 0, "", 0);
    bits.data[frame + 4] = 12;
    JpegHeader header = header_of(bits.data, bits.size);
    assert_int_equal(header.bits, 12);
    assert_false(header.baseline);
}

static void every_cut_is_survived(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 24, 24, 30);
    uint8_t text[300] = "MM";
    Bytes file = make_jpeg(
        arena, &picture, (MakeJpeg){.progressive = true, .icc = {text, 300}, .exif = {text, 300}});
    for (size_t bytes = 0; bytes < file.size; bytes++) {
        JpegHeader header = header_of(file.data, bytes);
        assert_false(header.end_marker);
        assert_int_equal(header.trailing_bytes, 0);
    }
}

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static double best_of_header(Bytes file)
{
    double best = 1e9;
    for (int i = 0; i < 9; i++) {
        JpegHeader header;
        double start = now_ms();
        jpeg_header(arena, file.data, file.size, &header);
        best = fmin(best, now_ms() - start);
        assert_int_equal(header.scans, 1);
    }
    return best;
}

static void five_megabytes_take_a_millisecond(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 2400, 3200, 60);
    assert_true(best_of_header(make_jpeg(arena, &picture, (MakeJpeg){.quality = 92})) < 10); /* about 1 ms; sanitizers are slower */
}

static void fill_bytes_take_no_longer(void **state)
{
    (void)state;
    enum { FILL_BYTES = 5 << 20 };
    Picture picture = make_picture(arena, 160, 160, 60);
    Bytes sound = make_jpeg(arena, &picture, (MakeJpeg){0}), file = {arena_alloc(arena, sound.size + FILL_BYTES), sound.size + FILL_BYTES};
    memset(memcpy(file.data, sound.data, 2) + 2, 0xff, FILL_BYTES);
    memcpy(file.data + 2 + FILL_BYTES, sound.data + 2, sound.size - 2);
    assert_true(best_of_header(file) < 30); /* about 4 ms; with a call of memchr for each 43 */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(magic_bytes_decide_the_format),
        TEST(junk_before_the_start_is_named),
        TEST(frame_and_scans_are_counted),
        TEST(density_is_read_per_inch),
        TEST(end_and_trailing_bytes_are_told_apart),
        TEST(thumbnails_inside_exif_do_not_end_the_picture),
        TEST(xmp_names_programs_besides_exif),
        TEST(metadata_is_all_but_plain_jfif_and_adobe),
        TEST(icc_chunks_are_joined_or_refused),
        TEST(impossible_headers_are_named),
        TEST(every_cut_is_survived),
        TEST(five_megabytes_take_a_millisecond),
        TEST(fill_bytes_take_no_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
