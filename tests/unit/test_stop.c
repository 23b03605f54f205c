/* SPDX-License-Identifier: MIT */
#include "../../pipeline/stop.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { UNASKED = 40, IGNORED, SURVIVED };

/* What becomes of a process that gets one signal, asks, and gets another one. */
static int ends_with(int first, int second, bool ignored)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(first, ignored ? SIG_IGN : SIG_DFL);
        signal(second, SIG_DFL);
        stop_begin();
        if (stop_asked(NULL))
            _exit(UNASKED);
        raise(first);
        if (!stop_asked(NULL))
            _exit(IGNORED);
        raise(second);
        _exit(SURVIVED);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void the_first_is_noted_and_the_second_ends(void **state)
{
    (void)state;
    assert_int_equal(ends_with(SIGINT, SIGINT, false), -SIGINT);
    assert_int_equal(ends_with(SIGTERM, SIGTERM, false), -SIGTERM);
    assert_int_equal(ends_with(SIGINT, SIGTERM, false), -SIGTERM);
    assert_int_equal(ends_with(SIGTERM, SIGINT, false), -SIGINT);
}

static void what_was_ignored_stays_so(void **state)
{
    (void)state;
    assert_int_equal(ends_with(SIGINT, SIGTERM, true), IGNORED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_is_noted_and_the_second_ends),
        cmocka_unit_test(what_was_ignored_stays_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
