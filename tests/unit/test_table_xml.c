/* SPDX-License-Identifier: MIT */
/* Workbooks that Excel 2003 wrote as XML, and that the same list is the same persons however it is written. */
#include "../../pipeline/roster.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "make_table.h"
#include "arena_fixture.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define HEAD "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n"
#define BOOK(sheets) HEAD "<Workbook xmlns=\"urn:s\" xmlns:ss=\"urn:s\" xmlns:x=\"urn:x\">" sheets "</Workbook>"
#define ONE(name, rows) "<Worksheet ss:Name=\"" name "\"><Table>" rows "</Table></Worksheet>"
#define S(rows) BOOK(ONE("名单", rows))
#define C(text) "<Cell><Data ss:Type=\"String\">" text "</Data></Cell>"
#define N(text) "<Cell><Data ss:Type=\"Number\">" text "</Data></Cell>"
#define A "11010519491231002X"
#define B "440524188001010014"

// clang-format off
static const struct { const char *xml, *rows; } readings[] = {
    {S("<Row>" C("a") C("b") "</Row><Row>" C("1") N("2") "</Row>"),     "1:a|b;2:1|#2;"},
    {S("<Row ss:Index=\"3\"><Cell ss:Index=\"2\"><Data>b</Data></Cell>" C("c") "</Row><Row>" C("d") "</Row>"), "3:|b|c;4:d;"},
    {S("<Row ss:Span=\"2\" ss:Height=\"9\"/><Row>" C("a") "</Row>"),    "4:a;"},
    {S("<Row ss:Hidden=\"1\">" C("a") "</Row>"),                        "1:a;"}, /* as in other workbooks */
    {S("<Row>" N("2021001.0") N("2.021001E6") N("1.1010519491231E+17") N("0.5") "</Row>"), "1:#2021001|#2021001|#1.1010519491231E+17|#0.5;"},
    {S("<Row><Cell><Data ss:Type=\"DateTime\">1949-12-31T00:00:00.000</Data></Cell><Cell><Data ss:Type=\"Boolean\">1</Data></Cell><Cell><Data ss:Type=\"Error\">#N/A</Data></Cell></Row>"),
                                                                        "1:1949-12-31T00:00:00.000|1|#N/A;"},
    {S("<Row><Cell><ss:Data ss:Type=\"String\" xmlns=\"h\"><B>张</B><Font html:Size=\"9\" xmlns:html=\"h\">三</Font></ss:Data><Comment><ss:Data><B>x</B></ss:Data></Comment><NamedCell ss:Name=\"n\"/></Cell></Row>"),
                                                                        "1:张三;"},
    {S("<Row>" C("&#24352;&amp;&lt;&#10;b") "</Row>"),                  "1:张&<\nb;"},
    {S("<Row>" C("") "<Cell/><Cell ss:StyleID=\"s\"/>" C("a") "</Row>"), "1:|||a;"},
    {S("<Row><Cell ss:MergeAcross=\"2\"><Data>a</Data></Cell>" C("b") "</Row>"), "1:a|||b;"},
    {S("<Row><Cell ss:MergeDown=\"1\"><Data>a</Data></Cell>" C("b") "</Row><Row><Cell ss:Index=\"1\"/><Cell ss:Index=\"2\"><Data>c</Data></Cell></Row>"),
                                                                        "1:a|b;2:|c;"},
    {S("<Row>" C("a") "</Row>") "\n<!-- x -->",                         "1:a;"},
    {"\xef\xbb\xbf<!-- x --><ss:Workbook xmlns:ss=\"s\"><ss:Worksheet><ss:Table><ss:Row><ss:Cell><ss:Data>a</ss:Data></ss:Cell></ss:Row></ss:Table></ss:Worksheet></ss:Workbook>",
                                                                        "1:a;"},
    {BOOK("<Styles><Row/></Styles>" "<Worksheet><Names><Table><Row>" C("x") "</Row></Table></Names><Table><Column ss:Hidden=\"1\"/><Row>" C("a") "</Row></Table><x:PageBreaks><x:Row>9</x:Row></x:PageBreaks></Worksheet>"),
                                                                        "1:a;"},
    {S("<Row><Cell ss:MergeDown=\"1\"><Data>a</Data></Cell><Cell ss:MergeDown=\"2\"><Data>b</Data></Cell></Row><Row><Cell ss:Index=\"3\"><Data>c</Data></Cell></Row>"
       "<Row>" "<Cell><Data>d</Data></Cell><Cell ss:Index=\"3\"><Data>e</Data></Cell></Row>"), "1:a|b;2:||c;3:d||e;"},
    {"\r\n " S("<Row>" C("a") "</Row>"),                              "1:a;"},
    {"<?xml version=\"1.0\" encoding=\"gb2312\"?><Workbook><Worksheet><Table><Row><Cell><Data>\xd5\xc5\xc8\xfd</Data></Cell></Row></Table></Worksheet></Workbook>", "1:张三;"},
    {"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Workbook><Worksheet><Table><Row><Cell><Data>\xd5\xc5\xc8\xfd</Data></Cell></Row></Table></Worksheet></Workbook>", "1:张三;"},
};

static const struct { const char *xml, *says; } refused[] = {
    {HEAD "<Workbook><Worksheet><Table><Row>" C("a") "</Row>",          "is damaged: no XML at line 3"},
    {HEAD "<Workbook><Worksheet><Table><Row>" C("a") "</Row></Table></Worksheet>", "is damaged: no XML at line 3"},
    {S("<Row>" C("a & b") "</Row>"),                                    "is damaged: no XML at line 3"},
    {S("<Row>" C("&b;") "</Row>"),                                      "is damaged: no XML at line 3"},
    {HEAD "<!DOCTYPE a><Workbook/>",                                    "is damaged: a document type is not allowed"},
    {BOOK(""),                                                          "has no sheets"},
    {S("<Row ss:Index=\"2\"/><Row ss:Index=\"2\"/>"),                   "sheet '名单', row 2, the row behind it is out of order"},
    {S("<Row ss:Index=\"0\"/>"),                                        "row 1, the row behind it is out of order"},
    {S("<Row ss:Index=\"1048577\"/>"),                                  "row 1, the row behind it is out of order"},
    {S("<Row ss:Index=\"999999999999999999999\"/>"),                    "row 1, the row behind it is out of order"},
    {S("<Row ss:Index=\"-1\"/>"),                                       "row 1, the row behind it is out of order"},
    {S("<Row ss:Index=\"\"/>"),                                         "row 1, the row behind it is out of order"},
    {S("<Row ss:Span=\"4294967295\"/><Row/>"),                          "row 1, the row behind it is out of order"},
    {S("<Row><Cell ss:Index=\"2\"/><Cell ss:Index=\"2\"/></Row>"),      "row 1, the cell behind it is out of order"},
    {S("<Row><Cell ss:MergeAcross=\"2\"/><Cell ss:Index=\"3\"/></Row>"), "row 1, the cell behind it is out of order"},
    {S("<Row><Cell ss:Index=\"0\"/></Row>"),                            "row 1, the cell behind it is out of order"},
    {S("<Row><Cell ss:Index=\"999999999\"/></Row>"),                    "row 1, the cell behind it is out of order"},
    {S("<Row><Cell ss:Index=\"4294967295\"/></Row>"),                   "row 1, the cell behind it is out of order"},
    {S("<Row><Cell ss:MergeAcross=\"4294967295\"/><Cell/></Row>"),      "row 1, the cell behind it is out of order"},
    {S("<Row><Cell ss:MergeDown=\"4294967295\"/></Row>"),               "cell A1, the row behind it is out of order"},
    {S("<Row><Cell ss:Index=\"1025\"><Data>a</Data></Cell></Row>"),     "cell AMK1, the table is wider than 1024 columns"},
    {S("<Row><Cell ss:MergeDown=\"1\"/></Row><Row>" C("a") "</Row>"),   "row 2, the cell behind it is out of order"},
    {S("<Row><Cell ss:MergeDown=\"1\"/></Row><Row><Cell ss:Index=\"1\"><Data>a</Data></Cell></Row>"), "cell A2, the cell behind it is out of order"},
    {S("<Row><Cell><Data>a</Data><Data>b</Data></Cell></Row>"),         "cell A1, the cell behind it is out of order"},
    {S("<Row><Row/></Row>"),                                            "row 1, the cell behind it is out of order"},
    {S("<Row><Cell><Cell/></Cell></Row>"),                              "cell A1, the cell behind it is out of order"},
    {S("<a><Row>" C("a") "</Row></a>"),                                 "row 1, the cell behind it is out of order"},
};
// clang-format on

static const char *path_of(const char *text)
{
    static char path[MADE_PATH];
    made_path("t.xls", path);
    make_file(path, text, strlen(text));
    return path;
}

static void a_sheet_is_read_as_it_is_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(readings); i++) {
        Dump dump = {0};
        Err err = dump_table(arena, path_of(readings[i].xml), 0, &dump);
        if (err.code || strcmp(dump.text, readings[i].rows) != 0)
            fail_msg("'%s' reads '%s', %s", readings[i].xml, dump.text, err.code ? err.text : "");
    }
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        Dump dump = {0};
        Err err = dump_table(arena, path_of(refused[i].xml), 0, &dump);
        if (err.code != ERR_USAGE || !strstr(err.text, refused[i].says) || !strstr(err.text, "/t.xls'"))
            fail_msg("'%s' says '%s'", refused[i].xml, err.code ? err.text : "");
    }
}

static void sheets_have_names_and_may_hide(void **state)
{
    (void)state;
    static const char options[] = BOOK(
        "<Worksheet ss:Name=\"a&amp;b\"/>"
        "<Worksheet ss:Name=\"二\"><Table><Row>" C("two") "</Row></Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>"
        "<Worksheet ss:Name=\"三\"><x:WorksheetOptions><x:Visible>SheetVeryHidden</x:Visible></x:WorksheetOptions></Worksheet>"
        "<Worksheet ss:Name=\"四\"><x:WorksheetOptions><x:Visible>SheetVisible</x:Visible></x:WorksheetOptions></Worksheet>"
        ONE("五", "<Row>" C("five") "</Row>"));
    static const char *const names[] = {"a&b", "二", "三", "四", "五"};
    Table *table;
    Dump two = {0}, five = {0};
    assert_int_equal(table_open(arena, path_of(options), CHARSET_FIND, &table).code, ERR_NONE);
    assert_string_equal(table_kind(table), "XML");
    assert_string_equal(table_charset(table), "UTF-8");
    assert_int_equal(table_sheets(table), COUNT(names));
    for (int i = 0; i < 5; i++) {
        assert_string_equal(table_sheet_name(table, i), names[i]);
        assert_int_equal(table_sheet_hidden(table, i), i == 1 || i == 2);
    }
    assert_int_equal(table_read(table, 4, dump_row, &five).code, ERR_NONE);
    assert_int_equal(table_read(table, 1, dump_row, &two).code, ERR_NONE);
    assert_string_equal(two.text, "1:two;");
    assert_string_equal(five.text, "1:five;");
    table_close(&table);
}

/* ---- the same persons ---- */

static Roster loaded(const char *text, const char *says)
{
    Roster roster = {0};
    Err err = roster_load(arena, &(RosterAsk){.path = path_of(text)}, &roster);
    if (says ? !err.code || !strstr(err.text, says) : err.code)
        fail_msg("'%.300s' says '%s'", text, err.code ? err.text : "");
    return roster;
}

#define TR(a, b, c) "<tr><td>" a "</td><td>" b "</td><td>" c "</td></tr>"
#define ROW3(a, b, c) "<Row>" C(a) C(b) C(c) "</Row>"

static void however_it_is_written_it_is_the_same_roster(void **state)
{
    (void)state;
    static const char *const same[] = {
        "班级,姓名,身份证号\n一班,张三," A "\n一班,李 四," B "\n",
        "<table>" TR("班级", "姓名", "身份证号") TR("一班", "张三", A) TR("一班", "李 四", "'" B) "</table>",
        "<table><tr><td colspan=3>2026 届毕业生名单</table><table x:str>" TR("班级", "<b>姓</b>名", "身份证号<br>&nbsp;")
            "<tr><td rowspan=2>一班<td x:str=张三>张<td style='mso-number-format:\"\\@\"'>" A "<tr style='display:none'><td>李\n四</td><td x:str=\"'" B "\">４４０５</table>",
        "<html><table><tr><td>" "<table>" TR("班级", "姓名", "身份证号") TR("一班", "张三", "１１０１０５１９４９１２３１００２ｘ") TR("一班", "李 四", B ".0") "</table></td></tr></table></html>",
        S(ROW3("班级", "姓名", "身份证号") ROW3("一班", "张三", A) ROW3("一班", "李 四", B)),
        S("<Row ss:Index=\"3\">" C("班级") C("姓名") C("身份证号") "</Row><Row><Cell ss:MergeDown=\"1\"><Data>一班</Data></Cell>" C("张三") C(A)
          "</Row><Row ss:Hidden=\"1\"><Cell ss:Index=\"2\"><Data>李 四</Data></Cell>" C("'" B) "</Row>"),
    };
    char hash[17] = "";
    for (size_t i = 0; i < COUNT(same); i++) {
        Roster roster = loaded(same[i], NULL);
        assert_int_equal(roster.count, 2);
        if (i > 0 && strcmp(hash, roster.hash) != 0)
            fail_msg("%zu gives other persons: %s", i, same[i]);
        snprintf(hash, sizeof hash, "%s", roster.hash);
    }
}

static void numbers_that_lost_digits_are_told(void **state)
{
    (void)state;
    static const char damaged[] = "was an identity number until a spreadsheet turned it into a number";
    static const char *const texts[] = {
        "<table><tr><td>身份证号<tr><td>1.10105E+17</table>",
        "<table><tr><td>身份证号<tr><td>110105194912310000</table>",
        "<table><tr><td>身份证号<tr><td x:num=\"110105194912310020\">" A "</table>",
        "<table><tr><td>身份证号<tr><td x:num>440524188001010014</table>",
        "<table><tr><td>身份证号<tr><td sdval=\"4.40524188001010E+017\" sdnum=\"1033;\">" B "</table>",
        S("<Row>" C("身份证号") "</Row><Row>" N("4.4052418800101E+17") "</Row>"),
        S("<Row>" C("身份证号") "</Row><Row>" N("440524188001010014") "</Row>"),
        S("<Row>" C("身份证号") "</Row><Row>" C("1.10105E+17") "</Row>"),
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        loaded(texts[i], damaged);
    loaded("<table><tr><td>身份证号<tr><td x:num>610104620927690</table>", NULL); /* of 15 digits none is lost */
    loaded(S("<Row>" C("身份证号") "</Row><Row>" N("610104620927690") "</Row>"), NULL);
}

static void a_list_that_goes_on_in_another_table_is_told(void **state)
{
    (void)state;
#define ROSTER "<table><tr><td>身份证号<tr><td>" A "</table>"
#define NUMBERS "<table><tr><td>" B "</table>"
#define TORN "<table><tr><td>x</td>y<td>z</table>"
#define HAVE "; NOT read, though they have a header or identity numbers: "
    static const struct { const char *page, *told; } cases[] = {
        {NUMBERS ROSTER "<table><tr><td>1</table><table><tr><td>" NUMBERS "</table><table hidden><tr><td>" B "</table>", "'2'" HAVE "'1', '5'"},
        {ROSTER NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS, "'1'" HAVE "'2', '3', '4', '5', '6', '7', '8', '9'"},
        {ROSTER NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS,
                                                                   "'1'" HAVE "'2', '3', '4', '5', '6', '7', '8', '9' and 2 more"},
        {ROSTER "<table><tr><td>1</table>", "'1'"},
        {ROSTER TORN, "'1'; damaged and NOT read: '2'"},
        {TORN ROSTER, "'2'; damaged and NOT read: '1'"},
        {"<table><tr>x<td>" ROSTER, "'2'; damaged and NOT read: '1'"}, /* what surrounds it */
        {"<table><tr><td>2023</td>y<td>2024</td><td>2025<td>2026<b>1</b>></table>" ROSTER, "'2'; damaged and NOT read: '1'"},
        {"<table><tr><td>身份证号<td>证件号码<tr><td><input></table>" ROSTER, "'2'" HAVE "'1'"}, /* what is asked for */
        {ROSTER "<table><tr><td>" B "<tr><td>x</td>y</table>" TORN "<table hidden><tr>x</table>", "'1'" HAVE "'2'; damaged and NOT read: '3'"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *note = loaded(cases[i].page, NULL).note, *plain = ", header in row 1, UTF-8; id=A; no status: all of them graduate";
        const char *told = arena_print(arena, "HTML, sheet %.3s%s%s", cases[i].told, plain, cases[i].told + 3);
        if (strcmp(note, told) != 0)
            fail_msg("%zu: '%s' is not '%s'", i, note, told);
    }
}

static void a_damaged_table_that_may_be_the_list_stops_the_run(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "<table><tr><td>x</td>y<td>" B "</table>" ROSTER,
        "<table><tr><td>x</td>" B "<td>y</table>" ROSTER,
        "<table><tr><td>x</td>y<td x:num=\"" B "\">z</table>" ROSTER,
        "<table><tr><td>x</td>y<td>" ROSTER B "</table>" ROSTER,
        "<table><tr><td>x</td>y<td>610104620927690</table>" ROSTER,
        "<table><tr><td>x</td>y<td>1.10105E+17</table>" ROSTER,
        "<table><tr><td>x</td>y<td>４４０５２４１８８００１０１００１４</table>" ROSTER,
        "<table><tr><td>x</td>y<td>&#52;4052418&#x38;80010100&#65297;4</table>" ROSTER,
        "<table><tr><td>x</td>y<td>440524<b class=n1>18800101</b><i>0014</i></table>" ROSTER,
        "<table><tr><td>x</td>y<td>南字第012345号</table>" ROSTER,
        TORN "<table><tr><td>1</table>",
        TORN,
    };
    for (size_t i = 0; i < COUNT(pages); i++)
        loaded(pages[i], "a text stands behind it in no cell");
    loaded("<table><tr><td>身份证号<td>证件号码<tr><td>" A "<td>" B "</table>" ROSTER, "--column");
    RosterAsk ask = {.path = path_of(TORN ROSTER), .sheet = "1"};
    Roster roster;
    assert_int_equal(roster_load(arena, &ask, &roster).code, ERR_USAGE);
}

/* Valid numbers, one for each i below 10,000. */
static void number_of(int i, char out[19])
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    snprintf(out, 19, "4503221998%02d%02d%03d", i / 1000 + 1, i / 100 % 10 + 1, i % 100);
    for (int j = 0; j < 17; j++)
        sum += (out[j] - '0') * weights[j];
    out[17] = "10X98765432"[sum % 11];
    out[18] = '\0';
}

static void many_rows_are_the_same_roster(void **state)
{
    (void)state;
    enum { PEOPLE = 5000, ROOM = PEOPLE * 300 };
    static const char *const frames[][3] = {
        {"姓名,身份证号\n", "学生%d,%s\n", ""},
        {"<meta charset=utf-8><table><tr><th>姓名<th>身份证号", "<tr><td>学生%d</td><td>%s</td></tr>\r\n", "</table>"},
        {HEAD "<Workbook><Worksheet><Table><Row>" C("姓名") C("身份证号") "</Row>", "<Row>" C("学生%d") C("%s") "</Row>", "</Table></Worksheet></Workbook>"},
    };
    char *text = malloc(ROOM), hash[17] = "", id[19];
    for (int f = 0; f < 3; f++) {
        size_t used = (size_t)snprintf(text, ROOM, "%s", frames[f][0]);
        for (int i = 0; i < PEOPLE; i++) {
            number_of(i, id);
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            used += (size_t)snprintf(text + used, ROOM - used, frames[f][1], i, id);
        }
        snprintf(text + used, ROOM - used, "%s", frames[f][2]);
        Roster roster = loaded(text, NULL);
        assert_int_equal(roster.count, PEOPLE);
        assert_true(f == 0 || strcmp(hash, roster.hash) == 0);
        snprintf(hash, sizeof hash, "%s", roster.hash);
    }
    free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(a_sheet_is_read_as_it_is_shown),
        TEST(what_is_wrong_is_named),
        TEST(sheets_have_names_and_may_hide),
        TEST(however_it_is_written_it_is_the_same_roster),
        TEST(numbers_that_lost_digits_are_told),
        TEST(a_list_that_goes_on_in_another_table_is_told),
        TEST(a_damaged_table_that_may_be_the_list_stops_the_run),
        TEST(many_rows_are_the_same_roster),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
