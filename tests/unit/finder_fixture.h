/* SPDX-License-Identifier: MIT */
/* A face finder for a group of tests, and the arena of one picture. To be included last: their names are those of
 * many parameters. */
#ifndef FINDER_FIXTURE_H
#define FINDER_FIXTURE_H

#include "../../stages/detect.h"

static Arena *arena, *tools; /* of one picture; of the finder */
static FaceFinder *finder;

/* Cmocka's set-up of a group. */
static inline int open_finder(void **state)
{
    (void)state;
    arena = arena_create((size_t)1 << 30);
    tools = arena_create((size_t)64 << 20);
    return arena && tools && !faces_open(tools, NULL, NULL, &finder).code ? 0 : -1;
}

/* Cmocka's tear-down of a group. */
static inline int close_finder(void **state)
{
    (void)state;
    faces_close(finder);
    arena_destroy(arena);
    arena_destroy(tools);
    return 0;
}

#endif
