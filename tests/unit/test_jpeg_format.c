/* SPDX-License-Identifier: MIT */
#include "../../stages/jpeg_format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "../../stages/decode.h"
#include "../../stages/jpeg_markers.h"
#include "make_jpeg.h"
#include "arena_fixture.h"

enum { FRAME_BYTES = 2 + 17 };

static Bytes sound_file(void)
{
    Picture picture = make_picture(arena, 160, 160, 20);
    return make_jpeg(arena, &picture, (MakeJpeg){0});
}

/* `count` bytes in the place of those from `from` to `to`. */
static Bytes replaced(Bytes file, size_t from, size_t to, const void *put, size_t count)
{
    Bytes out = {arena_alloc(arena, file.size + count), file.size + count - (to - from)};
    memcpy(out.data, file.data, from);
    memcpy(out.data + from, put, count);
    memcpy(out.data + from + count, file.data + to, file.size - to);
    return out;
}

/* Who is told that they are damaged sends the same again. */
static void what_other_standards_call_jpeg_is_another_format(void **state)
{
    (void)state;
    static const uint8_t lines[] = {0xff, 0xdc, 0, 4, 0, 160};
    Bytes sound = sound_file();
    size_t frame = make_find(sound, 2, 0xc0), codes = make_find(sound, 2, 0xc4), scan = make_find(sound, 2, 0xda);
    size_t end = sound.size - 2;
    const struct {
        Bytes file;
        uint8_t marker;
        bool flat;
        const char *says;
    } row[] = {
        {replaced(sound, codes, scan, "", 0), 0xc0, false, "without coding tables"},
        {replaced(sound, codes, scan, "", 0), 0xc9, false, NULL}, /* arithmetic codes need none */
        {replaced(sound, frame, frame, sound.data + frame, FRAME_BYTES), 0xde, false, "hierarchical"},
        {replaced(sound, frame, frame, "", 0), 0xf7, false, "JPEG-LS"},
        {replaced(sound, end, end, lines, sizeof lines), 0xc0, true, "height behind the picture"},
        {replaced(sound, end, end, lines, sizeof lines), 0xc0, false, NULL},
        {replaced(sound, frame, frame, "", 0), 0xc0, true, NULL}, /* damaged */
        {replaced(sound, frame, frame, "", 0), 0xc0, false, NULL},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        Bytes file = row[i].file;
        file.data[frame + 1] = row[i].marker;
        if (row[i].flat)
            file.data[frame + 5] = file.data[frame + 6] = 0;
        const char *says = format_unusual(file.data, file.size);
        if (row[i].says ? !says || !strstr(says, row[i].says) : says != NULL)
            fail_msg("row %zu: '%s'", i, says ? says : "");
        Source source = {.data = file.data, .bytes = file.size};
        Profile profile = {0};
        Facts facts;
        Decoded out;
        facts_clear(&facts);
        assert_int_equal(decode_source(arena, &profile, 0, &source, &facts, &out).code, ERR_NONE);
        assert_true(facts.v[CHECK_is_jpeg] == !row[i].says);
        assert_true(!row[i].says || isnan(facts.v[CHECK_damage]));
    }
}

/* Whose only segment of tables lost its marker to one bit. */
static void a_damaged_segment_of_tables_makes_no_film(void **state)
{
    (void)state;
    Bytes sound = sound_file();
    size_t codes = make_find(sound, 2, 0xc4), scan = make_find(sound, 2, 0xda), count = 2;
    uint8_t *joined = arena_alloc(arena, scan - codes);
    for (size_t at = codes; at < scan; at += 2 + jpeg_be16(sound.data + at + 2)) {
        size_t bytes = jpeg_be16(sound.data + at + 2) - 2;
        memcpy(joined + 2 + count, sound.data + at + 4, bytes);
        count += bytes;
    }
    memcpy(joined, (uint8_t[]){0xff, 0xc4, (uint8_t)(count >> 8), (uint8_t)count}, 4);
    Bytes file = replaced(sound, codes, scan, joined, 2 + count);
    assert_null(format_unusual(file.data, file.size));
    for (int bit = 0; bit < 16; bit++) {
        if (bit == 8 + 5) /* makes it one of a camera's own */
            continue;
        file.data[codes + (size_t)bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_null(format_unusual(file.data, file.size));
        file.data[codes + (size_t)bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void every_cut_of_an_unusual_file_is_survived(void **state)
{
    (void)state;
    Bytes sound = sound_file();
    size_t codes = make_find(sound, 2, 0xc4), scan = make_find(sound, 2, 0xda);
    Bytes bare = replaced(sound, codes, scan, "", 0);
    for (size_t bytes = 2; bytes < codes + 64; bytes++) {
        uint8_t *cut = test_malloc(bytes);
        memcpy(cut, bare.data, bytes);
        format_unusual(cut, bytes);
        test_free(cut);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(what_other_standards_call_jpeg_is_another_format),
        TEST(a_damaged_segment_of_tables_makes_no_film),
        TEST(every_cut_of_an_unusual_file_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
