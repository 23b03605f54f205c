/* SPDX-License-Identifier: MIT */
#include "../../pipeline/list.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>
#include "../../pipeline/cli_table.h"
#include "../../pipeline/profile.h"

static int open_arena(void **state)
{
    *state = arena_create(16 << 20);
    return *state ? 0 : -1;
}

static int close_arena(void **state)
{
    arena_destroy(*state);
    return 0;
}

static char *listed(void **state, Topic topic, Form form, Lang lang)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    assert_non_null(to);
    Err err = list_print(*state, to, topic, form, lang);
    assert_int_equal(fclose(to), 0);
    if (err.code)
        fail_msg("%s", err.text);
    return text;
}

static int lines(const char *text)
{
    int count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static int rows_of(Topic topic)
{
    int profiles = 0;
    while (profile_names()[profiles])
        profiles++;
    return topic == TOPIC_CHECKS ? CHECK_COUNT : topic == TOPIC_PROFILES ? profiles : CLI_EXITS;
}

static void every_list_has_a_line_for_every_row(void **state)
{
    for (Topic topic = TOPIC_CHECKS; topic <= TOPIC_EXIT_CODES; topic++)
        for (Form form = FORM_PLAIN; form <= FORM_MARKDOWN; form++)
            for (Lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
                char *text = listed(state, topic, form, lang);
                assert_int_equal(lines(text), rows_of(topic) + (form == FORM_MARKDOWN ? 2 : 0));
                free(text);
            }
}

static void markdown_is_a_table_of_even_columns(void **state)
{
    char *text = listed(state, TOPIC_CHECKS, FORM_MARKDOWN, LANG_EN), *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        int bars = 0;
        for (const char *c = line; *c; c++)
            bars += *c == '|';
        assert_int_equal(bars, 6);
    }
    free(text);
    text = listed(state, TOPIC_CHECKS, FORM_MARKDOWN, LANG_EN);
    assert_non_null(strstr(text, "| hair_top_px | px | REJECT | 四.2 | hair top |\n"));
    free(text);
}

static void json_lines_parse_and_name_their_type(void **state)
{
    static const char *const types[] = {"check", "profile", "exit-code"};
    for (Topic topic = TOPIC_CHECKS; topic <= TOPIC_EXIT_CODES; topic++) {
        char *text = listed(state, topic, FORM_JSON, LANG_ZH), *rest = text;
        for (char *line; (line = strsep(&rest, "\n")) && *line;) {
            json_t *row = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
            assert_non_null(row);
            assert_string_equal(json_string_value(json_object_get(row, "type")), types[topic]);
            assert_true(json_string_length(json_object_get(row, "zh")) > 0);
            assert_true(json_string_length(json_object_get(row, "en")) > 0);
            json_decref(row);
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_list_has_a_line_for_every_row),
        cmocka_unit_test(markdown_is_a_table_of_even_columns),
        cmocka_unit_test(json_lines_parse_and_name_their_type),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
