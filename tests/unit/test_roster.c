/* SPDX-License-Identifier: MIT */
#include "../../pipeline/roster.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <glib.h>
#include "make_table.h"
#include "arena_fixture.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define A "11010519491231002X" /* a woman, 1949-12-31 */
#define B "440524188001010014" /* a man, 1880-01-01 */
#define C "440308199901101512" /* a man, 1999-01-10 */
#define HEAD "身份证号,姓名\n"

static Err load_as(const char *name, const char *text, const RosterAsk *how, Roster *out)
{
    static char path[MADE_PATH];
    RosterAsk ask = *how;
    made_path(name, path);
    ask.path = path;
    if (text)
        make_file(path, text, strlen(text));
    return roster_load(arena, &ask, out);
}

static Roster loaded(const char *csv)
{
    Roster roster;
    Err err = load_as("r.csv", csv, &(RosterAsk){0}, &roster);
    if (err.code)
        fail_msg("'%s': %s", csv, err.text);
    return roster;
}

/* "ID name;" per person, '!' before those who do not graduate, '?' before contradictions. */
static const char *persons(const Roster *roster)
{
    const char *text = "";
    for (size_t i = 0; i < roster->count; i++) {
        const Person *person = &roster->list[i];
        text = arena_print(arena, "%s%s%s%s %s;", text, person->eligible ? "" : "!",
                           person->contradicts_id ? "?" : "", person->id.text, person->name);
    }
    return text;
}

// clang-format off
static const struct { const char *csv, *persons; } readings[] = {
    {HEAD A ",张三\n",                                    A " 张三;"},
    {HEAD " " A " ,　张三　\n",                            A " 张三;"},            /* full-width space */
    {HEAD A ",\"张\xe2\x80\x8b三\xe2\x80\xae\xc2\x9b\t四\"\n",  A " 张三 四;"},        /* what nobody sees */
    {HEAD "'" A ",张三\n",                                A " 张三;"},
    {HEAD "=\"" A "\",张三\n",                            A " 张三;"},
    {HEAD "\"=\"\"" A "\"\"\",张三\n",                    A " 张三;"},
    {HEAD "\"\t" A "\t\",张三\n",                         A " 张三;"},
    {HEAD "11010519491231002x,张三\n",                    A " 张三;"},
    {HEAD "１１０１０５１９４９１２３１００２Ｘ,张三\n",        A " 张三;"},
    {HEAD "610104620927690.0,张三\n",                     "610104620927690 张三;"},
    {HEAD "440524188001010014.0,张三\n11010519491231002x.00,李四\n", "440524188001010014 张三;" A " 李四;"},
    {"证件号码,证件类型\n士字第0123456号,士官证\n1234567,士官证\n7654321,现役士官证\n", "士字第0123456号 ;1234567 ;7654321 ;"},
    {"士官证号,姓名\n士字第0123456号,张三\n", "士字第0123456号 张三;"},
    {"姓名,身份证号,军官证号\n张三," A ",南字第012345号\n", A " 张三;"},
    {"士官证号,姓名,身份证号\n,张三," A "\n", A " 张三;"},
    {"军官证号,姓名\n南字第012345号,张三\n", "南字第012345号 张三;"},
    {"证件号码,证件类型\n军x012345,军官证\nＸ×12345,护照\n", "军x012345 ;XX12345 ;"}, /* each letter counts */
    {HEAD "610104620927690,张三\n610104196209276908,张三\n", "610104196209276908 张三;"},
    {HEAD "510201198710252200,张三\n",                    "510201198710252200 张三;"}, /* the roster vouches */
    {HEAD "810000199408230021,陈\n830000199201300022,林\n932682198501010017,J\n",
        "810000199408230021 陈;830000199201300022 林;932682198501010017 J;"},
    {HEAD "南字第012345号,张三\n",                        "南字第012345号 张三;"},
    {"证件号码,证件类型\n12345678,军官证\n" A ",居民身份证\nE12345678,护照\n" B ",1\n" C ",\n",
        "12345678 ;" A " ;E12345678 ;" B " ;" C " ;"},
    {"2025届名单\n\n\n身份证号,姓名\n" A ",张三\n",        A " 张三;"},
    {"SFZH,XM\n" A ",张三\n",                             A " 张三;"},
    {"sfzh,xm\n" A ",张三\n",                             A " 张三;"},
    {"ＳＦＺＨ,ＸＭ\n" A ",张三\n",                       A " 张三;"},
    {"\"身份\n证 号*\",姓 名：\n" A ",张三\n",            A " 张三;"},
    {"身份证号码（必填）,姓名\n" A ",张三\n",              A " 张三;"},
    {HEAD ",\n" A ",张三\n , \n" B ",李四\n",             A " 张三;" B " 李四;"},   /* blank rows */
    {HEAD A ",张三\n" HEAD B ",李四\n",                   A " 张三;" B " 李四;"},   /* printed again */
    {HEAD A ",张三\n合计: 1 人,\n",                       A " 张三;"},
    {HEAD A ",张三\n合计: 1 人\n\n1. 本表一式三份\n制表人 李,\n", A " 张三;"},
    {"姓名,身份证号\n张三," A "\n注:以上属实,\n",          A " 张三;"},
    {"姓名,身份证号\n张三," A "\n共1人,\n,随便写\n",       A " 张三;"},
    {"身份证号,毕业状态\n" A ",毕业\n" B ",结业\n" C ",退学\n",  A " ;!" B " ;!" C " ;"},
    {"身份证号,毕结业状态\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,是否毕业\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,毕业与否\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,毕业情况\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,学籍情况\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,学生状态\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,审核结果\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,毕业/结业\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,毕(结)业\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,毕（结）业\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,预毕业确认状态\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,是否预毕业\n" A ",毕业\n" B ",退学\n", A " ;!" B " ;"},
    {"身份证号,毕业状态\n" A ",预毕业确认\n" B ",已毕业\n" C ",已结业\n", A " ;" B " ;!" C " ;"},
    {"身份证号,是否毕业\n" A ",是\n" B ",否\n", A " ;!" B " ;"},
    {"身份证号,入学方式,党员\n" A ",转学,否\n" B ",,no\n", A " ;" B " ;"}, /* no word on how it ended */
    {"身份证号,班级,备注\n" A ",结业,退学费未清\n", A " ;"},              /* a class; no whole cell */
    {"身份证号,预毕业确认\n" A ",已确认\n" B ",未确认\n" C ", 预 毕业 \n", A " ;!" B " ;" C " ;"},
    {"身份证号,性别,出生日期\n" A ",女,1949-12-31\n" B ",男,18800101\n" C ",1,1999年1月10日\n",
        A " ;" B " ;" C " ;"},
    {"身份证号,性别,出生日期\n" A ",男,\n" B ",,1880/1/2\n" C ",不详,36170\n610104620927690,女,\n",
        "?" A " ;?" B " ;" C " ;610104620927690 ;"},
    {"身份证号,出生日期\n" A ",18263\n" B ",\n" C ",25569\n", A " ;" B " ;?" C " ;"},     /* a workbook's days from 1900 */
    {"身份证号,出生日期\n" A ",16801\n" C ",34708\n", A " ;" C " ;"},                     /* and from 1904 */
    {"身份证号,出生日期\n" C ",36170.5\n", C " ;"},
    {"身份证号,出生日期\n" A ",36170\n" C ",36171.0\n", "?" A " ;?" C " ;"},
    {"身份证号,出生日期\n" A ",1949\n" C ",199901\n", A " ;" C " ;"},                     /* years and months are no days */
    {"身份证号,性别\n610104620927690,男\n",               "?610104620927690 ;"},
    {HEAD A ",\"张\n三\"\n",                              A " 张 三;"},
    {HEAD A ",买买提·吐尔逊\n",                           A " 买买提·吐尔逊;"},
};

static const struct { const char *csv, *says; } refused[] = {
    {"身份证号;姓名\n1,10105E+17;李四\n",          "cell A2 '1,10105E+17' was an identity number until a spreadsheet"},
    {HEAD A ",张三\n1.1E+17,李四\n",              "cell A3 '1.1E+17' was an identity number until a spreadsheet"},
    {HEAD "1.10105194912310E17,a\n",              "cell A2 '1.10105*********E17' was"},
    {HEAD "110105194912310000,a\n",               "cell A2 '110105********0000' was"},  /* wrong check digit */
    {HEAD "110105194912310016.0,a\n",             "cell A2 '1*******************' was"},
    {HEAD "440524188001010013.0,a\n",             "cell A2 '4*******************' was"},
    {HEAD "440524188001010014.5,a\n",             "cell A2 '4*******************' is no identity"},
    {HEAD "11010519491231002,a\n",                "cell A2 '1****************' is no identity number of 18 or 15"},
    {HEAD "张三,a\n",                             "cell A2 '张*' is no identity number"},
    {HEAD "12345678,a\n",                         "cell A2 '1*******' is no identity number"},
    {HEAD "110105199902300011,a\n",               "cell A2 '110105********0011' is no identity number: no day"},
    {HEAD "610104621327690,a\n",                  "cell A2 '610104******690' is no identity number: no day"},
    {"姓名,身份证号\n张三," A "\n李四,\n",         "cell B3 has no identity number"},
    {"姓名,身份证号\n合计,\n张三," A "\n",         "cell A2 looks like the end of the list, but persons follow"},
    {"姓名,身份证号\n张三," A "\n合计,\n李四,\n",  "cell A3 looks like the end of the list"},
    {"姓名,身份证号\n张三," A "\n注小明,\n",     "cell B3 has no identity number"},
    {"姓名,身份证号,班级\n注小明,,一班\n张三," A ",一班\n",  "cell B2 has no identity number"},
    {"序号,姓名,身份证号\n1,张三," A "\n合计,12人,\n", "cell C3 has no identity number, and a row with a name is taken for a person: fill it in, or remove the row if it is no person"},
    {"序号,姓名,身份证号\n1,张三," A "\n2,,\n", "cell C3 has no identity number$"},
    {"身份证号,毕业状态\n" A ",在读\n",            "cell B2 '在读' does not say whether the person graduates: write it there; known are 毕业, "},
    {"身份证号,毕业状态\n" A ",\n",                "cell B2 '' does not say whether the person graduates: write it there; "},
    {"身份证号,去向\n" A ",毕业\n" B ",退学\n",  "cell B3 '退学' stands in column B, and no column is read as the status: --column status=B reads that one if every cell of it says 毕业, 退学 or the like, else add a column 毕业状态 that does; --column status= says that everybody graduates, this person too"},
    {"身份证号,姓名,备注\n" A ",a, 已 退学 \n" B ",b,\n" C ",c,肄业\n", "cell C2 '已退学' stands in column C, and no column is read as the status: --column status=C reads that one if every cell of it says 毕业, 退学 or the like, else add a column 毕业状态 that does; --column status= says that everybody graduates, this person too; also C4"},
    {"身份证号,证件类型\n" A ",身分证\n",          "cell B2 '身分证' is no known kind of document"},
    {"身份证号,证件类型\n" A ", XX 证\n",         "cell B2 'XX 证' is no known kind of document"},
    {"身份证号,证件类型\n12345678,身份证\n",       "cell A2 '1*******' is no identity number"},
    {"身份证号,证件类型\n../../a,护照\n",          "cell A2 '.******' is no identity number"},
    {"身份证号,证件类型\n南字a第01号,军官证\n" A ",身份证\n南字A第01号,军官证\n", "rows 2 and 4: two certificates '南******' that differ in small"},
    {HEAD A ",张三,多\n",                         "row 2 has more or fewer cells than the header"},
    {HEAD A "\n",                                 "row 2 has more or fewer cells than the header"},
    {HEAD A ",\"张三\n" B ",李四\n" C ",\"\"王五\n\"\n", "cell B2 holds whole lines: a quotation mark"},
    {"姓名,学号\n张三,1\n",                       "has no column of identity numbers in its first 20 rows: call it 身份证号, "},
    {"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n" HEAD A ",a\n", "has no column of identity numbers"},
    {HEAD,                                        "row 1 is the header, and nobody stands below it"},
    {"军官证号,士官证号\n" A "," B "\n",           "row 1: columns A and B could both be 'id'"},
    {"身份证号,证件号码,军官证号\n" A "," B ",\n", "row 1: columns A and B could both be 'id'"},
    {"军官证号,身份证号,证件号码\n," A "," B "\n", "row 1: columns B and C could both be 'id'"},
    {"身份证号,证件号码\n" A "," B "\n",           "row 1: columns A and B could both be 'id': choose with --column id=A"},
    {"身份证号,毕业状态,学籍状态\n" A ",毕业,a\n", "row 1: columns B and C could both be 'status'"},
    {"身份证号,姓名,姓名\n" A ",a,b\n",            "row 1: columns B and C could both be 'name'"},
    {HEAD "1,a\n" A ",b\n2,c\n,d\n",              "cell A2 '1' is no identity number of 18 or 15 digits; other documents need a column 证件类型 that says what they are; also A4, A5"},
    {HEAD "1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n", "; also A3, A4, A5, A6, A7, A8, A9 and 2 more"},
};
// clang-format on

static void persons_are_read_as_they_are_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(readings); i++) {
        Roster roster = loaded(readings[i].csv);
        if (strcmp(persons(&roster), readings[i].persons) != 0)
            fail_msg("'%s' reads '%s'", readings[i].csv, persons(&roster));
    }
}

/* '$' at the end of `part`: nothing follows. */
static bool says(const char *text, const char *part)
{
    size_t length = strcspn(part, "$");
    return part[length] ? g_str_has_suffix(text, arena_print(arena, "%.*s", (int)length, part)) : strstr(text, part) != NULL;
}

static void what_is_in_doubt_is_refused_with_its_cell(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        Roster roster;
        Err err = load_as("r.csv", refused[i].csv, &(RosterAsk){0}, &roster);
        if (err.code != ERR_USAGE)
            fail_msg("'%s' is accepted", refused[i].csv);
        if (!says(err.text, refused[i].says) || !strstr(err.text, "/r.csv'"))
            fail_msg("'%s': '%s' does not say '%s'", refused[i].csv, err.text, refused[i].says);
    }
}

static void every_column_has_its_place(void **state)
{
    (void)state;
    Roster roster = loaded("考生号,学号,专业名称,班级,函授站,层次,院校代码,备注,毕业状态,姓名,身份证号\n"
                           "k,x,z,b,h,c,y,n,毕业,张三," A "\nk,x,z,,h,,,,毕业,李," B "\nk,x,z,,,,,,毕业,王," C "\n");
    const Person *person = &roster.list[0];
    const char *texts[] = {person->exam_no, person->student_no, person->major, person->class_name,
                           person->site,    person->level,      person->college, person->remark,
                           person->group};
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_int_equal(texts[i][0], "kxzbhcynb"[i]);
    assert_string_equal(person->status, "毕业");
    assert_int_equal(person->row, 2);
    assert_int_equal(person->rows, 1);
    assert_string_equal(roster.list[1].group, "h");
    assert_string_equal(roster.list[2].group, "z");
    assert_int_equal(roster.eligible, 3);
    assert_string_equal(roster.note, "CSV, header in row 1, UTF-8; id=K, name=J, student_no=B, exam_no=A, major=C, class=D, site=E, "
                                     "level=F, college=G, remark=H, status=I");
}

static void rows_of_one_person_are_one_person(void **state)
{
    (void)state;
    Roster roster = loaded("身份证号,姓名,毕业状态\n" B ",李,毕业\n130503670401001,张,毕业\n" B ",李,毕业\n"
                           "130503196704010016,张,退学\n" A ",王,毕业\n");
    assert_int_equal(roster.rows, 5);
    assert_int_equal(roster.count, 3);
    assert_int_equal(roster.duplicate_rows, 2);
    assert_int_equal(roster.eligible, 2);
    const Person *same = &roster.list[0], *differ = &roster.list[1];
    assert_string_equal(same->key, B);
    assert_int_equal(same->rows, 2);
    assert_false(same->rows_differ);
    assert_true(same->eligible);
    assert_string_equal(differ->id.text, "130503196704010016"); /* the number of today names the file */
    assert_string_equal(differ->key, "130503196704010016");
    assert_int_equal(differ->row, 3);
    assert_true(differ->rows_differ);
    assert_false(differ->eligible); /* one of its rows says so */
}

static void other_names_of_one_number_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *rows, *list;
        int names;
    } cases[] = {
        {A ",张三\n", NULL, 1},
        {A ",张三\n" A ",张三\n", NULL, 1},
        {A ",张三\n" A ",张 三\n" A ",张　三\n" A ",\n", NULL, 1}, /* written otherwise, or not at all */
        {A ",阿不都·买买提\n" A ",阿不都•买买提\n" A ",阿不都.买买提\n", NULL, 1},
        {A ",\n" A ",\n", NULL, 0},
        {A ",阿不都·买买提\n" A ",阿不都买买提\n", "阿不都·买买提, 阿不都买买提", 2},
        {A ",张三\n" A ",李四\n" A ",张三\n", "张三, 李四", 2},
        {A ",\n" A ",张三\n" A ",张三丰\n" A ",李四\n", "张三, 张三丰, 李四", 3},
        {A ",a\n" A ",b\n" A ",c\n" A ",d\n" A ",e\n" A ",f\n" A ",g\n" A ",h\n" A ",i\n" A ",j\n" A ",a\n", "a, b, c, d, e, f, g, h, i, j", 10},
        {A ",a\n" A ",b\n" A ",c\n" A ",d\n" A ",e\n" A ",f\n" A ",g\n" A ",h\n" A ",i\n" A ",j\n" A ",k\n" A ",l\n", "a, b, c, d, e, f, g, h, i, j ...", 10},
    };
    char before[17] = "";
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[600];
        snprintf(text, sizeof text, HEAD "%s", cases[i].rows);
        Roster roster = loaded(text);
        assert_int_equal(roster.count, 1);
        assert_int_equal(roster.list[0].names, cases[i].names);
        if (cases[i].list)
            assert_string_equal(roster.list[0].name_list, cases[i].list);
        else
            assert_null(roster.list[0].name_list);
        assert_string_not_equal(roster.hash, before);
        memcpy(before, roster.hash, sizeof before);
    }
    Roster roster = loaded(HEAD A ",张三\n" A ",李四\n"), other = loaded(HEAD A ",张三\n" A ",王五\n");
    assert_string_not_equal(roster.hash, other.hash);
}

static void persons_are_found_by_key(void **state)
{
    (void)state;
    Roster roster = loaded(HEAD C ",c\n" A ",a\n610104620927690,d\n南字第012345号,e\n" B ",b\n");
    const char *keys[] = {A, B, C, "610104196209276908", "南字第012345号"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        assert_non_null(roster_find(&roster, keys[i]));
        assert_string_equal(roster_find(&roster, keys[i])->key, keys[i]);
    }
    for (size_t i = 1; i < roster.count; i++)
        assert_true(strcmp(roster.list[roster.by_key[i - 1]].key, roster.list[roster.by_key[i]].key) < 0);
    assert_null(roster_find(&roster, "610104620927690"));
    assert_null(roster_find(&roster, ""));
    assert_null(roster_find(&roster, "11010519491231002"));
    assert_null(roster_find(&(Roster){0}, A));
}

static void a_slip_is_suggested_only_where_it_can_be_one_person(void **state)
{
    (void)state;
    Roster roster = loaded(HEAD A ",a\n" B ",b\n440524188001010022,c\n440524188001010030,d\n");
    bool none[4] = {0}, a_done[4] = {true}, c_done[4] = {false, false, true, false};
    bool b_left[4] = {false, false, true, true};
    // clang-format off
    const struct { const char *id; const bool *photos; const char *hit; } slips[] = {
        {"11010519491231003X", none, A},       /* one digit */
        {"210105194912310" "02X", none, A},
        {"110105194912310021", none, A},       /* the last one */
        {"110105194921310" "02X", none, A},    /* neighbours swapped */
        {"11010519491231020X", none, A},
        {"11010519491231003X", a_done, NULL},  /* has a photo */
        {A, none, NULL},                       /* no slip */
        {"11010519491231013X", none, NULL},    /* two digits */
        {"1101051949123100X2", none, NULL},    /* no number */
        {"11010519491231003", none, NULL},
        {"", none, NULL},
        {"440524188001010024", none, NULL},    /* both b and c are one digit away */
        {"440524188001010024", c_done, B},
        {"440524188001010032", b_left, NULL},
    };
    // clang-format on
    for (size_t i = 0; i < COUNT(slips); i++) {
        const Person *person = roster_suggest(&roster, slips[i].id, slips[i].photos);
        if (!person != !slips[i].hit || (person && strcmp(person->key, slips[i].hit) != 0))
            fail_msg("'%s': %s", slips[i].id, person ? person->key : "nobody");
    }
}

static void the_hash_is_of_the_meaning(void **state)
{
    (void)state;
    Roster plain = loaded(HEAD A ",张三\n" B ",李四\n");
    Roster turned = loaded("x\n\n姓名,学号,身份证号\n李四,," B "\n张三,,'" A "\n");
    assert_string_equal(plain.hash, turned.hash);
    assert_int_equal(strlen(plain.hash), 16);
    const char *others[] = {HEAD A ",张三\n", HEAD A ",张三\n" B ",李五\n",
                            HEAD A ",张三\n" B ",李四\n" B ",李四\n",
                            "身份证号,姓名,毕业状态\n" A ",张三,毕业\n" B ",李四,结业\n"};
    for (size_t i = 0; i < COUNT(others); i++) {
        Roster other = loaded(others[i]);
        assert_string_not_equal(plain.hash, other.hash);
    }
}

static void all_formats_say_the_same(void **state)
{
    (void)state;
    Roster csv, gbk, xlsx, dbf;
    static char path[MADE_PATH];
    csv = loaded("sfzh,xm\n" A ",张三\n" B ",李四\n");
    assert_int_equal(load_as("g.csv", "\xc9\xed\xb7\xdd\xd6\xa4\xba\xc5\tXM\n" A "\t\xd5\xc5\xc8\xfd\n" B "\t\xc0\xee\xcb\xc4\n",
                             &(RosterAsk){0}, &gbk).code, ERR_NONE);
    assert_string_equal(gbk.note, "CSV, header in row 1, GB18030; id=A, name=B; no status: all of them graduate");
    made_path("r.xlsx", path);
    make_xlsx(path, (Part[]){{"xl/worksheets/sheet1.xml", SHEET("")},
                             {"xl/worksheets/sheet2.xml",
                              SHEET(ROW("1", TEXT("A1", "t")) ROW("3", SHARED("B3", "1") SHARED("D3", "0"))
                                        ROW("4", TEXT("B4", "张三") TEXT("D4", A))
                                            ROW("9", TEXT("B9", "李四") TEXT("D9", B)))},
                             {NULL, NULL}});
    assert_int_equal(load_as("r.xlsx", NULL, &(RosterAsk){0}, &xlsx).code, ERR_NONE);
    assert_string_equal(xlsx.note, "XLSX, sheet '二', header in row 3; id=D, name=B; no status: all of them graduate");
    assert_int_equal(xlsx.list[1].row, 9);
    made_path("r.dbf", path);
    make_dbf(path, "LDID/77", (DbfColumn[]){{"XM", 'C', 10}, {"SFZH", 'C', 18}, {NULL, 0, 0}},
             (const char *[]){"\xd5\xc5\xc8\xfd", A, "\xc0\xee\xcb\xc4", B, NULL});
    assert_int_equal(load_as("r.dbf", NULL, &(RosterAsk){0}, &dbf).code, ERR_NONE);
    assert_string_equal(csv.hash, gbk.hash);
    assert_string_equal(csv.hash, xlsx.hash);
    assert_string_equal(csv.hash, dbf.hash);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(persons_are_read_as_they_are_meant),
        TEST(what_is_in_doubt_is_refused_with_its_cell),
        TEST(every_column_has_its_place),
        TEST(rows_of_one_person_are_one_person),
        TEST(other_names_of_one_number_are_told),
        TEST(persons_are_found_by_key),
        TEST(a_slip_is_suggested_only_where_it_can_be_one_person),
        TEST(the_hash_is_of_the_meaning),
        TEST(all_formats_say_the_same),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
