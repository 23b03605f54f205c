/* SPDX-License-Identifier: MIT */
#include "journal_world.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>


static void a_row_survives_the_run(void **state)
{
    World *world = *state;
    write_output(world, "photos/" ONE ".JPG");
    put(world, "/in/\xff" ONE ".jpg", ONE, "photos/" ONE ".JPG");
    put(world, "/in/nobody.jpg", "", "");
    must(journal_commit(world->arena, world->journal));
    reopen(world);
    History history;
    must(journal_history(world->arena, world->journal, &history));
    assert_int_equal(history.count, 2);
    assert_string_equal(history.list[0].path, "/in/nobody.jpg");
    assert_null(history.list[0].id_key);
    assert_true(history.list[0].file_gone);
    const Past *past = &history.list[1];
    assert_string_equal(past->path, "/in/\xff" ONE ".jpg");
    assert_string_equal(past->id_key, ONE);
    assert_true(past->stamp.inode == UINT64_MAX && past->stamp.ctime_ns == 3);
    assert_true(past->trusted && past->output_stands && !past->failed);
    assert_int_equal(past->attempt, 2);
}

static void what_was_not_committed_never_was(void **state)
{
    World *world = *state;
    put(world, "/a.jpg", ONE, "");
    reopen(world);
    History history;
    must(journal_history(world->arena, world->journal, &history));
    assert_int_equal(history.count, 0);
}

static void an_output_nobody_claims_any_more_is_removed_after_the_commit(void **state)
{
    World *world = *state;
    write_output(world, "photos/" ONE ".JPG");
    put(world, "/a.jpg", ONE, "photos/" ONE ".JPG");
    must(journal_commit(world->arena, world->journal));
    put(world, "/a.jpg", ONE, "");
    assert_true(is_there(world, "photos/" ONE ".JPG"));
    must(journal_commit(world->arena, world->journal));
    assert_false(is_there(world, "photos/" ONE ".JPG"));
}

static void an_output_claimed_again_stays(void **state)
{
    World *world = *state;
    write_output(world, "photos/" ONE ".JPG");
    put(world, "/a.jpg", ONE, "photos/" ONE ".JPG");
    must(journal_commit(world->arena, world->journal));
    must(journal_remove(world->arena, world->journal, "/a.jpg"));
    put(world, "/b.jpg", ONE, "photos/" ONE ".JPG");
    must(journal_commit(world->arena, world->journal));
    must(journal_commit(world->arena, world->journal));
    reopen(world);
    assert_true(is_there(world, "photos/" ONE ".JPG"));
}

static void only_what_a_killed_run_wrote_itself_is_tidied_away(void **state)
{
    World *world = *state;
    write_output(world, "photos/" TWO ".JPG"); /* by hand, before */
    write_output(world, "photos/holiday.jpg"); /* by hand, no ID */
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL); /* the clock that stamps files is a coarse one */
    reopen(world);
    must(journal_expect(world->arena, world->journal, ONE ".JPG"));
    must(journal_expect(world->arena, world->journal, TWO ".JPG"));
    must(journal_commit(world->arena, world->journal));
    write_output(world, "photos/" ONE ".JPG");            /* by a worker, and then the power went */
    write_output(world, "review/440308199901101512.JPG"); /* by hand, meanwhile: not expected */
    reopen(world);
    assert_false(is_there(world, "photos/" ONE ".JPG"));
    assert_true(is_there(world, "photos/" TWO ".JPG"));
    assert_true(is_there(world, "photos/holiday.jpg"));
    assert_true(is_there(world, "review/440308199901101512.JPG"));
    write_output(world, "photos/" ONE ".JPG"); /* by hand: that run is long forgotten */
    reopen(world);
    assert_true(is_there(world, "photos/" ONE ".JPG"));
}

static void a_link_that_a_killed_merge_made_is_tidied_away(void **state)
{
    World *world = *state;
    struct timespec past[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    must(journal_expect(world->arena, world->journal, ONE ".JPG"));
    must(journal_commit(world->arena, world->journal));
    write_output(world, "photos/made.by.a.shard");
    assert_int_equal(utimensat(world->outdir.photos, "made.by.a.shard", past, 0), 0);
    assert_int_equal(linkat(world->outdir.photos, "made.by.a.shard", world->outdir.photos, ONE ".JPG", 0), 0);
    reopen(world);
    assert_false(is_there(world, "photos/" ONE ".JPG"));
    assert_true(is_there(world, "photos/made.by.a.shard"));
}

static void after_a_whole_run_nobody_is_expected(void **state)
{
    World *world = *state;
    must(journal_expect(world->arena, world->journal, ONE ".JPG"));
    must(journal_commit(world->arena, world->journal));
    must(journal_settle(world->arena, world->journal));
    write_output(world, "photos/" ONE ".JPG"); /* by hand */
    reopen(world);
    assert_true(is_there(world, "photos/" ONE ".JPG"));
}

static void a_touched_or_missing_output_does_not_stand(void **state)
{
    World *world = *state;
    History history;
    write_output(world, "photos/" ONE ".JPG");
    write_output(world, "photos/" TWO ".JPG");
    put(world, "/a.jpg", ONE, "photos/" ONE ".JPG");
    put(world, "/b.jpg", TWO, "photos/" TWO ".JPG");
    must(journal_commit(world->arena, world->journal));
    struct timespec other[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    assert_int_equal(utimensat(world->outdir.photos, ONE ".JPG", other, 0), 0);
    must(outdir_remove(world->arena, &world->outdir, "photos/" TWO ".JPG"));
    must(journal_history(world->arena, world->journal, &history));
    assert_false(history.list[0].output_stands);
    assert_false(history.list[1].output_stands);
}

static void a_new_stamp_is_all_that_touch_changes(void **state)
{
    World *world = *state;
    put(world, "/a.jpg", ONE, "");
    Stamp stamp = {7, 8, 9, 10};
    must(journal_touch(world->arena, world->journal, "/a.jpg", &stamp, false));
    must(journal_commit(world->arena, world->journal));
    History history;
    must(journal_history(world->arena, world->journal, &history));
    assert_int_equal(history.list[0].stamp.inode, 10);
    assert_false(history.list[0].trusted);
    assert_int_equal(history.list[0].attempt, 2);
}

typedef struct Order {
    char seen[256];
} Order;

static Err note(void *user, const Line *line)
{
    Order *order = user;
    strcat(order->seen, line->record);
    return OK;
}

static void put_named(World *world, const char *path, const char *id, const char *name)
{
    Id bound = id_parse(id);
    Row row = {.path = path,
               .shown = path,
               .id = &bound,
               .sha256 = "",
               .profile = "",
               .program = "",
               .output = "",
               .output_sha256 = "",
               .record = name,
               .times = ""};
    must(journal_put(world->arena, world->journal, &row));
}

static void lines_come_by_id_then_path_and_nameless_last(void **state)
{
    World *world = *state;
    Order order = {""};
    put_named(world, "/z", "", "e");
    put_named(world, "/y", ONE, "a");
    put_named(world, "/b", TWO, "c");
    put_named(world, "/a", TWO, "b");
    put_named(world, "/a2", "", "d");
    must(journal_commit(world->arena, world->journal));
    must(journal_each(world->arena, world->journal, note, &order));
    assert_string_equal(order.seen, "abcde");
}

static void a_second_run_is_locked_out(void **state)
{
    World *world = *state;
    Outdir other;
    Err err = outdir_open(world->arena, world->out, &other);
    assert_int_equal(err.code, ERR_LOCKED);
    outdir_close(&other);
}

static void a_file_that_is_no_journal_is_refused(void **state)
{
    World *world = *state;
    close_world(world);
    write_output(world, "journal.db");
    must(outdir_open(world->arena, world->out, &world->outdir));
    Err err = journal_open(world->arena, &world->outdir, world->out, &world->journal);
    assert_int_equal(err.code, ERR_FORMAT);
}

static void looking_leaves_no_trace(void **state)
{
    World *world = *state;
    char path[128];
    struct stat info;
    put(world, "/a.jpg", ONE, "");
    must(journal_commit(world->arena, world->journal));
    close_world(world);
    Journal *look;
    History history;
    must(journal_open(world->arena, NULL, world->out, &look));
    must(journal_history(world->arena, look, &history));
    assert_int_equal(history.count, 1);
    journal_close(look);
    snprintf(path, sizeof path, "%s/journal.db-wal", world->out);
    assert_int_not_equal(stat(path, &info), 0);
    must(journal_open(world->arena, NULL, "/tmp/headroom-there-is-no-such-folder", &look));
    must(journal_history(world->arena, look, &history));
    assert_int_equal(history.count, 0);
    journal_close(look);
    open_world(world);
}

static bool is_sealed(World *world, const char *key)
{
    const char *text;
    must(journal_sealed(world->arena, world->journal, key, &text));
    return text[0];
}

static void a_seal_lasts_until_a_row_changes(void **state)
{
    World *world = *state;
    put(world, "/a.jpg", ONE, "");
    must(journal_commit(world->arena, world->journal));
    assert_false(is_sealed(world, "k"));
    must(journal_seal(world->arena, world->journal, "k", "1 2"));
    reopen(world);
    const char *text;
    must(journal_sealed(world->arena, world->journal, "k", &text));
    assert_string_equal(text, "1 2");
    assert_false(is_sealed(world, "other"));
    must(journal_settle(world->arena, world->journal)); /* a commit that changes nothing */
    Id id = id_parse(ONE);
    Verdicted same = {"/a.jpg", &id, VERDICT_REJECT, "{}", false};
    must(journal_verdict(world->arena, world->journal, &same));
    must(journal_commit(world->arena, world->journal));
    assert_false(is_sealed(world, "k"));
    must(journal_seal(world->arena, world->journal, "k", "3"));
    must(journal_verdict(world->arena, world->journal, &same));
    must(journal_commit(world->arena, world->journal));
    assert_true(is_sealed(world, "k"));
    must(journal_seal(world->arena, world->journal, "newer", "4"));
    assert_false(is_sealed(world, "k"));
}

static void every_kind_of_change_takes_the_seal(void **state)
{
    World *world = *state;
    Delivered photo = {ONE, "aa"};
    Stamp stamp = {9, 9, 9, 9};
    for (int kind = 0; kind < 6; kind++) {
        put(world, "/a.jpg", ONE, "");
        must(journal_commit(world->arena, world->journal));
        must(journal_seal(world->arena, world->journal, "k", "1"));
        if (kind == 0)
            put(world, "/b.jpg", TWO, "");
        else if (kind == 1)
            must(journal_remove(world->arena, world->journal, "/a.jpg"));
        else if (kind == 2)
            must(journal_touch(world->arena, world->journal, "/a.jpg", &stamp, true));
        else if (kind == 3)
            must(journal_bind_decision(world->arena, world->journal, "tag", "aa"));
        else if (kind == 4)
            must(journal_deliver(world->arena, world->journal, "photos", &photo));
        else
            must(journal_rehome(world->arena, world->journal, "/a.jpg", "photos/" ONE ".JPG"));
        if (kind == 0) { /* not before it is certain */
            reopen(world);
            assert_true(is_sealed(world, "k"));
            put(world, "/b.jpg", TWO, "");
        }
        must(journal_commit(world->arena, world->journal));
        assert_false(is_sealed(world, "k"));
    }
}

/* Of whom no roster vouches for now. */
static void what_counted_is_kept_when_its_file_is_gone(void **state)
{
    // clang-format off
    static const struct { bool counted, kept; const char *left; } cases[] = {
        {true, false, "kept:" ONE}, {false, false, NULL}, {true, true, "/a.jpg"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        History history;
        set_up((void **)&world);
        put(world, "/a.jpg", "", ".held/x.JPG");
        if (cases[i].kept)
            put(world, "kept:" ONE, ONE, ".held/y.JPG");
        if (cases[i].counted)
            journal_note_sound(world->journal, "/a.jpg", ONE);
        must(journal_part(world->arena, world->journal, "/a.jpg"));
        must(journal_history(world->arena, world->journal, &history));
        assert_int_equal(history.count, (cases[i].left != NULL) + cases[i].kept);
        if (cases[i].left)
            assert_string_equal(history.list[0].path, cases[i].left);
        tear_down((void **)&world);
    }
    (void)state;
}

static void what_was_somebodys_stays_with_its_made_photo_when_its_file_is_gone(void **state)
{
    static const char number[] = "510201198710252200", mine[] = "/510201198710252200.jpg"; /* its check digit is wrong */
    // clang-format off
    static const struct { const char *path, *id, *output; bool later, stays; } cases[] = {
        {mine, number, ".held/x.JPG", false, true}, {mine, number, ".held/x.JPG", true, true}, {mine, number, "", false, false},
        {mine, number, "", true, false}, {mine, "", ".held/x.JPG", true, false}, {"/b.jpg", number, ".held/x.JPG", true, false},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        History history;
        set_up((void **)&world);
        Id nobody = {.kind = ID_NONE};
        put(world, cases[i].path, cases[i].id, cases[i].output);
        for (int run = 0; run < 2 && cases[i].later; run++)
            must(journal_verdict(world->arena, world->journal, &(Verdicted){cases[i].path, &nobody, VERDICT_REVIEW, "{}", false}));
        must(journal_part(world->arena, world->journal, cases[i].path));
        must(journal_history(world->arena, world->journal, &history));
        if (history.count != cases[i].stays)
            fail_msg("case %zu: %zu rows", i, history.count);
        tear_down((void **)&world);
    }
    (void)state;
}

static void what_was_nobodys_is_the_newest_of_its_person(void **state)
{
    // clang-format off
    static const struct { const char *before; int attempt; } cases[] = {{NULL, 2}, {"other", 3}, {"aa", 2}};
    // clang-format on
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        History history;
        set_up((void **)&world);
        Id id = id_parse(ONE);
        Row row = {.path = "/b.jpg", .shown = "/b.jpg", .id = &id, .files_for_id = 1, .attempt = 2, .sha256 = cases[i].before, .profile = "p",
                   .program = "g", .output = "", .output_sha256 = "", .record = "{}", .times = "{}"};
        if (cases[i].before)
            must(journal_put(world->arena, world->journal, &row));
        put(world, "/a.jpg", "", "");
        for (int again = 0; again < 2; again++)
            must(journal_number(world->arena, world->journal, "/a.jpg", ONE));
        must(journal_history(world->arena, world->journal, &history));
        assert_string_equal(history.list[0].path, "/a.jpg");
        assert_int_equal(history.list[0].attempt, cases[i].attempt);
        tear_down((void **)&world);
    }
    (void)state;
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_row_survives_the_run),
        IN_WORLD(what_was_not_committed_never_was),
        IN_WORLD(an_output_nobody_claims_any_more_is_removed_after_the_commit),
        IN_WORLD(an_output_claimed_again_stays),
        IN_WORLD(only_what_a_killed_run_wrote_itself_is_tidied_away),
        IN_WORLD(a_link_that_a_killed_merge_made_is_tidied_away),
        IN_WORLD(after_a_whole_run_nobody_is_expected),
        IN_WORLD(a_touched_or_missing_output_does_not_stand),
        IN_WORLD(a_new_stamp_is_all_that_touch_changes),
        IN_WORLD(lines_come_by_id_then_path_and_nameless_last),
        IN_WORLD(a_second_run_is_locked_out),
        IN_WORLD(a_file_that_is_no_journal_is_refused),
        IN_WORLD(looking_leaves_no_trace),
        IN_WORLD(a_seal_lasts_until_a_row_changes),
        IN_WORLD(every_kind_of_change_takes_the_seal),
        cmocka_unit_test(what_counted_is_kept_when_its_file_is_gone),
        cmocka_unit_test(what_was_somebodys_stays_with_its_made_photo_when_its_file_is_gone),
        cmocka_unit_test(what_was_nobodys_is_the_newest_of_its_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
