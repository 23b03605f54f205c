/* SPDX-License-Identifier: MIT */
/* Whom codes bind rows to. A card that is copied over an earlier one brings other people's photos under the same
 * paths: what was judged of the earlier ones must not go with their files. */
#include "journal_db.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <glib.h>
#include "bind.h"
#include "digest.h"
#include "home.h"
#include "made_file.h"
#include "pool.h"

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the journal's rows");
}

/* A row, until the next statement. */
typedef struct Found {
    bool there, coded;
    char sha256[65], key[64], output[128], code[17]; /* how the bytes of its code begin */
} Found;

static void copy_text(char *out, size_t size, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    snprintf(out, size, "%s", text ? text : "");
}

static Err find(Arena *arena, Journal *journal, const char *path, Found *out)
{
    *out = (Found){0};
    sqlite3_stmt *row = journal_use(journal, SQL_bound);
    journal_bind_path(row, 1, path);
    int code = sqlite3_step(row);
    if (code == SQLITE_ROW) {
        out->there = true;
        copy_text(out->sha256, sizeof out->sha256, row, 0);
        copy_text(out->key, sizeof out->key, row, 1);
        copy_text(out->output, sizeof out->output, row, 2);
        char *slip = g_strndup(sqlite3_column_blob(row, 3), (gsize)sqlite3_column_bytes(row, 3));
        const char *code_bytes = bind_slip_bytes(slip);
        out->coded = slip && *slip;
        snprintf(out->code, sizeof out->code, "%.*s", (int)strcspn(code_bytes, "\n"), code_bytes);
        g_free(slip);
    }
    sqlite3_reset(row);
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

static bool is_of_other_bytes(const Found *found, const FrameBound *frame)
{
    return *frame->sha256 && *found->sha256 && strcmp(found->sha256, frame->sha256) != 0;
}

/* What waits in .held/ is named by its row's path, and the photo that comes there will be. */
static Err move_away(Arena *arena, Journal *journal, const char *path, const Found *found)
{
    char held[64], hash[65];
    MadeFile waits = {.bytes = -1};
    const char *slash = strrchr(path, '/');
    digest_sha256(path, strlen(path), hash);
    const char *away = arena_print(arena, "was:%.16s:%.16s/%s", found->sha256, hash, slash ? slash + 1 : path);
    if (!away)
        return no_memory(arena);
    TRY(journal_remove(arena, journal, away));
    home_held(path, held);
    if (strcmp(found->output, held) == 0)
        TRY(made_file_look(arena, journal->outdir->folder, held, &waits));
    if (waits.bytes >= 0) {
        home_held(away, held);
        TRY(outdir_copy(arena, journal->outdir, found->output, held));
        TRY(journal_rehome(arena, journal, path, held));
    }
    sqlite3_stmt *displace = journal_use(journal, SQL_displace);
    journal_bind_path(displace, 1, path);
    journal_bind_path(displace, 2, away);
    return journal_run(arena, journal, displace);
}

Err journal_displace(Arena *arena, Journal *journal, const FrameBound *frame, bool *away)
{
    Found found;
    TRY(journal_begin(arena, journal));
    TRY(find(arena, journal, frame->path, &found));
    bool others = is_of_other_bytes(&found, frame) && strcmp(found.key, frame->key) != 0;
    bool doubt = frame->over && strcmp(found.sha256, frame->sha256) == 0 && bind_is_doubt(frame->slip);
    *away = found.there && found.coded && *found.key && (others || doubt);
    return *away ? move_away(arena, journal, frame->path, &found) : OK;
}

static Err run_of(Arena *arena, Journal *journal, StatementId id, const Found *found, const FrameBound *frame)
{
    sqlite3_stmt *statement = journal_use(journal, id);
    journal_bind_text(statement, 1, found->key);
    if (sqlite3_bind_parameter_index(statement, "?2"))
        journal_bind_text(statement, 2, frame->key);
    journal_bind_text(statement, 3, found->sha256);
    journal_bind_path(statement, 4, frame->path);
    return journal_run(arena, journal, statement);
}

/* A code says of the same bytes that they are another person's: they never were an attempt of the earlier one. Where it
 * is another frame that says so, they never counted for that one either; where the roster changed, somebody must look. */
static Err correct(Arena *arena, Journal *journal, const Found *found, const FrameBound *frame)
{
    if (!found->coded || !*found->key || !*frame->key || strcmp(found->key, frame->key) == 0 ||
        strcmp(found->sha256, frame->sha256) != 0)
        return OK;
    TRY(run_of(arena, journal, SQL_resit, found, frame));
    TRY(run_of(arena, journal, SQL_renumber, found, frame));
    const char *code = bind_slip_bytes(frame->slip);
    bool same = strlen(found->code) == strcspn(code, "\n") && strncmp(code, found->code, strlen(found->code)) == 0;
    return same ? OK : run_of(arena, journal, SQL_uncount, found, frame);
}

Err journal_rebind(Arena *arena, Journal *journal, const FrameBound *frame)
{
    bool away;
    Found found;
    TRY(journal_displace(arena, journal, frame, &away));
    if (away)
        return OK;
    if (!frame->slip)
        return journal_remove(arena, journal, frame->path);
    TRY(find(arena, journal, frame->path, &found));
    if (!found.there || is_of_other_bytes(&found, frame)) /* is judged anew, and its new row says whose it is */
        return OK;
    TRY(correct(arena, journal, &found, frame));
    sqlite3_stmt *rebind = journal_use(journal, SQL_rebind);
    journal_bind_path(rebind, 1, frame->path);
    journal_bind_path(rebind, 2, frame->slip);
    return journal_run(arena, journal, rebind);
}

static const char *keep(Pool *pool, sqlite3_stmt *row, int column)
{
    char text[PATH_MAX];
    int length = sqlite3_column_bytes(row, column);
    snprintf(text, sizeof text, "%.*s", length, length ? (const char *)sqlite3_column_blob(row, column) : "");
    return pool_keep(pool, text);
}

Err journal_coded(Arena *arena, Journal *journal, CodedRow **list, size_t *count)
{
    CLEANUP(journal_finish) sqlite3_stmt *row = NULL;
    Pool pool = {.arena = arena};
    size_t room;
    *count = 0;
    TRY(journal_count(arena, journal, &room));
    *list = ARENA_ARRAY(arena, CodedRow, room + 1);
    if (!*list)
        return no_memory(arena);
    TRY(journal_prepare(arena, journal, "SELECT path, shown, sha256, id_key, slip FROM photo WHERE slip<>X'' AND id_key IS NOT NULL", &row));
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW && *count < room) {
        CodedRow one = {keep(&pool, row, 0), keep(&pool, row, 1), keep(&pool, row, 2), keep(&pool, row, 3), keep(&pool, row, 4)};
        if (!one.path || !one.shown || !one.sha256 || !one.key || !one.slip)
            return no_memory(arena);
        (*list)[(*count)++] = one;
    }
    return code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}
