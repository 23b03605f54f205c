/* SPDX-License-Identifier: MIT */
/* An output folder for one test, and an arena: what is written must have left its `.tmp`. */
#ifndef OUT_FIXTURE_H
#define OUT_FIXTURE_H

#include "../../pipeline/arena.h"
#include "../../pipeline/err.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct World {
    Arena *arena;
    char out[64];
} World;

/* Runs `command` in the folder; it must end with 0. */
static inline void shell(const World *world, const char *command)
{
    char line[512];
    snprintf(line, sizeof line, "cd %s && %s", world->out, command);
    assert_int_equal(system(line), 0);
}

/* Cmocka's set-up: a World, its folder with `.tmp` and `lists` in it. */
static inline int make_world(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create((size_t)1 << 28);
    strcpy(world->out, "/tmp/headroom-out-XXXXXX");
    assert_non_null(mkdtemp(world->out));
    shell(world, "mkdir .tmp lists");
    *state = world;
    return 0;
}

/* Cmocka's tear-down. */
static inline int drop_world(void **state)
{
    World *world = *state;
    shell(world, "test -z \"$(ls -A .tmp)\"");
    shell(world, "rm -r \"$PWD\"");
    arena_destroy(world->arena);
    free(world);
    return 0;
}

static inline void must(Err err)
{
    if (err.code)
        fail_msg("%s", err.text);
}

#endif
