/* SPDX-License-Identifier: MIT */
/* When a package has to go, and what goes with it. */
#include "package_world.h"

static bool withdraw(World *world)
{
    bool was;
    assert_int_equal(package_withdraw(world->arena, world->out, &was).code, ERR_NONE);
    return was;
}

static bool belongs(World *world)
{
    bool all;
    world->next = 0;
    assert_int_equal(package_belongs(world->arena, &world->ask, &all).code, ERR_NONE);
    return all;
}

static void what_is_withdrawn_leaves_nothing_of_ours(void **state)
{
    World *world = *state;
    world->ask.split = SPLIT_COUNT;
    world->ask.limit = 2;
    assert_false(withdraw(world));
    pack(world);
    assert_true(withdraw(world));
    assert_false(is_there(world, "package") || is_there(world, ".package"));
    assert_false(withdraw(world));
    pack(world);
    write_bytes(in_world(world, "package/theirs-001.zip"), "x", 1);
    assert_true(withdraw(world));
    assert_true(is_there(world, "package/theirs-001.zip"));
    assert_false(is_there(world, "package/photos-001.zip") || is_there(world, "package/manifest.csv") ||
                 is_there(world, "package/SHA256SUMS") || is_there(world, ".package"));
    assert_false(withdraw(world));
}

static void a_package_belongs_while_all_in_it_count(void **state)
{
    World *world = *state;
    assert_false(belongs(world)); /* there is none */
    pack(world);
    assert_true(belongs(world));
    world->items[3].source = "photos/440524188001010014.JPG"; /* one more counts now */
    assert_true(belongs(world));
    world->items[4].source = ""; /* one less */
    assert_false(belongs(world));
    world->items[4].source = "photos/810000199408230021.JPG";
    const char *sha256 = world->items[5].sha256;
    world->items[5].sha256 = world->items[0].sha256; /* another photo of the same person */
    assert_false(belongs(world));
    world->items[5].sha256 = sha256;
    world->count = 5; /* the last one is gone */
    assert_false(belongs(world));
    world->count = 6;
    assert_true(belongs(world));
    assert_int_equal(remove(in_world(world, "package/SHA256SUMS")), 0);
    assert_false(belongs(world));
    pack(world);
    assert_int_equal(remove(in_world(world, "package/manifest.csv")), 0);
    assert_false(belongs(world));
    assert_int_equal(mkdir(in_world(world, "package/manifest.csv"), 0700), 0);
    assert_false(belongs(world));
}

static Err note_name(void *user, const char *name)
{
    char *seen = user;
    strcat(strcat(seen, name), " ");
    return OK;
}

static void a_package_is_known_by_the_names_of_its_zips(void **state)
{
    World *world = *state;
    char none[64] = "", one[64] = "", cut_off[64] = "", both[64] = "", moved[64] = "";
    assert_int_equal(package_names(world->arena, world->out, note_name, none).code, ERR_NONE);
    assert_string_equal(none, "");
    world->ask.split = SPLIT_COUNT;
    world->ask.limit = 2;
    world->ask.name = "photos2";
    pack(world);
    assert_int_equal(package_names(world->arena, world->out, note_name, one).code, ERR_NONE);
    assert_string_equal(one, "photos2 ");
    static const char names[] = "photos3-001.zip\nphotos3-002-a-b.zip\nphotos2-001.zip\n../x-001.zip\nnotes\n";
    write_bytes(in_world(world, ".package"), names, sizeof names - 1);
    assert_int_equal(package_names(world->arena, world->out, note_name, cut_off).code, ERR_NONE);
    assert_string_equal(cut_off, "photos2 "); /* the others are not in their place, or not any more */
    write_bytes(in_world(world, "package/photos3-002-a-b.zip"), "", 0);
    assert_int_equal(package_names(world->arena, world->out, note_name, both).code, ERR_NONE);
    assert_string_equal(both, "photos3 photos2 ");
    assert_int_equal(unlink(in_world(world, "package/photos3-002-a-b.zip")), 0);
    assert_int_equal(unlink(in_world(world, "package/photos2-001.zip")), 0); /* handed in by hand */
    assert_int_equal(package_names(world->arena, world->out, note_name, moved).code, ERR_NONE);
    assert_string_equal(moved, "");
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, make_world, drop_world)
    const struct CMUnitTest tests[] = {
        IN_WORLD(what_is_withdrawn_leaves_nothing_of_ours),
        IN_WORLD(a_package_belongs_while_all_in_it_count),
        IN_WORLD(a_package_is_known_by_the_names_of_its_zips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
