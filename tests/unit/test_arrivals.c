/* SPDX-License-Identifier: MIT */
#include "../../pipeline/arrivals.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct World {
    Arena *arena;
    char folder[64], path[96];
} World;

static int set_up(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create(1 << 24);
    strcpy(world->folder, "/tmp/arrivals-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->path, sizeof world->path, "%s/a.jpg", world->folder);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    World *world = *state;
    unlink(world->path);
    rmdir(world->folder);
    arena_destroy(world->arena);
    free(world);
    return 0;
}

static int write_some(const World *world)
{
    int fd = open(world->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "some", 4), 4);
    return fd;
}

static Listed listed(const World *world)
{
    struct stat info;
    Listed file = {.path = world->path, .key = world->path};
    assert_int_equal(stat(world->path, &info), 0);
    file.stamp.mtime_ns = info.st_mtim.tv_sec * 1000000000LL + info.st_mtim.tv_nsec;
    file.stamp.ctime_ns = info.st_ctim.tv_sec * 1000000000LL + info.st_ctim.tv_nsec;
    return file;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void a_file_is_settled_when_its_writer_closes_it(void **state)
{
    const World *world = *state;
    int fd = write_some(world);
    Listed file = listed(world);
    assert_false(arrivals_is_settled(&file));
    file.stamp.mtime_ns = file.stamp.ctime_ns = 1; /* however long nothing was written */
    assert_false(arrivals_is_settled(&file));
    file = listed(world);
    close(fd);
    assert_true(arrivals_is_settled(&file));
}

static void a_reader_does_not_keep_a_file_from_settling(void **state)
{
    const World *world = *state;
    close(write_some(world));
    int reader = open(world->path, O_RDONLY | O_CLOEXEC);
    Listed file = listed(world);
    assert_true(arrivals_is_settled(&file));
    close(reader);
}

static void what_cannot_be_opened_settles_a_second_later(void **state)
{
    const World *world = *state;
    assert_int_equal(symlink("/nowhere", world->path), 0);
    Listed file = {.path = world->path, .key = world->path};
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t at = now.tv_sec * 1000000000LL + now.tv_nsec;
    file.stamp.mtime_ns = at;
    assert_false(arrivals_is_settled(&file));
    file.stamp.mtime_ns = at - 900000000;
    assert_false(arrivals_is_settled(&file));
    file.stamp.mtime_ns = at - 1100000000;
    assert_true(arrivals_is_settled(&file));
    file.stamp.ctime_ns = at; /* copied with its old time just now */
    assert_false(arrivals_is_settled(&file));
}

static void a_new_file_ends_a_wait(void **state)
{
    World *world = *state;
    Arrivals *arrivals;
    assert_int_equal(arrivals_open(world->arena, false, &arrivals).code, ERR_NONE);
    assert_int_equal(arrivals_follow(arrivals, world->folder).code, ERR_NONE);
    int64_t from = now_ms();
    assert_true(arrivals_wait(arrivals, 60)); /* nothing happens */
    assert_true(now_ms() - from >= 55);
    close(write_some(world));
    from = now_ms();
    assert_true(arrivals_wait(arrivals, 20000));
    assert_true(now_ms() - from < 10000);
    arrivals_close(arrivals);
}

static void a_wait_of_no_time_ends(void **state)
{
    World *world = *state;
    Arrivals *arrivals;
    assert_int_equal(arrivals_open(world->arena, false, &arrivals).code, ERR_NONE);
    alarm(20); /* it would wait for ever */
    for (int i = 0; i < 3; i++)
        assert_true(arrivals_wait(arrivals, 0));
    alarm(0);
    arrivals_close(arrivals);
}

/* The old folder is kept under another name and keeps its inode; or it is gone at once and may give it to the new one. */
static void follows_another(World *world, bool kept)
{
    Arrivals *arrivals;
    char before[80];
    int64_t from;
    snprintf(before, sizeof before, "%s-before", world->folder);
    assert_int_equal(arrivals_open(world->arena, false, &arrivals).code, ERR_NONE);
    for (int i = 0; i < 3; i++)
        assert_int_equal(arrivals_follow(arrivals, world->folder).code, ERR_NONE);
    assert_int_equal(kept ? rename(world->folder, before) : rmdir(world->folder), 0);
    assert_int_equal(mkdir(world->folder, 0700), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(arrivals_follow(arrivals, world->folder).code, ERR_NONE);
        do { /* until all that is told */
            from = now_ms();
            assert_true(arrivals_wait(arrivals, 60));
        } while (now_ms() - from < 55);
    }
    if (kept)
        assert_int_equal(rmdir(before), 0);
    close(write_some(world));
    from = now_ms();
    assert_true(arrivals_wait(arrivals, 20000));
    assert_true(now_ms() - from < 10000);
    arrivals_close(arrivals);
}

static void a_folder_in_the_place_of_another_is_followed(void **state)
{
    World *world = *state;
    follows_another(world, true);
    unlink(world->path);
    follows_another(world, false);
}

static void a_signal_ends_the_watch(void **state)
{
    World *world = *state;
    for (int guarded = 0; guarded < 2; guarded++) {
        Arrivals *arrivals;
        assert_int_equal(arrivals_open(world->arena, guarded, &arrivals).code, ERR_NONE);
        assert_true(arrivals_wait(arrivals, 1));
        raise(guarded ? SIGUSR1 : SIGTERM);
        assert_false(arrivals_wait(arrivals, 20000));
        assert_false(arrivals_wait(arrivals, 20000)); /* and stays so */
        arrivals_close(arrivals);
    }
}

static void a_folder_that_is_not_there_leaves_looking_now_and_then(void **state)
{
    World *world = *state;
    Arrivals *arrivals;
    assert_int_equal(arrivals_open(world->arena, false, &arrivals).code, ERR_NONE);
    assert_int_equal(arrivals_follow(arrivals, "/nowhere/at/all").code, ERR_NONE);
    assert_true(arrivals_wait(arrivals, 5));
    arrivals_close(arrivals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_settled_when_its_writer_closes_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_does_not_keep_a_file_from_settling, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_opened_settles_a_second_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_file_ends_a_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wait_of_no_time_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_in_the_place_of_another_is_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_signal_ends_the_watch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_leaves_looking_now_and_then, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
