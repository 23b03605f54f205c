/* SPDX-License-Identifier: MIT */
#include "../../pipeline/lines.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void lines_are_printed_in_the_order_of_the_tasks(void **state)
{
    (void)state;
    static const int order[] = {2, 0, 4, 1, 3, 1027, 5, 6};
    char *text = NULL;
    size_t size = 0;
    Arena *arena = arena_create(1 << 20);
    Lines *lines = calloc(1, sizeof *lines);
    lines->to = open_memstream(&text, &size);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        char line[16] = "";
        if (order[i] != 1) /* an empty one prints nothing and holds nobody up */
            snprintf(line, sizeof line, "%d", order[i]);
        assert_int_equal(lines_put(arena, lines, (size_t)order[i], line).code, ERR_NONE);
        if (i == 2)
            assert_string_equal(text, "0\n");
        if (i == 5)
            assert_string_equal(text, "0\n2\n3\n4\n");
    }
    assert_int_equal(lines_close(lines).code, ERR_NONE); /* what hung behind an unfinished one still comes */
    fclose(lines->to);
    assert_string_equal(text, "0\n2\n3\n4\n5\n6\n1027\n");
    free(text);
    free(lines);
    arena_destroy(arena);
}

static void a_reader_that_left_is_an_error(void **state)
{
    (void)state;
    Arena *arena = arena_create(1 << 20);
    Lines *lines = calloc(1, sizeof *lines);
    lines->to = fopen("/dev/full", "w");
    assert_non_null(lines->to);
    assert_int_equal(lines_put(arena, lines, 0, "x").code, ERR_IO);
    fclose(lines->to);
    free(lines);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_printed_in_the_order_of_the_tasks),
        cmocka_unit_test(a_reader_that_left_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
