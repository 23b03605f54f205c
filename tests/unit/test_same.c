/* SPDX-License-Identifier: MIT */
#include "../../pipeline/same.h"
#include <stdarg.h>
#include <string.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>

#define ONE "11010519491231002X"
#define TWO "440524188001010014"
#define THREE "440308199901101512"
#define NEW_STAMP {1, 2, 3, 4}
#define OLD_STAMP {1, 1, 1, 4}

enum { MOST = 40 };

typedef struct World {
    Arena *arena;
    Listed files[MOST];
    uint32_t by_key[MOST];
    Listing listing;
    Past rows[MOST];
    History history;
    Decision decision;
    Decisions decisions;
    Same *same;
} World;

/* /ONE.jpg, /TWO.jpg and /TWO (2).jpg lie there. */
static int set_up(void **state)
{
    static World world;
    world = (World){.arena = arena_create(1 << 22),
                    .files = {{.path = "/" ONE ".jpg", .key = "/" ONE ".jpg", .stamp = NEW_STAMP},
                              {.path = "/" TWO " (2).jpg", .key = "/" TWO " (2).jpg", .stamp = NEW_STAMP},
                              {.path = "/" TWO ".jpg", .key = "/" TWO ".jpg", .stamp = NEW_STAMP}},
                    .by_key = {0, 1, 2}};
    world.listing = (Listing){.files = world.files, .count = 3, .by_key = world.by_key};
    world.history = (History){world.rows, 0};
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    arena_destroy(((World *)*state)->arena);
    return 0;
}

static Same *open_same(World *world)
{
    SameAsk ask = {&world->listing, &world->history, NULL, world->decisions.count ? &world->decisions : NULL, MOST};
    assert_int_equal(same_open(world->arena, &ask, &world->same).code, ERR_NONE);
    return world->same;
}

static void persons_are_counted_and_not_files(void **state)
{
    World *world = *state;
    size_t files[SAME_LOOKED];
    Same *same = open_same(world);
    char least[64];
    assert_int_equal(same_elsewhere(same, ONE, "aa", least), 0);
    assert_string_equal(least, "");
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(same_add(same, i, "aa").code, ERR_NONE);
    assert_int_equal(same_elsewhere(same, ONE, "aa", least), 1);
    assert_int_equal(same_elsewhere(same, TWO, "aa", least), 1);
    assert_int_equal(same_elsewhere(same, THREE, "aa", least), 2);
    assert_string_equal(least, strcmp(ONE, TWO) < 0 ? ONE : TWO);
    assert_int_equal(same_elsewhere(same, THREE, "bb", least), 0);
    assert_int_equal(same_elsewhere(same, THREE, "", least), 0);
    assert_int_equal(same_files(same, ONE, "aa", files), 2);
    assert_int_equal(files[0], 2); /* latest first */
}

/* One row of the journal that holds "aa", and whether it counts for another person. */
static void what_a_row_holds_is_asked_anew(void **state)
{
    tear_down(state);
    static const struct { Past row; bool rejected; int elsewhere; } cases[] = {
        {{.path = "/" ONE ".jpg", .sha256 = "aa", .stamp = NEW_STAMP}, false, 1},
        {{.path = "/" ONE ".jpg", .sha256 = "aa", .stamp = OLD_STAMP}, false, 0}, /* other bytes perhaps */
        {{.path = "/nowhere/" ONE ".jpg", .sha256 = "aa", .stamp = NEW_STAMP}, false, 0}, /* gone */
        {{.path = "kept:" ONE, .sha256 = "aa", .kept = true}, false, 1},
        {{.path = "/" ONE ".jpg", .sha256 = "aa", .stamp = NEW_STAMP}, true, 0},
        {{.path = "/" ONE ".jpg", .sha256 = "", .stamp = NEW_STAMP}, false, 0},
        {{.path = "/tmp/nobody.jpg", .sha256 = "aa", .kept = false}, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        World *world;
        set_up((void **)&world);
        world->rows[0] = cases[i].row;
        world->history.count = 1;
        world->decision = (Decision){.key = ONE, .check = CHECK_COUNT, .ruling = RULING_REJECT, .sha256 = "aa"};
        world->decisions = (Decisions){&world->decision, cases[i].rejected};
        char least[64];
        if (same_elsewhere(open_same(world), TWO, "aa", least) != cases[i].elsewhere)
            fail_msg("case %zu", i);
        assert_int_equal(same_elsewhere(world->same, ONE, "aa", least), 0);
        arena_destroy(world->arena);
    }
    set_up(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(persons_are_counted_and_not_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_row_holds_is_asked_anew, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
