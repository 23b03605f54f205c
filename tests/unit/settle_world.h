/* SPDX-License-Identifier: MIT */
/* Rows, persons and decisions to settle, for tests. */
#ifndef SETTLE_WORLD_H
#define SETTLE_WORLD_H

#include "../../pipeline/settle.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ONE "11010519491231002X"
#define TWO "440524188001010014"
#define THREE "440308199901101512"
#define OLD15 "610104620927690"
#define OLD18 "610104196209276908"
#define BROKEN "510201198710252200" /* wrong check digit */

enum { MOST = 8 };

typedef struct World {
    Arena *arena;
    Profile profile;
    Roster roster;
    Person persons[MOST];
    uint32_t by_key[MOST];
    Decisions decisions;
    Decision decided[MOST];
    SettleRow rows[MOST];
    SettleAsk ask;
    Settlement end;
} World;

static inline int set_up(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create(1 << 24);
    assert_int_equal(profile_load(world->arena, "college-light-blue", &world->profile).code, 0);
    world->roster.list = world->persons;
    world->roster.by_key = world->by_key;
    world->decisions.list = world->decided;
    world->ask = (SettleAsk){.making = true, .profile = &world->profile, .rows = world->rows};
    *state = world;
    return 0;
}

static inline int tear_down(void **state)
{
    World *world = *state;
    arena_destroy(world->arena);
    free(world);
    return 0;
}

/* Persons are named in the order of their keys. */
static inline Person *person(World *world, const char *id)
{
    size_t at = world->roster.count++;
    Person *out = &world->persons[at];
    char key[64];
    *out = (Person){.id = id_parse(id), .name = "n", .group = "g", .eligible = true, .rows = 1};
    id_key(&out->id, key);
    out->key = arena_copy(world->arena, key);
    world->by_key[at] = (uint32_t)at;
    world->ask.roster = &world->roster;
    return out;
}

/* A photo that passed by its own pixels and lies in photos/. Other bytes for every path. */
static inline SettleRow *row(World *world, const char *path)
{
    SettleRow *out = &world->rows[world->ask.count++];
    *out = (SettleRow){.path = path, .shown = path, .sha256 = path, .faults = "[]",
                       .judged = VERDICT_PASS, .output = "photos/x.JPG", .stands = true, .attempt = 1};
    return out;
}

static inline Decision *decide(World *world, const char *key, Ruling ruling, CheckId check)
{
    Decision *out = &world->decided[world->decisions.count++];
    *out = (Decision){.id = key, .by = "b", .reason = "r", .date = "2024-01-01", .check = check,
                      .ruling = ruling, .line = (uint32_t)world->decisions.count};
    strcpy(out->key, key);
    world->ask.decisions = &world->decisions;
    return out;
}

static const Settled *settle(World *world)
{
    assert_int_equal(settle_rows(world->arena, &world->ask, &world->end).code, ERR_NONE);
    return world->end.rows;
}

/* Until the next one. */
static inline const char *home_of(const World *world, int i)
{
    static char home[HOME_BYTES];
    settle_home(&world->ask, &world->rows[i], &world->end.rows[i], home);
    return home;
}

#endif
