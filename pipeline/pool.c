/* SPDX-License-Identifier: MIT */
#include "pool.h"
#include <string.h>

enum { BLOCK_BYTES = 1 << 16 };

char *pool_keep(Pool *pool, const char *text)
{
    size_t bytes = strlen(text) + 1;
    if (bytes > pool->left) {
        pool->at = bytes <= BLOCK_BYTES ? arena_raw(pool->arena, BLOCK_BYTES) : NULL;
        pool->left = pool->at ? BLOCK_BYTES : 0;
        if (!pool->at)
            return NULL;
    }
    char *copy = memcpy(pool->at, text, bytes);
    pool->at += bytes;
    pool->left -= bytes;
    return copy;
}
