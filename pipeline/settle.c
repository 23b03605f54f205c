/* SPDX-License-Identifier: MIT */
#include "settle.h"
#include <stdlib.h>
#include <string.h>
#include "claims.h"
#include "home.h"
#include "pool.h"
#include "settle_judge.h"

typedef struct Work {
    Arena *arena;
    const SettleAsk *ask;
    Settlement *out;
    Place *order; /* rows that are bound, by key */
    uint32_t *person; /* per row: one number per key; 0: nobody */
    Claims claims;
} Work;

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory to settle");
}

Err settle_begin(Arena *arena, const SettleAsk *ask, Settlement *out)
{
    size_t persons = ask->roster ? ask->roster->count : 0, decisions = ask->decisions ? ask->decisions->count : 0;
    *out = (Settlement){.has_file = ARENA_ARRAY(arena, bool, persons + 1), .is_ready = ARENA_ARRAY(arena, bool, persons + 1),
                        .hint = ARENA_ARRAY(arena, const char *, persons + 1), .hint_path = ARENA_ARRAY(arena, const char *, persons + 1),
                        .met = ARENA_ARRAY(arena, Met, decisions + 1)};
    return out->has_file && out->is_ready && out->hint && out->hint_path && out->met ? OK : no_memory(arena);
}

static Err make_room(Work *work)
{
    size_t rows = work->ask->count;
    work->out->rows = ARENA_ARRAY(work->arena, Settled, rows + 1);
    work->order = ARENA_ARRAY(work->arena, Place, rows + 1);
    work->person = ARENA_ARRAY(work->arena, uint32_t, rows + 1);
    work->claims = (Claims){.ask = work->ask, .order = work->order, .person = work->person, .rows = work->out->rows};
    return work->out->rows && work->order && work->person ? OK : no_memory(work->arena);
}

static size_t number_of(const Work *work, const Person *person)
{
    return (size_t)(person - work->ask->roster->list);
}

static bool counts(const Roster *roster, const Bound *bound)
{
    return bound->id.kind != ID_NONE && (!roster || (bound->person && bound->person->eligible));
}

static bool is_of_other_profile(const SettleAsk *ask, size_t row)
{
    const char *profile = ask->rows[row].profile;
    return profile && strcmp(profile, ask->profile->hash) != 0;
}

static bool is_gone(const SettleAsk *ask, size_t row)
{
    return ask->making && ask->rows[row].output[0] && !ask->rows[row].stands;
}

static Err bind_rows(Work *work)
{
    Pool pool = {.arena = work->arena};
    for (size_t i = 0; i < work->ask->count; i++) {
        Settled *row = &work->out->rows[i];
        Bound bound;
        bind_frame(work->ask->roster, work->ask->rows[i].shown, work->ask->rows[i].slip, &bound);
        bind_facts(&bound, work->ask->roster, work->ask->rows[i].slip, row->facts);
        row->person = bound.person;
        if (is_of_other_profile(work->ask, i) && counts(work->ask->roster, &bound))
            row->facts[CHECK_other_profile] = 1;
        if (is_gone(work->ask, i) && counts(work->ask->roster, &bound))
            row->facts[CHECK_photo_gone] = 1;
        row->key = bound.id.kind == ID_NONE ? "" : bound.person ? bound.person->key : pool_keep(&pool, bound.key);
        if (!row->key)
            return no_memory(work->arena);
        if (*row->key)
            work->order[work->claims.count++] = (Place){row->key, 0, (uint32_t)i};
    }
    if (work->claims.count)
        qsort(work->order, work->claims.count, sizeof *work->order, place_compare);
    return OK;
}

/* A decision without bytes is about the one photo that is there when it is first seen. */
static void bind_decisions(const Work *work, const Settled *row, const SettleRow *only)
{
    for (size_t i = 0; i < row->decision_count; i++) {
        Decision *decision = &work->ask->decisions->list[row->decisions - work->ask->decisions->list + (ptrdiff_t)i];
        if (!decision->sha256[0] && only)
            memcpy(decision->sha256, only->sha256, strlen(only->sha256) + 1);
    }
}

static void count_files(Work *work)
{
    uint32_t number = 0;
    for (size_t first = 0, end; first < work->claims.count; first = end) {
        int files = 0;
        const SettleRow *only = NULL;
        end = claims_group_end(&work->claims, first);
        number++;
        for (size_t i = first; i < end; i++) {
            const SettleRow *row = &work->ask->rows[work->order[i].row];
            files += !row->kept + row->others;
            only = row->kept ? only : row;
        }
        for (size_t i = first; i < end; i++) {
            Settled *row = &work->out->rows[work->order[i].row];
            work->person[work->order[i].row] = number;
            row->facts[CHECK_files_for_id] = work->ask->rows[work->order[i].row].kept ? 1 : files;
            row->decisions = decisions_of(work->ask->decisions, row->key, &row->decision_count);
        }
        bind_decisions(work, &work->out->rows[work->order[first].row], files == 1 ? only : NULL);
    }
}

/* Few are decided on. */
static Err make_waivers(Work *work)
{
    for (size_t i = 0; i < work->ask->count; i++) {
        Settled *row = &work->out->rows[i];
        if (!row->decision_count)
            continue;
        row->waived = ARENA_ARRAY(work->arena, bool, 2 * CHECK_COUNT);
        if (!row->waived)
            return no_memory(work->arena);
        row->surfaced = row->waived + CHECK_COUNT;
    }
    return OK;
}

/* Or would be, if the roster listed that person: then it waits. */
static bool is_kept_of(const SettleRow *row, const Settled *settled)
{
    static const char mark[] = "kept:";
    const char *key = row->path + sizeof mark - 1;
    return strncmp(row->path, mark, sizeof mark - 1) == 0 &&
           (*settled->key ? strcmp(key, settled->key) == 0 : bind_would(row->shown, row->slip, key));
}

/* Again after each comparison: what stands in the way of others depends on how good it is by itself. */
static void judge_rows(Work *work)
{
    for (size_t i = 0; i < work->ask->count; i++) {
        const SettleRow *row = &work->ask->rows[i];
        Settled *out = &work->out->rows[i];
        settle_judge(work->ask, row, out);
        out->drop = out->drop || (row->kept && !is_kept_of(row, out));
    }
}

/* The rows of one person, order[first..end). An earlier attempt counts until a newer one passes; a
 * file from before that is listed again is no newer one. Of several files that are there now nobody
 * chooses, and then not of an earlier one either. */
static void choose_attempt(Work *work, size_t first, size_t end)
{
    int earlier = 0;
    bool newer = false, several = false;
    for (size_t i = first; i < end; i++) {
        const SettleRow *row = &work->ask->rows[work->order[i].row];
        const Settled *out = &work->out->rows[work->order[i].row];
        several = several || out->facts[CHECK_files_for_id] > 1;
        if (row->kept && out->ready && !out->drop)
            earlier = row->attempt;
    }
    for (size_t i = first; i < end; i++) {
        const SettleRow *row = &work->ask->rows[work->order[i].row];
        const Settled *out = &work->out->rows[work->order[i].row];
        newer = newer || (!row->kept && out->ready && !out->drop && row->attempt >= earlier);
    }
    for (size_t i = first; i < end; i++) {
        const SettleRow *row = &work->ask->rows[work->order[i].row];
        Settled *out = &work->out->rows[work->order[i].row];
        out->drop = out->drop || (row->kept && newer && !(out->facts[CHECK_other_profile] == 1)); /* that may come back */
        out->kept_by = !row->kept && earlier && !newer && !several;
        out->ready = out->ready && !out->kept_by && !(row->kept && several);
    }
}

static void choose_attempts(Work *work)
{
    for (size_t first = 0, end; first < work->claims.count; first = end) {
        end = claims_group_end(&work->claims, first);
        choose_attempt(work, first, end);
    }
    for (size_t i = 0; i < work->ask->count; i++) {
        Settled *out = &work->out->rows[i];
        out->drop = out->drop || (out->yields_to && out->yields_to->ready);
        if (out->person && !out->drop)
            work->out->has_file[number_of(work, out->person)] = true;
    }
}

static bool is_open(const Work *work, const SettleRow *row, const Settled *out)
{
    bool counts = !work->ask->roster || (out->person && out->person->eligible);
    bool outdone = out->kept_by && out->verdict == VERDICT_PASS;
    return counts && !outdone && out->facts[CHECK_files_for_id] == 1 && !(row->kept && !out->ready);
}

void settle_home(const SettleAsk *ask, const SettleRow *row, const Settled *settled, char out[HOME_BYTES])
{
    Bound bound;
    out[0] = '\0';
    if (!ask->making || !row->output[0])
        return;
    if (settled->open) {
        bind_frame(ask->roster, row->shown, row->slip, &bound);
        home_open(settled->verdict, bound.id.text, ask->profile->file_name, out);
    }
    if (!out[0])
        home_held(row->path, out);
}

bool settle_is_stranger(const SettleAsk *ask, const SettleRow *row, const Settled *settled)
{
    return ask->roster && !settled->person && !row->kept && !settled->drop;
}

/* A number that nobody has, one typo away from somebody who has no photo. */
static void suggest(const SettleAsk *ask, const SettleRow *row, Settlement *all, Settled *out)
{
    Bound bound;
    if (!settle_is_stranger(ask, row, out))
        return;
    bind_frame(ask->roster, row->shown, row->slip, &bound);
    if (strlen(bound.named.text) != 18)
        return;
    out->maybe = roster_suggest(ask->roster, bound.named.text, all->has_file);
    if (!out->maybe)
        return;
    size_t number = (size_t)(out->maybe - ask->roster->list);
    if (all->hint_path[number] && strcmp(row->path, all->hint_path[number]) < 0)
        return;
    all->hint[number] = row->shown;
    all->hint_path[number] = row->path;
}

void settle_suggest(const SettleAsk *ask, Settlement *out)
{
    for (size_t i = 0; i < ask->count; i++)
        suggest(ask, &ask->rows[i], out, &out->rows[i]);
}

Met settle_met(const Settled *settled, const Decision *decision, const char *sha256)
{
    bool waives = decision->check < CHECK_COUNT && settled->waived && settled->waived[decision->check];
    const bool works[] = {[RULING_ACCEPT] = settled->accepted, [RULING_REJECT] = settled->rejected, [RULING_WAIVE] = waives};
    return !decision_counts(decision, sha256) ? MET_OTHERS : works[decision->ruling] ? MET_PHOTO : MET_IDLE;
}

static void count_decisions(Work *work)
{
    for (size_t i = 0; i < work->ask->count; i++) {
        Settled *row = &work->out->rows[i];
        Met *met = row->decision_count ? &work->out->met[row->decisions - work->ask->decisions->list] : NULL;
        row->met = met;
        for (size_t j = 0; (!row->drop || row->rejected) && j < row->decision_count; j++) {
            Decision *decision = &work->ask->decisions->list[row->decisions - work->ask->decisions->list + (ptrdiff_t)j];
            Met here = settle_met(row, decision, work->ask->rows[i].sha256);
            met[j] = here > met[j] ? here : met[j];
            if (here > MET_OTHERS)
                decision->now |= (uint8_t)(DECISION_MET | settle_claims(row, work->ask->profile));
        }
    }
}

static void count_persons(Work *work)
{
    Settlement *out = work->out;
    for (size_t i = 0; i < work->ask->count; i++) {
        const Settled *row = &out->rows[i];
        if (!row->ready || row->drop)
            continue;
        out->ready++;
        out->kept += work->ask->rows[i].kept;
        if (row->person)
            out->is_ready[number_of(work, row->person)] = true;
    }
}

void settle_end(const SettleAsk *ask, Settlement *out)
{
    for (size_t i = 0; ask->roster && i < ask->roster->count; i++) {
        out->missing += ask->roster->list[i].eligible && !out->has_file[i];
        out->unready += ask->roster->list[i].eligible && !out->is_ready[i];
    }
    for (size_t i = 0; ask->decisions && i < ask->decisions->count; i++)
        out->met_count[out->met[i]]++;
}

Err settle_some(Arena *arena, const SettleAsk *ask, Settlement *out)
{
    Work work = {.arena = arena, .ask = ask, .out = out};
    TRY(make_room(&work));
    TRY(bind_rows(&work));
    count_files(&work);
    TRY(make_waivers(&work));
    judge_rows(&work);
    do {
        TRY(claims_compare(arena, &work.claims));
        judge_rows(&work);
    } while (claims_come_back(&work.claims));
    choose_attempts(&work);
    for (size_t i = 0; i < ask->count; i++)
        out->rows[i].open = is_open(&work, &ask->rows[i], &out->rows[i]);
    count_persons(&work);
    count_decisions(&work);
    return OK;
}

Err settle_rows(Arena *arena, const SettleAsk *ask, Settlement *out)
{
    TRY(settle_begin(arena, ask, out));
    TRY(settle_some(arena, ask, out));
    settle_suggest(ask, out);
    settle_end(ask, out);
    return OK;
}
