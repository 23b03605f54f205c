/* SPDX-License-Identifier: MIT */
#include "../../stages/sheet.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

/* `cell`: what a CSV reader finds, its quotes taken off. */
static const struct Case {
    const char *text, *cell;
} CASES[] = {
    /* a spreadsheet would write these otherwise when it saves them */
    {"0101", "=\"\"0101\"\""}, {"00", "=\"\"00\"\""}, {"1-2", "=\"\"1-2\"\""}, {"3/4", "=\"\"3/4\"\""},
    {"2023-1-2", "=\"\"2023-1-2\"\""}, {"1.10", "=\"\"1.10\"\""}, {"7:30", "=\"\"7:30\"\""}, {"2e5", "=\"\"2e5\"\""},
    {"23E1", "=\"\"23E1\"\""}, {"123456789012", "=\"\"123456789012\"\""},
    /* these not */
    {"", ""}, {"0", "0"}, {"7", "7"}, {"101", "101"}, {"12345678901", "12345678901"}, {"1-", "1-"}, {"1--2", "1--2"},
    {"1-2班", "1-2班"}, {"0101.jpg", "0101.jpg"}, {"01 02", "01 02"}, {"A01", "A01"}, {"2e5x", "2e5x"}, {"1,2", "1,2"}, {"3e", "3e"},
    /* formulas, and what looks like their protection */
    {"-1", "'-1"}, {"=1", "'=1"}, {" +1", "' +1"}, {"'1", "''1"}, {"＝1", "'＝1"}, {"a\"b", "a\"\"b"}, {"a\nb", "a b"},
};

static void what_a_spreadsheet_would_rewrite_is_protected(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *out = NULL, wanted[64];
        size_t bytes = 0;
        Sheet sheet = {.file = open_memstream(&out, &bytes), .fresh = true};
        assert_non_null(sheet.file);
        sheet_text(&sheet, CASES[i].text);
        sheet_text(&sheet, "x");
        fclose(sheet.file);
        snprintf(wanted, sizeof wanted, "\"%s\",\"x\"", CASES[i].cell);
        assert_string_equal(out, wanted);
        free(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_a_spreadsheet_would_rewrite_is_protected)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
