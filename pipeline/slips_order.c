/* SPDX-License-Identifier: MIT */
/* A clock that was set and a counter that went on contradict one another: between two such frames no place is
 * certain. Cameras count in folders such as 100CANON, from 0001 to 9999 (DCF, JEITA CP-3461). */
#include "slips_order.h"
#include <stdlib.h>
#include <string.h>
#include <glib.h>

enum { DCF_NAME = 8, DCF_LAST = 9999, DIGITS_MAX = 9 };
static const int64_t SECOND_NS = 1000000000, FOLDER_STEP = 1000000000000, DCF_ROUND = 10000;

typedef struct Place {
    uint32_t shot, series, position;
    int64_t time_ns, number; /* number -1: the name has none */
    const char *name;        /* group and prefix, "" where there is no number */
    bool dcf;                /* four digits */
    bool timed;
} Place;

typedef struct Series {
    Place *of;
    size_t count;
} Series;

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the order of the frames");
}

static bool is_dcf_folder(const char *name, size_t length)
{
    return length == DCF_NAME && name[0] >= '1' && name[0] <= '9' && g_ascii_isdigit(name[1]) &&
           g_ascii_isdigit(name[2]);
}

/* Length of the part of `path` that ends before the last slash of its first `length` bytes. */
static size_t parent_of(const char *path, size_t length)
{
    while (length && path[length - 1] != '/')
        length--;
    return length ? length - 1 : 0;
}

size_t slips_group(const char *path)
{
    size_t folder = parent_of(path, strlen(path)), above = parent_of(path, folder);
    const char *last = path + above + (path[above] == '/');
    return folder && is_dcf_folder(last, (size_t)(path + folder - last)) ? above : folder;
}

/* Folder, prefix and number of a name such as card/100CANON/IMG_0042.JPG. */
static Err read_name(Arena *arena, const char *path, Place *place, const char **group)
{
    size_t all = strlen(path), folder = parent_of(path, all), above = parent_of(path, folder);
    const char *name = path + folder + (path[folder] == '/'), *last = path + above + (path[above] == '/');
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot > name ? (size_t)(dot - name) : strlen(name), digits = 0;
    bool dcf = folder && is_dcf_folder(last, (size_t)(path + folder - last));
    *group = arena_print(arena, "%.*s", (int)slips_group(path), path);
    while (digits < stem && g_ascii_isdigit(name[stem - digits - 1]))
        digits++;
    place->number = -1;
    place->name = "";
    if (digits && digits <= DIGITS_MAX) {
        place->number = g_ascii_strtoll(name + stem - digits, NULL, 10) + (dcf ? atoi(last) : 0) * FOLDER_STEP;
        place->dcf = digits == 4;
        place->name = arena_print(arena, "%s/%.*s", *group ? *group : "", (int)(stem - digits), name);
    }
    return *group && place->name ? OK : no_memory(arena);
}

static int by_series(const void *a, const void *b)
{
    const Place *one = a, *two = b;
    int order = strcmp(one->name, two->name);
    return order ? order : (one->position > two->position) - (one->position < two->position);
}

static int by_time(const void *a, const void *b)
{
    const Place *one = a, *two = b;
    if (one->time_ns != two->time_ns)
        return one->time_ns < two->time_ns ? -1 : 1;
    if (one->series != two->series)
        return one->series < two->series ? -1 : 1;
    if (one->number != two->number)
        return one->number < two->number ? -1 : 1;
    return (one->shot > two->shot) - (one->shot < two->shot);
}

static int by_number(const void *a, const void *b)
{
    const Place *one = a, *two = b;
    int order = strcmp(one->name, two->name);
    return order ? order : (one->number > two->number) - (one->number < two->number);
}

/* Gives places without a time that of their neighbour by number: of the one before, else of the one behind. Those that
 * have none are left out. */
static size_t place_by_number(Place *places, size_t count)
{
    size_t kept = 0;
    qsort(places, count, sizeof *places, by_number);
    for (int pass = 0; pass < 2; pass++)
        for (size_t j = 1; j < count; j++) {
            size_t i = pass ? count - 1 - j : j;
            const Place *other = pass ? &places[i + 1] : &places[i - 1];
            if (places[i].timed || places[i].number < 0 || !other->timed || strcmp(places[i].name, other->name) != 0)
                continue;
            places[i].time_ns = other->time_ns;
            places[i].timed = true;
        }
    for (size_t i = 0; i < count; i++)
        if (places[i].timed)
            places[kept++] = places[i];
    return kept;
}

/* Nothing between two places is certain: `doubts` counts from the one behind `from` to `to`. */
static void doubt(int32_t *doubts, size_t from, size_t to)
{
    doubts[from + 1]++;
    doubts[to + 1]--;
}

/* Frames of the same time are told apart by their numbers alone. */
static void doubt_ties(const Place *places, size_t count, int32_t *doubts)
{
    for (size_t first = 0, end; first < count; first = end) {
        bool told = true;
        for (end = first; end < count && places[end].time_ns == places[first].time_ns; end++)
            told = told && places[end].number >= 0 && places[end].series == places[first].series;
        if (!told)
            doubt(doubts, first, end - 1);
    }
}

/* One series in the order of time: `highest` is the highest number up to each. */
static void doubt_series(const Series *series, int64_t *highest, int32_t *doubts)
{
    int64_t round = 0;
    for (size_t i = 0; i < series->count; i++) {
        const Place *place = &series->of[i], *last = i ? place - 1 : place;
        if (place->dcf && last->dcf && last->number % FOLDER_STEP == DCF_LAST &&
            place->number - last->number <= 1 - DCF_LAST && place->number - last->number >= -DCF_LAST)
            round += DCF_ROUND;
        int64_t number = place->number + round;
        size_t low = 0, high = i;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (highest[middle] < number)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < i)
            doubt(doubts, series->of[low].position, place->position);
        highest[i] = i && highest[i - 1] > number ? highest[i - 1] : number;
    }
}

static Err doubt_numbers(Arena *arena, Place *places, size_t count, int32_t *doubts)
{
    int64_t *highest = ARENA_ARRAY(arena, int64_t, count + 1);
    if (!highest)
        return no_memory(arena);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && places[end].series == places[first].series;)
            end++;
        if (places[first].number >= 0)
            doubt_series(&(Series){places + first, end - first}, highest, doubts);
    }
    return OK;
}

/* Two cameras of one model tell nothing apart but their bodies' numbers; without those one counter tells that it is
 * one camera, since two of them would run against the clock. Times in names are no counters. */
static bool is_of_one_camera(GHashTable *counters, const Shot *shot, const Place *place, const char *group)
{
    if (shot->body || !(shot->timed || shot->kind == SHOT_UNREAD))
        return true;
    const char *counter = g_hash_table_lookup(counters, group);
    if (place->dcf && !counter)
        g_hash_table_insert(counters, (gpointer)(uintptr_t)group, (gpointer)(uintptr_t)place->name);
    return place->dcf && (!counter || strcmp(counter, place->name) == 0);
}

/* Equal texts become one pointer. */
static Err read_places(Arena *arena, const Shot *shots, size_t count, Place *places, ShotOrder *out)
{
    bool fine = true;
    GHashTable *groups = g_hash_table_new(g_str_hash, g_str_equal), *counters = g_hash_table_new(NULL, NULL);
    Err err = OK;
    for (size_t i = 0; i < count; i++)
        fine = fine && (shots[i].fine || !shots[i].timed);
    for (size_t i = 0; !err.code && i < count; i++) {
        Place place = {.shot = (uint32_t)i, .time_ns = shots[i].time_ns, .timed = shots[i].timed};
        err = read_name(arena, shots[i].path, &place, &out->group[i]);
        if (err.code)
            break;
        const char *known = g_hash_table_lookup(groups, out->group[i]);
        if (known)
            out->group[i] = known;
        else
            g_hash_table_add(groups, (gpointer)(uintptr_t)out->group[i]);
        out->one_camera = is_of_one_camera(counters, &shots[i], &place, out->group[i]) && out->one_camera;
        if (!fine)
            place.time_ns -= ((place.time_ns % SECOND_NS) + SECOND_NS) % SECOND_NS;
        if (shots[i].timed || shots[i].kind == SHOT_UNREAD)
            places[out->count++] = place;
    }
    g_hash_table_destroy(counters);
    g_hash_table_destroy(groups);
    return err;
}

/* The counter goes on in the next folder, and at 0001 (0000) behind 9999, or begins again in it: what the last folder
 * held up to its end is as little known as what one holds that is passed over. */
static int skipped_between(const Place *one, const Place *other)
{
    if (!one->dcf || !other->dcf || one->series != other->series)
        return SKIPPED_UNKNOWN;
    int64_t folders = other->number / FOLDER_STEP - one->number / FOLDER_STEP;
    int from = (int)(one->number % FOLDER_STEP), to = (int)(other->number % FOLDER_STEP);
    if (folders == 0 && to == from) /* IMG_0002.JPG beside IMG_0002.jpeg */
        return 0;
    if (folders > 0 && to <= from && from != DCF_LAST)
        return (to ? to - 1 : 0) + 1;
    int step = to > from ? to - from : to - from + DCF_LAST;
    return (step ? step - 1 : 0) + (folders > 1);
}

Err slips_order(Arena *arena, const Shot *shots, size_t count, ShotOrder *out)
{
    *out = (ShotOrder){.at = ARENA_ARRAY(arena, uint32_t, count + 1),
                       .certain = ARENA_ARRAY(arena, bool, count + 1),
                       .placed = ARENA_ARRAY(arena, bool, count + 1),
                       .group = ARENA_ARRAY(arena, const char *, count + 1),
                       .skipped = ARENA_ARRAY(arena, int, count + 1),
                       .one_camera = true};
    Place *places = ARENA_ARRAY(arena, Place, count + 1);
    int32_t *doubts = ARENA_ARRAY(arena, int32_t, count + 2);
    if (!out->at || !out->certain || !out->placed || !out->group || !out->skipped || !places || !doubts)
        return no_memory(arena);
    TRY(read_places(arena, shots, count, places, out));
    if (out->count)
        out->count = place_by_number(places, out->count);
    if (!out->count)
        return OK;
    qsort(places, out->count, sizeof *places, by_series);
    for (size_t i = 1; i < out->count; i++)
        places[i].series = places[i - 1].series + (strcmp(places[i].name, places[i - 1].name) != 0);
    qsort(places, out->count, sizeof *places, by_time);
    for (size_t i = 0; i < out->count; i++) {
        places[i].position = (uint32_t)i;
        out->at[i] = places[i].shot;
        out->placed[places[i].shot] = true;
        out->skipped[places[i].shot] = i ? skipped_between(&places[i - 1], &places[i]) : SKIPPED_UNKNOWN;
    }
    doubt_ties(places, out->count, doubts);
    qsort(places, out->count, sizeof *places, by_series);
    TRY(doubt_numbers(arena, places, out->count, doubts));
    int32_t open = 0;
    for (size_t i = 0; i < out->count; i++) {
        open += doubts[i];
        out->certain[i] = open == 0;
    }
    return OK;
}
