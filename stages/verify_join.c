/* SPDX-License-Identifier: MIT */
/* Three lists sorted by SHA-256 are walked side by side: entries that were changed beside all rows, rows without entry beside
 * entries without row. What comes of it is sorted by what people look for. */
#define _GNU_SOURCE /* asprintf */
#include "verify_join.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOIN_SORT_BYTES = 4 << 20 };

/* A row or an entry, by its bytes. */
enum { ONE_sha256, ONE_zip, ONE_file, ONE_KEYS, ONE_id = ONE_KEYS, ONE_TEXTS };

/* What is to be said: the kinds in their order. */
enum { SAY_order, SAY_zip, SAY_file, SAY_KEYS, SAY_kind = SAY_KEYS, SAY_reason, SAY_id, SAY_TEXTS };

struct VerifyJoin {
    Arena *arena;
    const char *folder;
    Spool *changed, *lost, *strangers, *say;
    VerifySame *same;
    size_t changed_count;
};

static Err open_spool(VerifyJoin *join, int texts, int keys, Spool **out)
{
    return spool_open(join->arena, &(SpoolAsk){join->folder, JOIN_SORT_BYTES, texts, keys}, out);
}

Err verify_join_open(Arena *arena, const char *folder, VerifyJoin **out)
{
    VerifyJoin *join = *out = ARENA_NEW(arena, VerifyJoin);
    if (!join)
        return fail(arena, ERR_MEMORY, "no memory to verify");
    *join = (VerifyJoin){.arena = arena, .folder = folder};
    TRY(open_spool(join, ONE_TEXTS, ONE_KEYS, &join->changed));
    TRY(open_spool(join, ONE_TEXTS, ONE_KEYS, &join->lost));
    TRY(open_spool(join, ONE_TEXTS, ONE_KEYS, &join->strangers));
    TRY(verify_same_open(arena, folder, &join->same));
    return open_spool(join, SAY_TEXTS, SAY_KEYS, &join->say);
}

void verify_join_close(VerifyJoin *join)
{
    if (!join)
        return;
    spool_close(join->changed);
    spool_close(join->lost);
    spool_close(join->strangers);
    spool_close(join->say);
    verify_same_close(join->same);
}

Err verify_join_changed(VerifyJoin *join, const ManifestRow *row, const char *sha256)
{
    const char *const texts[ONE_TEXTS] = {sha256, row->package, row->file, row->id};
    join->changed_count++;
    return spool_add(join->changed, texts);
}

Err verify_join_lost(VerifyJoin *join, const ManifestRow *row)
{
    const char *const texts[ONE_TEXTS] = {row->sha256, row->package, row->file, row->id};
    return spool_add(join->lost, texts);
}

Err verify_join_stranger(VerifyJoin *join, const char *zip, const char *file, const char *sha256)
{
    const char *const texts[ONE_TEXTS] = {sha256, zip, file, ""};
    return spool_add(join->strangers, texts);
}

Err verify_join_same(VerifyJoin *join, const SameEntry *entry)
{
    return verify_same_add(join->same, entry);
}

/* `order`: '1' and up. */
static Err say(VerifyJoin *join, const char *order_kind, const char *const *one, const char *reason)
{
    const char order[] = {order_kind[0], '\0'};
    const char *const texts[SAY_TEXTS] = {order, one[ONE_zip], one[ONE_file], order_kind + 1, reason, one[ONE_id]};
    return spool_add(join->say, texts);
}

/* A reason that quotes what a hand wrote, however long. */
__attribute__((format(printf, 4, 5)))
static Err say_of(VerifyJoin *join, const char *order_kind, const char *const *one, const char *form, ...)
{
    char *reason = NULL;
    va_list list;
    va_start(list, form);
    int length = vasprintf(&reason, form, list);
    va_end(list);
    if (length < 0)
        return fail(join->arena, ERR_MEMORY, "no memory to verify");
    Err err = say(join, order_kind, one, reason);
    free(reason);
    return err;
}

/* ---- changed entries ---- */

static Err rows_by_sha(Spool *rows, Spool *out)
{
    const char *const *row;
    TRY(spool_again(rows));
    for (;;) {
        TRY(spool_next(rows, &row));
        if (!row)
            return OK;
        const char *const texts[ONE_TEXTS] = {row[ROW_sha256], row[ROW_package], row[ROW_file], row[ROW_id]};
        if (row[ROW_file][0])
            TRY(spool_add(out, texts));
    }
}

static Err join_changed(VerifyJoin *join, Spool *by_sha)
{
    const char *const *entry, *const *row;
    TRY(spool_next(by_sha, &row));
    for (;;) {
        TRY(spool_next(join->changed, &entry));
        if (!entry)
            return OK;
        while (row && strcmp(row[ONE_sha256], entry[ONE_sha256]) < 0)
            TRY(spool_next(by_sha, &row));
        bool others = row && strcmp(row[ONE_sha256], entry[ONE_sha256]) == 0;
        if (!others) /* else it is said whose they are */
            TRY(verify_same_add(join->same, &(SameEntry){entry[ONE_zip], entry[ONE_file], entry[ONE_sha256], entry[ONE_id], "", ""}));
        TRY(others ? say_of(join, "1swapped", entry, "holds the photo of '%s'", row[ONE_file])
                   : say(join, "1changed", entry, "was changed: its SHA-256 is not manifest.csv's"));
    }
}

static void close_spool(Spool **spool)
{
    spool_close(*spool);
}

static Err find_changed(VerifyJoin *join, Spool *rows)
{
    CLEANUP(close_spool) Spool *by_sha = NULL;
    if (!join->changed_count)
        return OK;
    TRY(open_spool(join, ONE_TEXTS, ONE_KEYS, &by_sha));
    TRY(rows_by_sha(rows, by_sha));
    return join_changed(join, by_sha);
}

/* ---- what is left over on either side ---- */

static int order_of(const char *const *row, const char *const *entry)
{
    if (!row || !entry)
        return row ? -1 : 1;
    if (!row[ONE_sha256][0])
        return -1; /* no digest tells nothing */
    return strcmp(row[ONE_sha256], entry[ONE_sha256]);
}

static Err find_renamed(VerifyJoin *join)
{
    const char *const *row, *const *entry;
    TRY(spool_next(join->lost, &row));
    TRY(spool_next(join->strangers, &entry));
    while (row || entry) {
        int order = order_of(row, entry);
        if (order < 0) {
            TRY(say(join, "2missing", row, "is missing"));
        } else if (order > 0) {
            TRY(say(join, "3extra", entry, "stands not in manifest.csv"));
        } else {
            TRY(say_of(join, "2renamed", row, "was renamed to '%s//%s'", entry[ONE_zip], entry[ONE_file]));
        }
        if (order <= 0)
            TRY(spool_next(join->lost, &row));
        if (order >= 0)
            TRY(spool_next(join->strangers, &entry));
    }
    return OK;
}

/* ---- one photo under two numbers ---- */

static Err find_same(VerifyJoin *join)
{
    const SameFound *found;
    for (;;) {
        TRY(verify_same_next(join->same, &found));
        if (!found)
            return OK;
        const char *const one[ONE_TEXTS] = {"", found->zip, found->file, found->id};
        const char *zip = found->first_zip, *file = found->first_file;
        TRY(found->bytes ? say_of(join, found->accepted ? "4accepted" : "4same-bytes", one, "holds the same bytes as '%s//%s'", zip, file)
                         : say_of(join, "4same-source", one, "was made of the same file as '%s//%s'", zip, file));
    }
}

Err verify_join_tell(VerifyJoin *join, Spool *rows, const VerifyTell *to)
{
    const char *const *one;
    TRY(find_changed(join, rows));
    TRY(find_renamed(join));
    TRY(find_same(join));
    for (;;) {
        TRY(spool_next(join->say, &one));
        if (!one)
            return OK;
        const char *const file[2] = {one[SAY_zip], one[SAY_file]};
        TRY(to->tell(to->user, one[SAY_kind], file, one[SAY_reason], one[SAY_id][0] ? one[SAY_id] : NULL));
    }
}
