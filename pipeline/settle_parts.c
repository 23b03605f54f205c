/* SPDX-License-Identifier: MIT */
/* Persons and bytes meet in buckets by their hash, on disk, and pictures in those of each pass (alike.h), a bucket in memory
 * at a time. Hashes that agree by chance put a person apart who need not be: that costs memory, not exactness. */
#include "settle_parts.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "buckets.h"
#include "digest.h"

enum { PAIRS_IN_MEMORY = 1 << 20, PICTURES_IN_MEMORY = 1 << 18, HASH_SHIFT = 48 };

/* A person in a part, or bytes of a person. */
typedef struct Pair {
    uint64_t hash, other;
} Pair;

typedef struct Fingerprint {
    uint64_t words[ALIKE_WORDS], key;
} Fingerprint;

typedef struct Finder {
    Arena *arena;
    const SettleJob *job;
    Parts *out;
    size_t part_rows, pictures;
    int below; /* of two pictures; 0: they are not compared */
    const char *folder;
    Buckets *persons, *bytes, *all; /* all: pictures as they come */
    unsigned spread, piles;         /* buckets of persons and of bytes, and of pictures */
    Alike *list, *scratch;          /* of pictures in memory, in the heap as the next two */
    Near *nearest;
    size_t list_room;
    uint64_t *apart; /* not yet sorted */
    size_t count, room;
} Finder;

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory to settle");
}

uint64_t parts_key(const Roster *roster, const char *path, const char *shown, const char *slip)
{
    Bound bound;
    bind_frame(roster, shown, slip, &bound);
    bool nobody = bound.id.kind == ID_NONE;
    const char *key = nobody ? path : bound.person ? bound.person->key : bound.key;
    return digest_xxh3(key, strlen(key), nobody);
}

static int by_number(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

bool parts_is_apart(const Parts *parts, uint64_t key)
{
    return parts->apart_count && bsearch(&key, parts->apart, parts->apart_count, sizeof key, by_number);
}

/* ---- what there is ---- */

static Err open_part(Finder *finder, int64_t number)
{
    Parts *parts = finder->out;
    parts->list = arena_more(finder->arena, parts->list, parts->count, &parts->room, sizeof *parts->list);
    if (!parts->list)
        return no_memory(finder->arena);
    parts->list[parts->count++] = (Part){.rows = {.after = number - 1}};
    return OK;
}

static Err add_picture(Finder *finder, const char *likeness, uint64_t key)
{
    Alike one;
    if (!finder->below || !alike_read(likeness, one.words))
        return OK;
    alike_spread(&one, 1);
    Fingerprint picture = {.key = key};
    memcpy(picture.words, one.words, sizeof picture.words);
    finder->pictures++;
    return buckets_add(finder->all, (unsigned)(finder->pictures / PICTURES_IN_MEMORY % finder->piles), &picture);
}

static Err add_mark(void *user, const Mark *mark)
{
    Finder *finder = user;
    Parts *parts = finder->out;
    uint64_t key = parts_key(finder->job->roster, mark->path, mark->shown, mark->slip);
    if (!parts->count || parts->list[parts->count - 1].rows.count == finder->part_rows)
        TRY(open_part(finder, mark->number));
    Part *part = &parts->list[parts->count - 1];
    part->rows.last = mark->number;
    part->rows.count++;
    Pair person = {key, parts->count}, bytes = {digest_xxh3(mark->sha256, strlen(mark->sha256), 0), key};
    TRY(buckets_add(finder->persons, (unsigned)(person.hash >> HASH_SHIFT) % finder->spread, &person));
    if (*mark->sha256)
        TRY(buckets_add(finder->bytes, (unsigned)(bytes.hash >> HASH_SHIFT) % finder->spread, &bytes));
    return add_picture(finder, mark->likeness, key);
}

/* ---- who is apart ---- */

static Err put_apart(Finder *finder, uint64_t key)
{
    if (finder->count == finder->room) {
        size_t room = finder->room ? 2 * finder->room : 1024;
        uint64_t *apart = realloc(finder->apart, room * sizeof *apart);
        if (!apart)
            return no_memory(finder->arena);
        finder->apart = apart;
        finder->room = room;
    }
    finder->apart[finder->count++] = key;
    return OK;
}

static int by_hash(const void *a, const void *b)
{
    return by_number(&((const Pair *)a)->hash, &((const Pair *)b)->hash);
}

/* Who stands in two parts. */
static Err compare_persons(Finder *finder, unsigned bucket)
{
    Pair *pairs;
    size_t count;
    TRY(buckets_read(finder->persons, bucket, (void **)&pairs, &count));
    if (count)
        qsort(pairs, count, sizeof *pairs, by_hash);
    for (size_t first = 0, end; first < count; first = end) {
        bool parted = false;
        for (end = first + 1; end < count && pairs[end].hash == pairs[first].hash; end++)
            parted = parted || pairs[end].other != pairs[first].other;
        if (parted)
            TRY(put_apart(finder, pairs[first].hash));
    }
    return OK;
}

/* All whose bytes stand there twice, be it under one ID: settling asks whether such a file is still there. */
static Err compare_bytes(Finder *finder, unsigned bucket)
{
    Pair *pairs;
    size_t count;
    TRY(buckets_read(finder->bytes, bucket, (void **)&pairs, &count));
    if (count)
        qsort(pairs, count, sizeof *pairs, by_hash);
    for (size_t i = 0; i < count; i++)
        if ((i && pairs[i - 1].hash == pairs[i].hash) || (i + 1 < count && pairs[i + 1].hash == pairs[i].hash))
            TRY(put_apart(finder, pairs[i].other));
    return OK;
}

static void drop_buckets(Buckets **buckets)
{
    buckets_close(*buckets);
}

static Err make_room(Finder *finder, size_t count)
{
    if (count <= finder->list_room)
        return OK;
    free(finder->list);
    free(finder->scratch);
    free(finder->nearest);
    finder->list = calloc(count, sizeof *finder->list);
    finder->scratch = calloc(count, sizeof *finder->scratch);
    finder->nearest = calloc(count, sizeof *finder->nearest);
    finder->list_room = count;
    return finder->list && finder->scratch && finder->nearest ? OK : no_memory(finder->arena);
}

/* Those that agree in the value of a pass. Two pictures of one person count, too: it is settling that tells them. */
static Err compare_bucket(Finder *finder, const Fingerprint *pictures, size_t count, int pass)
{
    TRY(make_room(finder, count));
    Alike *list = finder->list;
    Near *nearest = finder->nearest;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(list[i].words, pictures[i].words, sizeof list[i].words);
        list[i].person = list[i].place = i;
        nearest[i].bits = ALIKE_BITS;
    }
    alike_find_pass(list, count, &(AlikePass){finder->below, pass, finder->scratch}, nearest);
    for (size_t i = 0; i < count; i++)
        if (nearest[i].bits < ALIKE_BITS)
            TRY(put_apart(finder, pictures[i].key));
    return OK;
}

static Err compare_pictures(Finder *finder)
{
    CLEANUP(drop_buckets) Buckets *sorted = NULL;
    Fingerprint *pictures;
    size_t found;
    TRY(buckets_open(finder->arena, finder->folder, finder->piles, sizeof *pictures, &sorted));
    for (int pass = 0; finder->pictures && pass < alike_passes(finder->below); pass++) {
        TRY(buckets_clear(sorted));
        for (unsigned at = 0; at < finder->piles; at++) {
            TRY(buckets_read(finder->all, at, (void **)&pictures, &found));
            for (size_t i = 0; i < found; i++) {
                Alike one;
                memcpy(one.words, pictures[i].words, sizeof one.words);
                TRY(buckets_add(sorted, alike_value(&one, finder->below, pass) % finder->piles, &pictures[i]));
            }
        }
        for (unsigned at = 0; at < finder->piles; at++) {
            TRY(buckets_read(sorted, at, (void **)&pictures, &found));
            TRY(compare_bucket(finder, pictures, found, pass));
        }
    }
    return OK;
}

static Err keep_apart(Finder *finder)
{
    Parts *out = finder->out;
    if (finder->count)
        qsort(finder->apart, finder->count, sizeof *finder->apart, by_number);
    size_t count = 0;
    for (size_t i = 0; i < finder->count; i++)
        if (!i || finder->apart[i - 1] != finder->apart[i])
            count++;
    out->apart = ARENA_ARRAY(finder->arena, uint64_t, count + 1);
    if (!out->apart)
        return no_memory(finder->arena);
    for (size_t i = 0; i < finder->count; i++)
        if (!i || finder->apart[i - 1] != finder->apart[i])
            out->apart[out->apart_count++] = finder->apart[i];
    return OK;
}

static Err find(Finder *finder)
{
    TRY(journal_each_mark(finder->arena, finder->job->journal, add_mark, finder));
    for (unsigned i = 0; i < finder->spread; i++) {
        TRY(compare_persons(finder, i));
        TRY(compare_bytes(finder, i));
    }
    TRY(compare_pictures(finder));
    return keep_apart(finder);
}

static unsigned spread(size_t rows, size_t in_memory)
{
    size_t wanted = rows / in_memory + 1;
    return wanted < BUCKETS_MAX ? (unsigned)wanted : BUCKETS_MAX;
}

static Err open_buckets(Finder *finder, size_t rows)
{
    Arena *arena = finder->arena;
    finder->folder = arena_print(arena, "%s/.tmp", finder->job->outdir->path);
    finder->spread = spread(rows, PAIRS_IN_MEMORY);
    finder->piles = spread(rows, PICTURES_IN_MEMORY);
    if (!finder->folder)
        return no_memory(arena);
    TRY(buckets_open(arena, finder->folder, finder->spread, sizeof(Pair), &finder->persons));
    TRY(buckets_open(arena, finder->folder, finder->spread, sizeof(Pair), &finder->bytes));
    return buckets_open(arena, finder->folder, finder->piles, sizeof(Fingerprint), &finder->all);
}

Err parts_find(Arena *arena, const SettleJob *job, size_t part_rows, Parts *out, bool *whole)
{
    const Want *want = &job->profile->want[CHECK_same_picture];
    Finder finder = {.arena = arena, .job = job, .out = out, .part_rows = part_rows};
    size_t rows;
    *out = (Parts){0};
    if (want->asked && isfinite(want->good.lo))
        finder.below = (int)ceil(want->good.lo);
    finder.below = finder.below < 1 ? 0 : finder.below;
    *whole = finder.below && !alike_passes(finder.below);
    if (*whole)
        return OK;
    TRY(journal_count(arena, job->journal, &rows));
    Err err = open_buckets(&finder, rows);
    if (!err.code)
        err = find(&finder);
    buckets_close(finder.persons);
    buckets_close(finder.bytes);
    buckets_close(finder.all);
    free(finder.list);
    free(finder.scratch);
    free(finder.nearest);
    free(finder.apart);
    return err;
}
