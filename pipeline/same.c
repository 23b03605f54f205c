/* SPDX-License-Identifier: MIT */
#include "same.h"
#include <assert.h>
#include <string.h>
#include "bind.h"
#include "digest.h"
#include "plan.h"
#include "pool.h"

typedef struct Holder {
    const char *sha256, *path, *slip;
    const Stamp *stamp; /* when its bytes were seen by an earlier run; NULL: by this one */
    bool kept;
    struct Holder *next;
} Holder;

struct Same {
    Arena *arena;
    Pool texts;
    SameAsk ask;
    Holder *holders; /* as many as there are rows and photos that may be added */
    size_t count;
    Holder **slots;
    size_t mask;
};

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory to compare photos");
}

static Holder **slot_of(const Same *same, const char *sha256)
{
    return &same->slots[digest_xxh3(sha256, strlen(sha256), 0) & same->mask];
}

static void put(Same *same, const Holder *holder)
{
    Holder **slot = slot_of(same, holder->sha256), *made = &same->holders[same->count++];
    assert(same->count <= same->ask.history->count + same->ask.more);
    *made = *holder;
    made->next = *slot;
    *slot = made;
}

Err same_open(Arena *arena, const SameAsk *ask, Same **out)
{
    size_t slots = 64, most = ask->history->count + ask->more;
    Same *same = *out = ARENA_NEW(arena, Same);
    while (slots < most)
        slots *= 2;
    if (!same)
        return no_memory(arena);
    *same = (Same){.arena = arena, .texts = {.arena = arena}, .ask = *ask, .mask = slots - 1};
    same->slots = ARENA_ARRAY(arena, Holder *, slots);
    same->holders = ARENA_ARRAY(arena, Holder, most + 1);
    if (!same->slots || !same->holders)
        return no_memory(arena);
    for (size_t i = 0; i < ask->history->count; i++) {
        const Past *past = &ask->history->list[i];
        if (past->sha256 && *past->sha256)
            put(same, &(Holder){past->sha256, past->path, past->slip, &past->stamp, past->kept, NULL});
    }
    return OK;
}

Err same_add(Same *same, size_t file, const char *sha256)
{
    const Listed *listed = &same->ask.listing->files[file];
    if (!*sha256)
        return OK;
    Holder holder = {.sha256 = pool_keep(&same->texts, sha256), .path = listed->key, .slip = listed->slip};
    if (!holder.sha256)
        return no_memory(same->arena);
    put(same, &holder);
    return OK;
}

static bool still_holds(const Same *same, const Holder *holder, size_t file)
{
    const Listing *listing = same->ask.listing;
    if (!holder->stamp || holder->kept)
        return true;
    if (file < listing->count)
        return memcmp(&listing->files[file].stamp, holder->stamp, sizeof *holder->stamp) == 0;
    return !journal_row_is_gone(&(SettleRow){.path = holder->path});
}

/* False: nobody's. */
static bool key_of(const Same *same, const Holder *holder, size_t file, char out[64])
{
    Bound bound;
    const Listing *listing = same->ask.listing;
    const char *name = file < listing->count ? listing->files[file].path : holder->path + (holder->kept ? strlen("kept:") : 0);
    bind_frame(same->ask.roster, name, file < listing->count ? listing->files[file].slip : holder->slip, &bound);
    strcpy(out, bound.key);
    return bound.id.kind != ID_NONE;
}

typedef struct Other {
    char key[64];
    size_t file; /* of the listing, or the number of files for none */
} Other;

/* The holders of other persons, latest first. */
static size_t find_others(const Same *same, const char *key, const char *sha256, Other out[SAME_LOOKED])
{
    int looked = 0;
    size_t count = 0;
    for (const Holder *at = *sha256 ? *slot_of(same, sha256) : NULL; at && looked < SAME_LOOKED; at = at->next) {
        Other *other = &out[count];
        if (strcmp(at->sha256, sha256) != 0)
            continue;
        looked++;
        other->file = plan_find(same->ask.listing, at->path);
        count += key_of(same, at, other->file, other->key) && strcmp(other->key, key) != 0 &&
                 still_holds(same, at, other->file) && !decisions_reject(same->ask.decisions, other->key, sha256);
    }
    return count;
}

int same_elsewhere(const Same *same, const char *key, const char *sha256, char least[64])
{
    Other others[SAME_LOOKED];
    size_t count = find_others(same, key, sha256, others);
    int persons = 0;
    least[0] = '\0';
    for (size_t i = 0, before; i < count; i++) {
        if (!least[0] || strcmp(others[i].key, least) < 0)
            strcpy(least, others[i].key);
        for (before = 0; before < i && strcmp(others[before].key, others[i].key) != 0;)
            before++;
        persons += before == i;
    }
    return persons;
}

size_t same_files(const Same *same, const char *key, const char *sha256, size_t out[SAME_LOOKED])
{
    Other others[SAME_LOOKED];
    size_t count = find_others(same, key, sha256, others), files = 0;
    for (size_t i = 0; i < count; i++)
        if (others[i].file < same->ask.listing->count)
            out[files++] = others[i].file;
    return files;
}
