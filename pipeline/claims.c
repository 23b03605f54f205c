/* SPDX-License-Identifier: MIT */
/* The same bytes reject both, nearly the same picture asks for a look at both. Bytes that once counted
 * for another person ask for a look too: a name was wrong then, or is wrong now. */
#include "claims.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const size_t LEAST_BYTES = (size_t)1 << 20, ROW_BYTES = 256; /* of what comparing needs */
enum { FEW_ROWS = 16 }; /* as of one photo that came home: for these a mapping of their own would cost more than all else */

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory to compare photos");
}

int place_compare(const void *a, const void *b)
{
    const Place *one = a, *two = b;
    int order = strcmp(one->text, two->text);
    if (order == 0)
        order = (one->person > two->person) - (one->person < two->person);
    return order ? order : (one->row > two->row) - (one->row < two->row);
}

size_t claims_group_end(const Claims *claims, size_t first)
{
    const char *key = claims->order[first].text;
    size_t end = first + 1;
    while (end < claims->count && strcmp(claims->order[end].text, key) == 0)
        end++;
    return end;
}

/* The latest attempt of a person that is good, of their own files: order[first..end). */
static int newest_ready(const Claims *claims, size_t first, size_t end)
{
    int newest = 0;
    for (size_t i = first; i < end; i++) {
        const SettleRow *row = &claims->ask->rows[claims->order[i].row];
        if (!row->kept && claims->rows[claims->order[i].row].ready && row->attempt > newest)
            newest = row->attempt;
    }
    return newest;
}

/* An earlier attempt is out of it when a newer photo of its person is good by itself. */
static void find_silent(const Claims *claims)
{
    for (size_t first = 0, end; first < claims->count; first = end) {
        end = claims_group_end(claims, first);
        int newest = newest_ready(claims, first, end);
        for (size_t i = first; i < end; i++) {
            uint32_t at = claims->order[i].row;
            const SettleRow *row = &claims->ask->rows[at];
            claims->silent[at] = claims->rows[at].rejected || claims->rows[at].drop ||
                                 (row->kept && newest >= row->attempt);
        }
    }
}

bool claims_come_back(Claims *claims)
{
    bool any = false;
    for (size_t first = 0, end; first < claims->count; first = end) {
        end = claims_group_end(claims, first);
        int newest = newest_ready(claims, first, end);
        for (size_t i = first; i < end; i++) {
            uint32_t at = claims->order[i].row;
            const Settled *row = &claims->rows[at];
            if (!claims->silent[at] || row->rejected || row->drop || row->yields_to || newest >= claims->ask->rows[at].attempt)
                continue;
            claims->silent[at] = false;
            claims->back[at] = any = true;
        }
    }
    claims->again = any;
    return any;
}

/* Files that are there, all rejected by decisions or none: the first of each of two persons, NULL where there is none. */
static void find_there(const Claims *claims, const Place *order, size_t count, bool rejected, const Place *there[2])
{
    there[0] = there[1] = NULL;
    for (size_t i = 0; i < count && !there[1]; i++) {
        const SettleRow *row = &claims->ask->rows[order[i].row];
        if (row->gone || row->kept || claims->rows[order[i].row].rejected != rejected)
            continue;
        if (!there[0] || there[0]->person != order[i].person)
            there[there[0] != NULL] = &order[i];
    }
}

static const Place *other_of(const Place *const there[2], uint32_t person)
{
    return there[0] && there[0]->person == person ? there[1] : there[0];
}

/* Files that are gone, and earlier attempts that are out of it or do not count, give way to a file that is there under
 * another ID. */
static void give_way(const Claims *claims, const Place *order, size_t count)
{
    const Place *there[2];
    find_there(claims, order, count, false, there);
    for (size_t i = 0; i < count && there[0]; i++) {
        const SettleRow *row = &claims->ask->rows[order[i].row];
        const Place *other = other_of(there, order[i].person);
        if (!other || !(row->gone || (row->kept && (claims->silent[order[i].row] || !claims->rows[order[i].row].ready))))
            continue;
        claims->rows[order[i].row].yields_to = &claims->rows[other->row];
        claims->silent[order[i].row] = true;
    }
}

/* The first of another person who is not silent; NULL: there is none. */
static const char *other_key(const Claims *claims, const Place *order, size_t count, uint32_t person)
{
    for (size_t i = 0; i < count; i++)
        if (!claims->silent[order[i].row] && order[i].person != person)
            return claims->rows[order[i].row].key;
    return NULL;
}

/* Under how many other IDs the very same file stands: `order` is one run of equal bytes. Who is back stands in nobody's
 * way here: a newer photo, good by itself, had withdrawn it. (compare_pictures asks about both.) To an earlier attempt a file
 * that is there under another ID is one, though rejected: its bytes may be that person's. */
static void count_persons(const Claims *claims, const Place *order, size_t count)
{
    const Place *rejected[2];
    uint32_t last = 0; /* numbers begin at 1 */
    int persons = 0;
    find_there(claims, order, count, true, rejected);
    for (size_t i = 0; i < count; i++) {
        if (claims->silent[order[i].row])
            continue;
        persons += order[i].person != last;
        last = order[i].person;
    }
    for (size_t i = 0; i < count; i++) {
        Settled *row = &claims->rows[order[i].row];
        if (claims->again && !claims->back[order[i].row])
            continue;
        int others = persons - !row->yields_to + claims->ask->rows[order[i].row].elsewhere;
        const Place *stands = claims->ask->rows[order[i].row].kept ? other_of(rejected, order[i].person) : NULL;
        others += stands != NULL;
        if ((row->yields_to || !claims->silent[order[i].row]) && (others || !claims->ask->provisional))
            row->facts[CHECK_same_bytes] = others;
        if (row->facts[CHECK_same_bytes] > 0)
            row->twin = other_key(claims, order, count, order[i].person);
        if (!row->twin && stands)
            row->twin = claims->rows[stands->row].key;
        if (!row->twin)
            row->twin = claims->ask->rows[order[i].row].twin;
    }
}

static Err compare_bytes(Arena *arena, const Claims *claims)
{
    Place *order = ARENA_ARRAY(arena, Place, claims->count + 1);
    size_t count = 0;
    if (!order)
        return no_memory(arena);
    for (size_t i = 0; i < claims->count; i++) {
        uint32_t row = claims->order[i].row;
        if (claims->ask->rows[row].sha256[0])
            order[count++] = (Place){claims->ask->rows[row].sha256, claims->person[row], row};
    }
    if (count)
        qsort(order, count, sizeof *order, place_compare);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && strcmp(order[end].text, order[first].text) == 0;)
            end++;
        if (!claims->again && order[first].person != order[end - 1].person)
            give_way(claims, order + first, end - first);
        count_persons(claims, order + first, end - first);
    }
    return OK;
}

/* The same file needs no second finding, so only what differs in bytes is compared. */
static Err compare_pictures(Arena *arena, const Claims *claims)
{
    Alike *list = ARENA_RAW(arena, Alike, claims->count + 1), *scratch = ARENA_RAW(arena, Alike, claims->count + 1);
    Near *nearest = ARENA_RAW(arena, Near, claims->ask->count + 1);
    const char **keys = ARENA_ARRAY(arena, const char *, claims->count + 1); /* by person, from 1 */
    size_t count = 0;
    if (!list || !scratch || !nearest || !keys)
        return no_memory(arena);
    for (size_t i = 0; i < claims->count; i++) {
        uint32_t at = claims->order[i].row;
        const SettleRow *row = &claims->ask->rows[at];
        nearest[at] = (Near){.bits = ALIKE_BITS};
        keys[claims->person[at]] = claims->order[i].text;
        if (!row->alike || claims->silent[at] || claims->rows[at].facts[CHECK_same_bytes] > 0)
            continue;
        memcpy(list[count].words, row->likeness, sizeof row->likeness);
        list[count].person = claims->person[at];
        list[count++].place = at;
    }
    int below = (int)ceil(claims->ask->profile->want[CHECK_same_picture].good.lo);
    alike_find(list, count, below, scratch, nearest);
    for (size_t i = 0; i < count; i++) {
        Settled *row = &claims->rows[list[i].place];
        const Near *near = &nearest[list[i].place];
        if (near->bits < ALIKE_BITS) {
            row->facts[CHECK_same_picture] = near->bits;
            row->twin = keys[near->person];
        }
    }
    return OK;
}

const Counted *claims_counted(const SettleAsk *ask, const char *sha256, size_t *count)
{
    size_t low = 0, high = ask->counted_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(ask->counted[middle].sha256, sha256) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (*count = 0; low + *count < ask->counted_count && strcmp(ask->counted[low + *count].sha256, sha256) == 0;)
        ++*count;
    return *count ? &ask->counted[low] : NULL;
}

bool claims_was_sound(const Counted *counted, const char **key)
{
    static const char mark[] = COUNTED_SOUND;
    bool sound = strncmp(counted->key, mark, sizeof mark - 1) == 0;
    *key = counted->key + (sound ? sizeof mark - 1 : 0);
    return sound;
}

bool claims_counted_for(const SettleAsk *ask, const char *key, const char *sha256)
{
    size_t count;
    const Counted *counted = claims_counted(ask, sha256, &count);
    for (size_t i = 0; i < count; i++) {
        const char *person;
        (void)claims_was_sound(&counted[i], &person);
        if (strcmp(person, key) == 0)
            return true;
    }
    return false;
}

/* For whom else these bytes once counted; NULL: for nobody. */
static const char *counted_elsewhere(const SettleAsk *ask, const char *key, const char *sha256)
{
    size_t count;
    const Counted *counted = claims_counted(ask, sha256, &count);
    for (size_t i = 0; i < count; i++) {
        const char *other;
        if (!claims_was_sound(&counted[i], &other) && strcmp(other, key) != 0 && (!ask->roster || roster_find(ask->roster, other)) &&
            !decisions_reject(ask->decisions, other, sha256))
            return other;
    }
    return NULL;
}

static void compare_with_before(const Claims *claims)
{
    for (size_t i = 0; claims->ask->counted_count && i < claims->count; i++) {
        uint32_t at = claims->order[i].row;
        const SettleRow *row = &claims->ask->rows[at];
        Settled *out = &claims->rows[at];
        if (claims->silent[at] || row->kept || !row->sha256[0] || out->facts[CHECK_same_bytes] > 0)
            continue;
        const char *other = counted_elsewhere(claims->ask, claims->order[i].text, row->sha256);
        if (other) {
            out->facts[CHECK_same_picture] = 0;
            out->twin = other;
            out->twin_before = true;
        }
    }
}

static Err compare(Arena *scratch, const Claims *claims)
{
    const Want *want = &claims->ask->profile->want[CHECK_same_picture];
    if (!claims->again)
        find_silent(claims);
    TRY(compare_bytes(scratch, claims));
    if (!want->asked || !isfinite(want->good.lo))
        return OK;
    TRY(compare_pictures(scratch, claims));
    compare_with_before(claims);
    return OK;
}

Err claims_compare(Arena *arena, Claims *claims)
{
    if (!claims->again) {
        claims->silent = ARENA_ARRAY(arena, bool, claims->ask->count + 1);
        claims->back = ARENA_ARRAY(arena, bool, claims->ask->count + 1);
    }
    if (!claims->silent || !claims->back)
        return no_memory(arena);
    if (claims->ask->count <= FEW_ROWS)
        return compare(arena, claims);
    Arena *scratch = arena_create(LEAST_BYTES + claims->ask->count * ROW_BYTES);
    if (!scratch)
        return no_memory(arena);
    Err err = compare(scratch, claims);
    arena_destroy(scratch);
    return err.code ? no_memory(arena) : OK; /* nothing else can fail */
}
