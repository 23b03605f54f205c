/* SPDX-License-Identifier: MIT */
/* Which column, sheet and encoding: what is found and what is asked for. */
#include "../../pipeline/roster_columns.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../pipeline/roster.h"
#include "make_table.h"
#include "arena_fixture.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define A "11010519491231002X"
#define B "440524188001010014"

// clang-format off
static const struct { const char *written, *word; } words[] = {
    {"身份证号", "身份证号"},        {" 身 份\n证\r\n号 ", "身份证号"},  {"身份证号*", "身份证号"},
    {"＊姓名：", "姓名"},            {"ＳＦＺＨ", "sfzh"},               {"Sfzh", "sfzh"},
    {"身份证号(必填)", "身份证号"},  {"身份证号（18位）", "身份证号"},   {"姓名(曾用名)", "姓名(曾用名)"},
    {"\xef\xbb\xbf姓\xe2\x80\x8b名", "姓名"}, {"", ""}, {"(必填)", "(必填)"},
};

static const struct { const char *csv; const char *columns[3]; const char *person; } asked[] = {
    {"号,名\n" A ",张三\n",            {"id=号"},               A "//eligible"},
    {"号,名\n" A ",张三\n",            {"id=号", "name=名"},    A "/张三/eligible"},
    {"号,名\n" A ",张三\n",            {"id= 号 *", "name=B"},  A "/张三/eligible"},
    {"名单\n号,姓名\n" A ",张三\n",    {"id=A"},                A "/张三/eligible"}, /* a known word shows the header */
    {A ",张三\n",                      {"id=A", "name=b"},      A "/张三/eligible"}, /* no header at all */
    {"身份证号,证件号码\n1," A "\n",   {"id=证件号码"},         A "//eligible"},
    {"身份证号,证件号码\n1," A "\n",   {"id=B"},                A "//eligible"},
    {"身份证号,状态\n" A ",在读\n",    {"status="},             A "//eligible"},
    {"身份证号,去向\n" A ",退学\n",    {"status="},             A "//eligible"},
    {"身份证号,去向\n" A ",退学\n",    {"status=B"},            A "//not"},
    {"身份证号,状态,结论\n" A ",在读,结业\n", {"status=结论"},  A "//not"},
    {"身份证号,XM,姓名\n" A ",x,张三\n", {"name=xm"},           A "/x/eligible"},    /* a header before a letter */
    {"身份证号,,班级\n" A ",张三,1\n", {"name=B"},              A "/张三/eligible"}, /* without a header of its own */
};

static const struct { const char *csv; const char *columns[3]; const char *says; } refused[] = {
    {"身份证号\n" A "\n",    {"号=A"},           "--column '号=A': a column is asked for as FIELD=TEXT; fields are id, name, student_no,"},
    {"身份证号\n" A "\n",    {"id"},             "a column is asked for as FIELD=TEXT"},
    {"身份证号\n" A "\n",    {"i=A"},            "a column is asked for as FIELD=TEXT"},
    {"身份证号\n" A "\n",    {"id="},            "a roster needs a column of identity numbers"},
    {"身份证号\n" A "\n",    {"id=A", "id=B"},   "--column id is given twice"},
    {"身份证号\n" A "\n",    {"name=\xff"},      "--column name: not UTF-8"},
    {"身份证号\n" A "\n",    {"name=姓名"},      "row 1: no column is called '姓名' (--column name)"},
    {"身份证号\n" A "\n",    {"name=XXM"},       "row 1: no column is called 'XXM'"}, /* a letter, but far off */
    {"身份证号\n" A "\n",    {"id=证号"},        "has no column of identity numbers"},
    {"号,号\n" A "," A "\n", {"id=号"},          "columns A and B could both be 'id'"},
    {"编号\n" A "\n",        {"id=A"},           "cell A1 '编*' is no identity number"},
    {"身份证号,备注\n" A ",退学\n11010219840406970X,\n", {"status=B"}, "cell B3 '' does not say whether the person graduates: write it there"}, /* nobody graduates by silence */
};
// clang-format on

static Err load(const char *name, const char *text, RosterAsk ask, Roster *out)
{
    static char path[MADE_PATH];
    made_path(name, path);
    ask.path = path;
    if (text)
        make_file(path, text, strlen(text));
    return roster_load(arena, &ask, out);
}

static void header_words_are_compared_without_their_dress(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        char word[WORD_SIZE];
        roster_word(words[i].written, word);
        assert_string_equal(word, words[i].word);
    }
    char text[4 * WORD_SIZE] = "", word[WORD_SIZE];
    for (size_t i = 0; i < WORD_SIZE; i++)
        strcat(text, "张");
    roster_word(text, word); /* cut to fit, between characters */
    assert_int_equal(strlen(word) % 3, 0);
    assert_true(strlen(word) < WORD_SIZE);
}

static void every_known_word_is_a_word(void **state)
{
    (void)state;
    for (Field i = 0; i < FIELD_COUNT; i++)
        for (int rank = 0; roster_field_word(i, rank); rank++) {
            char word[WORD_SIZE];
            roster_word(roster_field_word(i, rank), word);
            assert_string_equal(word, roster_field_word(i, rank));
            for (Field j = 0; j < FIELD_COUNT; j++)
                assert_int_equal(roster_field_rank(j, word), i == j ? rank : -1);
        }
    for (Status status = STATUS_GRADUATES; status <= STATUS_DOES_NOT; status++)
        for (int i = 0; roster_status_word(status, i); i++) {
            char word[WORD_SIZE];
            roster_word(roster_status_word(status, i), word);
            assert_int_equal(roster_status(word), status);
        }
    assert_int_equal(roster_status(""), STATUS_UNKNOWN);
    assert_int_equal(roster_status("在读"), STATUS_UNKNOWN);
}

static void officers_have_a_shape(void **state)
{
    (void)state;
    const char *good[] = {"南字第012345号", "南字012345", "沈政字第A1234号", "军字第1234"};
    const char *bad[] = {"字第012345号", "南第012345号",  "南字第123号", "南字第012345号x",
                         "张三",         "南字第张三号", "",            "012345",
                         "南字第1234567890123号", "南南南南南南南字第012345号"};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(roster_is_officer(good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(roster_is_officer(bad[i]));
    assert_true(roster_is_document("E12345678"));
    assert_false(roster_is_document("E/12345678"));
    assert_false(roster_is_document("a.b.c.d"));
    assert_false(roster_is_document("123"));
    assert_false(roster_is_document("-1234"));
}

static void columns_can_be_asked_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(asked); i++) {
        Roster roster;
        Err err = load("r.csv", asked[i].csv, (RosterAsk){.columns = asked[i].columns}, &roster);
        if (err.code)
            fail_msg("'%s': %s", asked[i].csv, err.text);
        const Person *person = &roster.list[0];
        assert_string_equal(arena_print(arena, "%s/%s/%s", person->id.text, person->name,
                                        person->eligible ? "eligible" : "not"),
                            asked[i].person);
    }
}

static void a_column_that_is_not_there_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        Roster roster;
        Err err = load("r.csv", refused[i].csv, (RosterAsk){.columns = refused[i].columns}, &roster);
        if (err.code != ERR_USAGE || !strstr(err.text, refused[i].says))
            fail_msg("'%s': '%s' does not say '%s'", refused[i].csv, err.text, refused[i].says);
    }
}

static void of_two_good_names_the_better_is_taken(void **state)
{
    (void)state;
    Roster roster;
    assert_int_equal(load("r.csv", "身份证号,bh,班级,院系,函授站\n" A ",7,二班,机电,三站\n",
                          (RosterAsk){0}, &roster).code, ERR_NONE);
    assert_string_equal(roster.list[0].class_name, "二班");
    assert_string_equal(roster.list[0].site, "三站");
}

#define LIST(id) SHEET(ROW("1", SHARED("A1", "0")) ROW("2", TEXT("A2", id)))

static void the_sheet_is_the_one_asked_for(void **state)
{
    (void)state;
    static char path[MADE_PATH];
    made_path("s.xlsx", path);
    make_xlsx(path, (Part[]){{"xl/worksheets/sheet1.xml", LIST(A)},
                             {"xl/worksheets/sheet2.xml", LIST(B)},
                             {NULL, NULL}});
    const struct {
        const char *sheet, *id;
    } row[] = {{NULL, A}, {"名单", A}, {"二", B}, {"1", A}, {"2", B}};
    Roster roster;
    for (size_t i = 0; i < COUNT(row); i++) {
        assert_int_equal(load("s.xlsx", NULL, (RosterAsk){.sheet = row[i].sheet}, &roster).code,
                         ERR_NONE);
        assert_string_equal(roster.list[0].id.text, row[i].id);
    }
    assert_string_equal(roster.note, "XLSX, sheet '二', header in row 1; id=A; no status: all of them graduate");
    assert_int_equal(load("s.xlsx", NULL, (RosterAsk){0}, &roster).code, ERR_NONE);
    assert_string_equal(roster.note, "XLSX, sheet '名单', header in row 1; id=A; no status: all of them graduate; NOT read, though they have a "
                                     "header or identity numbers: '二'");
    make_xlsx(path, (Part[]){{"xl/worksheets/sheet1.xml", SHEET(ROW("1", TEXT("B1", B)))},
                             {"xl/worksheets/sheet2.xml", LIST(A)},
                             {NULL, NULL}});
    assert_int_equal(load("s.xlsx", NULL, (RosterAsk){0}, &roster).code, ERR_NONE);
    assert_non_null(strstr(roster.note, "'二', header in row 1; id=A; no status: all of them graduate; NOT read, though they have a header or identity numbers: '名单'"));
    const char *none[] = {"3", "0", "-1", "", "名", "1x"};
    for (size_t i = 0; i < COUNT(none); i++) {
        Err err = load("s.xlsx", NULL, (RosterAsk){.sheet = none[i]}, &roster);
        assert_int_equal(err.code, ERR_USAGE);
        assert_non_null(strstr(err.text, "it has '名单', '二'"));
    }
    Err one = load("s.csv", "身份证号\n" A "\n", (RosterAsk){.sheet = "3"}, &roster);
    assert_non_null(strstr(one.text, "s.csv' holds one table, --sheet has no use"));
    Err torn = load("s.xlsx", "PK\3\4 and no more", (RosterAsk){0}, &roster);
    assert_non_null(strstr(torn.text, "s.xlsx' is no XLSX workbook, or it is damaged: save it anew as XLSX"));
    make_xlsx(path, (Part[]){{"xl/worksheets/sheet1.xml", LIST(A)},
                             {"xl/worksheets/sheet2.xml", LIST(B)},
                             {"xl/workbook.xml", "<workbook><sheet name=\"a\" state=\"hidden\" id=\"r1\"/>"
                                                 "<sheet name=\"b\" id=\"r2\"/></workbook>"},
                             {NULL, NULL}});
    assert_int_equal(load("s.xlsx", NULL, (RosterAsk){0}, &roster).code, ERR_NONE);
    assert_string_equal(roster.list[0].id.text, B); /* what is hidden is not meant */
    assert_int_equal(load("s.xlsx", NULL, (RosterAsk){.sheet = "a"}, &roster).code, ERR_NONE);
    assert_string_equal(roster.list[0].id.text, A);
}

#define MERGED(ref) "<mergeCell ref=\"" ref "\"/>"

/* "姓名班级;" with what merged cells share. */
static void what_merged_cells_say_holds_for_all_their_rows(void **state)
{
    (void)state;
    static const struct { const char *merges, *says; } cases[] = {
        {"", "a1/;b/;c2/s;d/;"},
        {MERGED("C2:C3") MERGED("C4:D5"), "a1/;b1/;c2/s;d2/;"},
        {MERGED("D4:D5") MERGED("A1:B1") MERGED("A7:C7"), "a1/;b/;c2/s;d/s;"},
        {MERGED("C1:C5"), "a1/;b/;c2/s;d/;"}, /* of the header */
        {MERGED("C2:C1048576"), "a1/;b1/;c1/s;d1/;"},
        {MERGED("B2:B5"), "a1/;b/;c2/s;d/;"}, /* names are nobody else's */
        {MERGED("C2"), "a1/;b/;c2/s;d/;"},
        {MERGED("C3:C2"), "part 'xl/worksheets/sheet1.xml': 'C3:C2' are no merged cells"},
        {MERGED("C2:"), "'C2:' are no merged cells"},
    };
    static char path[MADE_PATH];
    made_path("m.xlsx", path);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Roster roster;
        const char *sheet = arena_print(arena, "<worksheet><sheetData>"
            ROW("1", TEXT("A1", "身份证号") TEXT("B1", "姓名") TEXT("C1", "班级") TEXT("D1", "函授站"))
            ROW("2", TEXT("A2", A) TEXT("B2", "a") TEXT("C2", "1")) ROW("3", TEXT("A3", B) TEXT("B3", "b"))
            ROW("4", TEXT("A4", "440308199901101512") TEXT("B4", "c") TEXT("C4", "2") TEXT("D4", "s"))
            ROW("5", TEXT("A5", "610104196209276908") TEXT("B5", "d"))
            "</sheetData><mergeCells>%s</mergeCells></worksheet>", cases[i].merges);
        make_xlsx(path, (Part[]){{"xl/worksheets/sheet1.xml", sheet}, {NULL, NULL}});
        Err err = load("m.xlsx", NULL, (RosterAsk){0}, &roster);
        const char *said = err.code ? err.text : "";
        for (const Person *person = roster.list; !err.code && person < roster.list + roster.count; person++)
            said = arena_print(arena, "%s%s%s/%s;", said, person->name, person->class_name, person->site);
        if (!strstr(said, cases[i].says))
            fail_msg("'%s': %s", cases[i].merges, said);
    }
}

static void numbers_in_a_workbook_are_damage(void **state)
{
    (void)state;
    static char path[MADE_PATH];
    const struct {
        const char *value, *says;
    } row[] = {{"1.1010519491231E+17", "sheet '名单', cell A2 '1.10105********E+17' was an identity"},
               {"110105194912310000", "cell A2 '110105********0000' was an identity"},
               {"440524188001010014", "cell A2 '440524********0014' was an identity"}, /* even so */
               {"1000000000000000", "was an identity"},
               {"999999999999999", "is no identity number: no day"},
               {"12345", "cell A2 '1****' is no identity number"}};
    made_path("n.xlsx", path);
    for (size_t i = 0; i < COUNT(row); i++) {
        Roster roster;
        char sheet[512];
        snprintf(sheet, sizeof sheet, SHEET(ROW("1", SHARED("A1", "0")) ROW("2", NUMBER("A2", "%s"))),
                 row[i].value);
        make_xlsx(path, (Part[]){{"xl/worksheets/sheet1.xml", sheet}, {NULL, NULL}});
        Err err = load("n.xlsx", NULL, (RosterAsk){0}, &roster);
        if (err.code != ERR_USAGE || !strstr(err.text, row[i].says))
            fail_msg("'%s': '%s'", row[i].value, err.text);
    }
    Roster roster; /* 15 digits are exact in a number */
    make_xlsx(path, (Part[]){{"xl/worksheets/sheet1.xml",
                              SHEET(ROW("1", SHARED("A1", "0")) ROW("2", NUMBER("A2", "610104620927690")))},
                             {NULL, NULL}});
    assert_int_equal(load("n.xlsx", NULL, (RosterAsk){0}, &roster).code, ERR_NONE);
    assert_string_equal(roster.list[0].key, "610104196209276908");
}

/* All digits are in the file; programs that count in doubles may have rounded them before. */
static void numbers_of_dbf_tables_are_whole_where_the_check_digit_says_so(void **state)
{
    (void)state;
    static const struct { const char *written; int width; const char *says; } cases[] = {
        {B, 18, B},
        {" " B, 19, B},
        {"440524188001010016", 18, "n.dbf', cell A2 '440524********0016' was an identity"},
        {"440524188001010000", 18, "was an identity"},
        {"44052418800101001", 18, "was an identity"}, /* 17 of them */
        {B ".0", 20, B},
        {"440524188001010016.0", 20, "was an identity"},
        {"610104620927690", 15, "610104620927690"},
    };
    static char path[MADE_PATH];
    made_path("n.dbf", path);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Roster roster;
        make_dbf(path, NULL, (DbfColumn[]){{"SFZH", 'N', cases[i].width}, {NULL, 0, 0}}, (const char *[]){cases[i].written, NULL});
        Err err = load("n.dbf", NULL, (RosterAsk){0}, &roster);
        const char *said = err.code ? err.text : roster.list[0].id.text;
        if (!strstr(said, cases[i].says))
            fail_msg("'%s': %s", cases[i].written, said);
    }
}

static void encodings_are_found_or_asked_for(void **state)
{
    (void)state;
    Roster roster;
    const char *gbk = "SFZH,XM\n" A ",\xd5\xc5\xc8\xfd\n", *utf8 = "SFZH,XM\n" A ",张三\n";
    assert_int_equal(load("e.csv", gbk, (RosterAsk){.encoding = "GBK"}, &roster).code, ERR_NONE);
    assert_string_equal(roster.list[0].name, "张三");
    Err err = load("e.csv", gbk, (RosterAsk){.encoding = "utf-8"}, &roster);
    assert_non_null(strstr(err.text, "/e.csv' is not UTF-8 at byte 27"));
    assert_int_equal(err.code, ERR_USAGE);
    assert_int_equal(load("e.csv", utf8, (RosterAsk){.encoding = "UTF-8"}, &roster).code, ERR_NONE);
    assert_string_equal(roster.list[0].name, "张三");
    err = load("e.csv", utf8, (RosterAsk){.encoding = "latin1"}, &roster);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "encoding 'latin1' is not known: utf-8, gb18030"));
    err = roster_load(arena, &(RosterAsk){.path = "/nowhere.csv"}, &roster);
    assert_int_equal(err.code, ERR_USAGE); /* nothing was begun */
    assert_string_equal(err.text, "cannot open '/nowhere.csv': No such file or directory");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(header_words_are_compared_without_their_dress),
        TEST(every_known_word_is_a_word),
        TEST(officers_have_a_shape),
        TEST(columns_can_be_asked_for),
        TEST(a_column_that_is_not_there_is_refused),
        TEST(of_two_good_names_the_better_is_taken),
        TEST(the_sheet_is_the_one_asked_for),
        TEST(what_merged_cells_say_holds_for_all_their_rows),
        TEST(numbers_in_a_workbook_are_damage),
        TEST(numbers_of_dbf_tables_are_whole_where_the_check_digit_says_so),
        TEST(encodings_are_found_or_asked_for),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
