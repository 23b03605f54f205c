/* SPDX-License-Identifier: MIT */
#include "shard_before.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pool.h"

enum { SORT_BYTES = 16 << 20, NUMBERS_BYTES = 160 };

/* A row, by shard and path. */
enum { BEFORE_shard, BEFORE_path, BEFORE_KEYS, BEFORE_id = BEFORE_KEYS, BEFORE_sha256, BEFORE_profile, BEFORE_program, BEFORE_numbers, BEFORE_TEXTS };

enum { FLAG_TRUSTED = 1, FLAG_FAILED = 2, FLAG_STANDS = 4, FLAG_GONE = 8, FLAG_PASSED = 16, FLAG_KEPT = 32, FLAG_BOUND = 64 };

typedef struct Keeping {
    const Merge *merge;
    Spool *spool;
} Keeping;

static unsigned flags_of(const Past *past)
{
    return (past->trusted ? FLAG_TRUSTED : 0) | (past->failed ? FLAG_FAILED : 0) | (past->output_stands ? FLAG_STANDS : 0) |
           (past->file_gone ? FLAG_GONE : 0) | (past->passed ? FLAG_PASSED : 0) | (past->kept ? FLAG_KEPT : 0) |
           (past->id_key ? FLAG_BOUND : 0);
}

static Err keep(void *user, const Past *past)
{
    const Keeping *keeping = user;
    const Work *work = keeping->merge->work;
    char shard[16], numbers[NUMBERS_BYTES];
    const char *name = past->path + (past->kept ? strlen("kept:") : 0);
    const History one = {(Past *)(uintptr_t)past, 1};
    TRY(work_refuse_mode(work, &one));
    if (past->slip && *past->slip)
        return fail(work->arena, ERR_USAGE, "'%s' holds photos that codes bind, use another output folder", work->out);
    snprintf(shard, sizeof shard, "%05u", shard_of(work->roster, name, keeping->merge->first.shard.count));
    snprintf(numbers, sizeof numbers, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRIu64 " %u %d %d", past->stamp.bytes, past->stamp.mtime_ns,
             past->stamp.ctime_ns, past->stamp.inode, flags_of(past), past->files_for_id, past->attempt);
    const char *const texts[BEFORE_TEXTS] = {shard, past->path, past->id_key ? past->id_key : "", past->sha256, past->profile, past->program, numbers};
    return spool_add(keeping->spool, texts);
}

Err shard_before_open(const Merge *merge, ShardBefore *out)
{
    const Work *work = merge->work;
    const char *folder = getenv("TMPDIR"); /* where nothing may be written to OUT */
    folder = !work->cli->dry_run ? arena_print(work->arena, "%s/.tmp", work->out) : folder && *folder ? folder : "/tmp";
    SpoolAsk ask = {folder, SORT_BYTES, BEFORE_TEXTS, BEFORE_KEYS};
    *out = (ShardBefore){0};
    if (!ask.folder)
        return fail(work->arena, ERR_MEMORY, "no memory for the shards");
    TRY(spool_open(work->arena, &ask, &out->spool));
    Keeping keeping = {merge, out->spool};
    TRY(journal_each_past(work->arena, work->journal, keep, &keeping));
    return spool_next(out->spool, &out->next);
}

void shard_before_close(ShardBefore *before)
{
    spool_close(before->spool);
}

static bool read_past(Pool *pool, const char *const *texts, Past *out)
{
    unsigned flags;
    *out = (Past){0};
    if (sscanf(texts[BEFORE_numbers], "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNu64 " %u %d %d", &out->stamp.bytes, &out->stamp.mtime_ns,
               &out->stamp.ctime_ns, &out->stamp.inode, &flags, &out->files_for_id, &out->attempt) != 7)
        return false;
    out->trusted = flags & FLAG_TRUSTED;
    out->failed = flags & FLAG_FAILED;
    out->output_stands = flags & FLAG_STANDS;
    out->file_gone = flags & FLAG_GONE;
    out->passed = flags & FLAG_PASSED;
    out->kept = flags & FLAG_KEPT;
    out->path = pool_keep(pool, texts[BEFORE_path]);
    out->id_key = flags & FLAG_BOUND ? pool_keep(pool, texts[BEFORE_id]) : NULL;
    out->sha256 = pool_keep(pool, texts[BEFORE_sha256]);
    out->profile = pool_keep(pool, texts[BEFORE_profile]);
    out->program = pool_keep(pool, texts[BEFORE_program]);
    out->slip = "";
    return out->path && (out->id_key || !(flags & FLAG_BOUND)) && out->sha256 && out->profile && out->program;
}

Err shard_before_take(const Merge *merge, ShardBefore *before, unsigned at, History *out)
{
    Pool pool = {.arena = merge->shard};
    char shard[16];
    size_t room = 0;
    *out = (History){0};
    snprintf(shard, sizeof shard, "%05u", at);
    while (before->next && strcmp(before->next[BEFORE_shard], shard) == 0) {
        Past *list = arena_more(merge->shard, out->list, out->count, &room, sizeof *list);
        if (!list || !read_past(&pool, before->next, &list[out->count]))
            return fail(merge->work->arena, ERR_MEMORY, "no memory for the shards");
        out->list = list;
        out->count++;
        TRY(spool_next(before->spool, &before->next));
    }
    return OK;
}
