/* SPDX-License-Identifier: MIT */
/* A photo that moves is written to its new place first, announced like a worker's; the commit that
 * says so disowns the old place, and only then that goes. */
#include "settle_out.h"
#include <string.h>
#include "settle_json.h"

/* Made photos that have to be elsewhere. What is gone or was touched stays as the journal has it, so
 * that the plan notices. */
static bool moves(const SettleRow *row, const Settled *settled)
{
    return !settled->drop && settled->home[0] && row->stands &&
           strcmp(row->output, settled->home) != 0;
}

static Err announce(Arena *arena, const SettleJob *job, const SettleAsk *ask,
                    const Settlement *settlement)
{
    bool any = false;
    for (size_t i = 0; i < ask->count; i++) {
        const char *home = settlement->rows[i].home;
        if (!moves(&ask->rows[i], &settlement->rows[i]) || home[0] == '.')
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
            const Settled *settled = &settlement->rows[i];
            if (!moves(row, settled) || (settled->home[0] != '.') != arriving)
                continue;
            TRY(outdir_copy(arena, job->outdir, row->output, settled->home));
            TRY(journal_rehome(arena, job->journal, row->path, settled->home));
        }
    return OK;
}

static Err write_verdicts(Arena *arena, const SettleJob *job, const SettleAsk *ask,
                          const Settlement *settlement)
{
    for (size_t i = 0; i < ask->count; i++) {
        const Settled *settled = &settlement->rows[i];
        const char *text;
        if (settled->drop) {
            TRY(journal_remove(arena, job->journal, ask->rows[i].path));
            continue;
        }
        TRY(settle_json(arena, ask, i, settled, &text));
        Verdicted row = {ask->rows[i].path, &settled->bound.id, settled->verdict, text};
        TRY(journal_verdict(arena, job->journal, &row));
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

static Err settle(Arena *arena, const SettleJob *job, SettleAsk *ask, Settlement *out)
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

Err settle_bind_decisions(Arena *arena, const SettleJob *job)
{
    SettleAsk ask;
    Settlement ignored;
    for (size_t i = 0; job->decisions && i < job->decisions->count; i++) {
        Decision *decision = &job->decisions->list[i];
        if (!decision->given)
            TRY(journal_recall_decision(arena, job->journal, decision->tag, decision->sha256));
    }
    if (!job->decisions || !job->decisions->count)
        return OK;
    TRY(settle(arena, job, &ask, &ignored));
    TRY(remember_decisions(arena, job));
    return journal_commit(arena, job->journal);
}

Err settle_out(Arena *arena, const SettleJob *job, Settlement *out)
{
    SettleAsk ask;
    TRY(settle(arena, job, &ask, out));
    TRY(announce(arena, job, &ask, out));
    TRY(move_photos(arena, job, &ask, out));
    TRY(write_verdicts(arena, job, &ask, out));
    TRY(remember_decisions(arena, job));
    return journal_settle(arena, job->journal);
}
