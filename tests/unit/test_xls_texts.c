/* SPDX-License-Identifier: MIT */
/* Texts of old workbooks: their encodings, and how long they may be. */
#include "../../pipeline/table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "make_xls.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* What scripts of web servers write: no compound file, no version, bytes. */
static void bare_sheets_are_read(void **state)
{
    (void)state;
    static const struct { unsigned page; const char *header, *cell, *formula, *says; } pages[] = {
        {0, "\xc9\xed\xb7\xdd\xd6\xa4\xba\xc5", "a", "f", "1:身份证号;2:a|#7|f;"},
        {0, "身份证号", "b", "f", "1:身份证号;2:b|#7|f;"},
        {1252, "sfzh", "b", "\xd2\xbb\xb0\xe0", "1:sfzh;2:b|#7|一班;"},
        {1252, "sfzh", "b", "一班", "1:sfzh;2:b|#7|一班;"},
        {936, "sfzh", "\xc2\xb7", "f", "1:sfzh;2:路|#7|f;"}, /* U+00B7 in UTF-8, too */
        {950, "sfzh", "b", "f", "'"},
    };
    for (size_t i = 0; i < COUNT(pages); i++) {
        stream.count = 0;
        bof(0x0809, 0, 0x0010);
        if (pages[i].page)
            codepage(pages[i].page);
        label(0, 0, pages[i].header);
        label(1, 0, pages[i].cell);
        number(1, 1, 7);
        formula_bytes(1, 2, pages[i].formula);
        bare(0x000a);
        const char *said = dumped_bare();
        if (pages[i].says[0] == '\'' ? !strstr(said, "says that it is in Big5: give --encoding") : strcmp(said, pages[i].says) != 0)
            fail_msg("case %zu: %s", i, said);
    }
}

/* Excel 5, where a Chinese word is in the sheet's name alone. */
static void names_of_sheets_tell_the_encoding(void **state)
{
    (void)state;
    static const char *const names[] = {"\xd2\xbb\xb0\xe0", "一班"};
    Arena *arena = arena_create(1 << 20);
    Table *table;
    for (size_t i = 0; i < COUNT(names); i++) {
        stream.count = 0;
        bof(0x0809, 0x0500, 0x0005);
        size_t start = begin(0x0085), place = stream.count;
        put32(0);
        put16(0);
        put((uint8_t[]){(uint8_t)strlen(names[i])}, 1);
        put(names[i], strlen(names[i]));
        end(start);
        bare(0x000a);
        stream.data[place] = (uint8_t)stream.count;
        bof(0x0809, 0x0500, 0x0010);
        label(0, 0, "sfzh");
        bare(0x000a);
        compound("Book");
        make_file(path_of("t.xls"), whole, whole_bytes);
        assert_int_equal(table_open(arena, path_of("t.xls"), CHARSET_FIND, &table).code, ERR_NONE);
        assert_string_equal(table_sheet_name(table, 0), "一班");
        table_close(&table);
    }
    arena_destroy(arena);
}

static Err measure(void *to, const TableRow *row, bool *stop)
{
    (void)stop;
    *(size_t *)to = strlen(row->cells[row->count - 1].text);
    return OK;
}

/* A shared string, half of it in another record. */
static void workbook_of_letters(unsigned count, bool wide)
{
    stream.count = 0;
    bof(0x0809, 0x0600, 0x0005);
    size_t start = begin(0x0085), place = stream.count;
    put("\0\0\0\0\0\0\1\0s", 9);
    end(start);
    start = begin(0x00fc);
    put32(1);
    put32(1);
    put16(count);
    for (unsigned i = 0; i < count; i++) {
        if (i == count / 2) {
            end(start);
            start = begin(0x003c);
        }
        if (i == 0 || i == count / 2)
            put((uint8_t[]){wide}, 1);
        put("\x44\x6c", wide ? 2 : 1);
    }
    end(start);
    bare(0x000a);
    for (int i = 0; i < 4; i++)
        stream.data[place + (size_t)i] = (uint8_t)(stream.count >> 8 * i);
    bof(0x0809, 0x0600, 0x0010);
    shared(1, 1, 0);
    bare(0x000a);
}

static void long_texts_are_read_up_to_the_limit(void **state)
{
    (void)state;
    static const struct { unsigned letters; bool wide; size_t bytes; } cases[] = {
        {20000, false, 20000}, {32767, false, 32767}, {16377, true, 3 * 16377}, {21845, true, 65535}, {21846, true, 0}, {32767, true, 0},
    };
    Arena *arena = arena_create(1 << 20);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Table *table;
        size_t bytes = 0;
        workbook_of_letters(cases[i].letters, cases[i].wide);
        make_file(path_of("t.xls"), stream.data, stream.count);
        Err err = table_open(arena, path_of("t.xls"), CHARSET_FIND, &table);
        if (!err.code)
            err = table_read(table, 0, measure, &bytes);
        table_close(&table);
        if (bytes != cases[i].bytes || (bytes == 0 && !strstr(err.text, "sheet 's', cell B2, a text is longer than 65,535 bytes")))
            fail_msg("case %zu: %zu bytes, %s", i, bytes, err.code ? err.text : "");
    }
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bare_sheets_are_read),
        cmocka_unit_test(names_of_sheets_tell_the_encoding),
        cmocka_unit_test(long_texts_are_read_up_to_the_limit),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
