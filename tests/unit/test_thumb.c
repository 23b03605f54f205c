/* SPDX-License-Identifier: MIT */
#include "../../stages/thumb.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>
#include "../../stages/jpeg.h"
#include "make_jpeg.h"

static Arena *arena;

static void it_fits_and_keeps_its_shape(void **state)
{
    (void)state;
    // clang-format off
    static const struct { int width, height; double noise; int wanted_width, wanted_height; } row[] = {
        {480,  640, 4,  120, 160},
        {480,  640, 60, 120, 160}, /* noise needs a lower quality */
        {640,  480, 4,  120, 90},
        {480,  320, 0,  120, 80},
        {100,  100, 4,  100, 100}, /* never enlarged */
        {4000, 10,  4,  120, 1},
        {1,    1,   0,  1,   1},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        Picture frame = make_picture(arena, row[i].width, row[i].height, row[i].noise), back;
        Bytes thumb, again;
        assert_int_equal(thumb_make(arena, &frame, &thumb).code, ERR_NONE);
        assert_int_equal(thumb_make(arena, &frame, &again).code, ERR_NONE);
        assert_non_null(thumb.data);
        assert_true(thumb.size <= THUMB_BYTES_MAX);
        assert_int_equal(thumb.size, again.size);
        assert_memory_equal(thumb.data, again.data, thumb.size);
        JpegDamage damage;
        assert_int_equal(jpeg_decode(arena, thumb.data, thumb.size, 1, &back, &damage).code, ERR_NONE);
        assert_int_equal(back.width_px, row[i].wanted_width);
        assert_int_equal(back.height_px, row[i].wanted_height);
    }
}

static void without_a_frame_there_is_none(void **state)
{
    (void)state;
    Picture frame = {0};
    Bytes thumb = {(uint8_t *)"x", 1};
    assert_int_equal(thumb_make(arena, &frame, &thumb).code, ERR_NONE);
    assert_null(thumb.data);
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    fclose(file);
}

static void a_made_photo_has_the_one_that_its_frame_would(void **state)
{
    char folder[] = "/tmp/headroom-thumb-XXXXXX", path[64], link[64];
    Picture frame = make_picture(arena, 480, 640, 4), back;
    JpegDamage damage;
    Bytes file, wanted, found;
    (void)state;
    assert_non_null(mkdtemp(folder));
    int out = open(folder, O_RDONLY | O_DIRECTORY);
    snprintf(path, sizeof path, "%s/a.JPG", folder);
    snprintf(link, sizeof link, "%s/b.JPG", folder);
    assert_int_equal(jpeg_encode(arena, &frame, 85, false, 300, &file).code, ERR_NONE);
    assert_int_equal(jpeg_decode(arena, file.data, file.size, 1, &back, &damage).code, ERR_NONE);
    assert_int_equal(thumb_make(arena, &back, &wanted).code, ERR_NONE);
    write_file(path, file.data, file.size);
    assert_int_equal(thumb_of_file(arena, out, "a.JPG", &found).code, ERR_NONE);
    assert_int_equal(found.size, wanted.size);
    assert_memory_equal(found.data, wanted.data, wanted.size);
    assert_int_equal(symlink("a.JPG", link), 0);
    static const char *const none[] = {"c.JPG", "b.JPG", "."};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(thumb_of_file(arena, out, none[i], &found).code, ERR_NONE);
        assert_null(found.data);
    }
    char too_long[300] = "";
    memset(too_long, 'x', sizeof too_long - 1);
    assert_int_equal(thumb_of_file(arena, out, too_long, &found).code, ERR_IO);
    int self = open("/proc/self", O_RDONLY | O_DIRECTORY); /* whose memory cannot be read at 0 */
    assert_int_equal(thumb_of_file(arena, self, "mem", &found).code, ERR_IO);
    close(self);
    write_file(path, (const uint8_t *)"no picture", 10);
    assert_int_equal(thumb_of_file(arena, out, "a.JPG", &found).code, ERR_NONE);
    assert_null(found.data);
    close(out);
    unlink(link), unlink(path), rmdir(folder);
}

int main(void)
{
    arena = arena_create((size_t)1 << 28);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_fits_and_keeps_its_shape),
        cmocka_unit_test(without_a_frame_there_is_none),
        cmocka_unit_test(a_made_photo_has_the_one_that_its_frame_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
