/* SPDX-License-Identifier: MIT */
/* What the journal remembers of decisions, and of photos that were handed in. */
#include "journal_world.h"

static void decisions_and_deliveries_are_remembered(void **state)
{
    World *world = *state;
    Delivered one = {ONE, "aa"}, other = {ONE, "bb"};
    char sha256[65];
    bool was;
    size_t count;
    must(journal_bind_decision(world->arena, world->journal, "tag", "aa"));
    must(journal_bind_decision(world->arena, world->journal, "tag", "bb")); /* the first stands */
    must(journal_deliver(world->arena, world->journal, "photos", &one));
    must(journal_commit(world->arena, world->journal));
    reopen(world);
    must(journal_recall_decision(world->arena, world->journal, "tag", sha256));
    assert_string_equal(sha256, "aa");
    must(journal_recall_decision(world->arena, world->journal, "none", sha256));
    assert_string_equal(sha256, "");
    must(journal_was_delivered(world->arena, world->journal, &one, &was));
    assert_true(was);
    must(journal_was_delivered(world->arena, world->journal, &other, &was));
    assert_false(was);
    must(journal_deliveries(world->arena, world->journal, &count));
    assert_int_equal(count, 1);
}

/* Handed in, another handed in after it, and the first one once more. */
static void a_photo_is_delivered_until_another_of_its_id_is(void **state)
{
    World *world = *state;
    static const char *const sha256[] = {"aa", "bb", "aa"};
    static const char *const name[] = {"photos", "photos2", "photos3"};
    Delivered other = {TWO, "aa"};
    must(journal_deliver(world->arena, world->journal, "photos", &other));
    for (int i = 0; i < 3; i++) {
        Delivered photo = {ONE, sha256[i]}, before = {ONE, i ? sha256[i - 1] : "bb"};
        bool was;
        must(journal_was_delivered(world->arena, world->journal, &photo, &was));
        assert_false(was);
        must(journal_deliver(world->arena, world->journal, name[i], &photo));
        must(journal_deliver(world->arena, world->journal, name[i], &photo)); /* once more */
        must(journal_was_delivered(world->arena, world->journal, &photo, &was));
        assert_true(was);
        must(journal_was_delivered(world->arena, world->journal, &before, &was));
        assert_false(was);
    }
    bool was;
    size_t count;
    must(journal_was_delivered(world->arena, world->journal, &other, &was));
    assert_true(was);
    must(journal_deliveries(world->arena, world->journal, &count));
    assert_int_equal(count, 3); /* no name is given twice */
}

static Err add_id(void *user, const char *id, const char *date)
{
    assert_int_equal(strlen(date), 10);
    strcat(strcat(user, id), " ");
    return OK;
}

/* Who received them still has them, when another photo was packed after them that nobody took, and when they were recalled. */
static void what_was_handed_in_is_known_though_it_is_delivered_again(void **state)
{
    World *world = *state;
    Delivered first = {ONE, "aa"}, later = {ONE, "bb"}, other = {TWO, "cc"};
    char ids[200] = "";
    bool was;
    must(journal_deliver(world->arena, world->journal, "photos", &first));
    must(journal_deliver(world->arena, world->journal, "photos", &other));
    must(journal_hand_in(world->arena, world->journal, "photos"));
    must(journal_deliver(world->arena, world->journal, "photos2", &later));
    must(journal_withdraw(world->arena, world->journal, "photos2"));
    must(journal_each_delivered(world->arena, world->journal, add_id, ids));
    assert_true(strstr(ids, ONE) && strstr(ids, TWO));
    must(journal_recall(world->arena, world->journal, TWO));
    must(journal_recall(world->arena, world->journal, TWO)); /* once more */
    must(journal_was_delivered(world->arena, world->journal, &other, &was));
    assert_false(was);
    ids[0] = '\0';
    must(journal_each_delivered(world->arena, world->journal, add_id, ids));
    assert_true(strstr(ids, ONE) && strstr(ids, TWO));
    must(journal_deliver(world->arena, world->journal, "photos3", &other));
    must(journal_was_delivered(world->arena, world->journal, &other, &was));
    assert_true(was);
}

static void who_was_in_a_delivery_that_is_taken_away_was_in_none(void **state)
{
    World *world = *state;
    // clang-format off
    static const struct { const char *name; Delivered photo; bool held; } cases[] = {
        {"photos", {ONE, "aa"}, true}, {"photos", {TWO, "bb"}, true}, {"photos2", {TWO, "bb"}, true}, /* in both */
        {"photos2", {"3", "cc"}, false}, {"photos", {"3", "dd"}, true}, {"photos3", {"4", "ee"}, true},
    };
    // clang-format on
    enum { CASES = sizeof cases / sizeof *cases };
    size_t count;
    for (int i = 0; i < CASES; i++)
        must(journal_deliver(world->arena, world->journal, cases[i].name, &cases[i].photo));
    must(journal_withdraw(world->arena, world->journal, "photos2"));
    must(journal_withdraw(world->arena, world->journal, "photos2")); /* once more */
    must(journal_withdraw(world->arena, world->journal, "none"));
    must(journal_commit(world->arena, world->journal));
    reopen(world);
    for (int i = 0; i < CASES; i++) {
        bool was;
        must(journal_was_delivered(world->arena, world->journal, &cases[i].photo, &was));
        assert_int_equal(was, cases[i].held);
    }
    must(journal_deliveries(world->arena, world->journal, &count));
    assert_int_equal(count, 3); /* so the next has another name */
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(decisions_and_deliveries_are_remembered),
        IN_WORLD(what_was_handed_in_is_known_though_it_is_delivered_again),
        IN_WORLD(a_photo_is_delivered_until_another_of_its_id_is),
        IN_WORLD(who_was_in_a_delivery_that_is_taken_away_was_in_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
