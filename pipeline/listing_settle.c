/* SPDX-License-Identifier: MIT */
#include "listing_settle.h"
#include <stdlib.h>
#include <string.h>

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the list of photos");
}

typedef struct Keyed {
    const char *key;
    uint32_t index;
} Keyed;

static int compare_keys(const void *a, const void *b)
{
    const Keyed *one = a, *two = b;
    int order = strcmp(one->key, two->key);
    return order ? order : (one->index > two->index) - (one->index < two->index);
}

Err listing_settle(Arena *arena, Listing *list)
{
    if (list->count >= UINT32_MAX)
        return fail(arena, ERR_USAGE, "too many files");
    Keyed *keyed = ARENA_ARRAY(arena, Keyed, list->count);
    uint32_t *place = ARENA_ARRAY(arena, uint32_t, list->count);
    list->by_key = ARENA_ARRAY(arena, uint32_t, list->count);
    if (!keyed || !place || !list->by_key)
        return no_memory(arena);
    for (size_t i = 0; i < list->count; i++)
        keyed[i] = (Keyed){list->files[i].key, (uint32_t)i};
    qsort(keyed, list->count, sizeof *keyed, compare_keys);
    size_t unique = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (unique && strcmp(keyed[unique - 1].key, keyed[i].key) == 0)
            list->files[keyed[i].index].path = NULL;
        else
            keyed[unique++] = keyed[i];
    }
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        place[i] = (uint32_t)kept;
        if (list->files[i].path)
            list->files[kept++] = list->files[i];
    }
    for (size_t i = 0; i < unique; i++)
        list->by_key[i] = place[keyed[i].index];
    list->count = kept;
    return OK;
}
