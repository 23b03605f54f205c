/* SPDX-License-Identifier: MIT */
/* Many short texts packed into blocks of an arena. */
#ifndef POOL_H
#define POOL_H

#include "arena.h"

typedef struct Pool {
    Arena *arena;
    char *at;
    size_t left;
} Pool;

/* A copy that lives as long as the arena; NULL when it is full or the text longer than a block. */
char *pool_keep(Pool *pool, const char *text);

#endif
