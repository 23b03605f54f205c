/* SPDX-License-Identifier: MIT */
#include "../../pipeline/watch.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static Listed file_of(size_t number)
{
    static char paths[WATCH_SEATS + 1][32];
    snprintf(paths[number], sizeof paths[number], "/in/%zu.jpg", number);
    return (Listed){.path = paths[number], .key = paths[number], .stamp = {.bytes = (int64_t)number}};
}

static bool begin(Watch *watch, size_t seat, size_t number, Task *task)
{
    Listed file = file_of(number);
    *task = (Task){.path = file.path};
    return watch_begin(watch, seat, &file, task);
}

static void every_lane_has_a_seat(void **state)
{
    (void)state;
    Watch *watch = watch_create();
    Task task;
    Blame blame;
    for (size_t i = 0; i < WATCH_SEATS; i++)
        assert_false(begin(watch, i, i, &task));
    assert_false(begin(watch, WATCH_SEATS, WATCH_SEATS, &task)); /* none is left */
    watch_blame(watch, SIGSEGV, &blame);
    assert_int_equal(blame.at_work, WATCH_SEATS);
    assert_false(blame.quarantined);
    for (size_t i = 0; i <= WATCH_SEATS; i++) {
        Listed file = file_of(i);
        assert_int_equal(watch_suspects(watch, &file), i < WATCH_SEATS);
    }
    watch_blame(watch, SIGSEGV, &blame);
    assert_int_equal(blame.at_work, 0); /* who was blamed has left */
}

static void a_second_crash_names_the_one_that_was_alone(void **state)
{
    (void)state;
    Watch *watch = watch_create();
    Task task;
    Blame blame;
    begin(watch, 0, 1, &task);
    begin(watch, 1, 2, &task);
    watch_end(watch, 1);
    watch_blame(watch, SIGBUS, &blame);
    assert_int_equal(blame.at_work, 1);
    assert_true(begin(watch, 0, 1, &task)); /* alone now */
    watch_blame(watch, SIGBUS, &blame);
    assert_true(blame.quarantined);
    assert_string_equal(blame.path, "/in/1.jpg");
    assert_false(begin(watch, 0, 1, &task));
    assert_true(task.quarantined);
    assert_string_equal(task.problem, "crashed a library twice (SIGBUS)");
    assert_false(begin(watch, 0, 2, &task));
    assert_false(task.quarantined);
}

static void a_crash_while_tools_are_opened_blames_no_photo(void **state)
{
    (void)state;
    Watch *watch = watch_create();
    Task task;
    Blame blame;
    begin(watch, 0, 1, &task);
    watch_opening(watch, 0, true);
    begin(watch, 1, 2, &task);
    watch_opening(watch, 1, true);
    watch_opening(watch, 1, false);
    watch_blame(watch, SIGSEGV, &blame);
    assert_int_equal(blame.at_work, 1);
    assert_string_equal(blame.path, "/in/2.jpg");
    Listed file = file_of(1);
    assert_false(watch_suspects(watch, &file));
    begin(watch, 0, 1, &task); /* the next child: its tools are not open either */
    watch_opening(watch, 0, true);
    watch_blame(watch, SIGSEGV, &blame);
    assert_int_equal(blame.at_work, 0);
    watch_opening(NULL, 0, true); /* without a supervisor */
    watch_opening(watch, WATCH_SEATS, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_lane_has_a_seat),
        cmocka_unit_test(a_second_crash_names_the_one_that_was_alone),
        cmocka_unit_test(a_crash_while_tools_are_opened_blames_no_photo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
