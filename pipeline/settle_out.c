/* SPDX-License-Identifier: MIT */
/* A photo that moves is written to its new place first, announced like a worker's; the commit that
 * says so disowns the old place, and only then that goes. */
#include "settle_out.h"
#include <string.h>
#include "settle_json.h"

enum { LINE_BYTES_MAX = 1 << 24, BATCH_ROWS = 1 << 16 };
static const size_t LEAST_BYTES = (size_t)64 << 20, ROW_BYTES = 4096; /* address space, used as needed */

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

static Err announce(Arena *arena, const SettleJob *job, const SettleAsk *ask,
                    const Settlement *settlement)
{
    bool any = false;
    for (size_t i = 0; i < ask->count; i++) {
        char home[HOME_BYTES];
        if (!moves(ask, settlement, i, home) || home[0] == '.')
            continue;
        TRY(journal_expect(arena, job->journal, strrchr(home, '/') + 1));
        any = true;
    }
    return any ? journal_commit(arena, job->journal) : OK;
}

/* Leaving comes before arriving: a place may change hands. */
static Err move_photos(Arena *arena, const SettleJob *job, const SettleAsk *ask,
                       const Settlement *settlement)
{
    for (int arriving = 0; arriving < 2; arriving++)
        for (size_t i = 0; i < ask->count; i++) {
            const SettleRow *row = &ask->rows[i];
            char home[HOME_BYTES];
            if (!moves(ask, settlement, i, home) || (home[0] != '.') != arriving)
                continue;
            TRY(outdir_copy(arena, job->outdir, row->output, home));
            TRY(journal_rehome(arena, job->journal, row->path, home));
        }
    return OK;
}

static void drop_arena(Arena **arena)
{
    arena_destroy(*arena);
}

static Err write_verdicts(Arena *arena, const SettleJob *job, const SettleAsk *ask,
                          const Settlement *settlement)
{
    CLEANUP(drop_arena) Arena *line = arena_create(LINE_BYTES_MAX);
    if (!line)
        return fail(arena, ERR_MEMORY, "no memory to settle");
    for (size_t i = 0; i < ask->count; i++) {
        const Settled *settled = &settlement->rows[i];
        const char *text;
        Bound bound;
        if (settled->drop) {
            TRY(journal_remove(arena, job->journal, ask->rows[i].path));
            continue;
        }
        arena_reset(line);
        Err err = settle_json(line, ask, i, settled, &text);
        if (err.code)
            return fail(arena, err.code, "%s", err.text);
        bind_file(ask->roster, ask->rows[i].shown, &bound);
        Verdicted row = {ask->rows[i].path, &bound.id, settled->verdict, text};
        TRY(journal_verdict(arena, job->journal, &row));
        if ((i + 1) % BATCH_ROWS == 0) /* each row stands for itself */
            TRY(journal_commit(arena, job->journal));
    }
    return OK;
}

static Err remember_decisions(Arena *arena, const SettleJob *job)
{
    for (size_t i = 0; job->decisions && i < job->decisions->count; i++) {
        const Decision *decision = &job->decisions->list[i];
        if (!decision->given && decision->sha256[0])
            TRY(journal_bind_decision(arena, job->journal, decision->tag, decision->sha256));
    }
    return OK;
}

static Err read_and_settle(Arena *arena, const SettleJob *job, SettleAsk *ask, Settlement *out)
{
    SettleRow *rows;
    Counted *counted;
    TRY(journal_rows(arena, job->journal, &rows, &ask->count));
    TRY(journal_counted(arena, job->journal, &counted, &ask->counted_count));
    ask->counted = counted;
    ask->making = job->making;
    ask->profile = job->profile;
    ask->roster = job->roster;
    ask->decisions = job->decisions;
    ask->rows = rows;
    TRY(settle_rows(arena, ask, out));
    out->stands = true;
    for (size_t i = 0; i < ask->count; i++)
        out->stands = out->stands && rows[i].stands && !rows[i].gone;
    return OK;
}

/* The rows, and all that is found out about them, live in `rows` until that is destroyed. */
static Err settle(Arena *arena, const SettleJob *job, Arena **rows, SettleAsk *ask, Settlement *out)
{
    size_t count;
    TRY(journal_count(arena, job->journal, &count));
    *rows = arena_create(LEAST_BYTES + count * ROW_BYTES);
    if (!*rows)
        return fail(arena, ERR_MEMORY, "no memory to settle");
    Err err = read_and_settle(*rows, job, ask, out);
    return err.code ? fail(arena, err.code, "%s", err.text) : OK;
}

Err settle_bind_decisions(Arena *arena, const SettleJob *job)
{
    CLEANUP(drop_arena) Arena *rows = NULL;
    SettleAsk ask;
    Settlement ignored;
    for (size_t i = 0; job->decisions && i < job->decisions->count; i++) {
        Decision *decision = &job->decisions->list[i];
        if (!decision->given)
            TRY(journal_recall_decision(arena, job->journal, decision->tag, decision->sha256));
    }
    if (!job->decisions || !job->decisions->count)
        return OK;
    TRY(settle(arena, job, &rows, &ask, &ignored));
    TRY(remember_decisions(arena, job));
    return journal_commit(arena, job->journal);
}

/* What outlives the rows. */
static Err keep_outcome(Arena *arena, const SettleJob *job, Settlement *out)
{
    size_t persons = job->roster ? job->roster->count : 0, decisions = job->decisions ? job->decisions->count : 0;
    bool *has_file = ARENA_ARRAY(arena, bool, persons + 1), *is_ready = ARENA_ARRAY(arena, bool, persons + 1);
    const char **hint = ARENA_ARRAY(arena, const char *, persons + 1);
    Met *met = ARENA_ARRAY(arena, Met, decisions + 1);
    if (!has_file || !is_ready || !hint || !met)
        return fail(arena, ERR_MEMORY, "no memory to settle");
    for (size_t i = 0; i < persons; i++) {
        has_file[i] = out->has_file[i];
        is_ready[i] = out->is_ready[i];
        hint[i] = out->hint[i] ? arena_copy(arena, out->hint[i]) : NULL;
        if (out->hint[i] && !hint[i])
            return fail(arena, ERR_MEMORY, "no memory to settle");
    }
    memcpy(met, out->met, decisions * sizeof *met);
    out->rows = NULL;
    out->has_file = has_file;
    out->is_ready = is_ready;
    out->hint = hint;
    out->met = met;
    return OK;
}

Err settle_out(Arena *arena, const SettleJob *job, Settlement *out)
{
    CLEANUP(drop_arena) Arena *rows = NULL;
    SettleAsk ask;
    TRY(settle(arena, job, &rows, &ask, out));
    TRY(announce(arena, job, &ask, out));
    TRY(move_photos(arena, job, &ask, out));
    TRY(write_verdicts(arena, job, &ask, out));
    TRY(remember_decisions(arena, job));
    TRY(keep_outcome(arena, job, out));
    return journal_settle(arena, job->journal);
}
