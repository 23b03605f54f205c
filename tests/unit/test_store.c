/* SPDX-License-Identifier: MIT */
#include "../../stages/store.h"
#include "../../pipeline/aside.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "out_fixture.h"

#define NUMBER "11010519491231002X"

static void only_a_bound_photo_that_may_count_gets_a_place(void **state)
{
    (void)state;
    Task good = {.id = {ID_RESIDENT18, ID_FINE, NUMBER}, .files_for_id = 1, .held = ".held/x"};
    Task old = {.id = {ID_RESIDENT15, ID_FINE, "610104620927690"}, .files_for_id = 1, .held = ".held/x"};
    Task twice = good, nobody = {.files_for_id = 1, .held = ".held/x"}, broken = good, climbing = good, hidden = good,
         waits = good;
    waits.hold = true;
    twice.files_for_id = 2;
    broken.id.problem = ID_BAD_CHECK;
    snprintf(climbing.id.text, sizeof climbing.id.text, "../x");
    snprintf(hidden.id.text, sizeof hidden.id.text, ".x");
    // clang-format off
    const struct { Verdict verdict; Action action; const Task *task; const char *path; } row[] = {
        {VERDICT_PASS,   ACTION_MADE,           &good,   "photos/" NUMBER ".JPG"},
        {VERDICT_PASS,   ACTION_PASSED_THROUGH, &good,   "photos/" NUMBER ".JPG"},
        {VERDICT_PASS,   ACTION_HEADER_FIXED,   &old,    "photos/610104620927690.JPG"},
        {VERDICT_REVIEW, ACTION_MADE,           &good,   "review/" NUMBER ".JPG"},
        {VERDICT_REVIEW, ACTION_NONE,           &good,   ""},
        {VERDICT_REJECT, ACTION_MADE,           &good,   ".held/x"},
        {VERDICT_REJECT, ACTION_NONE,           &good,   ""},
        {VERDICT_PASS,   ACTION_MADE,           &waits,  ".held/x"},
        {VERDICT_ERROR,  ACTION_MADE,           &good,   ""},
        {VERDICT_PASS,   ACTION_MADE,           &twice,  ".held/x"},
        {VERDICT_PASS,   ACTION_MADE,           &nobody, ".held/x"},
        {VERDICT_PASS,   ACTION_MADE,           &broken, ".held/x"},
        {VERDICT_PASS,   ACTION_MADE,           &climbing, ".held/x"},
        {VERDICT_PASS,   ACTION_MADE,           &hidden, ".held/x"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        char path[128];
        store_path(row[i].verdict, row[i].action, row[i].task, "{id}.JPG", path);
        assert_string_equal(path, row[i].path);
    }
}

static void a_file_arrives_whole_private_and_alone(void **state)
{
    const World *world = *state;
    const char *out = world->out;
    Arena *arena = world->arena;
    char path[256];
    shell(world, "mkdir photos");
    Bytes first = {(uint8_t *)"first", 5}, second = {(uint8_t *)"second!", 7};
    assert_int_equal(store_file(arena, out, "photos/A.JPG", &first, false).code, ERR_NONE);
    assert_int_equal(store_file(arena, out, "photos/A.JPG", &second, false).code, ERR_NONE);
    snprintf(path, sizeof path, "%s/photos/A.JPG", out);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 7);
    assert_int_equal(info.st_mode & 0777, 0600);
    Err err = store_file(arena, out, "nowhere/A.JPG", &first, false);
    assert_int_equal(err.code, ERR_IO);
}

static bool is_there(const char *out, const char *relative)
{
    char path[512];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", out, relative);
    return stat(path, &info) == 0 && info.st_size == 5;
}

/* Few ones by fsync, more by syncfs. */
static void what_waits_is_placed_by_its_batch(void **state)
{
    const World *world = *state;
    const char *out = world->out;
    Arena *arena = world->arena;
    char path[256];
    shell(world, "mkdir photos");
    Bytes file = {(uint8_t *)"first", 5};
    Aside aside;
    assert_int_equal(aside_open(arena, out, &aside).code, ERR_NONE);
    for (int count = 1; count <= 8; count += 7) {
        for (int i = 0; i < count; i++) {
            snprintf(path, sizeof path, "photos/%d-%d.JPG", count, i);
            assert_int_equal(store_file(arena, out, path, &file, true).code, ERR_NONE);
            assert_false(is_there(out, path));
            aside_add(&aside, path);
        }
        assert_int_equal(aside_place(arena, &aside).code, ERR_NONE);
        assert_int_equal(aside.count, 0);
        for (int i = 0; i < count; i++) {
            snprintf(path, sizeof path, "photos/%d-%d.JPG", count, i);
            assert_true(is_there(out, path));
        }
    }
    assert_int_equal(store_file(arena, out, "photos/A.JPG", &file, true).code, ERR_NONE);
    aside_add(&aside, "photos/A.JPG");
    aside_drop(&aside, "photos/A.JPG");
    assert_int_equal(aside_place(arena, &aside).code, ERR_IO); /* it is gone */
    aside_close(&aside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_bound_photo_that_may_count_gets_a_place),
        cmocka_unit_test_setup_teardown(a_file_arrives_whole_private_and_alone, make_world, drop_world),
        cmocka_unit_test_setup_teardown(what_waits_is_placed_by_its_batch, make_world, drop_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
