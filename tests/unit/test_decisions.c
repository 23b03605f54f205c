/* SPDX-License-Identifier: MIT */
#include "../../pipeline/decisions.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "arena_fixture.h"

#define ONE "11010519491231002X"
#define HEAD "id,check,decision,by,reason,date\n"
#define DAMAGED "an identity number that a spreadsheet turned into a number and that lost its last digits: write it anew, and save that column as text"
#define WAS_ACCEPTED "fbb8c7911b48136bccfb9aeb83a4b4d1bd06212266806a5285d1c4d5d8ae0cd2"
#define WAS_WAIVED "e4a1fd72200bcf88deb5fd879bbbe2e025c53f3e68b3458b6abad3aeb634e5cc"
#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void an_empty_file_is_called_empty(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\xEF\xBB\xBF", " \r\n\n"};
    Decisions out;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(decisions_parse(arena, "d.csv", texts[i], &out).text, "'d.csv' is empty");
}

static void what_a_spreadsheet_writes_is_read(void **state)
{
    (void)state;
    Decisions out;
    static const char text[] = "\xEF\xBB\xBF" "check,id,decision,by,date,reason,sha256\r\n"
                               "tilt_deg,\"=\"\"" ONE "\"\"\",accept,王老师,2024-05-01,\"旧伤, \"\"医院\"\"证明\",\r\n"
                               "\r\n"
                               ",610104620927690,reject,b,2024/5/2,r," SHA "\r\n"
                               "," ONE ",accept,b,2024-05-01,r,";
    Err err = decisions_parse(arena, "d.csv", text, &out);
    if (err.code)
        fail_msg("%s", err.text);
    assert_int_equal(out.count, 3);
    size_t count;
    const Decision *one = decisions_of(&out, ONE, &count);
    assert_int_equal(count, 2);
    assert_int_equal(one[0].ruling, RULING_WAIVE);
    assert_int_equal(one[0].check, CHECK_tilt_deg);
    assert_string_equal(one[0].reason, "旧伤, \"医院\"证明");
    assert_int_equal(one[1].ruling, RULING_ACCEPT);
    assert_int_equal(one[1].line, 5);
    assert_true(strcmp(one[0].tag, one[1].tag) != 0 && strlen(one[0].tag) == 64);
    const Decision *old = decisions_of(&out, "610104196209276908", &count);
    assert_int_equal(count, 1);
    assert_true(old->given && strcmp(old->sha256, SHA) == 0);
    assert_null(decisions_of(&out, "nobody", &count));
    assert_null(decisions_of(NULL, ONE, &count));
}

/* One decision each: on whom, by whom, why. */
static void cells_are_parted_as_in_a_roster(void **state)
{
    // clang-format off
    static const struct { const char *text, *says; } cases[] = {
        {HEAD ONE ",,reject,b,r,2024-01-01\n,,,,,\n,,,,,",                           ONE "/b/r"}, /* Excel's last rows */
        {HEAD ",,,,,,,,,\r\n \t, ,,,,\r\n" ONE ",,reject,b,\"r;s\",2024-01-01\r\n", ONE "/b/r;s"},
        {"id;check;decision;by;reason;date\r\n" ONE ";;reject;b;r, s;2024-01-01\r\n;;;;;\r\n", ONE "/b/r, s"},
        {"\xEF\xBB\xBF" "\"id\";\"check\";\"decision\";\"by\";\"reason\";\"date\"\n\"" ONE "\";;reject;b;\"r;s\";2024-01-01\n", ONE "/b/r;s"},
        {"id\tcheck\tdecision\tby\treason\tdate\n" ONE "\t\treject\tb\tr, s; t\t2024-01-01\n\t\t\t\t\t\n", ONE "/b/r, s; t"},
        {"id\t,check,decision,by,reason,date\n" ONE "\t,,reject,b,r\ts,2024-01-01\n", ONE "/b/r\ts"},
        {HEAD "'" ONE ",,reject,b,r,2024-01-01\n",                                  ONE "/b/r"},
        {HEAD "440524188001010014.0,,reject,b,r,2024-01-01\n",                      "440524188001010014/b/r"},
        {HEAD "南字第012345号,,reject,b,r,2024-01-01\n",                             "南字第012345号/b/r"},
        {HEAD "E12345678,,reject,b,r,2024-01-01\n",                                 "E12345678/b/r"},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Decisions out;
        Err err = decisions_parse(arena, "d.csv", cases[i].text, &out);
        if (err.code || out.count != 1)
            fail_msg("case %zu: %zu, %s", i, out.count, err.code ? err.text : "");
        assert_string_equal(arena_print(arena, "%s/%s/%s", out.list[0].id, out.list[0].by, out.list[0].reason), cases[i].says);
    }
}

/* In whatever order a spreadsheet sorted them; of one day the lower line. */
static void the_later_of_two_decisions_holds(void **state)
{
    (void)state;
    static const struct { const char *text; bool rejected; } cases[] = {
        {ONE ",,reject,b,r,2026-06-10," SHA "\n" ONE ",,accept,w,ok,2026-06-01," SHA "\n", true},
        {ONE ",,accept,w,ok,2026-06-01," SHA "\n" ONE ",,reject,b,r,2026-06-10," SHA "\n", true},
        {ONE ",,accept,w,ok,2026/6/11," SHA "\n" ONE ",,reject,b,r,2026-06-10," SHA "\n", false},
        {ONE ",,reject,b,r,2025-12-31," SHA "\n" ONE ",,accept,w,ok,2026-01-01," SHA "\n", false},
        {ONE ",,accept,w,ok,2026-06-01," SHA "\n" ONE ",,reject,b,r,2026-06-01," SHA "\n", true},
        {ONE ",,reject,b,r,2026-06-01," SHA "\n" ONE ",,accept,w,ok,2026-06-01," SHA "\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text, "id,check,decision,by,reason,date,sha256\n%s", cases[i].text);
        Decisions out;
        assert_int_equal(decisions_parse(arena, "d.csv", text, &out).code, ERR_NONE);
        assert_int_equal(decisions_reject(&out, ONE, SHA), cases[i].rejected);
    }
}

static void what_is_not_plain_is_refused_with_its_line(void **state)
{
    // clang-format off
    static const struct { const char *text, *says; } cases[] = {
        {"id,check,decision,by,reason\n",                        "d.csv:1: missing column 'date'"},
        {"id,id,check,decision,by,reason,date\n",                "d.csv:1: a column stands twice: 'id'"},
        {"id,check,decision,by,reason,date,x\n",                 "d.csv:1: unknown column 'x'"},
        {HEAD ONE ",,accept,b,r\n",                              "d.csv:2: 5 cells under a header of 6"},
        {HEAD "\n" ONE ",,acept,b,r,2024-01-01\n",               "d.csv:3: decision must be accept, reject or waive, not 'acept'"},
        {HEAD ONE ",tilt,accept,b,r,2024-01-01\n",               "d.csv:2: unknown check 'tilt'"},
        {HEAD ONE ",tilt_dge,accept,b,r,2024-01-01\n",           "d.csv:2: unknown check 'tilt_dge', did you mean 'tilt_deg'?"},
        {HEAD ONE ",,waive,b,r,2024-01-01\n",                    "d.csv:2: no check stands beside 'waive'"},
        {HEAD ONE ",in_roster,accept,b,r,2024-01-01\n",          "d.csv:2: no decision can waive the check 'in_roster'"},
        {HEAD ONE ",eligible,waive,b,r,2024-01-01\n",            "d.csv:2: no decision can waive the check 'eligible'"},
        {HEAD ONE ",files_for_id,waive,b,r,2024-01-01\n",        "d.csv:2: no decision can waive the check 'files_for_id'"},
        {HEAD ONE ",same_bytes,waive,b,r,2024-01-01\n",          "d.csv:2: no decision can waive the check 'same_bytes'"},
        {HEAD ONE ",same_picture,waive,b,r,2024-01-01\n",        NULL},
        {HEAD ",,accept,b,r,2024-01-01\n",                       "d.csv:2: no ID number"},
        {HEAD "110105194913310020,,accept,b,r,2024-01-01\n",     "d.csv:2: no ID number"},
        {HEAD ",,,,,\n1.10105E+17,,reject,b,r,2024-01-01\n",     "d.csv:3: " DAMAGED},
        {HEAD "1.1e17,,reject,b,r,2024-01-01\n",                 "d.csv:2: " DAMAGED},
        {HEAD "110105194912310000,,reject,b,r,2024-01-01\n",     "d.csv:2: " DAMAGED}, /* a wrong check digit behind zeros */
        {HEAD "110105194912310022.0,,reject,b,r,2024-01-01\n",   "d.csv:2: " DAMAGED},
        {HEAD "110105194912310003,,reject,b,r,2024-01-01\n",     NULL}, /* a wrong check digit alone: the roster may know it */
        {"id;check;decision;by;reason;date\n1,10105E+17;;reject;b;r;2024-01-01\n", "d.csv:2: " DAMAGED}, /* where ';' parts cells, ',' parts numbers */
        {HEAD ",,,,,,,,x\n",                                     "d.csv:2: more columns than there are: 'x'"},
        {HEAD ",,,,,,x\n",                                       "d.csv:2: 7 cells under a header of 6"},
        {HEAD ONE ",,accept,b,r,2024-01-01,,\n",                 "d.csv:2: 8 cells under a header of 6"},
        {"id,check,decision,by,reason,date,sha256,,\n",          "d.csv:1: unknown column ''"},
        {"id;check;decision;by;reason;date,x\n",                 "d.csv:1: unknown column 'date,x'"},
        {HEAD ONE ",,accept,,r,2024-01-01\n",                    "d.csv:2: nobody stands in the column 'by'"},
        {HEAD ONE ",,accept,b,,2024-01-01\n",                    "d.csv:2: nothing stands in the column 'reason'"},
        {HEAD ONE ",,accept,b,r,yesterday\n",                    "d.csv:2: date must be YYYY-MM-DD, not 'yesterday'"},
        {HEAD ONE ",,accept,b,r,2024-13-01\n",                   "d.csv:2: date must be YYYY-MM-DD, not '2024-13-01'"},
        {HEAD ONE ",,accept,b,\"r,2024-01-01\n",                 "d.csv:2: a quote is not closed"},
        {HEAD ONE ",,accept,b,\"r\"x,2024-01-01\n",              "d.csv:2: text after a closing quote"},
        {HEAD ONE ",,accept,b,\xd5\xc5,2024-01-01\n",            "'d.csv' is not UTF-8: save it as 'CSV UTF-8'"},
        {"id,check,decision,by,reason,date,sha256\n" ONE ",,accept,b,r,2024-01-01,abc\n", "d.csv:2: sha256 must be 64 digits 0-9 a-f, not 'abc'"},
        {HEAD,                                                   NULL},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Decisions out;
        Err err = decisions_parse(arena, "d.csv", cases[i].text, &out);
        if (!cases[i].says) {
            assert_int_equal(err.code, ERR_NONE);
            continue;
        }
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.text, cases[i].says);
    }
}

/* The second of two rows on one person is the first one again, or it is not. */
static void a_decision_is_known_again_by_what_it_decides(void **state)
{
    static const char first[] = ONE ",tilt_deg,accept,b,r,2026-01-02";
    // clang-format off
    static const struct { const char *row; bool same; } cases[] = {
        {ONE ",tilt_deg,accept,b,r,2026/1/2",    true},
        {ONE ",tilt_deg,accept,b,r,2026/01/02",  true},
        {ONE ",tilt_deg,accept,b,r,2026-1-2",    true},
        {ONE ",tilt_deg,waive,b,r,2026-01-02",   true},
        {ONE ",tilt_deg,accept,B,rr,2026-01-02", true},
        {ONE ",tilt_deg,accept,b,r,2026-01-03",  false},
        {ONE ",tilt_deg,accept,b,r,2026-11-02",  false},
        {ONE ",lip_gap,accept,b,r,2026-01-02",   false},
        {ONE ",,accept,b,r,2026-01-02",          false},
        {ONE ",tilt_deg,reject,b,r,2026-01-02",  false},
        {"610104196209276908,tilt_deg,accept,b,r,2026-01-02", false},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        Decisions out;
        snprintf(text, sizeof text, HEAD "%s\n%s\n", first, cases[i].row);
        assert_int_equal(decisions_parse(arena, "d.csv", text, &out).code, ERR_NONE);
        if ((strcmp(out.list[0].tag, out.list[1].tag) == 0) != cases[i].same)
            fail_msg("case %zu", i);
    }
}

/* Names that an older program gave: SHA-256 of key, check, word, by, reason and date as they stood, one a line. */
static void a_row_is_found_by_the_name_that_it_had_before(void **state)
{
    // clang-format off
    static const struct { const char *row, *before; } cases[] = {
        {ONE ",,accept,b,r,2026-01-02",         WAS_ACCEPTED}, /* as it stands */
        {ONE ",,accept,b,r,2026/1/2",           WAS_ACCEPTED}, /* a spreadsheet was at it */
        {ONE ",,accept,b,r,2026/01/02",         WAS_ACCEPTED},
        {ONE ",,accept,b,r,2026-1-2",           WAS_ACCEPTED},
        {ONE ",,accept,b,r,2026/01/2",          WAS_ACCEPTED},
        {ONE ",tilt_deg,accept,b,r,2026-01-02", WAS_WAIVED}, /* was "waive", 2026/1/2 */
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256], tag[65] = " ";
        Decisions out;
        bool found = false, own = false;
        snprintf(text, sizeof text, HEAD "%s\n", cases[i].row);
        assert_int_equal(decisions_parse(arena, "d.csv", text, &out).code, ERR_NONE);
        for (int number = 0; tag[0]; number++) {
            assert_int_equal(decision_tag(arena, &out.list[0], number, tag).code, ERR_NONE);
            found = found || strcmp(tag, cases[i].before) == 0;
            own = own || strcmp(tag, out.list[0].tag) == 0;
        }
        if (!found || !own)
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_file_is_called_empty, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(what_a_spreadsheet_writes_is_read, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(cells_are_parted_as_in_a_roster, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(the_later_of_two_decisions_holds, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(what_is_not_plain_is_refused_with_its_line, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(a_decision_is_known_again_by_what_it_decides, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(a_row_is_found_by_the_name_that_it_had_before, make_arena, drop_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
