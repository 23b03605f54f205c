/* SPDX-License-Identifier: MIT */
#include "verify_world.h"

#define FIRST "photos-001.zip//11010519491231002X.JPG"
#define SECOND "photos-001.zip//34052419800101001X.JPG"
#define FOURTH "photos-002.zip//440524188001010014.JPG"

/* The bytes of one person's photo are another's, too: as a run would pack them that nobody has compared. */
static void give(World *world, int from, int to)
{
    size_t bytes;
    const char *id = world->items[to].id;
    uint8_t *data = read_bytes(world, in_world(world, "%s", world->items[from].source), &bytes);
    write_bytes(in_world(world, "photos/%s.JPG", id), data, bytes);
    world->items[to].bytes = bytes;
    world->items[to].sha256 = world->items[from].sha256;
}

static int make_package(void **state)
{
    make_world(state);
    World *world = *state;
    add_person(world, 3, "440524188001010014", 1300);
    world->ask.split = SPLIT_COUNT;
    world->ask.limit = 3;
    return 0;
}

static void verify_again(World *world, Complaints *all)
{
    pack(world);
    verify_at(world, world->out, all);
}

static void each_photo_that_is_another_ones_is_told_once(void **state)
{
    World *world = *state;
    Complaints all;
    verify_again(world, &all);
    assert_int_equal(all.count, 0);
    give(world, 0, 1);
    verify_again(world, &all);
    assert_int_equal(all.count, 1);
    assert_true(complains(&all, "same-bytes", SECOND, "holds the same bytes as '" FIRST "'"));
    give(world, 0, 3); /* in another ZIP */
    verify_again(world, &all);
    assert_int_equal(all.count, 2);
    assert_true(complains(&all, "same-bytes", SECOND, "as '" FIRST "'"));
    assert_true(complains(&all, "same-bytes", FOURTH, "as '" FIRST "'"));
    give(world, 4, 5); /* another photo */
    verify_again(world, &all);
    assert_int_equal(all.count, 3);
    verify_at(world, in_world(world, "package/photos-002.zip"), &all); /* which holds one of the first ones */
    assert_int_equal(all.count, 1);
    assert_true(complains(&all, "same-bytes", "photos-002.zip//830000199201300022.JPG", "as 'photos-002.zip//810000199408230021.JPG'"));
}

#define DIGEST(digits) digits digits digits digits digits digits digits digits /* of 8 */

static void what_was_made_of_one_file_is_told(void **state)
{
    World *world = *state;
    Complaints all;
    world->items[0].source_sha256 = world->items[3].source_sha256 = world->items[5].source_sha256 = DIGEST("0123abcd");
    world->items[1].source_sha256 = DIGEST("0123abce");
    verify_again(world, &all);
    assert_int_equal(all.count, 2);
    assert_true(complains(&all, "same-source", FOURTH, "was made of the same file as '" FIRST "'"));
    give(world, 3, 5); /* which says as much, and more */
    verify_again(world, &all);
    if (all.count != 2)
        show(&all);
    assert_int_equal(all.count, 2);
    assert_true(complains(&all, "same-source", FOURTH, "as '" FIRST "'"));
    assert_true(complains(&all, "same-bytes", "photos-002.zip//830000199201300022.JPG", "as '" FOURTH "'"));
    give(world, 3, 0);
    verify_again(world, &all);
    assert_int_equal(all.count, 2);
    assert_true(complains(&all, "same-bytes", FOURTH, "as '" FIRST "'"));
}

/* 15 and 18 digits of one; a certificate's number has no form. */
static void one_person_may_have_a_photo_twice(void **state)
{
    // clang-format off
    static const struct { const char *one, *other; int count; } row[] = {
        {"610104620927690",    "610104196209276908", 0},
        {"610104620927690",    "610104196209276909", 1},
        {"11010519491231002X", "KZ-WANGLI",          1},
        {"KZ-LI",              "KZ-WANGLI",          1},
    };
    // clang-format on
    World *world = *state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        Complaints all;
        add_person(world, 0, row[i].one, 1000);
        add_person(world, 1, row[i].other, 1000);
        give(world, 0, 1);
        world->count = 2;
        verify_again(world, &all);
        assert_int_equal(all.count, row[i].count);
        unlink(in_world(world, "package/manifest.csv")); /* by their names alone */
        verify_at(world, in_world(world, "package/photos-001.zip"), &all);
        assert_int_equal(all.count, row[i].count);
    }
}

static void who_accepted_both_has_seen_it(void **state)
{
    // clang-format off
    static const struct { const char *one, *other; bool accepted; } row[] = {
        {"accept: seen",                              "accept: seen",                 true},
        {"waive eye_opening: blind; accept: seen",    "waive same_picture: brothers", true},
        {"accept: seen",                              "",                             false},
        {"",                                          "accept: seen",                 false},
        {"accept: seen",                              "waive eye_opening: accept: x", false},
        {"reject: same",                              "accept: seen",                 false},
    };
    // clang-format on
    World *world = *state;
    give(world, 0, 1);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        Complaints all = {0};
        VerifyAsk ask = ask_of(world, world->out, &all);
        world->items[0].decision = row[i].one;
        world->items[1].decision = row[i].other;
        pack(world);
        assert_int_equal(verify_package(world->arena, &ask, &verified).code, ERR_NONE);
        assert_int_equal(all.count, 1);
        assert_true(complains(&all, row[i].accepted ? "accepted" : "same-bytes", SECOND, "as '" FIRST "'"));
        assert_int_equal(verified.problems, !row[i].accepted);
    }
    world->items[0].decision = world->items[1].decision = "accept: seen"; /* of one file nobody can accept two */
    world->items[0].source_sha256 = world->items[3].source_sha256 = DIGEST("0123abcd");
    world->items[3].decision = "accept: seen";
    give(world, 4, 1);
    Complaints all;
    verify_again(world, &all);
    assert_true(complains(&all, "same-source", FOURTH, "as '" FIRST "'"));
}

/* An entry that was exchanged for another's photo is told as that; one that nobody knows is the same as the other all the same. */
static void what_was_put_there_is_told_with_what_it_is(void **state)
{
    World *world = *state;
    Complaints all;
    pack(world);
    char *manifest = in_world(world, "package/manifest.csv");
    size_t bytes;
    void *before = read_bytes(world, manifest, &bytes);
    give(world, 0, 1);
    pack(world);
    write_bytes(manifest, before, bytes);
    sum_again(world);
    verify_at(world, in_world(world, "package"), &all);
    assert_int_equal(all.count, 1);
    assert_true(complains(&all, "swapped", SECOND, "holds the photo of '11010519491231002X.JPG'"));

    add_person(world, 0, "11010519491231002X", 900); /* two photos that no row knows */
    give(world, 0, 1);
    pack(world);
    write_bytes(manifest, before, bytes);
    sum_again(world);
    verify_at(world, in_world(world, "package"), &all);
    assert_int_equal(all.count, 3);
    assert_true(complains(&all, "changed", FIRST, "") && complains(&all, "changed", SECOND, ""));
    assert_true(complains(&all, "same-bytes", SECOND, "as '" FIRST "'"));
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, make_package, drop_world)
    const struct CMUnitTest tests[] = {
        IN_WORLD(each_photo_that_is_another_ones_is_told_once),
        IN_WORLD(what_was_made_of_one_file_is_told),
        IN_WORLD(one_person_may_have_a_photo_twice),
        IN_WORLD(who_accepted_both_has_seen_it),
        IN_WORLD(what_was_put_there_is_told_with_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
