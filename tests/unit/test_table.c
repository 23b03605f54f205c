/* SPDX-License-Identifier: MIT */
#include "../../pipeline/table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "make_table.h"
#include "arena_fixture.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define BYTES(text) text, sizeof(text) - 1

static const struct {
    int column;
    const char *letters;
} columns[] = {{0, "A"}, {25, "Z"}, {26, "AA"}, {51, "AZ"}, {52, "BA"}, {701, "ZZ"}, {702, "AAA"}};

// clang-format off
static const struct { const char *csv, *rows; } readings[] = {
    {"a,b\n1,2\n",               "1:a|b;2:1|2;"},
    {"a,b\n1,2",                 "1:a|b;2:1|2;"},            /* no break at the end */
    {"a,b\r\n\r\n1,2\r\n",       "1:a|b;3:1|2;"},            /* an empty line is a row of the sheet */
    {"a\n\n\nb\n",               "1:a;4:b;"},
    {"a\rb\r",                   "1:a;2:b;"},
    {"a;b;c\n1,5;2;3\n",         "1:a|b|c;2:1,5|2|3;"},
    {"a\tb\n1\t\t\n",            "1:a|b;2:1||;"},
    {"\"a,b\",c\n\"x\"\"y\",\n", "1:a,b|c;2:x\"y|;"},
    {"\"a\nb\",c\nd,e\n",        "1:a\nb|c;2:d|e;"},         /* still row 2, as a spreadsheet counts */
    {"=\"123\",b\n",             "1:=\"123\"|b;"},           /* quotation marks inside are letters */
    {" a , b \n",                "1:a|b;"},
    {",,\n,\n",                  "1:||;2:|;"},
    {"张三，b,c\n",              "1:张三，b|c;"},            /* a full-width comma parts nothing */
    {"\"x;y;z;;;\",b\n1,2\n",    "1:x;y;z;;;|b;2:1|2;"},     /* inside quotes nothing is counted */
    {"a\n\"\"\n",                "1:a;2:;"},
};

static const struct { const char *bytes; size_t count; const char *says; } refused[] = {
    {BYTES(""),                           "' is empty"},
    {BYTES("a,b\n\"c,d\n1,2\n"),          "', row 2 opens a quotation mark that nothing closes"},
    {BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx"), "save it anew as XLSX"},
    {BYTES("<html><table>"),              "', row 1, the list is cut off behind it"},
    {BYTES("<html><frameset>"),           "is a web page or a document"},
    {BYTES("\xef\xbb\xbf \n<?xml "),      "is a web page or a document"},
    {BYTES("%PDF-1.7"),                   "is a web page or a document"},
    {BYTES("PK\3\4"),                     "is no XLSX workbook, or it is damaged: save it anew as XLSX"},
    {BYTES("a,b\nc,\0\n"),                "is neither UTF-8 (not at byte 6) nor GB18030"},
};
// clang-format on

static Err read_bytes(const char *bytes, size_t count, Dump *dump)
{
    static char path[MADE_PATH];
    made_path("t.csv", path);
    make_file(path, bytes, count);
    return dump_table(arena, path, 0, dump);
}

static void columns_have_letters(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(columns); i++) {
        char letters[8];
        table_letters(columns[i].column, letters);
        assert_string_equal(letters, columns[i].letters);
        assert_int_equal(table_column(letters), columns[i].column);
    }
    assert_int_equal(table_column("b"), 1);
    assert_int_equal(table_column(""), -1);
    assert_int_equal(table_column("A1"), -1);
    assert_int_equal(table_column("ABCD"), -1);
    assert_int_equal(table_column("姓"), -1);
}

static void cells_and_rows_are_those_of_a_spreadsheet_program(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(readings); i++) {
        Dump dump = {0};
        Err err = read_bytes(readings[i].csv, strlen(readings[i].csv), &dump);
        if (err.code || strcmp(dump.text, readings[i].rows) != 0)
            fail_msg("'%s' reads '%s', %s", readings[i].csv, dump.text, err.code ? err.text : "");
    }
}

static void what_is_no_table_is_refused_and_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        Dump dump = {0};
        Err err = read_bytes(refused[i].bytes, refused[i].count, &dump);
        assert_int_equal(err.code, ERR_USAGE);
        if (!strstr(err.text, refused[i].says) || !strstr(err.text, "/t.csv'"))
            fail_msg("'%s' does not say '%s'", err.text, refused[i].says);
    }
    Table *table;
    assert_int_equal(table_open(arena, "/nowhere.csv", CHARSET_FIND, &table).code, ERR_IO);
    assert_null(table);
    assert_int_equal(table_open(arena, "/tmp", CHARSET_FIND, &table).code, ERR_USAGE);
    assert_int_equal(table_open(arena, "/dev/zero", CHARSET_FIND, &table).code, ERR_USAGE);
}

/* `cells` times `cell` and a line break. */
static Err read_long(const char *cell, size_t cells)
{
    static char text[4 << 20];
    size_t length = strlen(cell), used = 0;
    Dump *dump = calloc(1, sizeof *dump);
    for (size_t i = 0; i < cells; i++, used += length)
        memcpy(text + used, cell, length);
    text[used++] = '\n';
    dump->stop_at = 1;
    Err err = read_bytes(text, used, dump);
    free(dump);
    return err;
}

static void rows_and_cells_have_an_end(void **state)
{
    (void)state;
    assert_int_equal(read_long(",", TABLE_COLUMNS_MAX - 1).code, ERR_NONE);
    Err err = read_long(",", TABLE_COLUMNS_MAX);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, ", row 1 has more than 1024 cells"));
    err = read_long("x", TABLE_TEXT_MAX);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, ", row 1 has a cell that is too long"));
}

static void reading_ends_when_told(void **state)
{
    (void)state;
    Dump dump = {.stop_at = 2};
    assert_int_equal(read_bytes("a\nb\nc\n", 6, &dump).code, ERR_NONE);
    assert_string_equal(dump.text, "1:a;2:b;");
}

static void a_table_can_be_read_again(void **state)
{
    (void)state;
    static char path[MADE_PATH];
    Table *table;
    made_path("t.csv", path);
    make_file(path, "\xef\xbb\xbf\"a\",b\n", 9);
    assert_int_equal(table_open(arena, path, CHARSET_FIND, &table).code, ERR_NONE);
    for (int i = 0; i < 3; i++) {
        Dump dump = {0};
        assert_int_equal(table_read(table, 0, dump_row, &dump).code, ERR_NONE);
        assert_string_equal(dump.text, "1:a|b;"); /* the mark hides no quotation mark */
    }
    assert_string_equal(table_kind(table), "CSV");
    assert_string_equal(table_charset(table), "UTF-8");
    assert_int_equal(table_separator(table), ',');
    assert_int_equal(table_sheets(table), 1);
    assert_string_equal(table_sheet_name(table, 0), "");
    table_close(&table);
    assert_null(table);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(columns_have_letters),
        TEST(cells_and_rows_are_those_of_a_spreadsheet_program),
        TEST(what_is_no_table_is_refused_and_named),
        TEST(rows_and_cells_have_an_end),
        TEST(reading_ends_when_told),
        TEST(a_table_can_be_read_again),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
