/* SPDX-License-Identifier: MIT */
/* A photo that moves is written to its new place first, announced like a worker's; the commit that
 * says so disowns the old place, and only then that goes. */
#include "settle_inside.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "claims.h"
#include "settle_json.h"

enum { LINE_BYTES_MAX = 1 << 24, BATCH_ROWS = 1 << 16, PART_ROWS = 1 << 16 };
static const size_t LEAST_BYTES = (size_t)64 << 20;

static bool is_asked(const SettleAsk *ask, const Settlement *settlement, size_t i, Which which)
{
    return which == WHICH_ALL ||
           settle_is_stranger(ask, &ask->rows[i], &settlement->rows[i]) == (which == WHICH_STRANGERS);
}

/* Made photos that have to be elsewhere. What is gone or was touched stays as the journal has it, so
 * that the plan notices. */
static bool moves(const SettleAsk *ask, const Settlement *settlement, size_t i, char home[HOME_BYTES])
{
    const SettleRow *row = &ask->rows[i];
    if (settlement->rows[i].drop || !row->stands)
        return false;
    settle_home(ask, row, &settlement->rows[i], home);
    return home[0] && strcmp(row->output, home) != 0;
}

static Err announce(const Settling *at, Which which)
{
    bool any = false;
    for (size_t i = 0; i < at->ask.count; i++) {
        char home[HOME_BYTES];
        if (!is_asked(&at->ask, at->out, i, which) || !moves(&at->ask, at->out, i, home) || home[0] == '.')
            continue;
        TRY(journal_expect(at->arena, at->job->journal, strrchr(home, '/') + 1));
        any = true;
    }
    return any ? journal_commit(at->arena, at->job->journal) : OK;
}

/* Leaving comes before arriving: a place may change hands. */
static Err move_photos(const Settling *at, Which which)
{
    for (int arriving = 0; arriving < 2; arriving++)
        for (size_t i = 0; i < at->ask.count; i++) {
            const SettleRow *row = &at->ask.rows[i];
            char home[HOME_BYTES];
            if (!is_asked(&at->ask, at->out, i, which) || !moves(&at->ask, at->out, i, home) || (home[0] != '.') != arriving)
                continue;
            TRY(outdir_copy(at->arena, at->job->outdir, row->output, home));
            TRY(journal_rehome(at->arena, at->job->journal, row->path, home));
        }
    return OK;
}

static void drop_arena(Arena **arena)
{
    arena_destroy(*arena);
}

static Err write_verdict(const Settling *at, Arena *line, size_t i)
{
    const SettleRow *asked = &at->ask.rows[i];
    const Settled *settled = &at->out->rows[i];
    const char *text;
    Bound bound;
    if (settled->drop)
        return journal_remove(at->arena, at->job->journal, asked->path);
    arena_reset(line);
    Err err = settle_json(line, &at->ask, i, settled, &text);
    if (err.code)
        return fail(at->arena, err.code, "%s", err.text);
    bind_frame(at->ask.roster, asked->shown, asked->slip, &bound);
    Verdicted row = {asked->path, &bound.id, settled->verdict, text, settled->sound};
    return journal_verdict(at->arena, at->job->journal, &row);
}

static Err write_verdicts(const Settling *at, Which which)
{
    CLEANUP(drop_arena) Arena *line = arena_create(LINE_BYTES_MAX);
    if (!line)
        return fail(at->arena, ERR_MEMORY, "no memory to settle");
    for (size_t i = 0; i < at->ask.count; i++) {
        if (is_asked(&at->ask, at->out, i, which))
            TRY(write_verdict(at, line, i));
        if ((i + 1) % BATCH_ROWS == 0) /* each row stands for itself */
            TRY(journal_commit(at->arena, at->job->journal));
    }
    return OK;
}

/* Of a made photo that is nobody's: for whom it counted when a roster listed them, if its name holds that number still.
 * NULL: nobody. */
static const char *whose_before(const SettleAsk *ask, const SettleRow *row, const Settled *settled)
{
    const char *found = NULL;
    size_t count;
    if (*settled->key || row->kept || !row->output[0] || !row->stands)
        return NULL;
    const Counted *counted = claims_counted(ask, row->sha256, &count);
    for (size_t i = 0; i < count; i++) {
        const char *key;
        (void)claims_was_sound(&counted[i], &key);
        if (!bind_would(row->shown, row->slip, key))
            continue;
        if (found && strcmp(found, key) != 0)
            return NULL;
        found = key;
    }
    return found;
}

/* But for what counts already: that lies in photos/. */
static void note_sound(const Settling *at, Which which)
{
    for (size_t i = 0; i < at->ask.count; i++) {
        const SettleRow *row = &at->ask.rows[i];
        const Settled *settled = &at->out->rows[i];
        bool sound = settled->sound && strncmp(row->output, "photos/", 7) != 0;
        const char *key = sound ? settled->key : whose_before(&at->ask, row, settled);
        if (key && is_asked(&at->ask, at->out, i, which))
            journal_note_sound(at->job->journal, row->path, key);
    }
}

Err settle_write(const Settling *at, Which which)
{
    if (!at->writes) {
        note_sound(at, which);
        return OK;
    }
    TRY(announce(at, which));
    TRY(move_photos(at, which));
    return write_verdicts(at, which);
}

/* By which the journal knows what was at fault when a decision was first met; one on other bytes is another. */
static const char *known_tag(Arena *arena, const Decision *decision)
{
    return arena_print(arena, "known:%s:%s", decision->tag, decision->sha256);
}

static Err remember_known(Arena *arena, const SettleJob *job, Decision *decision)
{
    char bits[8];
    if (decision->ruling != RULING_ACCEPT || decision->known || !decision->now)
        return OK;
    const char *tag = known_tag(arena, decision);
    snprintf(bits, sizeof bits, "%d", decision->known = decision->now);
    return tag ? journal_bind_decision(arena, job->journal, tag, bits) : fail(arena, ERR_MEMORY, "no memory to settle");
}

static Err remember_decisions(Arena *arena, const SettleJob *job)
{
    for (size_t i = 0; job->decisions && i < job->decisions->count; i++) {
        Decision *decision = &job->decisions->list[i];
        if (!decision->given && decision->sha256[0])
            TRY(journal_bind_decision(arena, job->journal, decision->tag, decision->sha256));
        TRY(remember_known(arena, job, decision));
    }
    return OK;
}

void settle_note_standing(const Settling *at)
{
    for (size_t i = 0; i < at->ask.count; i++)
        at->out->stands = at->out->stands && at->ask.rows[i].stands && !at->ask.rows[i].gone;
}

/* A hint outlives the rows that it was found in. */
Err settle_keep_hints(const Settling *at)
{
    for (size_t i = 0; i < at->ask.count; i++) {
        const Person *person = at->out->rows[i].maybe;
        size_t number = person ? (size_t)(person - at->ask.roster->list) : 0;
        if (!person || at->out->hint[number] != at->ask.rows[i].shown)
            continue;
        at->out->hint[number] = arena_copy(at->arena, at->ask.rows[i].shown);
        at->out->hint_path[number] = arena_copy(at->arena, at->ask.rows[i].path);
        if (!at->out->hint[number] || !at->out->hint_path[number])
            return fail(at->arena, ERR_MEMORY, "no memory to settle");
    }
    return OK;
}

/* ---- as a whole ---- */

static Err settle_all(Settling *at, Arena *rows)
{
    SettleRow *list;
    Counted *counted;
    TRY(journal_rows(rows, at->job->journal, &list, &at->ask.count));
    TRY(journal_counted(rows, at->job->journal, &counted, &at->ask.counted_count));
    at->ask.counted = counted;
    at->ask.rows = list;
    TRY(settle_some(rows, &at->ask, at->out));
    settle_suggest(&at->ask, at->out);
    settle_note_standing(at);
    TRY(settle_keep_hints(at));
    return settle_write(at, WHICH_ALL);
}

/* ---- ---- */

static Err settle_whole(Settling *at, size_t count)
{
    CLEANUP(drop_arena) Arena *rows = arena_create(LEAST_BYTES + count * SETTLE_ROW_BYTES);
    if (!rows)
        return fail(at->arena, ERR_MEMORY, "no memory to settle");
    Err err = settle_all(at, rows);
    return err.code ? fail(at->arena, err.code, "%s", err.text) : OK;
}

static Err settle(Arena *arena, const SettleJob *job, bool writes, Settlement *out)
{
    size_t count, part_rows = job->part_rows ? job->part_rows : PART_ROWS;
    Parts parts;
    Settling at = {.arena = arena, .job = job, .out = out, .writes = writes,
                   .ask = {.making = job->making, .profile = job->profile, .roster = job->roster, .decisions = job->decisions}};
    bool whole = true;
    TRY(journal_count(arena, job->journal, &count));
    TRY(settle_begin(arena, &at.ask, out));
    out->stands = true;
    if (count > 2 * part_rows)
        TRY(parts_find(arena, job, part_rows, &parts, &whole));
    TRY(whole ? settle_whole(&at, count) : settle_by_parts(&at, &parts, part_rows));
    settle_end(&at.ask, out);
    out->rows = NULL;
    return OK;
}

static Err recall_decision(Arena *arena, const SettleJob *job, Decision *decision)
{
    char tag[65] = " ", bits[65];
    if (!decision->given)
        decision->sha256[0] = '\0';
    for (int i = 0; tag[0] && !decision->sha256[0]; i++) {
        TRY(decision_tag(arena, decision, i, tag));
        if (tag[0])
            TRY(journal_recall_decision(arena, job->journal, tag, decision->sha256));
    }
    const char *known = known_tag(arena, decision);
    if (!known)
        return fail(arena, ERR_MEMORY, "no memory to settle");
    TRY(journal_recall_decision(arena, job->journal, known, bits));
    decision->known = (uint8_t)atoi(bits);
    decision->now = 0;
    return OK;
}

Err settle_ahead(Arena *arena, const SettleJob *job, bool retires)
{
    Settlement ignored;
    for (size_t i = 0; job->decisions && i < job->decisions->count; i++)
        TRY(recall_decision(arena, job, &job->decisions->list[i]));
    journal_forget_sound(job->journal);
    if (!retires && (!job->decisions || !job->decisions->count))
        return OK;
    TRY(settle(arena, job, false, &ignored));
    TRY(remember_decisions(arena, job));
    return journal_commit(arena, job->journal);
}

Err settle_out(Arena *arena, const SettleJob *job, Settlement *out)
{
    TRY(settle(arena, job, true, out));
    TRY(remember_decisions(arena, job));
    return journal_settle(arena, job->journal);
}
