/* SPDX-License-Identifier: MIT */
/* One part of the rows in memory, and all rows of persons apart, which are settled together at the end. Each row is settled
 * with all that it has to do with, in the order of journal_rows: so it comes out as if all had been settled at once. */
#include "settle_inside.h"
#include <stdlib.h>
#include <string.h>

static const size_t PART_LEAST_BYTES = (size_t)64 << 20, APART_BYTES_MAX = (size_t)64 << 30; /* address space */

static void drop_arena(Arena **arena)
{
    arena_destroy(*arena);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const SettleRow *)a)->path, ((const SettleRow *)b)->path);
}

/* As journal_rows would have them: by path. */
static Err settle_these(Settling *at, Arena *rows, const SettleRows *these)
{
    CountedList counted;
    if (these->count)
        qsort(these->list, these->count, sizeof *these->list, by_path);
    TRY(journal_counted_of(rows, at->job->journal, these, &counted));
    at->ask.counted = counted.list;
    at->ask.counted_count = counted.count;
    at->ask.rows = these->list;
    at->ask.count = these->count;
    return settle_some(rows, &at->ask, at->out);
}

/* The rows of a part: those that are settled in it, of which no picture is like another's, and those of persons apart. */
typedef struct PartRows {
    SettleRows own, apart;
} PartRows;

static Err read_part(const Settling *at, Arena *rows, const Parts *parts, const Part *part, PartRows *out)
{
    SettleRows all;
    size_t own = 0;
    TRY(journal_some_rows(rows, at->job->journal, &part->rows, &all));
    for (size_t i = 0; i < all.count; i++) {
        SettleRow row = all.list[i];
        if (parts_is_apart(parts, parts_key(at->ask.roster, row.path, row.shown, row.slip)))
            continue;
        row.alike = false;
        all.list[i] = all.list[own];
        all.list[own++] = row;
    }
    *out = (PartRows){{all.list, own}, {all.list + own, all.count - own}};
    return OK;
}

/* Rows of persons apart, in memory until the end. */
typedef struct Apart {
    Arena *arena;
    SettleRow *list;
    size_t count, room;
} Apart;

static Err keep_row(Apart *apart, const SettleRow *from)
{
    apart->list = arena_more(apart->arena, apart->list, apart->count, &apart->room, sizeof *apart->list);
    if (!apart->list)
        return fail(apart->arena, ERR_MEMORY, "no memory to settle");
    SettleRow *row = &apart->list[apart->count++];
    *row = *from;
    row->path = arena_copy(apart->arena, from->path);
    row->shown = arena_copy(apart->arena, from->shown);
    row->slip = arena_copy(apart->arena, from->slip);
    row->sha256 = arena_copy(apart->arena, from->sha256);
    row->faults = arena_copy(apart->arena, from->faults);
    row->profile = apart->count > 1 && strcmp(row[-1].profile, from->profile) == 0 ? row[-1].profile : arena_copy(apart->arena, from->profile);
    row->output = arena_copy(apart->arena, from->output);
    bool whole = row->path && row->shown && row->slip && row->sha256 && row->faults && row->profile && row->output;
    return whole ? OK : fail(apart->arena, ERR_MEMORY, "no memory to settle");
}

static int by_bytes(const void *a, const void *b)
{
    const SettleRow *const *one = a, *const *other = b;
    return strcmp((*one)->sha256, (*other)->sha256);
}

/* All rows that share their bytes are apart. */
static Err look_for_files(const Apart *apart)
{
    SettleRow **order = ARENA_ARRAY(apart->arena, SettleRow *, apart->count + 1);
    size_t count = apart->count;
    if (!order)
        return fail(apart->arena, ERR_MEMORY, "no memory to settle");
    for (size_t i = 0; i < count; i++)
        order[i] = &apart->list[i];
    if (count)
        qsort(order, count, sizeof *order, by_bytes);
    for (size_t i = 0; i < count; i++) {
        bool shared = (i && by_bytes(&order[i - 1], &order[i]) == 0) || (i + 1 < count && by_bytes(&order[i], &order[i + 1]) == 0);
        order[i]->gone = shared && *order[i]->sha256 && journal_row_is_gone(order[i]);
    }
    return OK;
}

static Err settle_part(Settling *at, Arena *rows, const Parts *parts, Part *part, Apart *apart)
{
    PartRows these;
    arena_reset(rows);
    TRY(read_part(at, rows, parts, part, &these));
    for (size_t i = 0; i < these.apart.count; i++)
        TRY(keep_row(apart, &these.apart.list[i]));
    TRY(settle_these(at, rows, &these.own));
    settle_note_standing(at);
    for (size_t i = 0; i < these.own.count; i++)
        part->strangers = part->strangers || settle_is_stranger(&at->ask, &these.own.list[i], &at->out->rows[i]);
    TRY(settle_write(at, WHICH_KNOWN));
    return journal_commit(at->arena, at->job->journal);
}

/* Once the files of all persons are known. What they add up to was counted before. */
static Err settle_strangers(Settling *at, Arena *rows, const Parts *parts, const Part *part)
{
    PartRows these;
    Settlement again = *at->out;
    Settling once = *at;
    arena_reset(rows);
    once.out = &again;
    TRY(read_part(&once, rows, parts, part, &these));
    TRY(settle_these(&once, rows, &these.own));
    settle_suggest(&once.ask, &again);
    TRY(settle_keep_hints(&once));
    TRY(settle_write(&once, WHICH_STRANGERS));
    return journal_commit(at->arena, at->job->journal);
}

/* After all parts: then the files of all persons are known. */
static Err settle_apart(Settling *at, Apart *apart)
{
    TRY(look_for_files(apart));
    TRY(settle_these(at, apart->arena, &(SettleRows){apart->list, apart->count}));
    settle_suggest(&at->ask, at->out);
    settle_note_standing(at);
    TRY(settle_keep_hints(at));
    TRY(settle_write(at, WHICH_ALL));
    return journal_commit(at->arena, at->job->journal);
}

static Err settle_each(Settling *at, Parts *parts, Arena *rows, Apart *apart)
{
    for (size_t i = 0; i < parts->count; i++)
        TRY(settle_part(at, rows, parts, &parts->list[i], apart));
    TRY(settle_apart(at, apart));
    for (size_t i = 0; i < parts->count; i++)
        if (parts->list[i].strangers)
            TRY(settle_strangers(at, rows, parts, &parts->list[i]));
    return OK;
}

Err settle_by_parts(Settling *at, Parts *parts, size_t part_rows)
{
    CLEANUP(drop_arena) Arena *rows = arena_create(PART_LEAST_BYTES + part_rows * SETTLE_ROW_BYTES);
    CLEANUP(drop_arena) Arena *kept = arena_create_large(APART_BYTES_MAX);
    Apart apart = {.arena = kept};
    if (!rows || !kept)
        return fail(at->arena, ERR_MEMORY, "no memory to settle");
    Err err = settle_each(at, parts, rows, &apart);
    return err.code ? fail(at->arena, err.code, "%s", err.text) : OK;
}
