/* SPDX-License-Identifier: MIT */
#include "../../pipeline/settle_out.h"
#include "journal_world.h"

#define THREE "440308199901101512"

typedef struct Case {
    World *world;
    Profile profile;
    SettleJob job;
} Case;

static void open_case(Case *at)
{
    set_up((void **)&at->world);
    must(profile_load(at->world->arena, "college-light-blue", &at->profile));
    at->job = (SettleJob){.journal = at->world->journal, .outdir = &at->world->outdir,
                          .making = true, .profile = &at->profile};
}

static void settle(Case *at)
{
    Settlement end;
    at->job.journal = at->world->journal;
    must(settle_out(at->world->arena, &at->job, &end));
}

static Roster roster_of(Person *person, const char *id, bool eligible)
{
    static const uint32_t first[1];
    *person = (Person){.id = id_parse(id), .key = id, .name = "n", .group = "g", .eligible = eligible};
    return (Roster){.list = person, .count = 1, .by_key = (uint32_t *)(uintptr_t)first, .eligible = eligible};
}

static void put_made(Case *at, const char *id, const char *output)
{
    char path[64];
    snprintf(path, sizeof path, "/%s.jpg", id);
    write_output(at->world, output);
    Id bound = id_parse(id);
    Row row = {.path = path, .shown = path, .id = &bound, .files_for_id = 1, .attempt = 1, .sha256 = id,
               .profile = at->profile.hash, .program = "g", .verdict = VERDICT_PASS, .action = ACTION_MADE,
               .output = output, .output_sha256 = "bb", .record = "{}", .times = "{}", .faults = "[]"};
    must(journal_put(at->world->arena, at->world->journal, &row));
    must(journal_commit(at->world->arena, at->world->journal));
}

static size_t held(const World *world)
{
    char command[128];
    snprintf(command, sizeof command, "ls %s/.held | wc -l", world->out);
    FILE *pipe = popen(command, "r");
    size_t count = 99;
    assert_int_equal(fscanf(pipe, "%zu", &count), 1);
    pclose(pipe);
    return count;
}

static void photos_follow_the_roster_out_and_back(void **state)
{
    (void)state;
    Case at;
    Person person;
    open_case(&at);
    put_made(&at, ONE, "photos/" ONE ".JPG");
    settle(&at);
    assert_true(is_there(at.world, "photos/" ONE ".JPG"));
    Roster out = roster_of(&person, ONE, false);
    at.job.roster = &out;
    settle(&at);
    assert_false(is_there(at.world, "photos/" ONE ".JPG"));
    assert_int_equal(held(at.world), 1);
    Roster nobody = roster_of(&person, TWO, true);
    at.job.roster = &nobody;
    settle(&at);
    assert_false(is_there(at.world, "photos/" ONE ".JPG"));
    Roster in = roster_of(&person, ONE, true);
    at.job.roster = &in;
    settle(&at);
    assert_true(is_there(at.world, "photos/" ONE ".JPG"));
    assert_int_equal(held(at.world), 0);
    reopen(at.world);
    assert_true(is_there(at.world, "photos/" ONE ".JPG"));
    tear_down((void **)&at.world);
}

static void a_rejection_by_decision_takes_the_photo_out(void **state)
{
    (void)state;
    Case at;
    Decision no = {.id = ONE, .key = ONE, .by = "b", .reason = "r", .date = "2024-01-01", .tag = "t",
                   .check = CHECK_COUNT, .ruling = RULING_REJECT};
    Decisions decisions = {&no, 1};
    open_case(&at);
    put_made(&at, ONE, "photos/" ONE ".JPG");
    at.job.decisions = &decisions;
    must(settle_ahead(at.world->arena, &at.job, false));
    assert_string_equal(no.sha256, ONE); /* the bytes that are there */
    settle(&at);
    assert_false(is_there(at.world, "photos/" ONE ".JPG"));
    no.sha256[0] = '\0';
    must(settle_ahead(at.world->arena, &at.job, false));
    assert_string_equal(no.sha256, ONE);
    at.job.decisions = NULL;
    settle(&at);
    assert_true(is_there(at.world, "photos/" ONE ".JPG"));
    tear_down((void **)&at.world);
}

/* A journal that an older program left: what a row was bound to there it stays bound to, under both names. */
static void a_decision_of_an_older_journal_keeps_its_bytes(void **state)
{
    (void)state;
    static const char *const dates[] = {"2024-01-01", "2024/1/1"};
    Case at;
    Decision no = {.id = ONE, .key = ONE, .by = "b", .reason = "r", .date = "2024-01-01", .tag = "t",
                   .check = CHECK_COUNT, .ruling = RULING_REJECT};
    Decisions decisions = {&no, 1};
    char before[65], bound[65];
    open_case(&at);
    put_made(&at, ONE, "photos/" ONE ".JPG");
    at.job.decisions = &decisions;
    must(decision_tag(at.world->arena, &no, 0, before));
    assert_string_not_equal(before, "t");
    must(journal_bind_decision(at.world->arena, at.world->journal, before, "old"));
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        no.date = dates[i];
        must(settle_ahead(at.world->arena, &at.job, false));
        assert_string_equal(no.sha256, "old");
    }
    must(journal_recall_decision(at.world->arena, at.world->journal, "t", bound));
    assert_string_equal(bound, "old");
    no.by = "another";
    must(settle_ahead(at.world->arena, &at.job, false));
    assert_string_equal(no.sha256, "old");
    tear_down((void **)&at.world);
}

/* Killed between the copy and its commit: both places hold the photo, the journal knows the old one. */
static void a_move_that_was_cut_off_is_undone_and_done_again(void **state)
{
    (void)state;
    Case at;
    open_case(&at);
    put_made(&at, ONE, ".held/x.JPG");
    must(journal_expect(at.world->arena, at.world->journal, ONE ".JPG"));
    must(journal_commit(at.world->arena, at.world->journal));
    must(outdir_copy(at.world->arena, &at.world->outdir, ".held/x.JPG", "photos/" ONE ".JPG"));
    reopen(at.world);
    assert_false(is_there(at.world, "photos/" ONE ".JPG"));
    assert_true(is_there(at.world, ".held/x.JPG"));
    settle(&at);
    assert_true(is_there(at.world, "photos/" ONE ".JPG"));
    assert_int_equal(held(at.world), 0);
    tear_down((void **)&at.world);
}

static void a_photo_that_is_gone_stays_known_as_missing(void **state)
{
    (void)state;
    Case at;
    History history;
    open_case(&at);
    put_made(&at, ONE, "photos/" ONE ".JPG");
    must(outdir_remove(at.world->arena, &at.world->outdir, "photos/" ONE ".JPG"));
    settle(&at);
    must(journal_history(at.world->arena, at.world->journal, &history));
    assert_false(history.list[0].output_stands); /* so the plan makes it again */
    tear_down((void **)&at.world);
}

static void settling_again_writes_nothing(void **state)
{
    (void)state;
    Case at;
    char command[160];
    open_case(&at);
    put_made(&at, ONE, "photos/" ONE ".JPG");
    put_made(&at, THREE, ".held/y.JPG");
    settle(&at);
    MadeFile before, after;
    must(made_file_look(at.world->arena, at.world->outdir.folder, "photos/" THREE ".JPG", &before));
    settle(&at);
    must(made_file_look(at.world->arena, at.world->outdir.folder, "photos/" THREE ".JPG", &after));
    assert_true(before.bytes >= 0 && before.mtime_ns == after.mtime_ns);
    snprintf(command, sizeof command, "test -z \"$(ls -A %s/.tmp)\"", at.world->out);
    assert_int_equal(system(command), 0);
    tear_down((void **)&at.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(photos_follow_the_roster_out_and_back),
        cmocka_unit_test(a_rejection_by_decision_takes_the_photo_out),
        cmocka_unit_test(a_decision_of_an_older_journal_keeps_its_bytes),
        cmocka_unit_test(a_move_that_was_cut_off_is_undone_and_done_again),
        cmocka_unit_test(a_photo_that_is_gone_stays_known_as_missing),
        cmocka_unit_test(settling_again_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
