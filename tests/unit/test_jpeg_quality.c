/* SPDX-License-Identifier: MIT */
/* The quality read off quantisation tables, on files written at a known one. */
#include "../../stages/jpeg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void every_quality_is_recognised_exactly(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 16, 16, 5);
    for (int quality = 1; quality <= 100; quality++)
        for (int kind = 0; kind < 4; kind++) {
            MakeJpeg how = {.quality = quality,
                            .across = 1 + kind % 2,
                            .down = 1 + kind % 2,
                            .components = kind == 2 ? 1 : 3,
                            .wide_tables = kind == 3};
            Bytes file = make_jpeg(arena, &picture, how);
            JpegHeader header = header_of(file.data, file.size);
            if (header.quality != quality || header.quality_error != 0)
                fail_msg("quality %d kind %d: %f +- %f", quality, kind, header.quality,
                         header.quality_error);
        }
}

static void odd_tables_give_an_honest_error(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 16, 16, 5);
    for (int quality = 10; quality <= 95; quality += 5) {
        Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.quality = quality});
        size_t table = make_find(file, 2, 0xdb) + 5;
        for (int i = 0; i < 64;
             i++) { /* each value up to a tenth off: an encoder of its own mind */
            int value = file.data[table + i], off = value / 10 + 1;
            value += i % 2 ? off : -off;
            file.data[table + i] = (uint8_t)(value < 1 ? 1 : value > 255 ? 255 : value);
        }
        JpegHeader header = header_of(file.data, file.size);
        assert_true(header.quality_error > 0);
        if (fabs(header.quality - quality) > header.quality_error)
            fail_msg("quality %d: %.1f +- %.1f", quality, header.quality, header.quality_error);
        if (header.quality_error > 30)
            fail_msg("quality %d: an error of %.1f says nothing", quality, header.quality_error);
    }
}

static void chroma_of_another_quality_widens_the_error(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 16, 16, 5);
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){.quality = 90});
    Bytes poor = make_jpeg(arena, &picture, (MakeJpeg){.quality = 30});
    size_t first = make_find(file, 2, 0xdb), second = make_find(file, first + 2, 0xdb);
    memcpy(file.data + second + 5, poor.data + second + 5, 64);
    JpegHeader header = header_of(file.data, file.size);
    assert_true(header.quality == 90 && header.quality_error == 60);

    memcpy(file.data + second + 5, file.data + first + 5, 64); /* chroma by the luma table */
    header = header_of(file.data, file.size);
    assert_true(header.quality == 90 && header.quality_error == 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(every_quality_is_recognised_exactly),
        TEST(odd_tables_give_an_honest_error),
        TEST(chroma_of_another_quality_widens_the_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
