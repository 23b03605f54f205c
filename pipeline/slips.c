/* SPDX-License-Identifier: MIT */
/* One walk in the order of shooting. Frames whose order is not certain are taken together: where none of them shows a
 * code, their order does not matter; else nobody is bound until the next code. */
#include "slips.h"
#include <stdlib.h>
#include <string.h>
#include "slips_order.h"

typedef struct Code {
    const char *text;
    const Person *person;
} Code;

typedef struct Walk {
    Arena *arena;
    const Roster *roster;
    const Shot *shots;
    size_t count;
    ShotBound *out;
    ShotOrder order;
    Code *codes; /* of the roster, by text */
    size_t code_count;
    uint32_t slip;     /* the last one, or SLIP_NONE */
    const char *group; /* where it lies */
    bool lost;         /* nobody knows which is the last one */
    int missing;       /* numbers since it, or SLIP_UNCOUNTED */
} Walk;

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory to bind frames by their codes");
}

/* ---- whose a code is ---- */

static int compare_codes(const void *a, const void *b)
{
    const Code *one = a, *two = b;
    int order = strcmp(one->text, two->text);
    return order ? order : strcmp(one->person->key, two->person->key);
}

static Err collect_codes(Walk *walk)
{
    const Roster *roster = walk->roster;
    size_t count = roster ? roster->count : 0;
    walk->codes = ARENA_ARRAY(walk->arena, Code, count + 1);
    if (!walk->codes)
        return no_memory(walk->arena);
    for (size_t i = 0; i < count; i++)
        if (roster->list[i].code && *roster->list[i].code)
            walk->codes[walk->code_count++] = (Code){roster->list[i].code, &roster->list[i]};
    if (walk->code_count)
        qsort(walk->codes, walk->code_count, sizeof *walk->codes, compare_codes);
    return OK;
}

/* The first of them that is not below `text`. */
static size_t find_code(const Walk *walk, const char *text)
{
    size_t low = 0, high = walk->code_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(walk->codes[middle].text, text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static SlipProblem match_code(const Walk *walk, const char *text, ShotBound *out)
{
    char clean[256], key[64];
    if (!id_plain(text, clean, sizeof clean))
        return SLIP_UNKNOWN;
    Id id = id_parse(clean);
    id_key(&id, key);
    if (!walk->roster) {
        out->id = id.problem == ID_FINE && id.kind != ID_OTHER ? id : (Id){.kind = ID_NONE};
        return out->id.kind == ID_NONE ? SLIP_UNKNOWN : SLIP_FINE;
    }
    out->person = *key ? roster_find(walk->roster, key) : NULL;
    for (size_t i = find_code(walk, text); i < walk->code_count && strcmp(walk->codes[i].text, text) == 0; i++) {
        if (out->person && out->person != walk->codes[i].person) {
            out->person = NULL;
            return SLIP_SHARED;
        }
        out->person = walk->codes[i].person;
    }
    if (!out->person)
        return SLIP_UNKNOWN;
    out->id = out->person->id;
    return SLIP_FINE;
}

static SlipProblem judge_slip(const Walk *walk, const Shot *shot, ShotBound *out)
{
    switch (shot->kind) {
    case SHOT_CODE:
        return match_code(walk, shot->code, out);
    case SHOT_CODES:
        return SLIP_SEVERAL;
    case SHOT_UNREAD:
    case SHOT_PLAIN:
        break;
    }
    return SLIP_UNREAD;
}

/* ---- the walk ---- */

/* Its neighbour may be the next card or another camera's: a code holds within its own. */
static void enter_group(Walk *walk, uint32_t at)
{
    if (walk->group == walk->order.group[at])
        return;
    walk->group = walk->order.group[at];
    walk->slip = SLIP_NONE;
    walk->lost = false;
}

/* What is missing before this frame is missing before all behind it. */
static void count_missing(Walk *walk, uint32_t at)
{
    int skipped = walk->order.skipped[at];
    bool counted = walk->missing != SLIP_UNCOUNTED && skipped != SKIPPED_UNKNOWN;
    walk->missing = counted ? walk->missing + skipped : SLIP_UNCOUNTED;
}

static bool is_shown_again(const Walk *walk, const Shot *shot)
{
    const Shot *last = walk->slip == SLIP_NONE ? NULL : &walk->shots[walk->slip];
    return last && shot->kind == SHOT_CODE && last->kind == SHOT_CODE && strcmp(shot->code, last->code) == 0;
}

static void take_slip(Walk *walk, uint32_t at)
{
    ShotBound *out = &walk->out[at];
    enter_group(walk, at);
    out->is_slip = true;
    out->slip = judge_slip(walk, &walk->shots[at], out);
    walk->missing = 0;
    if (is_shown_again(walk, &walk->shots[at])) {
        out->by = walk->slip;
        return;
    }
    walk->slip = at;
    walk->lost = false;
}

static void take_photo(Walk *walk, uint32_t at)
{
    ShotBound *out = &walk->out[at];
    enter_group(walk, at);
    count_missing(walk, at);
    if (walk->lost || walk->slip == SLIP_NONE) {
        out->unbound = walk->lost ? ID_NO_ORDER : ID_BEFORE_CODE;
        return;
    }
    ShotBound *slip = &walk->out[walk->slip];
    slip->frames++;
    out->by = walk->slip;
    out->unbound = slip->slip == SLIP_FINE ? ID_FINE : ID_BAD_CODE;
    if (out->unbound == ID_FINE) {
        out->id = slip->id;
        out->person = slip->person;
        out->missing = walk->missing;
    }
}

static void take(Walk *walk, uint32_t at)
{
    if (walk->shots[at].kind == SHOT_PLAIN)
        take_photo(walk, at);
    else
        take_slip(walk, at);
}

/* Nobody is bound, for this reason. */
static void refuse(Walk *walk, uint32_t at, SlipProblem why)
{
    ShotBound *out = &walk->out[at];
    if (walk->shots[at].kind == SHOT_PLAIN) {
        out->unbound = ID_NO_ORDER;
        return;
    }
    out->is_slip = true;
    (void)judge_slip(walk, &walk->shots[at], out);
    out->slip = why;
}

/* Whether it does not matter in which order these were shot. */
static bool order_is_idle(const Walk *walk, const uint32_t *at, size_t count)
{
    size_t plain = 0, same = 0;
    for (size_t i = 0; i < count; i++) {
        const Shot *shot = &walk->shots[at[i]], *first = &walk->shots[at[0]];
        plain += shot->kind == SHOT_PLAIN;
        same += shot->kind == SHOT_CODE && first->kind == SHOT_CODE && strcmp(shot->code, first->code) == 0 &&
                walk->order.group[at[i]] == walk->order.group[at[0]];
    }
    return count == 1 || plain == count || same == count;
}

/* Behind frames in no certain order: also what seems to have no frames may have some among them. */
static void lose(Walk *walk, uint32_t last)
{
    ShotBound *slip = walk->slip == SLIP_NONE ? NULL : &walk->out[walk->slip];
    if (slip && !slip->frames && slip->slip == SLIP_FINE)
        slip->slip = SLIP_ORDER;
    walk->lost = true;
    walk->slip = SLIP_NONE;
    walk->group = walk->order.group[last];
}

static void take_all(Walk *walk)
{
    const ShotOrder *order = &walk->order;
    for (size_t first = 0, end; first < order->count; first = end) {
        for (end = first + 1; end < order->count && !order->certain[end];)
            end++;
        bool idle = order_is_idle(walk, order->at + first, end - first);
        for (size_t i = first; i < end; i++) {
            if (idle)
                take(walk, order->at[i]);
            else
                refuse(walk, order->at[i], SLIP_ORDER);
        }
        if (!idle)
            lose(walk, order->at[end - 1]);
    }
}

/* ---- what only the whole can tell ---- */

static SlipProblem whole_problem(const Walk *walk)
{
    const char *camera = NULL;
    for (size_t i = 0; i < walk->count; i++) {
        const Shot *shot = &walk->shots[i];
        if (shot->kind == SHOT_UNREAD && !shot->timed)
            continue;
        if (camera && strcmp(shot->camera, camera) != 0)
            return SLIP_CAMERAS;
        camera = shot->camera;
    }
    if (!walk->order.one_camera)
        return SLIP_CAMERAS;
    for (size_t i = 0; i < walk->count; i++)
        if (!walk->order.placed[i] && walk->shots[i].kind != SHOT_PLAIN)
            return SLIP_NO_TIME;
    return SLIP_FINE;
}

static int compare_owners(const void *a, const void *b)
{
    const ShotBound *const *one = a, *const *two = b;
    char left[64], right[64];
    id_key(&(*one)->id, left);
    id_key(&(*two)->id, right);
    return strcmp(left, right);
}

static bool is_owner(const ShotBound *out)
{
    return out->is_slip && out->id.kind != ID_NONE && out->by == SLIP_NONE &&
           (out->slip == SLIP_FINE || out->slip == SLIP_ORDER);
}

/* A person whose code was shown, then another's, then the same again: one of them was a mistake. */
static Err find_twice(Walk *walk)
{
    ShotBound **owners = ARENA_ARRAY(walk->arena, ShotBound *, walk->count + 1);
    size_t count = 0;
    if (!owners)
        return no_memory(walk->arena);
    for (size_t i = 0; i < walk->count; i++)
        if (is_owner(&walk->out[i]))
            owners[count++] = &walk->out[i];
    if (count)
        qsort(owners, count, sizeof *owners, compare_owners);
    for (size_t i = 1; i < count; i++)
        if (compare_owners(&owners[i - 1], &owners[i]) == 0)
            for (size_t j = 0; j < 2; j++)
                owners[i - j]->slip = owners[i - j]->slip == SLIP_FINE ? SLIP_TWICE : owners[i - j]->slip;
    for (size_t i = 0; i < walk->count; i++) {
        ShotBound *out = &walk->out[i];
        SlipProblem problem = out->by == SLIP_NONE ? SLIP_FINE : walk->out[out->by].slip;
        if (out->is_slip) {
            out->slip = out->by != SLIP_NONE ? problem : out->slip;
        } else if (out->unbound == ID_FINE && problem == SLIP_TWICE) {
            out->unbound = ID_BAD_CODE;
            out->id = (Id){.kind = ID_NONE};
            out->person = NULL;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (owners[i]->slip == SLIP_FINE && !owners[i]->frames)
            owners[i]->slip = SLIP_NO_FRAMES;
    return OK;
}

Err slips_bind(Arena *arena, const Roster *roster, const Shot *shots, size_t count, ShotBound *out)
{
    Walk walk = {.arena = arena, .roster = roster, .shots = shots, .count = count, .out = out, .slip = SLIP_NONE};
    for (size_t i = 0; i < count; i++)
        out[i] = (ShotBound){.by = SLIP_NONE, .unbound = ID_NO_ORDER};
    TRY(collect_codes(&walk));
    TRY(slips_order(arena, shots, count, &walk.order));
    SlipProblem problem = whole_problem(&walk);
    if (problem != SLIP_FINE) {
        for (size_t i = 0; i < count; i++)
            refuse(&walk, (uint32_t)i, problem);
        return OK;
    }
    for (size_t i = 0; i < count; i++)
        out[i].unbound = walk.order.placed[i] ? ID_FINE : ID_NO_ORDER;
    take_all(&walk);
    return find_twice(&walk);
}

const char *slip_problem_name(SlipProblem problem)
{
    static const char *const names[SLIP_PROBLEM_COUNT] = {"",       "no_frames", "unknown", "shared",  "several",
                                                          "unread", "twice",     "order",   "no_time", "cameras"};
    return names[problem];
}
