/* SPDX-License-Identifier: MIT */
#include "../../pipeline/plain.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void letters_are_read_and_stray_bytes_told(void **state)
{
    static const struct {
        const char *text;
        int32_t point;
        size_t bytes;
    } cases[] = {
        {"a", 'a', 1},           {"\xc2\x80", 0x80, 2},        {"\xe5\xbc\xa0", 0x5f20, 3},
        {"\xf4\x8f\xbf\xbf", 0x10ffff, 4}, {"\xf4\x90\x80\x80", PLAIN_NO_LETTER, 1}, {"\xc1\x81", PLAIN_NO_LETTER, 1},
        {"\xed\xa0\x80", PLAIN_NO_LETTER, 1}, {"\xe5\xbc", PLAIN_NO_LETTER, 1}, {"\x80", PLAIN_NO_LETTER, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *next = cases[i].text;
        assert_int_equal(plain_next(&next), cases[i].point);
        assert_int_equal(next - cases[i].text, cases[i].bytes);
    }
}

static void hidden_letters_of_json_are_escaped(void **state)
{
    static const char *const cases[][2] = {
        {"{\"a\":\"张三\"}", "{\"a\":\"张三\"}"},
        {"\"\x7f\xc2\x9b\xe2\x80\xae\"", "\"\\u007F\\u009B\\u202E\""},
        {"\"\xf3\xa0\x80\x81\"", "\"\\uDB40\\uDC01\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *to = open_memstream(&text, &size);
        plain_print(to, cases[i][0]);
        fclose(to);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_are_read_and_stray_bytes_told),
        cmocka_unit_test(hidden_letters_of_json_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
