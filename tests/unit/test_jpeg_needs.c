/* SPDX-License-Identifier: MIT */
/* What makes a file larger and no picture better is counted, and left out of a clean one. */
#include "../../stages/jpeg.h"
#include "../../stages/jpeg_needs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "make_jpeg.h"
#include "arena_fixture.h"

enum { BEHIND_JFIF = 20 };

static Bytes repeated(const void *unit, size_t bytes, int times)
{
    Bytes out = {arena_alloc(arena, bytes * (size_t)times), bytes * (size_t)times};
    for (int i = 0; i < times; i++)
        memcpy(out.data + bytes * (size_t)i, unit, bytes);
    return out;
}

/* A segment with `bytes` of text in it. */
static Bytes segment(int marker, const char *start, size_t start_bytes, size_t bytes)
{
    Bytes out = {arena_alloc(arena, bytes + 4), bytes + 4};
    memset(out.data, 'x', out.size);
    out.data[0] = 0xff, out.data[1] = (uint8_t)marker;
    out.data[2] = (uint8_t)((bytes + 2) >> 8), out.data[3] = (uint8_t)(bytes + 2);
    memcpy(out.data + 4, start, start_bytes);
    return out;
}

static Bytes segment_of(Bytes file, int marker)
{
    size_t at = make_find(file, 2, marker);
    return (Bytes){file.data + at, 2 + (size_t)jpeg_be16(file.data + at + 2)};
}

/* The padded file claims `counted` bytes as metadata; its clean one has the plain one's size and pixels. */
static void check_padded(const char *name, Bytes plain, Bytes padded, size_t counted)
{
    JpegHeader header;
    Bytes clean, again;
    Picture before, after;
    JpegDamage damage;
    jpeg_header(arena, padded.data, padded.size, &header);
    if (header.problem || header.metadata_bytes != counted || header.clean_bytes != plain.size)
        fail_msg("%s: %s, %zu bytes counted, %zu clean, not %zu and %zu", name, header.problem ? header.problem : "fine",
                 header.metadata_bytes, header.clean_bytes, counted, plain.size);
    assert_int_equal(jpeg_clean_header(arena, padded.data, padded.size, 300, &clean).code, ERR_NONE);
    assert_int_equal(clean.size, plain.size);
    jpeg_header(arena, clean.data, clean.size, &header);
    assert_int_equal(header.metadata_bytes, 0);
    assert_int_equal(jpeg_clean_header(arena, clean.data, clean.size, 300, &again).code, ERR_NONE);
    assert_memory_equal(again.data, clean.data, clean.size);
    assert_int_equal(jpeg_decode(arena, plain.data, plain.size, 1, &before, &damage).code, ERR_NONE);
    assert_int_equal(jpeg_decode(arena, clean.data, clean.size, 1, &after, &damage).code, ERR_NONE);
    assert_int_equal(damage.warnings, 0);
    assert_memory_equal(before.rgb, after.rgb, 3 * (size_t)before.width_px * (size_t)before.height_px);
}

static void padding_is_counted_and_left_out(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 96, 128, 13);
    Bytes plain = make_jpeg(arena, &picture, (MakeJpeg){.dpi = 300, .restart_rows = 3});
    size_t frame = make_find(plain, 2, 0xc0), scan = make_find(plain, 2, 0xda), end = plain.size - 2;
    Bytes codes = segment_of(plain, 0xc4), steps = segment_of(plain, 0xdb), interval = segment_of(plain, 0xdd);
    Bytes unused = make_insert(arena, steps, 0, "", 0);
    unused.data[4] = 3;
    Bytes other = make_insert(arena, codes, 0, "", 0); /* the same table as class 1, number 3 */
    other.data[4] = 0x13;
    static const char text[] = "Adobe\0\x64\0\0\0\0\1SECRET";
    const struct {
        const char *name;
        size_t at;
        Bytes put;
        size_t counted;
    } cases[] = {
        {"fill bytes before the frame", frame, repeated("\xff", 1, 8000), 8000},
        {"fill bytes before the end", end, repeated("\xff", 1, 8000), 8000},
        {"bytes of no segment", frame, repeated("x", 1, 50), 50},
        {"Adobe with text", BEHIND_JFIF, segment(0xee, text, sizeof text, 8000), 8004},
        {"many Adobes", BEHIND_JFIF, repeated(segment(0xee, text, 12, 12).data, 16, 100), 99 * 16},
        {"a transform to RGB", BEHIND_JFIF, segment(0xee, "Adobe\0\x64\0\0\0\0\0", 12, 12), 16},
        {"a transform to YCCK", BEHIND_JFIF, segment(0xee, "Adobe\0\x64\0\0\0\0\2", 12, 12), 16},
        {"codes again", BEHIND_JFIF, repeated(codes.data, codes.size, 30), 30 * (codes.size - 4)},
        {"steps again", BEHIND_JFIF, repeated(steps.data, steps.size, 30), 30 * (steps.size - 4)},
        {"interval again", BEHIND_JFIF, repeated(interval.data, interval.size, 30), 30 * (interval.size - 4)},
        {"codes behind the scan", end, repeated(codes.data, codes.size, 30), 30 * (codes.size - 4)},
        {"steps that nothing takes", frame, unused, unused.size - 4},
        {"codes that nothing takes", frame, other, other.size - 4},
        {"segments without a table", frame, repeated("\xff\xc4\0\2", 4, 50), 200},
        {"a number of lines", end, segment(0xdc, "", 0, 8000), 8004},
        {"arithmetic conditioning", frame, repeated("\xff\xcc\0\4\0\1", 6, 50), 300},
        {"markers alone", frame, repeated("\xff\1", 2, 50), 100},
        {"restart markers before the end", end, repeated("\xff\xd0", 2, 4000), 8000},
        {"restart markers before the scan", scan, repeated("\xff\xd0", 2, 40), 80},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_padded(cases[i].name, plain,
                     make_insert(arena, plain, cases[i].at, cases[i].put.data, cases[i].put.size), cases[i].counted);
}

static void fill_bytes_before_restart_markers_are_left_out(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 96, 128, 13);
    Bytes plain = make_jpeg(arena, &picture, (MakeJpeg){.dpi = 300, .restart_rows = 1});
    size_t restart = make_find(plain, make_find(plain, 2, 0xda), 0xd3);
    Bytes fills = repeated("\xff", 1, 700);
    check_padded("one restart", plain, make_insert(arena, plain, restart, fills.data, fills.size), fills.size);
}

static void jfif_stands_first(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 96, 128, 13);
    Bytes plain = make_jpeg(arena, &picture, (MakeJpeg){.dpi = 300});
    Bytes adobe = segment(0xee, "Adobe\0\x64\0\0\0\0\1", 12, 12);
    check_padded("Adobe first", plain, make_insert(arena, plain, 2, adobe.data, adobe.size), 18);
    JpegHeader header;
    Bytes behind = make_insert(arena, plain, BEHIND_JFIF, adobe.data, adobe.size);
    jpeg_header(arena, behind.data, behind.size, &header);
    assert_int_equal(header.metadata_bytes, 0);
}

/* Each encoder's own tables are all taken. */
static void no_encoder_pads(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 75, 43, 13);
    static const MakeJpeg kinds[] = {
        {0}, {.progressive = true}, {.optimised = true}, {.apart = true}, {.arithmetic = true}, {.components = 1},
        {.components = 4}, {.restart_rows = 1}, {.wide_tables = true, .quality = 5}, {.arithmetic = true, .progressive = true},
        {.rgb_inside = true, .across = 1, .down = 1}, {.progressive = true, .restart_rows = 2, .across = 1, .down = 1},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Bytes file = make_jpeg(arena, &picture, kinds[i]);
        JpegHeader header;
        jpeg_header(arena, file.data, file.size, &header);
        if (header.metadata_bytes)
            fail_msg("kind %zu: %zu bytes", i, header.metadata_bytes);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(padding_is_counted_and_left_out),
        TEST(fill_bytes_before_restart_markers_are_left_out),
        TEST(jfif_stands_first),
        TEST(no_encoder_pads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
