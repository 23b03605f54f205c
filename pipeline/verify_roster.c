/* SPDX-License-Identifier: MIT */
/* A merge of two lists sorted by key: 15 and 18 digits of one person meet. */
#include "verify_roster.h"
#include <stdlib.h>
#include <string.h>

typedef struct Keyed {
    char key[64];
    const Packed *packed;
} Keyed;

static int compare_keyed(const void *a, const void *b)
{
    const Keyed *one = a, *two = b;
    int order = strcmp(one->key, two->key);
    return order ? order : strcmp(one->packed->file, two->packed->file);
}

/* Officers' numbers have no form: they meet by their text alone. */
static void find_key(const char *text, char key[64])
{
    Id id = id_parse(text);
    if (id.kind == ID_NONE) {
        id.kind = ID_OTHER;
        if (!id_normalise(text, id.text, sizeof id.text))
            id.text[0] = '\0';
    }
    id_key(&id, key);
}

static Err name_missing(Arena *arena, const Person *person, const RosterAgainst *against)
{
    if (!person->eligible || against->part)
        return OK;
    const char *reason =
        arena_print(arena, "%s%s%s is eligible and has no photo here (row %u)", person->group,
                    person->group[0] ? ", " : "", person->name, person->row);
    if (!reason)
        return fail(arena, ERR_MEMORY, "no memory to verify");
    return against->problem(against->user, "person", person->id.text, reason);
}

static Err compare_person(Arena *arena, const Person *person, const Packed *packed,
                          const RosterAgainst *against)
{
    if (!person->eligible)
        TRY(against->problem(against->user, "not-eligible", packed->file,
                             "is of a person who is not eligible"));
    if (!packed->name || strcmp(packed->name, person->name) == 0)
        return OK;
    const char *reason =
        arena_print(arena, "is named '%s', the roster says '%s'", packed->name, person->name);
    if (!reason)
        return fail(arena, ERR_MEMORY, "no memory to verify");
    return against->problem(against->user, "name", packed->file, reason);
}

/* All photos of one key: the first is compared, more are too many. */
static Err compare_photos(Arena *arena, const Person *person, const Keyed *photos, size_t count,
                          const RosterAgainst *against)
{
    for (size_t i = 1; i < count; i++)
        TRY(against->problem(against->user, "double", photos[i].packed->file,
                             "is a second photo of one person"));
    if (!person)
        return against->problem(against->user, "stranger", photos[0].packed->file,
                                "is of nobody in the roster");
    return compare_person(arena, person, photos[0].packed, against);
}

Err verify_roster(Arena *arena, const Roster *roster, const RosterAgainst *against)
{
    Keyed *photos = ARENA_ARRAY(arena, Keyed, against->count + 1);
    size_t at = 0, end = 0;
    if (!photos)
        return fail(arena, ERR_MEMORY, "no memory to verify");
    for (size_t i = 0; i < against->count; i++) {
        find_key(against->list[i].id, photos[i].key);
        photos[i].packed = &against->list[i];
    }
    qsort(photos, against->count, sizeof *photos, compare_keyed);
    for (size_t first = 0; first < against->count; first = end) {
        const Person *person = NULL;
        for (end = first; end < against->count && !strcmp(photos[end].key, photos[first].key);)
            end++;
        for (; at < roster->count; at++) {
            const Person *next = &roster->list[roster->by_key[at]];
            int order = strcmp(next->key, photos[first].key);
            if (order > 0)
                break;
            if (order == 0)
                person = next;
            else
                TRY(name_missing(arena, next, against));
        }
        TRY(compare_photos(arena, person, photos + first, end - first, against));
    }
    for (; at < roster->count; at++)
        TRY(name_missing(arena, &roster->list[roster->by_key[at]], against));
    return OK;
}
