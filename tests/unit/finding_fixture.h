/* SPDX-License-Identifier: MIT */
/* What the tests of sentences share: findings, and an arena as cmocka's state. */
#ifndef FINDING_FIXTURE_H
#define FINDING_FIXTURE_H

#include "../../pipeline/text.h"

static inline int open_arena(void **state)
{
    *state = arena_create(1 << 20);
    return *state ? 0 : -1;
}

static inline int close_arena(void **state)
{
    arena_destroy(*state);
    return 0;
}

static inline Finding finding_of(CheckId check, double value, double lo, double hi)
{
    return (Finding){.check = check, .level = LEVEL_REJECT, .measured = true, .value = value, .lo = lo, .hi = hi};
}

#endif
