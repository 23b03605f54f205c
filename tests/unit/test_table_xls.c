/* SPDX-License-Identifier: MIT */
/* Old workbooks, record by record, bare and in compound files. */
#include "../../pipeline/table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "make_xls.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define A "11010519491231002X"

/* Two of them in two parts, the first in wide letters with runs and how it is read aloud, the second in wide letters and then
 * in narrow ones; then `more` of 40 letters each. */
static void shared_strings(int more)
{
    static const char wide[] = "\xab\x8e\xfd\x4e\xc1\x8b\xf7\x53"; /* 身份证号 */
    size_t start = begin(0x00fc);
    put32(2);
    put32(2 + (unsigned)more);
    put16(4);
    put("\x0d\1\0\3\0\0\0", 7);
    put(wide, 4);
    end(start);
    start = begin(0x003c);
    put("\x01", 1);
    put(wide + 4, 4);
    put("rrrrppp", 7);
    put16(18);
    put("\1", 1);
    for (int i = 0; i < 9; i++)
        put((uint8_t[]){(uint8_t)A[i], 0}, 2);
    end(start);
    start = begin(0x003c);
    put("", 1);
    put(A + 9, 9);
    for (int i = 0; i < more; i++) {
        put16(40);
        put("", 1);
        put("abcdefghijabcdefghijabcdefghijabcdefghij", 40);
    }
    end(start);
}

static void all_kinds_of_cells(void)
{
    shared(0, 0, 0);
    shared(0, 2, 1);
    rk(2, 0, 2021001u << 2 | 2);
    rk(2, 1, 150u << 2 | 3);
    rk(2, 2, 0x3ff80000); /* 1.5 */
    number(2, 3, 110105194912310021.0);
    bof(0x0809, 0x0600, 0x0020); /* a chart in the sheet has cells of its own */
    number(0, 0, 1);
    bare(0x000a);
    formula(2, 4, "f");
    size_t start = begin(0x00bd);
    put("\3\0\1\0\0\0\6\0\0\0\0\0\x0a\0\0\0\2\0", 18); /* 1 and 2 */
    end(start);
}

/* A hidden sheet, a chart, and one with what cells may be. */
static void workbook(int more)
{
    size_t places[3];
    stream.count = 0;
    bof(0x0809, 0x0600, 0x0005);
    for (int i = 0; i < 3; i++) {
        size_t start = begin(0x0085);
        places[i] = stream.count;
        put32(0);
        put16(i == 0 ? 1 : i == 1 ? 0x0200 : 0); /* hidden; a chart */
        put((uint8_t[]){1, 0, (uint8_t)('x' + i)}, 3);
        end(start);
    }
    shared_strings(more);
    bare(0x000a);
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 4; j++)
            stream.data[places[i] + (size_t)j] = (uint8_t)(stream.count >> 8 * j);
        bof(0x0809, 0x0600, 0x0010);
        if (i == 2)
            all_kinds_of_cells();
        bare(0x000a);
    }
}

static void cells_of_every_kind_are_read(void **state)
{
    (void)state;
    workbook(0);
    compound("Workbook");
    assert_string_equal(dumped_whole(2), "1:身份证号||" A ";3:#2021001|#1.5|#1.5|#1.1010519491231e+17|f;4:|#1|#2;");
    assert_string_equal(dumped_whole(0), "");
}

static void long_streams_and_short_ones_are_put_together(void **state)
{
    (void)state;
    char first[4096];
    workbook(0);
    assert_true(stream.count < SHORT);
    compound("Workbook");
    snprintf(first, sizeof first, "%s", dumped_whole(2));
    workbook(150);
    assert_true(stream.count > SHORT);
    compound("WORKBOOK");
    assert_string_equal(dumped_whole(2), first);
    compound("Book");
    assert_string_equal(dumped_whole(2), first);
}

static void sheets_say_what_they_are(void **state)
{
    (void)state;
    Arena *arena = arena_create(1 << 20);
    Table *table;
    workbook(0);
    compound("Workbook");
    make_file(path_of("t.xls"), whole, whole_bytes);
    assert_int_equal(table_open(arena, path_of("t.xls"), CHARSET_FIND, &table).code, ERR_NONE);
    assert_string_equal(table_kind(table), "XLS");
    assert_string_equal(table_charset(table), "");
    assert_int_equal(table_sheets(table), 3);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(table_sheet_name(table, i), ((const char *[]){"x", "y", "z"})[i]);
        assert_int_equal(table_sheet_hidden(table, i), i < 2);
    }
    table_close(&table);
    arena_destroy(arena);
}

static void truths_and_errors_are_texts(void **state)
{
    (void)state;
    static const struct { uint8_t code; const char *text; } errors[] = {
        {0, "#NULL!"}, {7, "#DIV/0!"}, {15, "#VALUE!"}, {23, "#REF!"}, {29, "#NAME?"}, {36, "#NUM!"}, {42, "#N/A"}, {43, "#GETTING_DATA"},
        {200, "#N/A"},
    };
    char wanted[512] = "1:1|0|1|0;";
    stream.count = 0;
    bof(0x0809, 0, 0x0010);
    truth(0, 0, 1, 0);
    truth(0, 1, 0, 0);
    formula_of(0, 2, 1, 1);
    formula_of(0, 3, 1, 0);
    for (unsigned i = 0; i < COUNT(errors); i++) {
        truth(i + 1, 0, errors[i].code, 1);
        formula_of(i + 1, 1, 2, errors[i].code);
        sprintf(wanted + strlen(wanted), "%u:%s|%s;", i + 2, errors[i].text, errors[i].text);
    }
    formula_of(90, 0, 3, 0); /* a text of no letters */
    bare(0x000a);
    assert_string_equal(dumped_bare(), wanted);
}

static Err no_row(void *to, const TableRow *row, bool *stop)
{
    (void)to, (void)row, (void)stop;
    return OK;
}

static void merged_cells_are_known_once_the_sheet_is_read(void **state)
{
    (void)state;
    Arena *arena = arena_create(1 << 20);
    Table *table;
    size_t count;
    stream.count = 0;
    bof(0x0809, 0, 0x0010);
    label(1, 2, "a");
    size_t start = begin(0x00e5);
    put("\3\0\1\0\4\0\2\0\2\0\0\0\0\0\0\0\5\0\7\0\x08\0\0\0\1\0", 26); /* C2:C5, A1:F1, A8:B9 */
    end(start);
    bare(0x000a);
    make_file(path_of("t.xls"), stream.data, stream.count);
    assert_int_equal(table_open(arena, path_of("t.xls"), CHARSET_FIND, &table).code, ERR_NONE);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(table_read(table, 0, no_row, NULL).code, ERR_NONE);
        const Merge *merges = table_merges(table, &count);
        assert_int_equal(count, 2);
        assert_true(merges[0].first == 2 && merges[0].last == 5 && merges[0].column == 2);
        assert_true(merges[1].first == 8 && merges[1].last == 9 && merges[1].column == 0);
    }
    table_close(&table);
    arena_destroy(arena);
}

/* Excel 2, as FoxPro still writes it: three bytes of format, short counts. */
static void the_oldest_are_read(void **state)
{
    (void)state;
    size_t start;
    stream.count = 0;
    bof(0x0009, 2, 0x0010);
    start = begin(0x0004);
    put("\0\0\0\0\0\0\0\x04sfzh", 12);
    end(start);
    start = begin(0x0002);
    put("\1\0\0\0\0\0\0\x39\x30", 9);
    end(start);
    start = begin(0x0003);
    put("\1\0\1\0\0\0\0", 7);
    put_double(-0.25);
    end(start);
    start = begin(0x0006);
    put("\1\0\2\0\0\0\0", 7);
    put_double(3);
    put32(0);
    end(start);
    start = begin(0x0006);
    put("\1\0\3\0\0\0\0\0\0\0\0\0\0\xff\xff", 15);
    put32(0);
    end(start);
    start = begin(0x0007);
    put("\3abc", 4);
    end(start);
    start = begin(0x0005);
    put("\1\0\4\0\0\0\0\x2a\1", 9);
    end(start);
    bare(0x000a);
    assert_string_equal(dumped_bare(), "1:sfzh;2:#12345|#-0.25|#3|abc|#N/A;");
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const char damaged[] = "is no XLS workbook, or it is damaged";
    workbook(150);
    compound("Workbook");
    size_t fat = SECTOR, directory = 2 * SECTOR, places[] = {0x30, 0x20, 0x1e, fat + 4 * 10, directory + 0x4c, directory + 128 + 0x78 + 3};
    for (size_t i = 0; i < COUNT(places); i++) {
        uint8_t was = whole[places[i]];
        whole[places[i]] ^= 0x40;
        if (!strstr(dumped_whole(2), damaged))
            fail_msg("byte %zu: %s", places[i], dumped_whole(2));
        whole[places[i]] = was;
    }
    at32(fat + 4 * 10, 10); /* round and round */
    assert_non_null(strstr(dumped_whole(2), damaged));
    compound("EncryptedPackage");
    assert_non_null(strstr(dumped_whole(0), "has a password: save it without one"));
    compound("WordDocument");
    assert_non_null(strstr(dumped_whole(0), "is a document of an office program and no workbook"));
}

/* What stands behind the start of a bare sheet, and what is said of it. */
static void cells_that_are_not_whole_are_named(void **state)
{
    (void)state;
    static const struct { const char *bytes; size_t count; const char *says; } cases[] = {
        {"", 0, "row 1, the list is cut off behind it"},
        {"\x04\x02\x04\0\0\0\0\0", 8, "row 1, holds half a cell"},
        {"\x04\x02\x08\0\0\0\0\0\0\0\x05\0", 12, "cell A1, holds what is no text"},
        {"\x03\x02\x0a\0\0\0\0\0\0\0\0\0\0\0", 14, "cell A1, holds half a number"},
        {"\x7e\x02\x08\0\0\0\0\0\0\0\0\0", 12, "cell A1, holds half a number"},
        {"\x06\0\x08\0\0\0\0\0\0\0\0\0", 12, "cell A1, holds half a formula"},
        {"\xe5\0\x02\0\1\0", 6, "row 1, holds half a cell"},
        {"\x05\x02\x07\0\0\0\0\0\0\0\1", 11, "cell A1, holds half a cell"},
        {"\xfd\0\x0a\0\0\0\0\0\0\0\0\0\0\0", 14, "cell A1, points to a text that is not there"},
        {"\x7e\x02\x0a\0\2\0\0\0\0\0\0\0\0\0\x7e\x02\x0a\0\1\0\0\0\0\0\0\0\0\0", 28, "cell A3, the row behind it is out of order"},
        {"\x7e\x02\x0a\0\2\0\1\0\0\0\0\0\0\0\x7e\x02\x0a\0\2\0\1\0\0\0\0\0\0\0", 28, "cell B3, the cell behind it is out of order"},
        {"\x7e\x02\x0a\0\0\0\0\4\0\0\0\0\0\0", 14, "the table is wider than 1024 columns"},
        {"\x7e\x02\x0a\0\0\0\0", 7, "row 1, the list is cut off behind it"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        stream.count = 0;
        bof(0x0809, 0, 0x0010);
        put(cases[i].bytes, cases[i].count);
        const char *said = dumped_bare();
        if (!strstr(said, cases[i].says))
            fail_msg("case %zu: %s", i, said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_of_every_kind_are_read),
        cmocka_unit_test(long_streams_and_short_ones_are_put_together),
        cmocka_unit_test(sheets_say_what_they_are),
        cmocka_unit_test(truths_and_errors_are_texts),
        cmocka_unit_test(merged_cells_are_known_once_the_sheet_is_read),
        cmocka_unit_test(the_oldest_are_read),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(cells_that_are_not_whole_are_named),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
