/* SPDX-License-Identifier: MIT */
#include "../../pipeline/plan.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define ONE "11010519491231002X"
#define TWO "440524188001010014"
#define OLD15 "610104620927690"
#define OLD18 "610104196209276908"
#define SHA "aa"

enum { MOST = 8 };
static const Stamp stamp = {100, 200, 300, 400};

typedef struct World {
    Arena *arena;
    Listed files[MOST];
    uint32_t by_key[MOST];
    Listing listing;
    Past rows[MOST];
    History history;
    Plan plan;
} World;

static int set_up(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create(1 << 24);
    world->listing.files = world->files;
    world->listing.by_key = world->by_key;
    world->history.list = world->rows;
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    World *world = *state;
    arena_destroy(world->arena);
    free(world);
    return 0;
}

static int compare_rows(const void *a, const void *b)
{
    return strcmp(((const Past *)a)->path, ((const Past *)b)->path);
}

/* Files in bytewise order by path in these tests, so the index is plain. */
static void file(World *world, const char *path)
{
    size_t at = world->listing.count++;
    world->files[at] = (Listed){.path = path, .key = path, .stamp = stamp};
    world->by_key[at] = (uint32_t)at;
}

/* A row that stands: same stamp, profile, program, one file for its ID. */
static Past *row(World *world, const char *path, const char *key)
{
    Past *past = &world->rows[world->history.count++];
    *past = (Past){.path = path,
                   .id_key = key,
                   .stamp = stamp,
                   .trusted = true,
                   .output_stands = true,
                   .files_for_id = key ? 1 : 0,
                   .attempt = 1,
                   .sha256 = SHA,
                   .profile = "p",
                   .program = "g"};
    return past;
}

static void make(World *world)
{
    qsort(world->rows, world->history.count, sizeof *world->rows, compare_rows);
    PlanAsk ask = {&world->listing, &world->history, NULL, "p", "g"};
    assert_int_equal(plan_make(world->arena, &ask, &world->plan).code, ERR_NONE);
}

static void what_stands_is_not_done_again(void **state)
{
    World *world = *state;
    file(world, "/" ONE ".jpg");
    file(world, "/" TWO ".jpg");
    file(world, "/nobody.jpg");
    row(world, "/" ONE ".jpg", ONE);
    row(world, "/nobody.jpg", NULL);
    make(world);
    assert_int_equal(world->plan.done, 2);
    assert_int_equal(world->plan.count, 1);
    assert_int_equal(world->plan.tasks[0].file, 1);
    assert_int_equal(world->plan.tasks[0].why, WHY_NEW);
    assert_null(world->plan.tasks[0].past);
    assert_int_equal(plan_attempt(&world->plan.tasks[0], SHA), 1);
    assert_int_equal(world->plan.unbound, 1);
    assert_int_equal(world->plan.dropped_count, 0);
}

static void every_difference_is_a_reason_to_judge_again(void **state)
{
    // clang-format off
    static const struct { const char *what; Why why; bool known; } rows[] = {
        {"bytes",    WHY_CHANGED, true},
        {"mtime",    WHY_CHANGED, true},
        {"ctime",    WHY_CHANGED, true},
        {"inode",    WHY_CHANGED, true},
        {"young",    WHY_CHANGED, true},
        {"unread",   WHY_CHANGED, false},
        {"profile",  WHY_RULES,   false},
        {"program",  WHY_RULES,   false},
        {"failed",   WHY_FAILED,  false},
        {"output",   WHY_OUTPUT,  false},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *what = rows[i].what;
        World *world;
        set_up((void **)&world);
        file(world, "/" ONE ".jpg");
        Past *past = row(world, "/" ONE ".jpg", ONE);
        past->stamp.bytes += strcmp(what, "bytes") == 0;
        past->stamp.mtime_ns += strcmp(what, "mtime") == 0;
        past->stamp.ctime_ns += strcmp(what, "ctime") == 0;
        past->stamp.inode += strcmp(what, "inode") == 0;
        past->trusted = strcmp(what, "young") != 0 && strcmp(what, "unread") != 0;
        past->sha256 = strcmp(what, "unread") ? SHA : "";
        past->profile = strcmp(what, "profile") ? "p" : "other";
        past->program = strcmp(what, "program") ? "g" : "other";
        past->failed = strcmp(what, "failed") == 0;
        past->output_stands = strcmp(what, "output") != 0;
        make(world);
        assert_int_equal(world->plan.count, 1);
        assert_int_equal(world->plan.tasks[0].why, rows[i].why);
        assert_int_equal(world->plan.why[rows[i].why], 1);
        Task task;
        plan_task(&world->plan, 0, &task);
        assert_int_equal(task.known_sha256 != NULL, rows[i].known);
        assert_int_equal(task.known_hash != NULL, rows[i].known);
        tear_down((void **)&world);
    }
    (void)state;
}

static void files_of_one_person_are_counted_together(void **state)
{
    World *world = *state;
    file(world, "/a/" ONE ".JPG");
    file(world, "/b/" ONE " (1).jpg");
    file(world, "/c/" OLD15 ".jpg");
    file(world, "/c/" OLD18 ".jpg");
    file(world, "/d/" TWO ".jpg");
    file(world, "/d/11010519491231002.jpg");  /* 17 digits */
    file(world, "/d/510201198710252200.jpg"); /* wrong check digit */
    make(world);
    static const int expected[] = {2, 2, 2, 2, 1, 0, 0};
    assert_int_equal(world->plan.count, 7);
    for (int i = 0; i < 7; i++) {
        Task task;
        plan_task(&world->plan, (size_t)i, &task);
        assert_int_equal(task.files_for_id, expected[i]);
        assert_int_equal(task.id.kind == ID_NONE, expected[i] == 0);
        assert_int_equal(task.id.text[0] == '\0', expected[i] == 0);
    }
    assert_int_equal(world->plan.crowded, 4);
    assert_int_equal(world->plan.unbound, 2);
}

static void the_second_file_of_a_person_waits_and_leaves_the_first_alone(void **state)
{
    World *world = *state;
    file(world, "/a/" ONE ".jpg");
    file(world, "/b/" ONE ".jpg");
    row(world, "/a/" ONE ".jpg", ONE);
    make(world);
    assert_int_equal(world->plan.count, 1); /* settling needs no pixel of the first again */
    assert_int_equal(world->plan.tasks[0].why, WHY_NEW);
    assert_true(world->plan.tasks[0].hold);
    assert_int_equal(world->plan.superseded_count, 0);
}

static void a_retake_under_another_path_takes_the_place_and_counts_on(void **state)
{
    World *world = *state;
    file(world, "/new/" OLD15 ".jpg");
    Past *past = row(world, "/old/" OLD18 ".jpg", OLD18);
    past->attempt = 3;
    row(world, "/older/" OLD15 ".jpg", OLD18)->attempt = 2;
    make(world);
    assert_int_equal(world->plan.count, 1);
    const PlanTask *task = &world->plan.tasks[0];
    assert_int_equal(plan_attempt(task, SHA), 3);
    assert_int_equal(plan_attempt(task, "other"), 4);
    assert_string_equal(task->past->path, "/old/" OLD18 ".jpg");
    assert_false(task->known);
    assert_int_equal(task->superseded_count, 2);
    assert_int_equal(world->plan.dropped_count, 0);
}

static void rows_of_persons_who_are_not_here_stay(void **state)
{
    World *world = *state;
    file(world, "/" ONE ".jpg");
    row(world, "/elsewhere/" TWO ".jpg", TWO);
    row(world, "/elsewhere/nobody.jpg", NULL);
    make(world);
    assert_int_equal(world->plan.dropped_count, 0);
    assert_int_equal(world->plan.superseded_count, 0);
}

static void a_nameless_row_goes_with_its_file(void **state)
{
    World *world = *state;
    file(world, "/" ONE ".jpg");
    row(world, "/gone.jpg", NULL)->file_gone = true;
    make(world);
    assert_int_equal(world->plan.dropped_count, 1);
    assert_string_equal(world->plan.dropped[0].past->path, "/gone.jpg");
    assert_null(world->plan.dropped[0].beside);
}

static void a_row_beside_one_that_stands_goes_at_once(void **state)
{
    World *world = *state;
    file(world, "/" ONE ".jpg");
    row(world, "/" ONE ".jpg", ONE);
    row(world, "/was/" ONE ".jpg", ONE);
    make(world);
    assert_int_equal(world->plan.count, 0);
    assert_int_equal(world->plan.dropped_count, 1);
    assert_string_equal(world->plan.dropped[0].past->path, "/was/" ONE ".jpg");
    assert_string_equal(world->plan.dropped[0].beside->path, "/" ONE ".jpg");
    file(world, "/b/" ONE ".jpg"); /* is to be done, and takes its place */
    make(world);
    assert_int_equal(world->plan.count, 1);
    assert_int_equal(world->plan.tasks[0].superseded_count, 1);
    assert_int_equal(world->plan.dropped_count, 0);
}

static void a_kept_attempt_ends_with_its_photo_alone(void **state)
{
    static const char *const whats[] = {"", "profile", "program", "photo"};
    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++) {
        World *world;
        set_up((void **)&world);
        file(world, "/" ONE ".jpg");
        row(world, "/" ONE ".jpg", ONE);
        Past *kept = row(world, "kept:" ONE, ONE);
        kept->kept = true;
        kept->profile = strcmp(whats[i], "profile") ? "p" : "other";
        kept->program = strcmp(whats[i], "program") ? "g" : "other";
        kept->output_stands = strcmp(whats[i], "photo") != 0;
        make(world);
        assert_int_equal(world->plan.dropped_count, i == 3);
        assert_int_equal(world->plan.count, 0);
        tear_down((void **)&world);
    }
    (void)state;
}

static void a_photo_waits_where_one_that_passed_could_be_written_over(void **state)
{
    // clang-format off
    static const struct { const char *what; bool hold; } cases[] = {
        {"new", false}, {"passed", true}, {"passed by other rules", true}, {"failed", false}, {"kept", true},
        {"passed here by other rules", false}, {"passed here by other rules, of other bytes perhaps", true},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        set_up((void **)&world);
        file(world, "/" ONE ".jpg");
        if (i > 0) {
            Past *past = row(world, strstr(cases[i].what, "here") ? "/" ONE ".jpg" : "/was/" ONE ".jpg", ONE);
            past->passed = strncmp(cases[i].what, "passed", 6) == 0;
            past->profile = strstr(cases[i].what, "other rules") ? "other" : "p";
            past->trusted = !strstr(cases[i].what, "other bytes");
        }
        if (strcmp(cases[i].what, "kept") == 0)
            row(world, "kept:" ONE, ONE)->kept = true;
        make(world);
        assert_int_equal(world->plan.count, 1);
        assert_int_equal(world->plan.tasks[0].hold, cases[i].hold);
        tear_down((void **)&world);
    }
    (void)state;
}

static void a_roster_binds_files_and_rows_anew(void **state)
{
    World *world = *state;
    Person persons[] = {
        {.id = {ID_RESIDENT18, ID_FINE, ONE}, .key = ONE, .eligible = true},
        {.id = {ID_RESIDENT18, ID_FINE, TWO}, .key = TWO},
        {.id = {ID_RESIDENT18, ID_BAD_CHECK, "510201198710252200"}, .key = "510201198710252200", .eligible = true},
        {.id = {ID_RESIDENT18, ID_FINE, OLD18}, .key = OLD18, .eligible = true},
    };
    uint32_t by_key[] = {0, 1, 2, 3};
    Roster roster = {.list = persons, .count = 4, .by_key = by_key, .eligible = 3};
    file(world, "/440308199901101512.jpg"); /* nobody of the roster */
    file(world, "/" TWO ".jpg");            /* not eligible */
    file(world, "/new/510201198710252200.jpg");
    row(world, "/old/510201198710252200.jpg", NULL)->file_gone = true; /* nobody's when it was written */
    row(world, "/elsewhere/" OLD15 ".jpg", OLD18);
    PlanAsk ask = {&world->listing, &world->history, &roster, "p", "g"};
    qsort(world->rows, world->history.count, sizeof *world->rows, compare_rows);
    assert_int_equal(plan_make(world->arena, &ask, &world->plan).code, ERR_NONE);
    assert_int_equal(world->plan.extra, 1);
    assert_int_equal(world->plan.not_eligible, 1);
    assert_int_equal(world->plan.absent, 1); /* ONE */
    assert_true(world->plan.tasks[0].hold && world->plan.tasks[1].hold && !world->plan.tasks[2].hold);
    assert_int_equal(world->plan.tasks[2].superseded_count, 1);
    assert_int_equal(world->plan.dropped_count, 0);
    assert_int_equal(world->plan.found_count, 1);
    assert_string_equal(world->plan.found[0].past->path, "/old/510201198710252200.jpg");
    assert_string_equal(world->plan.found[0].key, "510201198710252200");
}

/* Somebody's by the roster of then. */
static void a_row_that_no_roster_vouches_for_any_more_goes_with_its_file(void **state)
{
    World *world = *state;
    row(world, "/old/510201198710252200.jpg", "510201198710252200")->file_gone = true;
    row(world, "/there/510201198710252200.jpg", "510201198710252200");
    make(world);
    assert_int_equal(world->plan.dropped_count, 1);
    assert_string_equal(world->plan.dropped[0].past->path, "/old/510201198710252200.jpg");
    assert_null(world->plan.dropped[0].beside);
}

static void nothing_at_all_is_a_plan(void **state)
{
    World *world = *state;
    make(world);
    assert_int_equal(world->plan.count, 0);
    assert_int_equal(world->plan.done, 0);
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(what_stands_is_not_done_again),
        cmocka_unit_test(every_difference_is_a_reason_to_judge_again),
        IN_WORLD(files_of_one_person_are_counted_together),
        IN_WORLD(the_second_file_of_a_person_waits_and_leaves_the_first_alone),
        IN_WORLD(a_retake_under_another_path_takes_the_place_and_counts_on),
        IN_WORLD(rows_of_persons_who_are_not_here_stay),
        IN_WORLD(a_nameless_row_goes_with_its_file),
        IN_WORLD(a_row_beside_one_that_stands_goes_at_once),
        cmocka_unit_test(a_kept_attempt_ends_with_its_photo_alone),
        cmocka_unit_test(a_photo_waits_where_one_that_passed_could_be_written_over),
        IN_WORLD(a_roster_binds_files_and_rows_anew),
        IN_WORLD(a_row_that_no_roster_vouches_for_any_more_goes_with_its_file),
        IN_WORLD(nothing_at_all_is_a_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
