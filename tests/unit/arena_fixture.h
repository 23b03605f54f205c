/* SPDX-License-Identifier: MIT */
/* The arena of a test program, made and dropped around each test or around all of them. To be included last: its
 * name is that of many parameters. */
#ifndef ARENA_FIXTURE_H
#define ARENA_FIXTURE_H

#include "../../pipeline/arena.h"
#include <stddef.h>

static Arena *arena;

/* Cmocka's set-up: an arena of up to 1 GiB. */
static inline int make_arena(void **state)
{
    (void)state;
    arena = arena_create((size_t)1 << 30);
    return arena ? 0 : -1;
}

/* Cmocka's tear-down. */
static inline int drop_arena(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

#endif
