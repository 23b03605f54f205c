/* SPDX-License-Identifier: MIT */
/* Rows that give way: to a newer attempt of their person, or because their file is gone. */
#include "journal_db.h"
#include <stdio.h>
#include <string.h>
#include "bind.h"

static const char *sound_key(const Journal *journal, const char *path)
{
    return journal->sound ? g_hash_table_lookup(journal->sound, path) : NULL;
}

bool journal_is_sound(const Journal *journal, const char *path)
{
    return sound_key(journal, path) != NULL;
}

static bool is_sound_of(const Journal *journal, const char *path, const char *key)
{
    const char *person = sound_key(journal, path);
    return person && strcmp(person, key) == 0;
}

void journal_note_sound(Journal *journal, const char *path, const char *key)
{
    if (!journal->sound)
        journal->sound = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_replace(journal->sound, g_strdup(path), g_strdup(key));
}

void journal_forget_sound(Journal *journal)
{
    g_clear_pointer(&journal->sound, g_hash_table_destroy);
}

/* It goes for another file of `key`, of bytes `sha256`; but where it is nobody's by the roster of the last run, and its bytes
 * had counted for that person, it is kept like that. */
static Err drop(Arena *arena, Journal *journal, const char *path, const char *key, const char *sha256)
{
    char kept[80];
    snprintf(kept, sizeof kept, "kept:%s", key);
    sqlite3_stmt *keep = journal_use(journal, SQL_keep_counted);
    journal_bind_path(keep, 1, path);
    journal_bind_path(keep, 2, kept);
    journal_bind_text(keep, 3, key);
    journal_bind_text(keep, 4, sha256);
    TRY(journal_run(arena, journal, keep));
    return sqlite3_changes(journal->db) ? OK : journal_remove(arena, journal, path);
}

Err journal_retire(Arena *arena, Journal *journal, const char *path, const Row *newer)
{
    char key[64] = "", kept[80];
    const char *before = sound_key(journal, path);
    if (newer->id->kind != ID_NONE)
        id_key(newer->id, key);
    else if (before) /* the name of both is that person's whom the roster does not list now */
        snprintf(key, sizeof key, "%s", before);
    else
        return journal_remove(arena, journal, path);
    TRY(journal_begin(arena, journal));
    snprintf(kept, sizeof kept, "kept:%s", key);
    sqlite3_stmt *passed = journal_use(journal, SQL_passed);
    journal_bind_path(passed, 1, path);
    journal_bind_path(passed, 2, kept);
    journal_bind_text(passed, 3, newer->sha256);
    journal_bind_text(passed, 4, key);
    sqlite3_bind_int(passed, 5, is_sound_of(journal, path, key));
    journal_bind_text(passed, 6, newer->profile);
    int code = sqlite3_step(passed);
    sqlite3_reset(passed);
    if (code == SQLITE_DONE)
        return drop(arena, journal, path, key, newer->sha256);
    if (code != SQLITE_ROW)
        return journal_explain(arena, journal, code & 0xff);
    TRY(journal_remove(arena, journal, kept));
    sqlite3_stmt *keep = journal_use(journal, SQL_keep);
    journal_bind_path(keep, 1, path);
    journal_bind_path(keep, 2, kept);
    return journal_run(arena, journal, keep);
}

/* It has a made photo, and is somebody's by its name as the roster of the last run had it. */
static Err is_named(Arena *arena, Journal *journal, const char *path, bool *out)
{
    char shown[PATH_MAX], slip[PATH_MAX];
    sqlite3_stmt *name = journal_use(journal, SQL_name);
    journal_bind_path(name, 1, path);
    int code = sqlite3_step(name);
    *out = false;
    if (code == SQLITE_ROW) {
        journal_path_at(name, 0, shown);
        journal_path_at(name, 1, slip);
        *out = bind_would(shown, slip, journal_text_at(name, 2));
    }
    sqlite3_reset(name);
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

Err journal_note_named(Arena *arena, Journal *journal, const char *path)
{
    bool named;
    TRY(is_named(arena, journal, path, &named));
    if (!named)
        return OK;
    sqlite3_stmt *note = journal_use(journal, SQL_named);
    journal_bind_path(note, 1, path);
    return journal_run(arena, journal, note);
}

/* Or as the roster of an earlier run had it. */
static Err was_named(Arena *arena, Journal *journal, const char *path, bool *out)
{
    TRY(is_named(arena, journal, path, out));
    if (*out)
        return OK;
    sqlite3_stmt *was = journal_use(journal, SQL_was_named);
    journal_bind_path(was, 1, path);
    int code = sqlite3_step(was);
    sqlite3_reset(was);
    *out = code == SQLITE_ROW;
    return *out || code == SQLITE_DONE ? OK : journal_explain(arena, journal, code & 0xff);
}

Err journal_part(Arena *arena, Journal *journal, const char *path)
{
    char kept[80];
    const char *key = sound_key(journal, path);
    if (!key) {
        bool named;
        TRY(was_named(arena, journal, path, &named));
        return named ? OK : journal_remove(arena, journal, path);
    }
    TRY(journal_begin(arena, journal));
    snprintf(kept, sizeof kept, "kept:%s", key);
    sqlite3_stmt *keep = journal_use(journal, SQL_keep_alone);
    journal_bind_path(keep, 1, path);
    journal_bind_path(keep, 2, kept);
    return journal_run(arena, journal, keep);
}

Err journal_number(Arena *arena, Journal *journal, const char *path, const char *key)
{
    TRY(journal_begin(arena, journal));
    sqlite3_stmt *enter = journal_use(journal, SQL_enter), *entered = journal_use(journal, SQL_entered);
    journal_bind_path(enter, 1, path);
    journal_bind_text(enter, 2, key);
    TRY(journal_run(arena, journal, enter));
    if (!sqlite3_changes(journal->db))
        return OK;
    journal_bind_path(entered, 1, path);
    journal_bind_text(entered, 2, key);
    return journal_run(arena, journal, entered);
}
