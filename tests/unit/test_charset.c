/* SPDX-License-Identifier: MIT */
#include "../../pipeline/charset.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "make_table.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define BYTES(text) text, sizeof(text) - 1

// clang-format off
static const struct { Charset charset; const char *bytes; size_t count; const char *utf8; } texts[] = {
    {CHARSET_UTF8,    BYTES("张三·𠀀a"), "张三·𠀀a"},
    {CHARSET_GB18030, BYTES("\xd5\xc5\xc8\xfd,\xa1\xa4"), "张三,·"},
    {CHARSET_GB18030, BYTES("\x95\x32\x82\x36\x61"), "𠀀a"}, /* four bytes */
    {CHARSET_UTF16LE, BYTES("\x20\x5f\x09\x4e\x40\xd8\x00\xdc"), "张三𠀀"},
    {CHARSET_UTF16BE, BYTES("\x5f\x20\x4e\x09\xd8\x40\xdc\x00"), "张三𠀀"},
    {CHARSET_UTF8,    BYTES(""), ""},
};

static const struct { Charset charset; const char *bytes; size_t count; uint64_t offset; } broken[] = {
    {CHARSET_UTF8,    BYTES("ab\xff" "c"), 2},
    {CHARSET_UTF8,    BYTES("\xe5\xbc\xa0\xe5\xbc" "c"), 3},
    {CHARSET_UTF8,    BYTES("ab\0c"), 2},
    {CHARSET_UTF8,    BYTES("a\xed\xa0\x80"), 1}, /* half of a pair */
    {CHARSET_UTF8,    BYTES("\xc0\xaf"), 0},      /* too long a form */
    {CHARSET_GB18030, BYTES("\xd5\xc5\xff\xff"), 2},
    {CHARSET_GB18030, BYTES("a\x81\x20"), 1},
};

static const struct { const char *bytes; size_t count; const char *charset, *utf8; } files[] = {
    {BYTES("plain"),                              "UTF-8",    "plain"},
    {BYTES("\xef\xbb\xbf张"),                      "UTF-8",    "张"},
    {BYTES("\xd5\xc5"),                           "GB18030",  "张"},
    {BYTES("\xff\xfe\x20\x5f"),                   "UTF-16LE", "张"},
    {BYTES("\xfe\xff\x5f\x20"),                   "UTF-16BE", "张"},
    {BYTES("\x84\x31\x95\x33\xd5\xc5"),           "GB18030",  "张"}, /* a mark in GB18030 */
};

static const struct { const char *bytes; size_t count; Charset asked; const char *says; } refused[] = {
    {BYTES("a\xff\xff\xff"),        CHARSET_FIND, "is neither UTF-8 (not at byte 1) nor GB18030 (not at byte 1)"},
    {BYTES("\xef\xbb\xbf\xd5\xc5"), CHARSET_FIND, "is not UTF-8 at byte 3"}, /* the mark promised */
    {BYTES("ab\xd5\xc5"),           CHARSET_UTF8, "is not UTF-8 at byte 2"},
    {BYTES("ab\xd5"),               CHARSET_GB18030, "is not GB18030 at byte 2"},
    {BYTES("a\0b"),                 CHARSET_FIND, "is neither UTF-8 (not at byte 1)"},
    {BYTES("\xff\xfe\x20"),         CHARSET_FIND, "is not UTF-16LE"},
};
// clang-format on

typedef struct Pieces {
    const char *bytes;
    size_t first, count; /* bytes of the first piece, and of both */
} Pieces;

/* Feeds the bytes in two pieces. */
static bool feed(Charset charset, const Pieces *pieces, char *out, uint64_t *offset)
{
    const char *bytes = pieces->bytes;
    size_t first = pieces->first, count = pieces->count;
    Decoder decoder;
    size_t head = 0, tail = 0;
    assert_true(decoder_open(&decoder, charset));
    bool good = decoder_feed(&decoder, bytes, first, out, &head) &&
                decoder_feed(&decoder, bytes + first, count - first, out + head, &tail);
    *offset = decoder.offset;
    good = good && decoder_done(&decoder);
    out[good ? head + tail : 0] = '\0';
    decoder_close(&decoder);
    return good;
}

static void characters_may_straddle_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        for (size_t first = 0; first <= texts[i].count; first++) {
            char out[256];
            uint64_t offset;
            assert_true(feed(texts[i].charset, &(Pieces){texts[i].bytes, first, texts[i].count}, out,
                             &offset));
            assert_string_equal(out, texts[i].utf8);
            assert_int_equal(offset, texts[i].count);
        }
}

static void a_bad_byte_is_named_wherever_pieces_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(broken); i++)
        for (size_t first = 0; first <= broken[i].count; first++) {
            char out[256];
            uint64_t offset;
            assert_false(feed(broken[i].charset,
                              &(Pieces){broken[i].bytes, first, broken[i].count}, out, &offset));
            if (offset != broken[i].offset)
                fail_msg("text %zu in pieces of %zu: byte %d", i, first, (int)offset);
        }
}

static Err open_bytes(Arena *arena, const char *bytes, size_t count, Charset asked, TextFile *file)
{
    static char path[MADE_PATH];
    made_path("text", path);
    make_file(path, bytes, count);
    return textfile_open(arena, path, asked, file);
}

static void the_encoding_is_found_on_the_whole_file(void **state)
{
    (void)state;
    Arena *arena = arena_create(1 << 20);
    for (size_t i = 0; i < COUNT(files); i++) {
        TextFile file;
        static char piece[TEXT_PIECE];
        size_t bytes;
        assert_int_equal(
            open_bytes(arena, files[i].bytes, files[i].count, CHARSET_FIND, &file).code, ERR_NONE);
        assert_string_equal(charset_name(file.decoder.charset), files[i].charset);
        assert_int_equal(textfile_next(&file, piece, &bytes).code, ERR_NONE);
        assert_int_equal(bytes, strlen(files[i].utf8));
        assert_memory_equal(piece, files[i].utf8, bytes);
        textfile_close(&file);
    }
    arena_destroy(arena);
}

static void one_byte_at_the_end_of_a_long_file_decides(void **state)
{
    (void)state;
    Arena *arena = arena_create(1 << 20);
    enum { LONG = 300000 };
    static char text[LONG + 2];
    memset(text, 'a', LONG);
    memcpy(text + LONG, "\xd5\xc5", 2);
    TextFile file;
    assert_int_equal(open_bytes(arena, text, sizeof text, CHARSET_FIND, &file).code, ERR_NONE);
    assert_string_equal(charset_name(file.decoder.charset), "GB18030");
    static char piece[TEXT_PIECE];
    size_t total = 0, bytes = 1;
    while (bytes) {
        assert_int_equal(textfile_next(&file, piece, &bytes).code, ERR_NONE);
        total += bytes;
    }
    assert_int_equal(total, LONG + 3);
    textfile_close(&file);
    arena_destroy(arena);
}

static void what_is_no_text_is_refused_with_its_byte(void **state)
{
    (void)state;
    Arena *arena = arena_create(1 << 20);
    for (size_t i = 0; i < COUNT(refused); i++) {
        TextFile file;
        Err err = open_bytes(arena, refused[i].bytes, refused[i].count, refused[i].asked, &file);
        assert_int_equal(err.code, ERR_USAGE);
        if (!strstr(err.text, refused[i].says))
            fail_msg("'%s' does not say '%s'", err.text, refused[i].says);
    }
    TextFile file;
    assert_int_equal(textfile_open(arena, "/nowhere", CHARSET_FIND, &file).code, ERR_IO);
    assert_int_equal(textfile_open(arena, "/tmp", CHARSET_FIND, &file).code, ERR_IO);
    arena_destroy(arena);
}

static void encodings_have_the_names_people_use(void **state)
{
    (void)state;
    Charset charset;
    assert_true(charset_by_name(NULL, &charset) && charset == CHARSET_FIND);
    assert_true(charset_by_name("GBK", &charset) && charset == CHARSET_GB18030);
    assert_true(charset_by_name("gb2312", &charset) && charset == CHARSET_GB18030);
    assert_true(charset_by_name("UTF8", &charset) && charset == CHARSET_UTF8);
    assert_false(charset_by_name("latin1", &charset));
    assert_false(charset_by_name("", &charset));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_may_straddle_pieces),
        cmocka_unit_test(a_bad_byte_is_named_wherever_pieces_end),
        cmocka_unit_test(the_encoding_is_found_on_the_whole_file),
        cmocka_unit_test(one_byte_at_the_end_of_a_long_file_decides),
        cmocka_unit_test(what_is_no_text_is_refused_with_its_byte),
        cmocka_unit_test(encodings_have_the_names_people_use),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
