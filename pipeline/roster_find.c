/* SPDX-License-Identifier: MIT */
#include "roster.h"
#include <string.h>

enum { DIGITS = 18 };

const Person *roster_find(const Roster *roster, const char *key)
{
    size_t low = 0, high = roster->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const Person *person = &roster->list[roster->by_key[middle]];
        int order = strcmp(person->key, key);
        if (order == 0)
            return person;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* What tried numbers have hit so far. */
typedef struct Search {
    const Roster *roster;
    const bool *has_photo;
    const Person *hit;
    int hits; /* different persons */
} Search;

static void try_number(Search *search, const char *number)
{
    const Person *person = roster_find(search->roster, number);
    if (!person || person == search->hit || search->has_photo[person - search->roster->list])
        return;
    search->hit = person;
    search->hits++;
}

const Person *roster_suggest(const Roster *roster, const char *id, const bool *has_photo)
{
    Search search = {.roster = roster, .has_photo = has_photo};
    char tried[DIGITS + 1];
    size_t digits = strspn(id, "0123456789");
    bool whole = digits == DIGITS || (digits == DIGITS - 1 && strcmp(id + digits, "X") == 0);
    if (!whole || roster_find(roster, id))
        return NULL;
    memcpy(tried, id, sizeof tried);
    for (int i = 0; i < DIGITS; i++) {
        const char *others = i == DIGITS - 1 ? "0123456789X" : "0123456789";
        for (const char *other = others; *other; other++) {
            tried[i] = *other;
            if (*other != id[i])
                try_number(&search, tried);
        }
        tried[i] = id[i];
    }
    for (int i = 0; i + 1 < DIGITS; i++) {
        tried[i] = id[i + 1];
        tried[i + 1] = id[i];
        if (id[i] != id[i + 1])
            try_number(&search, tried);
        tried[i] = id[i];
        tried[i + 1] = id[i + 1];
    }
    return search.hits == 1 ? search.hit : NULL;
}
