/* SPDX-License-Identifier: MIT */
#include "../../pipeline/hook.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct World {
    Arena *arena;
    char path[64], command[256];
} World;

static int set_up(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create(1 << 20);
    strcpy(world->path, "/tmp/hook-XXXXXX");
    close(mkstemp(world->path));
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    World *world = *state;
    unlink(world->path);
    arena_destroy(world->arena);
    free(world);
    return 0;
}

static void expect_file(const World *world, const char *wanted)
{
    char text[4096];
    FILE *file = fopen(world->path, "r");
    size_t bytes = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[bytes] = '\0';
    assert_string_equal(text, wanted);
}

static Hook open_hook(World *world, const char *format)
{
    Hook hook;
    snprintf(world->command, sizeof world->command, format, world->path);
    assert_int_equal(hook_open(world->arena, world->command, &hook).code, ERR_NONE);
    return hook;
}

static void each_result_arrives_once_and_in_order(void **state)
{
    World *world = *state;
    Hook hook = open_hook(world, "(printf %%s:$HEADROOM_VERDICT; cat) >>%s; exit 3");
    assert_true(hook_send(&hook, "PASS", "{\"n\":1}"));
    assert_true(hook_send(&hook, "REJECT", "{\"n\":\"$(echo 2);'\\\"`\"}"));
    hook_close(&hook);
    expect_file(world, ":PASS{\"n\":1}\n:REJECT{\"n\":\"$(echo 2);'\\\"`\"}\n");
    assert_int_equal(hook.fd, -1);
}

static void a_slow_command_loses_results_and_never_blocks(void **state)
{
    World *world = *state;
    static char line[8000];
    Hook hook = open_hook(world, "cat >/dev/null; sleep 0.2; echo one >>%s");
    int sent = 0;
    memset(line, 'x', sizeof line - 1);
    while (sent < 2000 && hook_send(&hook, "PASS", line))
        sent++;
    assert_in_range(sent, 2, 1999);
    close(hook.fd); /* nobody waits for them all */
    assert_int_equal(kill(hook.process, SIGKILL), 0);
    assert_int_equal(waitpid(hook.process, NULL, 0), hook.process);
}

static void a_line_that_is_too_long_is_lost_whole(void **state)
{
    World *world = *state;
    char *line = malloc(70000);
    Hook hook = open_hook(world, "cat >>%s");
    memset(line, 'x', 69999);
    line[69999] = '\0';
    assert_false(hook_send(&hook, "PASS", line));
    assert_true(hook_send(&hook, "PASS", "short"));
    hook_close(&hook);
    expect_file(world, "short\n");
    free(line);
}

static void without_a_command_nothing_is_started(void **state)
{
    World *world = *state;
    Hook hook;
    assert_int_equal(hook_open(world->arena, NULL, &hook).code, ERR_NONE);
    assert_int_equal(hook.fd, -1);
    assert_true(hook_send(&hook, "PASS", "line"));
    hook_close(&hook);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_result_arrives_once_and_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_slow_command_loses_results_and_never_blocks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_is_too_long_is_lost_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_command_nothing_is_started, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
