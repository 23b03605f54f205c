/* SPDX-License-Identifier: MIT */
#include "../../stages/jpeg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "make_jpeg.h"

static Arena *arena;

static uint8_t text[4000];

static Bytes dirty_file(const Picture *picture, MakeJpeg how)
{
    how.exif = (Bytes){text, 3000};
    how.comment = (Bytes){text, 200};
    Bytes file = make_jpeg(arena, picture, how);
    return make_insert(arena, file, file.size, text, 700);
}

static void only_the_header_changes(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 480, 640, 6);
    static const MakeJpeg kinds[] = {{0},
                                     {.no_jfif = true},
                                     {.dpi = 72},
                                     {.restart_rows = 3},
                                     {.across = 1, .down = 1},
                                     {.quality = 61}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Bytes file = dirty_file(&picture, kinds[i]), clean;
        assert_int_equal(jpeg_clean_header(arena, file.data, file.size, 300, &clean).code,
                         ERR_NONE);
        JpegHeader before, after;
        jpeg_header(arena, file.data, file.size, &before);
        jpeg_header(arena, clean.data, clean.size, &after);
        assert_null(after.problem);
        assert_int_equal(clean.size, before.clean_bytes);
        assert_int_equal(after.clean_bytes, clean.size);
        assert_int_equal(after.metadata_bytes + after.trailing_bytes, 0);
        assert_true(after.jfif && after.dpi == 300 && after.end_marker);
        assert_true(after.quality == before.quality);
        assert_string_equal(after.sampling, before.sampling);
        Picture a, b;
        JpegDamage damage;
        assert_int_equal(jpeg_decode(arena, file.data, file.size, 1, &a, &damage).code, ERR_NONE);
        assert_int_equal(jpeg_decode(arena, clean.data, clean.size, 1, &b, &damage).code, ERR_NONE);
        assert_int_equal(damage.warnings, 0);
        assert_memory_equal(a.rgb, b.rgb, 480 * 640 * 3);
        /* What we write ourselves comes out byte for byte the same. */
        Bytes ours, again;
        assert_int_equal(jpeg_encode(arena, &picture, 80, true, 300, &ours).code, ERR_NONE);
        assert_int_equal(jpeg_clean_header(arena, ours.data, ours.size, 300, &again).code,
                         ERR_NONE);
        assert_int_equal(ours.size, again.size);
        assert_memory_equal(ours.data, again.data, ours.size);
    }
}

static void write_file(const char *path, Bytes file)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(file.data, 1, file.size, out), file.size);
    assert_int_equal(fclose(out), 0);
}

static void an_independent_reader_sees_the_same_pixels(void **state)
{
    (void)state;
    if (system("command -v djpeg >/dev/null")) {
        print_message("djpeg is not installed\n");
        skip();
    }
    char folder[] = "/tmp/headroom-clean-XXXXXX", command[400];
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    Picture picture = make_picture(arena, 480, 640, 6);
    Bytes file = dirty_file(&picture, (MakeJpeg){.dpi = 72}), clean;
    assert_int_equal(jpeg_clean_header(arena, file.data, file.size, 300, &clean).code, ERR_NONE);
    write_file("before.jpg", file);
    write_file("after.jpg", clean);
    snprintf(command, sizeof command,
             "djpeg -strict -outfile b.ppm before.jpg && djpeg -strict -outfile a.ppm after.jpg && "
             "cmp a.ppm b.ppm");
    int code = system(command);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(system(command), 0);
    assert_int_equal(code, 0);
}

static void files_that_cannot_be_kept_are_refused(void **state)
{
    (void)state;
    Picture picture = make_picture(arena, 60, 80, 6);
    static const MakeJpeg kinds[] = {{.progressive = true},
                                     {.arithmetic = true},
                                     {.components = 1},
                                     {.components = 4},
                                     {.rgb_inside = true, .across = 1, .down = 1},
                                     {.wide_tables = true, .quality = 5}};
    Bytes clean;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Bytes file = make_jpeg(arena, &picture, kinds[i]);
        assert_int_equal(jpeg_clean_header(arena, file.data, file.size, 300, &clean).code,
                         ERR_FORMAT);
    }
    Bytes file = make_jpeg(arena, &picture, (MakeJpeg){0});
    for (size_t bytes = 0; bytes < file.size; bytes++)
        assert_int_equal(jpeg_clean_header(arena, file.data, bytes, 300, &clean).code, ERR_FORMAT);
    assert_int_equal(jpeg_clean_header(arena, file.data, file.size, 0, &clean).code, ERR_FORMAT);
    assert_int_equal(jpeg_clean_header(arena, file.data, file.size, 65536, &clean).code,
                     ERR_FORMAT);
    assert_int_equal(jpeg_clean_header(arena, file.data, file.size, 65535, &clean).code, ERR_NONE);
    Arena *small = arena_create(500);
    assert_int_equal(jpeg_clean_header(small, file.data, file.size, 300, &clean).code, ERR_MEMORY);
    arena_destroy(small);
}

static int set_up(void **state)
{
    (void)state;
    memset(text, 'x', sizeof text);
    arena = arena_create(256u << 20);
    return !arena;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(only_the_header_changes),
        TEST(an_independent_reader_sees_the_same_pixels),
        TEST(files_that_cannot_be_kept_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
