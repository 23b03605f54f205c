/* SPDX-License-Identifier: MIT */
/* Workbooks and DBF tables. */
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
#define SHEET_1 "xl/worksheets/sheet1.xml"

// clang-format off
static const struct { const char *xml, *rows; } sheets[] = {
    {SHEET(ROW("1", TEXT("A1", "a") TEXT("C1", "c"))),           "1:a||c;"},
    {SHEET(ROW("3", SHARED("A3", "0") SHARED("B3", "1"))),       "3:身份证号|姓名;"},
    {SHEET("<row><c t=\"inlineStr\"><is><t>a</t></is></c><c><v>5</v></c></row><row><c><v>6</v></c></row>"),
                                                                 "1:a|#5;2:#6;"}, /* no places at all */
    {SHEET(ROW("1", NUMBER("A1", "2021001"))),                   "1:#2021001;"},
    {SHEET(ROW("1", NUMBER("A1", "1.5") NUMBER("B1", "7.0"))),   "1:#1.5|#7;"},
    {SHEET(ROW("1", NUMBER("A1", "2.1440301110001E13"))),        "1:#21440301110001;"},
    {SHEET(ROW("1", NUMBER("A1", "1.1010519491231E+17"))),       "1:#1.1010519491231E+17;"}, /* never a guess */
    {SHEET(ROW("1", NUMBER("A1", "610104620927690"))),           "1:#610104620927690;"},
    {SHEET(ROW("1", "<c r=\"A1\" t=\"str\"><f>B1&amp;1</f><v>x1</v></c>")), "1:x1;"},
    {SHEET(ROW("1", "<c r=\"A1\" t=\"inlineStr\"><is><r><t>张</t></r><r><t>三</t></r><rPh><t>zhang</t></rPh></is></c>")),
                                                                 "1:张三;"},
    {SHEET(ROW("1", TEXT("A1", "a_x000D_b_x4E00_")) ),           "1:a\rb_x4E00_;"},
    {SHEET(ROW("1", TEXT("A1", "a") "<c r=\"XFD1\" s=\"1\"/>")), "1:a;"}, /* only a colour */
    {SHEET(ROW("1", "<c r=\"A1\" s=\"2\"/>") ROW("9", TEXT("B9", "b"))), "9:|b;"},
    {"<x:worksheet xmlns:x=\"x\"><x:sheetData><x:row r=\"1\"><x:c r=\"A1\"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>",
                                                                 "1:#1;"},
};

static const struct { const char *part, *xml, *says; } refused[] = {
    {SHEET_1, SHEET(ROW("2", "") ROW("2", "")),               "row 2, the row behind it is out of order"},
    {SHEET_1, SHEET(ROW("2", "") ROW("1", "")),               "row 2, the row behind it is out of order"},
    {SHEET_1, SHEET(ROW("1048577", "")),                      "is out of order"},
    {SHEET_1, SHEET(ROW("1", TEXT("B1", "b") TEXT("A1", "a"))), "row 1, the cell behind it is out of order"},
    {SHEET_1, SHEET(ROW("1", TEXT("B1", "b") TEXT("B1", "a"))), "row 1, the cell behind it is out of order"},
    {SHEET_1, SHEET(ROW("1", TEXT("11", "b"))),               "is out of order"},
    {SHEET_1, SHEET(ROW("1", TEXT("XFE1", "b"))),             "is out of order"},
    {SHEET_1, SHEET(ROW("1", TEXT("AMK1", "b"))),             "cell AMK1, the table is wider than 1024 columns"},
    {SHEET_1, SHEET(ROW("7", SHARED("B7", "2"))),             "sheet '名单', cell B7, points to a text that is not there"},
    {SHEET_1, SHEET(ROW("7", SHARED("B7", "-1"))),            "cell B7, points to a text that is not there"},
    {SHEET_1, SHEET(ROW("7", "<c r=\"A7\"><row/></c>")),      "is out of order"},
    {SHEET_1, "<worksheet><sheetData>",                       "part 'xl/worksheets/sheet1.xml': no XML at line 1"},
    {SHEET_1, "",                                             "no XML at line 1"},
    {SHEET_1, "<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet>&b;</worksheet>", "a document type is not allowed"},
    {"xl/sharedStrings.xml", "<!DOCTYPE a><sst/>",            "part 'xl/sharedStrings.xml': a document type"},
    {"xl/workbook.xml", "<workbook><sheets/></workbook>",     "has no sheets"},
    {"xl/workbook.xml", "<workbook><sheet name=\"a\" id=\"r9\"/></workbook>", "sheet 'a' has no part"},
    {"_rels/.rels", RELATIONS(""),                            "is no XLSX workbook"},
    {"_rels/.rels", RELATIONS(RELATION("r1", "officeDocument", "xl/workbook.bin")), "is a binary workbook (XLSB)"},
};
// clang-format on

static Err read_part(const char *part, const char *xml, Dump *dump)
{
    static char path[MADE_PATH];
    made_path("t.xlsx", path);
    make_xlsx(path, (Part[]){{SHEET_1, SHEET("")}, {part, xml}, {NULL, NULL}});
    return dump_table(arena, path, 0, dump);
}

static void a_sheet_is_read_as_it_is_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sheets); i++) {
        Dump dump = {0};
        Err err = read_part(SHEET_1, sheets[i].xml, &dump);
        if (err.code || strcmp(dump.text, sheets[i].rows) != 0)
            fail_msg("'%s' reads '%s', %s", sheets[i].xml, dump.text, err.code ? err.text : "");
    }
}

static void a_damaged_workbook_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        Dump dump = {0};
        Err err = read_part(refused[i].part, refused[i].xml, &dump);
        if (err.code != ERR_USAGE)
            fail_msg("'%s' is accepted", refused[i].xml);
        if (!strstr(err.text, refused[i].says) || !strstr(err.text, "/t.xlsx'"))
            fail_msg("'%s' does not say '%s'", err.text, refused[i].says);
    }
}

/* `count` times `piece` between `head` and `tail`; to be freed. */
static char *repeated(const char *head, const char *piece, size_t count, const char *tail)
{
    size_t length = strlen(piece);
    char *text = malloc(strlen(head) + length * count + strlen(tail) + 1), *end = text;
    end = stpcpy(end, head);
    for (size_t i = 0; i < count; i++, end += length)
        memcpy(end, piece, length);
    strcpy(end, tail);
    return text;
}

static void bombs_end_early(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *part, *head, *piece; size_t count; const char *tail, *says; } bombs[] = {
        {SHEET_1, "", "<a>", 65, "", "elements lie too deep"},
        {SHEET_1, "<worksheet a=\"", "xxxxxxxxxxxxxxxx", 1 << 17, "\"/>", "a token is too long"},
        {SHEET_1, "<worksheet><sheetData><row><c t=\"str\"><v>", "xxxxxxxx", 1 << 13, "</v></c></row></sheetData></worksheet>",
         "a text is longer than 65,535 bytes"},
        {"xl/sharedStrings.xml", "<sst>", "<si><t>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</t></si>", 1 << 18, "</sst>",
         "more text than a file of this size may hold"},
        {SHEET_1, "<worksheet><sheetData>", "                                ", 1 << 20, "</sheetData></worksheet>",
         "unpacks to far more than a table does"},
        {"xl/workbook.xml", "<workbook>", "<sheet name=\"a\" id=\"r1\"/>", 257, "</workbook>", "too many sheets"},
        {"xl/workbook.xml", "<workbook>", "                                ", 1 << 17, "</workbook>", "is larger than 4194304 bytes"},
    };
    // clang-format on
    for (size_t i = 0; i < COUNT(bombs); i++) {
        char *xml = repeated(bombs[i].head, bombs[i].piece, bombs[i].count, bombs[i].tail);
        Dump dump = {0};
        Err err = read_part(bombs[i].part, xml, &dump);
        free(xml);
        assert_int_equal(err.code, ERR_USAGE);
        if (!strstr(err.text, bombs[i].says))
            fail_msg("'%s' does not say '%s'", err.text, bombs[i].says);
    }
}

static void sheets_have_names_and_may_hide(void **state)
{
    (void)state;
    static char path[MADE_PATH];
    made_path("s.xlsx", path);
    make_xlsx(path, (Part[]){{SHEET_1, SHEET(ROW("1", TEXT("A1", "one")))},
                             {"xl/worksheets/sheet2.xml", SHEET(ROW("1", TEXT("A1", "two")))},
                             {"xl/workbook.xml",
                              "<workbook><sheet name=\"a&amp;b\" state=\"hidden\" id=\"r1\"/>"
                              "<sheet name=\"二\" state=\"visible\" id=\"r2\"/></workbook>"},
                             {NULL, NULL}});
    Table *table;
    assert_int_equal(table_open(arena, path, CHARSET_FIND, &table).code, ERR_NONE);
    assert_string_equal(table_kind(table), "XLSX");
    assert_int_equal(table_sheets(table), 2);
    assert_string_equal(table_sheet_name(table, 0), "a&b");
    assert_true(table_sheet_hidden(table, 0));
    assert_false(table_sheet_hidden(table, 1));
    Dump one = {0}, two = {0};
    assert_int_equal(table_read(table, 0, dump_row, &one).code, ERR_NONE);
    assert_int_equal(table_read(table, 1, dump_row, &two).code, ERR_NONE);
    assert_string_equal(one.text, "1:one;");
    assert_string_equal(two.text, "1:two;");
    assert_string_equal(strstr(table_place(arena, table, 1, 17, 1), "', "), "', sheet '二', cell B17");
    assert_string_equal(strstr(table_place(arena, table, 0, 17, -1), "', "), "', sheet 'a&b', row 17");
    table_close(&table);
}

static const DbfColumn dbf_columns[] = {{"SFZH", 'C', 18}, {"XM", 'C', 8}, {"N", 'N', 6}, {NULL, 0, 0}};

// clang-format off
static const struct { const char *page; const char *name; const char *charset, *rows; } dbfs[] = {
    {"LDID/77", "\xd5\xc5\xc8\xfd", "GB18030", "1:SFZH|XM|N;2:11010519491231002X|张三|#42;"},
    {NULL,      "\xd5\xc5\xc8\xfd", "GB18030", "1:SFZH|XM|N;2:11010519491231002X|张三|#42;"},
    {NULL,      "张三",             "UTF-8",   "1:SFZH|XM|N;2:11010519491231002X|张三|#42;"},
    {"LDID/3",  "\xd5\xc5\xc8\xfd", "GB18030", "1:SFZH|XM|N;2:11010519491231002X|张三|#42;"},
    {"UTF-8",   "张三",             "UTF-8",   "1:SFZH|XM|N;2:11010519491231002X|张三|#42;"}, /* a .cpg */
};
// clang-format on

static void dbf_tables_are_read_in_their_code_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(dbfs); i++) {
        static char path[MADE_PATH];
        char name[32];
        snprintf(name, sizeof name, "t%zu.dbf", i);
        made_path(name, path);
        make_dbf(path, dbfs[i].page, dbf_columns,
                 (const char *[]){"11010519491231002X", dbfs[i].name, "    42", NULL});
        Table *table;
        Dump dump = {0};
        assert_int_equal(table_open(arena, path, CHARSET_FIND, &table).code, ERR_NONE);
        assert_string_equal(table_kind(table), "DBF");
        assert_string_equal(table_charset(table), dbfs[i].charset);
        assert_int_equal(table_read(table, 0, dump_row, &dump).code, ERR_NONE);
        assert_string_equal(dump.text, dbfs[i].rows);
        table_close(&table);
    }
}

/* Makes a table of two rows, changes `count` bytes at `at`, cuts the file to `length` (0: not). */
static Err read_spoilt(long at, const char *bytes, size_t count, long length)
{
    static char path[MADE_PATH];
    made_path("spoilt.DBF", path); /* an ending the library does not know in this spelling */
    char made[MADE_PATH];
    made_path("spoilt.dbf", made);
    make_dbf(made, NULL, dbf_columns,
             (const char *[]){"11010519491231002X", "a", "1", "440524188001010014", "b", "2", NULL});
    rename(made, path);
    FILE *file = fopen(path, "r+b");
    fseek(file, at, SEEK_SET);
    fwrite(bytes, 1, count, file);
    fclose(file);
    if (length && truncate(path, length))
        return OK;
    Dump dump = {0};
    Err err = dump_table(arena, path, 0, &dump);
    return err.code ? err : (Err){ERR_NONE, arena_copy(arena, dump.text)};
}

static void dbf_headers_are_not_believed(void **state)
{
    (void)state;
    enum { HEADER = 32 + 3 * 32 + 1, ROW_BYTES = 1 + 18 + 8 + 6 };
    Err err = read_spoilt(0, "", 0, 0);
    assert_string_equal(err.text, "1:SFZH|XM|N;2:11010519491231002X|a|#1;3:440524188001010014|b|#2;");
    err = read_spoilt(HEADER, "*", 1, 0); /* deleted */
    assert_string_equal(err.text, "1:SFZH|XM|N;3:440524188001010014|b|#2;");
    static const char *const ends[] = {"\x1a", "\x1ax", "\0\0\0", " \r\n"};
    for (size_t i = 0; i < COUNT(ends); i++)
        assert_int_equal(read_spoilt(HEADER + 2 * ROW_BYTES, ends[i], i == 2 ? 3 : strlen(ends[i]), 0).code, ERR_NONE);
    // clang-format off
    static const struct { long at; const char *bytes; size_t count; long length; const char *says; } bad[] = {
        {4, "\x03", 1, 0, "is cut off: it says 3 rows and holds 2"},
        {0, "", 0, HEADER + ROW_BYTES + 5, "is cut off: it says 2 rows and holds 1"},
        {4, "\x01", 1, 0, "says 1 rows, and more follows them"},
        {4, "\0", 1, HEADER + 5, "says 0 rows, and more follows them"},
        {HEADER + 2 * ROW_BYTES, "\0\0 x", 4, 0, "says 2 rows, and more follows them"},
        {4, "\xff\xff\xff\xff", 4, 0, "has more than 1048575 rows"},
        {8, "\x20\0", 2, 0, "is no DBF table, or it is damaged"},
        {10, "\0\0", 2, 0, "is no DBF table, or it is damaged"},
        {10, "\x10\0", 2, 0, "is damaged"},
        {32 + 16, "\xff", 1, 0, "is damaged"},
        {HEADER + 1 + 18, "\xff\xff", 2, 0, "cell B2 is not GB18030"},
        {0, "", 0, 40, "is cut off: it says 2 rows and holds 0"},
    };
    // clang-format on
    for (size_t i = 0; i < COUNT(bad); i++) {
        err = read_spoilt(bad[i].at, bad[i].bytes, bad[i].count, bad[i].length);
        if (err.code != ERR_USAGE || !strstr(err.text, bad[i].says))
            fail_msg("'%s' does not say '%s'", err.text, bad[i].says);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(a_sheet_is_read_as_it_is_shown),
        TEST(a_damaged_workbook_is_refused_with_its_place),
        TEST(bombs_end_early),
        TEST(sheets_have_names_and_may_hide),
        TEST(dbf_tables_are_read_in_their_code_page),
        TEST(dbf_headers_are_not_believed),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
