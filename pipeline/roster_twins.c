/* SPDX-License-Identifier: MIT */
#include "roster.h"

#include <stdlib.h>
#include <strings.h>

static int compare_caseless(const void *a, const void *b)
{
    const Person *left = *(const Person *const *)a, *right = *(const Person *const *)b;
    int order = strcasecmp(left->id.text, right->id.text);
    return order ? order : (left->row > right->row) - (left->row < right->row);
}

Err roster_refuse_twins(Arena *arena, Arena *scratch, const char *path, const Roster *roster)
{
    const Person **list = ARENA_ARRAY(scratch, const Person *, roster->count);
    if (!list)
        return fail(arena, ERR_MEMORY, "no memory for the roster");
    size_t count = 0;
    for (size_t i = 0; i < roster->count; i++) /* of all others the letters are capitals by now */
        if (roster->list[i].id.kind == ID_OTHER)
            list[count++] = &roster->list[i];
    qsort(list, count, sizeof *list, compare_caseless);
    for (size_t i = 1; i < count; i++) {
        const Person *one = list[i - 1], *other = list[i];
        char masked[64];
        if (strcasecmp(one->id.text, other->id.text) != 0)
            continue;
        id_mask(one->id.text, masked);
        return fail(arena, ERR_USAGE,
                    "'%s', rows %u and %u: two certificates '%s' that differ in small and capital "
                    "letters alone; no file name tells them apart everywhere",
                    path, one->row, other->row, masked);
    }
    return OK;
}
