/* SPDX-License-Identifier: MIT */
#include "../../pipeline/run.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#undef fail /* err.h has a function of that name */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fake_flow.h"

enum { PHOTOS = 500, MANY = 5000 };

typedef struct World {
    Arena *arena;
    char out[64];
    Outdir outdir;
    Journal *journal;
    Profile profile;
    Listing listing;
    Plan plan;
    Run run;
    int seen[MANY];
    size_t home_count, furthest; /* furthest: most photos home while number 0 was not */
    int stop_at;                 /* raise SIGTERM when this one is home; -1: never */
    int stops;
    Err answer;
} World;

static void must(Err err)
{
    if (err.code)
        print_error("%s\n", err.text);
    assert_int_equal(err.code, ERR_NONE);
}

static Err on_home(void *user, size_t index, const Photo *photo, const char *times)
{
    World *world = user;
    assert_memory_equal(times, "{\"read\":", 8);
    assert_non_null(photo->unchanged ? "" : photo->record);
    world->seen[index]++;
    world->home_count++;
    if (!world->seen[0])
        world->furthest = world->home_count;
    if (world->stop_at == (int)index)
        kill(getpid(), SIGTERM);
    return world->answer;
}

static void on_stopping(void *user, int in_flight)
{
    World *world = user;
    assert_true(in_flight >= 0 && in_flight <= world->run.lanes);
    world->stops++;
}

static void plan_photos(World *world, int count, const char *odd, int odd_at)
{
    History history = {0};
    world->listing.files = ARENA_ARRAY(world->arena, Listed, (size_t)count);
    world->listing.by_key = ARENA_ARRAY(world->arena, uint32_t, (size_t)count);
    world->listing.count = (size_t)count;
    for (int i = 0; i < count; i++) {
        const char *path = arena_print(world->arena, "/in/%05d%s.jpg", i, i == odd_at ? odd : "");
        world->listing.files[i] = (Listed){.path = path, .key = path};
        world->listing.by_key[i] = (uint32_t)i;
    }
    if (world->journal)
        must(journal_history(world->arena, world->journal, &history));
    PlanAsk ask = {&world->listing, &history, NULL, "p", "g"};
    must(plan_make(world->arena, &ask, &world->plan));
}

static int set_up(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create(1 << 26);
    strcpy(world->out, "/tmp/headroom-run-XXXXXX");
    assert_non_null(mkdtemp(world->out));
    must(outdir_open(world->arena, world->out, &world->outdir));
    must(journal_open(world->arena, &world->outdir, world->out, &world->journal));
    strcpy(world->profile.hash, "p");
    world->stop_at = -1;
    world->run = (Run){.lanes = 4,
                       .out = world->out,
                       .program = "g",
                       .profile = &world->profile,
                       .flow = flow,
                       .plan = &world->plan,
                       .journal = world->journal,
                       .open = fake_open,
                       .close = fake_close,
                       .record = fake_record,
                       .home = on_home,
                       .stopping = on_stopping,
                       .user = world};
    atomic_store(&opened, 0);
    atomic_store(&closed, 0);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    World *world = *state;
    char command[128];
    journal_close(world->journal);
    outdir_close(&world->outdir);
    snprintf(command, sizeof command, "rm -r %s", world->out);
    assert_int_equal(system(command), 0);
    arena_destroy(world->arena);
    free(world);
    return 0;
}

static size_t rows(World *world)
{
    History history;
    must(journal_history(world->arena, world->journal, &history));
    return history.count;
}

static void every_photo_comes_home_once_with_any_number_of_lanes(void **state)
{
    static const int lanes[] = {8, 2, 1}; /* libuv takes its threads from the first */
    World *world = *state;
    for (size_t i = 0; i < sizeof lanes / sizeof lanes[0]; i++) {
        RunEnd end;
        memset(world->seen, 0, sizeof world->seen);
        world->run.lanes = lanes[i];
        plan_photos(world, PHOTOS, "", -1);
        assert_int_equal(world->plan.count, PHOTOS);
        must(run_belt(world->arena, &world->run, &end));
        for (int p = 0; p < PHOTOS; p++)
            assert_int_equal(world->seen[p], 1);
        assert_int_equal(end.finished, PHOTOS);
        assert_false(end.interrupted);
        assert_int_equal(rows(world), PHOTOS);
        assert_int_equal(atomic_load(&opened), atomic_load(&closed));
    }
}

static void nothing_to_do_is_done_at_once(void **state)
{
    World *world = *state;
    RunEnd end;
    plan_photos(world, 0, "", -1);
    must(run_belt(world->arena, &world->run, &end));
    assert_int_equal(end.finished, 0);
    assert_int_equal(atomic_load(&opened), 0);
}

static void a_photo_that_fails_ends_alone(void **state)
{
    World *world = *state;
    RunEnd end;
    plan_photos(world, 20, "hungry", 7);
    must(run_belt(world->arena, &world->run, &end));
    assert_int_equal(end.finished, 20);
    assert_int_equal(end.verdicts[VERDICT_ERROR], 1);
    assert_int_equal(end.verdicts[VERDICT_PASS], 19);
    History history;
    must(journal_history(world->arena, world->journal, &history));
    assert_true(history.list[7].failed);
    plan_photos(world, 20, "hungry",
                7); /* only the failed one again; the young stamps are looked at */
    assert_int_equal(world->plan.why[WHY_FAILED], 1);
}

static void a_photo_out_of_time_frees_its_lane_and_is_still_judged(void **state)
{
    World *world = *state;
    RunEnd end;
    world->profile.time_max_s = 1;
    world->run.lanes = 1;
    plan_photos(world, 20, "costly", 7);
    must(run_belt(world->arena, &world->run, &end));
    assert_int_equal(end.finished, 20);
    assert_int_equal(end.verdicts[VERDICT_REJECT], 1);
    assert_int_equal(end.verdicts[VERDICT_PASS], 19);
    plan_photos(world, 20, "costly", 7); /* a verdict like any other: not tried again */
    assert_int_equal(world->plan.why[WHY_FAILED], 0);
}

static void what_a_failed_photo_had_stored_is_removed(void **state)
{
    World *world = *state;
    RunEnd end;
    plan_photos(world, 20, "orphan", 7);
    must(run_belt(world->arena, &world->run, &end));
    assert_int_equal(end.verdicts[VERDICT_ERROR], 1);
    assert_int_equal(faccessat(world->outdir.folder, "photos/orphan.JPG", F_OK, 0), -1);
}

static void a_full_disk_ends_the_run_and_keeps_what_is_done(void **state)
{
    World *world = *state;
    RunEnd end;
    plan_photos(world, 400, "full", 50);
    Err err = run_belt(world->arena, &world->run, &end);
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.text, "the disk is full");
    assert_true(end.finished >= 46 && end.finished < 70);
    assert_int_equal(rows(world), end.finished);
}

static bool there(const World *world, int number)
{
    char path[64];
    snprintf(path, sizeof path, "photos/%05d.jpg", number);
    return faccessat(world->outdir.folder, path, F_OK, 0) == 0;
}

static void photos_are_placed_before_their_rows_are_committed(void **state)
{
    World *world = *state;
    RunEnd end;
    world->run.together = true;
    plan_photos(world, PHOTOS, "", -1);
    must(run_belt(world->arena, &world->run, &end));
    assert_int_equal(rows(world), PHOTOS);
    for (int i = 0; i < PHOTOS; i++)
        assert_true(there(world, i));
}

/* A folder lies where photo number `taken` belongs: its batch and what is in flight get no row. Rows there are. */
static size_t rows_before(World *world, int taken)
{
    RunEnd end;
    History history;
    char folder[96];
    world->run.together = true;
    snprintf(folder, sizeof folder, "%s/photos/%05dtaken.jpg", world->out, taken);
    assert_int_equal(mkdir(folder, 0700), 0);
    plan_photos(world, PHOTOS, "taken", taken);
    Err err = run_belt(world->arena, &world->run, &end);
    assert_true(err.code == ERR_IO && strstr(err.text, "cannot rename into"));
    journal_close(world->journal); /* what is not committed goes */
    must(journal_open(world->arena, &world->outdir, world->out, &world->journal));
    must(journal_history(world->arena, world->journal, &history));
    for (size_t i = 0; i < history.count; i++)
        assert_true(there(world, atoi(history.list[i].path + strlen("/in/"))));
    return history.count;
}

static void a_batch_that_cannot_be_placed_ends_the_run(void **state)
{
    assert_int_equal(rows_before(*state, 5), 0);
}

static void what_was_placed_before_stays(void **state)
{
    size_t kept = rows_before(*state, 300);
    assert_true(kept > 0 && kept < 300);
}

static void a_lane_without_its_tools_ends_the_run(void **state)
{
    World *world = *state;
    RunEnd end;
    plan_photos(world, 20, "", -1);
    world->run.detector = "no.onnx";
    Err err = run_belt(world->arena, &world->run, &end);
    assert_int_equal(err.code, ERR_MODEL);
    assert_string_equal(err.text, "cannot load 'no.onnx'");
    assert_int_equal(rows(world), 0);
}

static void a_reader_that_left_ends_the_run(void **state)
{
    World *world = *state;
    RunEnd end;
    plan_photos(world, PHOTOS, "", -1);
    world->answer = (Err){ERR_IO, "nobody reads"};
    assert_int_equal(run_belt(world->arena, &world->run, &end).code, ERR_IO);
    assert_true(end.finished < 20);
}

static void a_signal_drains_and_commits(void **state)
{
    World *world = *state;
    RunEnd end;
    plan_photos(world, PHOTOS, "", -1);
    world->stop_at = 100;
    must(run_belt(world->arena, &world->run, &end));
    assert_true(end.interrupted);
    assert_int_equal(world->stops, 1);
    assert_true(end.finished >= 97 && end.finished < PHOTOS);
    assert_int_equal(rows(world), end.finished);
    size_t first = end.finished;
    world->stop_at = PHOTOS - 1; /* one with the last photo is told, though nothing is left undone */
    world->run.lanes = 1;
    plan_photos(world, PHOTOS, "", -1);
    must(run_belt(world->arena, &world->run, &end));
    assert_true(end.asked && !end.interrupted);
    assert_int_equal(rows(world), PHOTOS);
    assert_int_equal(end.finished - end.unchanged, PHOTOS - first);
}

static void signal_again(void *user, int in_flight)
{
    (void)user;
    (void)in_flight;
    kill(getpid(), SIGTERM);
}

/* In a child, since the second signal leaves the process: two lanes, one photo that takes long. */
static void a_second_signal_commits_and_leaves_at_once(void **state)
{
    World *world = *state;
    int status = 0;
    journal_close(world->journal);
    pid_t child = fork();
    if (child == 0) {
        RunEnd end;
        must(journal_open(world->arena, &world->outdir, world->out, &world->journal));
        plan_photos(world, 20, "endless", 5);
        world->run.journal = world->journal;
        world->run.lanes = 2;
        world->run.stopping = signal_again;
        world->stop_at = 10;
        must(run_belt(world->arena, &world->run, &end));
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
    must(journal_open(world->arena, &world->outdir, world->out, &world->journal));
    size_t kept = rows(world);
    assert_true(kept >= 10 && kept < 20);
}

static void the_same_bytes_are_recognised(void **state)
{
    World *world = *state;
    RunEnd end;
    plan_photos(world, 10, "", -1);
    must(run_belt(world->arena, &world->run, &end));
    plan_photos(world, 10, "", -1); /* stamps of a file that does not exist are never trusted */
    assert_int_equal(world->plan.count, 10);
    must(run_belt(world->arena, &world->run, &end));
    assert_int_equal(end.unchanged, 10);
    assert_int_equal(rows(world), 10);
}

static void the_stamp_of_a_young_file_is_not_trusted(void **state)
{
    World *world = *state;
    RunEnd end;
    History history;
    plan_photos(world, 3, "young", 1);
    must(run_belt(world->arena, &world->run, &end));
    must(journal_history(world->arena, world->journal, &history));
    assert_true(history.list[0].trusted);
    assert_false(history.list[1].trusted);
    assert_true(history.list[2].trusted);
}

static void one_slow_photo_does_not_let_the_others_run_away(void **state)
{
    World *world = *state;
    RunEnd end;
    plan_photos(world, MANY, "slow", 0);
    world->run.journal = NULL;
    must(run_belt(world->arena, &world->run, &end));
    assert_int_equal(end.finished, MANY);
    assert_true(world->furthest < RUN_WINDOW);
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_second_signal_commits_and_leaves_at_once), /* forks before there are threads */
        IN_WORLD(every_photo_comes_home_once_with_any_number_of_lanes),
        IN_WORLD(nothing_to_do_is_done_at_once),
        IN_WORLD(a_photo_that_fails_ends_alone),
        IN_WORLD(a_photo_out_of_time_frees_its_lane_and_is_still_judged),
        IN_WORLD(what_a_failed_photo_had_stored_is_removed),
        IN_WORLD(a_full_disk_ends_the_run_and_keeps_what_is_done),
        IN_WORLD(photos_are_placed_before_their_rows_are_committed),
        IN_WORLD(a_batch_that_cannot_be_placed_ends_the_run),
        IN_WORLD(what_was_placed_before_stays),
        IN_WORLD(a_lane_without_its_tools_ends_the_run),
        IN_WORLD(a_reader_that_left_ends_the_run),
        IN_WORLD(a_signal_drains_and_commits),
        IN_WORLD(the_same_bytes_are_recognised),
        IN_WORLD(the_stamp_of_a_young_file_is_not_trusted),
        IN_WORLD(one_slow_photo_does_not_let_the_others_run_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
