/* SPDX-License-Identifier: MIT */
/* Tables of web pages. */
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
#define T(rows) "<table>" rows "</table>"
#define ZHANG "\xd5\xc5\xc8\xfd" /* 张三 in GB18030 */

// clang-format off
static const struct { const char *page, *rows; } readings[] = {
    {T("<tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr>"), "1:a|b;2:1|2;"},
    {"<TABLE BORDER=1><TR><TH>a<TH>b<TR><TD>1<TD>2</TABLE>",   "1:a|b;2:1|2;"},         /* end tags may be left out */
    {T("<td>a<td>b<tbody><td>c"),                              "1:a|b;2:c;"},           /* so may rows */
    {T("<thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody><tfoot><tr><td>c</td></tr></tfoot>"), "1:a;2:b;3:c;"},
    {T("<caption>x<br>y</caption><colgroup><col span=3></colgroup><tr><td>a"), "1:a;"},
    {T("<tr></tr><tr><td></td><td>&nbsp;</td></tr><tr><td>a"), "2:|\u00a0;3:a;"},
    {"\r\n <!-- <table> --><!doctype html><html><body><p>x</p>" T("<tr><td>a") "y</body>", "1:a;"},
    {"<!--[if gte mso 9]><xml><table></xml><![endif]-->" T("<tr><td>a<![if x]><td>b<![endif]>"), "1:a|b;"},
    {"<script>'<table><td>'</script><style>td{}</style><title><table></title>" T("<tr><td>a<script>b</script>c"), "1:ac;"},
    {T("<tr><td><textarea><td>b</td></textarea><td>c"),        "1:<td>b</td>|c;"},
    {T("<tr><td> a \n  b\t<font size=2>c </font></td>"),       "1:a b c;"},             /* spaces as a browser shows them */
    {T("<tr><td><div>a</div></td><td>a<br>b<br/>c<br></td><td><p>a</p><p>b</p>"), "1:a|a\nb\nc|a\nb;"},
    {T("<tr><td>a&nbsp;b&nbspc&amp;&lt;&gt;&quot;&apos;"),     "1:a\u00a0b\u00a0c&<>\"';"},
    {T("<tr><td>&#24352;&#x4E09;&middot;&middot&eacute;&bull;&#183;&#x80;"), "1:张三··é•·€;"},
    {T("<tr><td>&#0;&#xD800;&#99999999999;&;&#;&#x;&foo;&amp;nbsp;"), "1:\ufffd\ufffd\ufffd&;&#;&#x;&foo;&nbsp;;"},
    {T("<tr><td>a < b &lt; c <3 </3> <> d"),                   "1:a < b < c <3 <> d;"},
    {T("<tr><td x:str>012</td><td x:num>012</td><td x:num=\"2021001\">2,021,001</td><td x:str=\"  a &amp;  b\">a & b"), "1:012|#012|#2021001|  a &  b;"},
    {T("<tr><td x:num=\"1.1010519491231E+17\">1.1E+17<td sdval='2.021001E6' sdnum=\"1033;\">x<td x:bool=TRUE>TRUE<td x:bool=\"FALSE\">FALSE"),
                                                               "1:#1.1010519491231E+17|#2021001|1|0;"},
    {T("<tr><td style=\"mso-number-format:'\\@'\" class=xl24>110105194912310021"), "1:110105194912310021;"},
    {T("<tr style='display:none'><td>a<td style=\"display:none\">b<tr><td>c<span style='display:none'>d</span>"), "1:a|b;2:cd;"},
    {T("<tr><td colspan=2>a<tr><td hidden>b<td>c<tr><td style='display:none'>d<td>e<tr><td>f"), "1:a;2:b|c;3:d|e;4:f;"}, /* one column, all of it but a title */
    {T("<tr><td>a<td>b<tr><td>c<td>d<td hidden>e<tr><td><td hidden><td><tr><td>f"), "1:a|b;2:c|d|e;4:f;"},
    {T("<tr><td colspan=2>a<td>b<tr><td>c<td colspan='0'>d<td COLSPAN=x>e"), "1:a||b;2:c|d|e;"},
    {T("<tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d"),          "1:a|b;2:|c;3:d;"},
    {T("<tr><td>a<td rowspan=3 colspan=2>b<td>c<tr><td>d<td>e<tr><td>f<td rowspan=''>g<tr><td>h<td>i"), "1:a|b||c;2:d|||e;3:f|||g;4:h|i;"},
    {T("<tbody><tr><td rowspan=9>a<td>b</tbody><tbody><tr><td>c"), "1:a|b;2:c;"},       /* no further than their group */
    {T("<tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d"),          "1:a|b;2:|c;3:|d;"},
    {T("<tr><td>a<td rowspan=\"4294967295\" colspan=\"1000000\"><tr><td>b"), "1:a;2:b;"},
    {T("<tr><td><a href='x>y' title=\">\">a</a><td width=\"1\"height=2>b<td/>c"), "1:a|b|c;"},
    {T("<tr><td>a</th>b</td><td>c<th>d</td>e"),                "1:ab|c|de;"},           /* what is not open is not closed */
    {T("<tr><td>a</caption>b</tfoot>c</tbody><td>d"),          "1:abc;2:d;"},
    {T("<thead><td>a</tbody>b<td>c"),                          "1:ab|c;"},
    {T("<td>a<col><td>b"),                                     "1:a;2:b;"},
    {T("<caption>x<td>a</caption>b"),                          "1:ab;"},
    {T("<tr><td>a</td> &nbsp;&#160; \u00a0\n&#xA0<td>b</td>&nbsp<td>c"), "1:a|b|c;"},
    {T("<tr><td>a</font></b></div></td></br></p><td>b"),       "1:a|b;"},
};

/* Of pages with several tables: how many, and what is in one of them. */
static const struct { const char *page; int count, sheet; const char *rows; } several[] = {
    {T("<tr><td>title") "x" T("<tr><td>a"),                    2, 1, "1:a;"},
    {T("<tr><td>a" T("<tr><td>b") "c</td><td>d"),              2, 0, "1:a\nc|d;"},
    {T("<tr><td>a" T("<tr><td>b") "c</td><td>d"),              2, 1, "1:b;"},
    {T("<tr><td>" T("<tr><td>" T("<tr><td>a") T("<tr><td>b")) "<td>c"), 4, 0, "1:|c;"},
    {T("<tr><td>" T("<tr><td>" T("<tr><td>a") T("<tr><td>b")) "<td>c"), 4, 3, "1:b;"},
    {"<table><tr><td>a</td></tr><table><tr><td>b</table>",     2, 0, "1:a;"}, /* one between the cells ends the first */
    {"<table><tr><td>a</td></tr><table><tr><td>b</table>",     2, 1, "1:b;"},
    {"<table><tr><td>x<table><tr><td>a</table>",               2, 1, "1:a;"}, /* what surrounds it has no end, it has */
    {"</table></td>" T("<tr><td>a") "</table>" T("<tr><td>b"), 2, 1, "1:b;"},
};

static const struct { const char *page, *says; } refused[] = {
    {"<table><tr><td>a</td></tr><tr><td>b",                    "row 2, the list is cut off behind it"},
    {"<table><tr><td>a</td></tr></tab",                        "row 1, the list is cut off behind it"},
    {"<table><tr><td>a</td></tr><!-- </table>",                "row 1, the list is cut off behind it"},
    {"<table><tr><td>a<script></table>",                       "row 1, the list is cut off behind it"},
    {"<table><tr><td>a<td title=\"></table>",                  "row 1, the list is cut off behind it"},
    {"<table><tr><td>a" T("<tr><td>b") "</tr>",                "row 1, the list is cut off behind it"},
    {T("<tr><td>a</td><td colspan=1023>b</td><td>c"),          "cell AMK1, the table is wider than 1024 columns"},
    {T("<tr><td colspan=4294967295>b</td><td>c"),              "the table is wider than 1024 columns"},
    {T("<tr><td>a</td>b</td><td>c"),                           "row 1, a text stands behind it in no cell"},
    {T("<tr><td>a</td>&nbsp;b<td>c"),                          "row 1, a text stands behind it in no cell"},
    {T("<tr><td>a</td> \u00a0 b<td>c"),                        "row 1, a text stands behind it in no cell"},
    {T("<tr><td>a</td>&nbsp;&#98;<td>c"),                      "row 1, a text stands behind it in no cell"},
    {T("<tr><td>a<td>b<td>c<tr><td>d<td style=\"display:none\">x<td>e"), "row 2, its hidden cells are not those of the rows above"},
    {T("<tr><td>a<td hidden>x<td>b<tr><td>c<td>d"),            "row 2, its hidden cells are not those of the rows above"},
    {T("<tr><td>a<td>b<td>c<tr><td hidden colspan=2>x<td>e<tr>"), "row 2, its hidden cells are not those of the rows above"},
    {"<html><p>please log in</p></html>",                      "is a web page or a document"},
    {"<frameset><frame src=a></frameset>",                     "is a web page or a document"},
    {"<meta charset=big5>" T("<tr><td>\xb1\x69"),              "says that it is in Big5"},
    {T("<tr><td>\xff\xff"),                                    "is neither UTF-8"},
};

static const struct { const char *bytes; size_t count; const char *charset; } encodings[] = {
#define P(text) text, sizeof text - 1
    {P("<meta http-equiv=Content-Type content=\"text/html; charset=gb2312\">" T("<td>" ZHANG)), "GB18030"},
    {P("<meta charset='GBK'>" T("<td>" ZHANG)),                "GB18030"},
    {P("<?xml version=\"1.0\" encoding=\"gb18030\"?><html>" T("<td>" ZHANG)), "GB18030"},
    {P(T("<td>" ZHANG)),                                       "GB18030"}, /* it does not say */
    {P("<meta charset=utf-8>" T("<td>" ZHANG)),                "GB18030"}, /* it is not what it says */
    {P("<meta charset=iso-8859-1>" T("<td>" ZHANG)),           "GB18030"},
    {P("<meta charset=utf-8>" T("<td>张三")),                  "UTF-8"},
    {P("<meta charset=big5>" T("<td>张三")),                   "UTF-8"},
    {P("\xef\xbb\xbf<meta charset=gbk>" T("<td>张三")),        "UTF-8"},
    {P("<form accept-charset=gbk>" T("<td>张三")),             "UTF-8"},
    {P("\xff\xfe<\0t\0a\0b\0l\0e\0>\0<\0t\0d\0>\0\x20\x5f\x09\x4e<\0/\0t\0a\0b\0l\0e\0>\0"), "UTF-16LE"},
    {P("\xfe\xff\0<\0t\0a\0b\0l\0e\0>\0<\0t\0d\0>\x5f\x20\x4e\x09\0<\0/\0t\0a\0b\0l\0e\0>"), "UTF-16BE"},
};
// clang-format on

static const char *path_of(const char *page, size_t bytes)
{
    static char path[MADE_PATH];
    made_path("t.xls", path);
    make_file(path, page, bytes);
    return path;
}

static void cells_are_those_that_a_browser_shows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(readings); i++) {
        Dump dump = {0};
        Err err = dump_table(arena, path_of(readings[i].page, strlen(readings[i].page)), 0, &dump);
        if (err.code || strcmp(dump.text, readings[i].rows) != 0)
            fail_msg("'%s' reads '%s', %s", readings[i].page, dump.text, err.code ? err.text : "");
    }
}

static void each_table_is_a_sheet(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(several); i++) {
        Dump dump = {0};
        Table *table;
        Err err = table_open(arena, path_of(several[i].page, strlen(several[i].page)), CHARSET_FIND, &table);
        assert_int_equal(err.code, ERR_NONE);
        assert_int_equal(table_sheets(table), several[i].count);
        err = table_read(table, several[i].sheet, dump_row, &dump);
        if (err.code || strcmp(dump.text, several[i].rows) != 0)
            fail_msg("%zu: '%s' reads '%s', %s", i, several[i].page, dump.text, err.code ? err.text : "");
        table_close(&table);
    }
}

static void sheets_have_numbers_and_may_hide(void **state)
{
    (void)state;
    static const char page[] = "<table style=\"Display : NONE;\"></table>" T("") "<table hidden></table><table style='x:dispdisplay:none'></table>";
    Table *table;
    assert_int_equal(table_open(arena, path_of(page, sizeof page - 1), CHARSET_FIND, &table).code, ERR_NONE);
    assert_string_equal(table_kind(table), "HTML");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(table_sheet_hidden(table, i), i != 1);
        assert_string_equal(table_sheet_name(table, i), ((const char *[]){"1", "2", "3", "4"})[i]);
    }
    table_close(&table);
    assert_int_equal(table_open(arena, path_of("<table></table>", 15), CHARSET_FIND, &table).code, ERR_NONE);
    assert_string_equal(table_sheet_name(table, 0), "");
    assert_false(table_sheet_hidden(table, 0));
    table_close(&table);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        Dump dump = {0};
        Err err = dump_table(arena, path_of(refused[i].page, strlen(refused[i].page)), 0, &dump);
        if (err.code != ERR_USAGE)
            fail_msg("'%s' is accepted", refused[i].page);
        if (!strstr(err.text, refused[i].says) || !strstr(err.text, "/t.xls'"))
            fail_msg("'%s' does not say '%s'", err.text, refused[i].says);
    }
}

static void the_encoding_is_what_the_page_says_if_it_fits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(encodings); i++) {
        Dump dump = {0};
        Table *table;
        Err err = table_open(arena, path_of(encodings[i].bytes, encodings[i].count), CHARSET_FIND, &table);
        if (!err.code)
            err = table_read(table, 0, dump_row, &dump);
        if (err.code || strcmp(dump.text, "1:张三;") != 0 || strcmp(table_charset(table), encodings[i].charset) != 0)
            fail_msg("%zu: '%s', %s, %s", i, dump.text, err.code ? err.text : "", err.code ? "" : table_charset(table));
        table_close(&table);
    }
}

static Err no_row(void *to, const TableRow *row, bool *stop)
{
    (void)to, (void)row, (void)stop;
    return OK;
}

static void merged_cells_are_known_once_the_table_is_read(void **state)
{
    (void)state;
    static const char page[] = T("<tr><td>a<td rowspan=3 colspan=2>b<tr><td rowspan=99>c<tr><tbody><tr><td rowspan=2>d<td>e<tr><td>f");
    static const Merge wanted[] = {{2, 3, 0}, {1, 3, 1}, {4, 5, 0}};
    Table *table;
    size_t count;
    assert_int_equal(table_open(arena, path_of(page, sizeof page - 1), CHARSET_FIND, &table).code, ERR_NONE);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(table_read(table, 0, no_row, NULL).code, ERR_NONE);
        const Merge *merges = table_merges(table, &count);
        assert_int_equal(count, COUNT(wanted));
        for (size_t j = 0; j < count; j++)
            assert_true(merges[j].first == wanted[j].first && merges[j].last == wanted[j].last && merges[j].column == wanted[j].column);
    }
    table_close(&table);
}

/* `count` times `piece` behind `head`. */
static Err read_many(const char *head, const char *piece, size_t count, const char *tail)
{
    size_t length = strlen(piece), start = strlen(head);
    char *page = malloc(start + length * count + strlen(tail) + 1);
    Table *table;
    strcpy(page, head);
    for (size_t i = 0; i < count; i++)
        memcpy(page + start + length * i, piece, length);
    strcpy(page + start + length * count, tail);
    Err err = table_open(arena, path_of(page, strlen(page)), CHARSET_FIND, &table);
    if (!err.code)
        err = table_read(table, 0, no_row, NULL);
    table_close(&table);
    free(page);
    return err;
}

static void bombs_end_early(void **state)
{
    (void)state;
    // clang-format off
    static const struct { const char *head, *piece; size_t count; const char *tail, *says; } bombs[] = {
        {"", "<table><td>", 64, "", "row 1, the list is cut off"},
        {"", "<table><td>", 65, "", "elements lie too deep"},
        {"", "<table>", (1 << 16) + 1, "", "has too many sheets"},
        {"<table><td>", "<div>", 1000000, "", "row 1, the list is cut off"},
        {"<table><td>", "<div>", 1000000, "</table>", ""},
        {"<table>", "<td>", 1000000, "</table>", ""},
        {"<table>", "<td rowspan=65534 colspan=999999>", 1000000, "</table>", ""},
        {"<table><td>", "x", TABLE_TEXT_MAX - 1, "</table>", ""},
        {"<table><td>", "x", TABLE_TEXT_MAX, "</table>", "cell A1, a text is longer than 65,535 bytes"},
        {"<table><td>", "x<td>", 1025, "</table>", "cell AMK1, the table is wider than 1024 columns"},
        {"<table><tr>", "<tr>", TABLE_ROWS_MAX, "</table>", "row 1048576, there are too many rows"},
    };
    // clang-format on
    for (size_t i = 0; i < COUNT(bombs); i++) {
        Err err = read_many(bombs[i].head, bombs[i].piece, bombs[i].count, bombs[i].tail);
        if (err.code ? !*bombs[i].says || !strstr(err.text, bombs[i].says) : *bombs[i].says)
            fail_msg("%zu says '%s'", i, err.code ? err.text : "");
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(cells_are_those_that_a_browser_shows),
        TEST(each_table_is_a_sheet),
        TEST(sheets_have_numbers_and_may_hide),
        TEST(what_is_wrong_is_named),
        TEST(the_encoding_is_what_the_page_says_if_it_fits),
        TEST(merged_cells_are_known_once_the_table_is_read),
        TEST(bombs_end_early),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
