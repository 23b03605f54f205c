/* SPDX-License-Identifier: MIT */
/* jansson has the last word on what json_out writes. */
#include "../../pipeline/json_out.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <jansson.h>
#include "arena_fixture.h"

static void assert_written(const char *own, json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
    assert_non_null(own);
    assert_string_equal(own, text);
    free(text);
    json_decref(json);
}

static void numbers_are_written_as_jansson_does(void **state)
{
    (void)state;
    static const double reals[] = {0.0, 1e-4, 9.9999949e-5, 9.999995e-5, 0.1, 0.5, 1, 9.999995, 99999.95, 999998.5, 999999.5, 1e6, 1e15, 1e22, 1e100,
                                   1.5e-7, DBL_MIN, DBL_MAX, 0.30000000000000004, 123456.5, 123457.5, 0.0001234565, 2.5, 100000.5, 1234.565};
    static const int64_t integers[] = {0, 1, -1, 1000, INT64_MAX, INT64_MIN};
    unsigned seed = 7;
    JsonOut out = {.arena = arena};
    json_t *list = json_array();
    json_out_open(&out, '[');
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        json_out_integer(&out, integers[i]);
        json_array_append_new(list, json_integer(integers[i]));
    }
    for (size_t i = 0; i < sizeof reals / sizeof *reals + 20000; i++) {
        seed = seed * 1664525u + 1013904223u;
        double value = i < sizeof reals / sizeof *reals ? reals[i] : (double)(seed >> 8) * pow(10, (int)(seed % 30) - 15);
        json_out_real(&out, i % 2 ? -value : value);
        json_array_append_new(list, json_real(i % 2 ? -value : value));
    }
    json_out_close(&out, ']');
    assert_written(json_out_end(&out), list);
}

static void texts_are_escaped_as_jansson_does(void **state)
{
    (void)state;
    static const char *const others[] = {"", "photo.jpg", "张三 é 𝄞", "</script>", "a\"b\\c/d", "\x7f"};
    JsonOut out = {.arena = arena};
    json_t *list = json_array();
    json_out_open(&out, '[');
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        json_out_string(&out, others[i]);
        json_array_append_new(list, json_string(others[i]));
    }
    for (char letter = 1; letter < 0x7f; letter++) {
        const char text[] = {letter, 'x', letter, '\0'};
        json_out_string(&out, text);
        json_array_append_new(list, json_string(text));
    }
    json_out_close(&out, ']');
    assert_written(json_out_end(&out), list);
}

static void members_that_stay_empty_are_taken_back(void **state)
{
    (void)state;
    JsonOut out = {.arena = arena};
    json_out_open(&out, '{');
    json_out_text(&out, "a", "b");
    json_out_text(&out, "no_utf8", "\xff");
    size_t began = out.length;
    json_out_key(&out, "empty");
    json_out_open(&out, '{');
    json_out_close_filled(&out, '}', began);
    began = out.length;
    json_out_key(&out, "list");
    json_out_open(&out, '[');
    json_out_integer(&out, -7);
    json_out_word(&out, "null");
    json_out_close_filled(&out, ']', began);
    json_out_close(&out, '}');
    assert_string_equal(json_out_end(&out), "{\"a\":\"b\",\"list\":[-7,null]}");
}

static void without_memory_there_is_no_text(void **state)
{
    (void)state;
    Arena *small = arena_create(4096);
    JsonOut out = {.arena = small};
    json_out_open(&out, '[');
    for (int i = 0; i < 2000; i++)
        json_out_integer(&out, i);
    json_out_close(&out, ']');
    assert_null(json_out_end(&out));
    arena_destroy(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_as_jansson_does),
        cmocka_unit_test(texts_are_escaped_as_jansson_does),
        cmocka_unit_test(members_that_stay_empty_are_taken_back),
        cmocka_unit_test(without_memory_there_is_no_text),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
