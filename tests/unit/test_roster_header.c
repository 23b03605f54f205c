/* SPDX-License-Identifier: MIT */
/* Headers of more than one row, and what stands above a header without being one. */
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
#define A "11010519491231002X"
#define B "440524188001010014"
#define C "440308199901101512"
#define TITLE "某某学院2026届毕业生名册"

static Err load(const char *name, RosterAsk ask, Roster *out)
{
    static char path[MADE_PATH];
    made_path(name, path);
    ask.path = path;
    return roster_load(arena, &ask, out);
}

/* "header in row 1; id=A|name/class/site;" with '!' before those who do not graduate, or what is wrong. */
static const char *said(const Err *err, const Roster *roster)
{
    if (err->code)
        return err->text;
    const char *text = arena_print(arena, "%s|", strstr(roster->note, "header"));
    for (size_t i = 0; i < roster->count; i++) {
        const Person *person = &roster->list[i];
        text = arena_print(arena, "%s%s%s/%s/%s;", text, person->eligible ? "" : "!", person->name, person->class_name, person->site);
    }
    return text;
}

// clang-format off
static const struct { const char *csv, *columns[3], *says; } csvs[] = {
    /* two rows; which cells of the second are written at all */
    {"序号,姓名,证件信息,,是否毕业,班级\n,,证件类型,身份证号,,\n1,a,居民身份证," A ",否,一\n2,b,居民身份证," B ",是,二\n", {0},
     "header in rows 1 and 2, UTF-8; id=D, name=B, class=F, status=E, id_type=C|!a/一/;b/二/;"},
    {"序号,姓名,证件信息,,是否毕业,班级\n,,证件类型,身份证号\n1,a,居民身份证," A ",否,一\n", {0}, "header in rows 1 and 2, UTF-8; id=D, name=B, class=F, status=E, id_type=C|!a/一/;"},
    {"序号,姓名,证件信息,,是否毕业,班级\n,,证件类型,身份证号\n1,a,," A ",是\n", {0}, "status=E, id_type=C|a//;"}, /* as narrow as one of the two */
    {"序号,姓名,证件信息,,是否毕业,班级\n,,证件类型,身份证号,,\n1,a,," A ",是\n", {0}, "row 3 has more or fewer cells than the header"},
    {"序号,姓名,证件信息,,是否毕业,班级\n,,证件类型,身份证号,,\n1,a,," A ",是,一,x\n", {0}, "row 3 has more or fewer cells than the header"},
    {TITLE ",,\n姓名,证件信息,班级\n,身份证号,\na," A ",一\n", {0}, "header in rows 2 and 3, UTF-8; id=B, name=A, class=C; no status: all of them graduate|a/一/;"},
    {"姓名,证件信息,,\n,,性别,班级\n,身份证号,,\na," A ",女,一\n", {0}, "header in rows 1 to 3, UTF-8; id=B, name=A, class=D, sex=C; no"},
    {"姓名,证件,,是否毕业\n,号码,,\n,身份证号,类型,\na," A ",,否\n", {0}, "header in rows 1 to 3, UTF-8; id=B, name=A, status=D|!a//;"}, /* nothing known in the middle one */
    {"姓名,证件信息,是否毕业\n,身份证号,\na," A ",否\n姓名,证件信息,是否毕业\n,身份证号,\nb," B ",是\n", {0}, "header in rows 1 and 2, header repeated: 1, UTF-8; id=B, name=A, status=C|!a//;b//;"},
    {"姓名,证件信息,毕业否,班别\n,身份证号,,\na," A ",否,一\n", {"status=毕业否", "class=D"}, "header in rows 1 and 2, UTF-8; id=B, name=A, class=D, status=C|!a/一/;"},
    {"序号,证件信息,毕业否,班别\n,身份证号,,\na," A ",否,一\n", {"class=D"}, "header in rows 1 and 2, UTF-8; id=B, class=D; no"},
    {"姓名, ,毕业状态\n ,身份证号, \na," A ",毕业\n", {0}, "header in rows 1 and 2, UTF-8; id=B, name=A, status=C|a//;"}, /* spaces are nothing */
    /* no header, though it stands above one */
    {TITLE "\n姓名,身份证号\na," A "\n", {0}, "header in row 2, UTF-8; id=B, name=A; no status: all of them graduate|a//;"},
    {TITLE ",,\n,姓名,身份证号\n1,a," A "\n", {0}, "header in row 2, UTF-8; id=C, name=B; no"}, /* above an empty cell */
    {"班级,一班,状态,毕业\n序号,姓名,性别,身份证号\n1,a,女," A "\n", {0}, "header in row 2, UTF-8; id=D, name=B, sex=C; no"},
    {"专业,会计,层次,本科,制表,李四\n姓名,身份证号\na," A "\n", {0}, "id=B, name=A"}, /* wider than the list */
    {"班级\n\n,身份证号,姓名\n1," A ",a\n", {0}, "header in row 3, UTF-8; id=B, name=C; no"}, /* does not touch it */
    {"班级,,\n,,\n,身份证号,姓名\n1," A ",a\n", {0}, "header in row 3, UTF-8; id=B, name=C; no"},
    {"班级,,\n备注一,,\n备注二,,\n,身份证号,姓名\n1," A ",a\n", {0}, "header in row 4, UTF-8; id=B, name=C; no"}, /* too far */
    {"班级,,\n班号,身份证号,姓名\n7," A ",a\n", {0}, "header in row 2, UTF-8; id=B, name=C, class=A; no"},
    {"班级,,,\n,身份证号,姓名,班号\n7," A ",a,8\n", {0}, "header in rows 1 and 2, UTF-8; id=B, name=C, class=D; no"}, /* what the row itself says is enough */
    /* two that could be it */
    {"状态,证件,\n,身份证号,是否毕业\n是," A ",否\n", {0}, "row 2: columns A and C could both be 'status': choose with --column status=A"},
    {"状态,证件,\n,身份证号,是否毕业\n是," A ",否\n", {"status=C"}, "status=C|!//;"},
    {"姓名,证件,\n,身份证号,姓名\na," A ",b\n", {"name=A"}, "name=A; no status: all of them graduate|a//;"},
    {"姓名,证件,毕业情况,\n,身份证号,类别,日期\na," A ",结业,\n", {0}, "row 2: column C is '类别' below '毕业情况': say with --column status=C that it is the status, or with --column status= that no column is: everybody graduates then"},
    {"姓名,证件,毕业情况,\n,身份证号,类别,日期\na," A ",结业,\n", {"status=C"}, "status=C|!a//;"},
    {"姓名,证件,毕业情况,\n,身份证号,类别,日期\na," A ",是,\n", {"status="}, "header in rows 1 and 2, UTF-8; id=B, name=A; no status: all of them graduate|a//;"},
    {"姓名,证件,毕业情况,\n,身份证号,类别,结论\na," A ",是,否\n", {0}, "status=D|!a//;"},
};

/* Rows below the header of a workbook: cells of them are all written. */
#define PERSONS ROW("4", TEXT("A4", "1") TEXT("B4", "a") TEXT("C4", "居民身份证") TEXT("D4", A) TEXT("E4", "否") TEXT("F4", "一")) \
                ROW("5", TEXT("A5", "2") TEXT("B5", "b") TEXT("C5", "居民身份证") TEXT("D5", B) TEXT("E5", "是") TEXT("F5", "二"))
#define UPPER TEXT("A2", "序号") TEXT("B2", "姓名") TEXT("C2", "证件信息") TEXT("E2", "是否毕业") TEXT("F2", "班级")
#define LOWER TEXT("C3", "证件类型") TEXT("D3", "身份证号")
#define MERGED(ref) "<mergeCell ref=\"" ref "\"/>"

static const struct { const char *rows, *merges, *columns[2], *says; } books[] = {
    {ROW("1", TEXT("A1", TITLE)) ROW("2", UPPER) ROW("3", LOWER) PERSONS,
     MERGED("A1:F1") MERGED("A2:A3") MERGED("B2:B3") MERGED("C2:D2") MERGED("E2:E3") MERGED("F2:F3"), {0},
     "header in rows 2 and 3; id=D, name=B, class=F, status=E, id_type=C|!a/一/;b/二/;"},
    {ROW("2", UPPER) ROW("3", LOWER) PERSONS, MERGED("F4:F5"), {0}, "|!a/一/;b/一/;"},
    {ROW("2", UPPER) ROW("3", LOWER) PERSONS, "", {"status=E"}, "status=E, id_type=C|!a/一/;b/二/;"},
    {ROW("2", UPPER) ROW("3", LOWER) PERSONS, "", {"class=G"}, "row 3: no column is called 'G' (--column class)"},
    {ROW("2", TEXT("B2", "姓名") TEXT("E2", "毕业否") TEXT("F2", "班别")) ROW("3", LOWER) PERSONS, "", {"status=E"}, "header in rows 2 and 3; id=D, name=B, status=E, id_type=C|!a//;b//;"},
    {ROW("2", TEXT("E2", "毕业否")) ROW("3", LOWER) PERSONS, "", {"status=毕业否"}, "header in rows 2 and 3; id=D, status=E, id_type=C|!//;//;"},
    {ROW("1", UPPER) ROW("3", LOWER) PERSONS, "", {0}, "header in row 3; id=D, id_type=C; no status"}, /* an empty row parts them */
    {ROW("1", TEXT("A1", TITLE)) ROW("3", TEXT("B3", "姓名") TEXT("D3", "身份证号") TEXT("E3", "是否毕业")) PERSONS, MERGED("A1:F2"), {0}, "header in row 3; id=D, name=B, status=E|!a//;b//;"},
};
// clang-format on

static void rows_above_complete_the_header_of_a_csv(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(csvs); i++) {
        char path[MADE_PATH];
        Roster roster;
        made_path("r.csv", path);
        make_file(path, csvs[i].csv, strlen(csvs[i].csv));
        Err err = load("r.csv", (RosterAsk){.columns = csvs[i].columns}, &roster);
        if (!strstr(said(&err, &roster), csvs[i].says))
            fail_msg("'%s': '%s' does not say '%s'", csvs[i].csv, said(&err, &roster), csvs[i].says);
    }
}

static void rows_above_complete_the_header_of_a_workbook(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(books); i++) {
        char path[MADE_PATH];
        Roster roster;
        const char *sheet = arena_print(arena, "<worksheet><sheetData>%s</sheetData><mergeCells>%s</mergeCells></worksheet>", books[i].rows, books[i].merges);
        made_path("r.xlsx", path);
        make_xlsx(path, (Part[]){{"xl/worksheets/sheet1.xml", sheet}, {NULL, NULL}});
        Err err = load("r.xlsx", (RosterAsk){.columns = books[i].columns}, &roster);
        if (!strstr(said(&err, &roster), books[i].says))
            fail_msg("book %zu: '%s' does not say '%s'", i, said(&err, &roster), books[i].says);
    }
}

/* Rows of an earlier sheet are not above those of the next. */
static void a_sheet_begins_anew(void **state)
{
    (void)state;
    char path[MADE_PATH];
    Roster roster;
    made_path("r.xlsx", path);
    make_xlsx(path, (Part[]){{"xl/worksheets/sheet1.xml", SHEET(ROW("2", UPPER))},
                             {"xl/worksheets/sheet2.xml", SHEET(ROW("3", LOWER) PERSONS)},
                             {NULL, NULL}});
    Err err = load("r.xlsx", (RosterAsk){0}, &roster);
    if (!strstr(said(&err, &roster), "header in row 3; id=D, id_type=C; no status"))
        fail_msg("%s", said(&err, &roster));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        TEST(rows_above_complete_the_header_of_a_csv),
        TEST(rows_above_complete_the_header_of_a_workbook),
        TEST(a_sheet_begins_anew),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
