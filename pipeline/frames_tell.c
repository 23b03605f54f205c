/* SPDX-License-Identifier: MIT */
/* A doubt in the order of frames is none about whom a code had bound before another card was copied over its own; and
 * what was kept of files that are no more goes where they turn out to be somebody else's. */
#include "frames_tell.h"
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "bind.h"
#include "slips_order.h"

typedef struct Tell {
    const FramesFound *found;
    GHashTable *places; /* the key and the path of a file to its index, and 1 */
    GHashTable *over;   /* cards, as slips_group has them, with files where the journal knows others */
} Tell;

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the frames");
}

/* ---- cards that were copied over others ---- */

/* A file of the listing, or UINT32_MAX. */
static uint32_t file_at(const Tell *tell, const char *path)
{
    gpointer found = path ? g_hash_table_lookup(tell->places, path) : NULL;
    return found ? (uint32_t)(GPOINTER_TO_SIZE(found) - 1) : UINT32_MAX;
}

/* Whether a file is here that was read and whose bytes do not begin so. */
static bool holds_others(const Tell *tell, const char *path, const char *sha256)
{
    uint32_t file = file_at(tell, path);
    const char *now = file == UINT32_MAX ? NULL : tell->found->sha256[file];
    size_t length = strcspn(sha256, "\n");
    return now && *now != '-' && length && strncmp(now, sha256, length) != 0;
}

/* A photo, or the code that bound it. */
static Err find_over(const Tell *tell)
{
    const FramesFound *found = tell->found;
    CodedRow *rows;
    size_t count;
    TRY(journal_coded(found->arena, found->journal, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (*rows[i].path == '/' && (holds_others(tell, rows[i].path, rows[i].sha256) ||
                                     holds_others(tell, bind_slip(rows[i].slip), bind_slip_bytes(rows[i].slip))))
            g_hash_table_add(tell->over, g_strndup(rows[i].path, slips_group(rows[i].path)));
    return OK;
}

static Err rebind(const Tell *tell, size_t at)
{
    const FramesFound *found = tell->found;
    const Listed *file = &found->listing->files[found->file_of[at]];
    char key[64], *group = g_strndup(file->key, slips_group(file->key));
    id_key(&found->bound[at].id, key);
    FrameBound frame = {.path = file->key,
                        .sha256 = found->sha256[found->file_of[at]],
                        .slip = file->is_slip ? NULL : file->slip,
                        .key = file->is_slip ? "" : key,
                        .over = g_hash_table_contains(tell->over, group)};
    g_free(group);
    return journal_rebind(found->arena, found->journal, &frame);
}

/* ---- what was kept ---- */

/* What is said of bytes today, whatever file holds them. */
typedef struct Said {
    const char *sha256, *key; /* of a photo or of a code: its person, "" for nobody */
    bool slip;
} Said;

static int by_bytes(const void *a, const void *b)
{
    return strcmp(((const Said *)a)->sha256, ((const Said *)b)->sha256);
}

/* What shows several codes, or one that cannot be read, says nothing, and a photo that nobody is bound to neither. */
static Err collect_said(const FramesFound *found, Said **list, size_t *count)
{
    *list = ARENA_ARRAY(found->arena, Said, found->count + 1);
    *count = 0;
    for (size_t i = 0; *list && i < found->count; i++) {
        const ShotBound *bound = &found->bound[i];
        const char *sha256 = found->sha256[found->file_of[i]];
        char key[64];
        if (*sha256 == '-' || (bound->is_slip ? found->shots[i].kind != SHOT_CODE : bound->unbound != ID_FINE))
            continue;
        id_key(&bound->id, key);
        const char *copy = arena_copy(found->arena, key);
        if (!copy)
            return no_memory(found->arena);
        (*list)[(*count)++] = (Said){sha256, copy, bound->is_slip};
    }
    if (!*list)
        return no_memory(found->arena);
    if (*count)
        qsort(*list, *count, sizeof **list, by_bytes);
    return OK;
}

/* Whether files of bytes that begin as those asked for are here, and none of them names the same person. */
static bool is_contradicted(const Said *list, size_t count, const Said *asked)
{
    size_t low = 0, high = count, length = strcspn(asked->sha256, "\n");
    bool any = false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strncmp(list[middle].sha256, asked->sha256, length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; length && low < count && strncmp(list[low].sha256, asked->sha256, length) == 0; low++) {
        if (list[low].slip != asked->slip)
            continue;
        any = true;
        if (strcmp(list[low].key, asked->key) == 0)
            return false;
    }
    return any;
}

/* Whether the photo lies where it was bound and is nobody's now, for more than a doubt: it stands behind a code that
 * binds nobody, or its code was deleted. Copies elsewhere say nothing: their code may not have come with them. */
static bool is_denied(const Tell *tell, const CodedRow *row)
{
    uint32_t at = file_at(tell, row->shown);
    const Listed *file = at == UINT32_MAX ? NULL : &tell->found->listing->files[at];
    const char *sha256 = file ? tell->found->sha256[at] : NULL;
    if (!sha256 || strcmp(sha256, row->sha256) != 0 || file->is_slip || !file->slip || *file->slip != '!')
        return false;
    return !bind_is_doubt(file->slip) || file_at(tell, bind_slip(row->slip)) == UINT32_MAX;
}

/* Earlier photos that still count for somebody are no better than the code that bound them. Where the very photo or
 * the very frame with the code is here, and now says somebody else, they were somebody else's. */
static Err correct_orphans(const Tell *tell)
{
    const FramesFound *found = tell->found;
    CodedRow *rows;
    Said *said;
    size_t count, said_count;
    TRY(journal_coded(found->arena, found->journal, &rows, &count));
    TRY(collect_said(found, &said, &said_count));
    for (size_t i = 0; i < count; i++) {
        const Said photo = {rows[i].sha256, rows[i].key, false}, code = {bind_slip_bytes(rows[i].slip), rows[i].key, true};
        if (*rows[i].path == '/')
            continue;
        if (is_denied(tell, &rows[i]) || is_contradicted(said, said_count, &photo) || is_contradicted(said, said_count, &code))
            TRY(journal_remove(found->arena, found->journal, rows[i].path));
    }
    return OK;
}

static Err write_journal(const Tell *tell)
{
    const FramesFound *found = tell->found;
    TRY(find_over(tell));
    for (size_t i = 0; i < found->count; i++) {
        const char *line = found->lines[found->file_of[i]];
        TRY(journal_frame_slip(found->arena, found->journal, found->shots[i].path, line ? line : ""));
        TRY(rebind(tell, i));
    }
    TRY(correct_orphans(tell));
    return journal_commit(found->arena, found->journal); /* what has changed takes the seal away */
}

Err frames_tell(const FramesFound *found)
{
    Tell tell = {.found = found,
                 .places = g_hash_table_new(g_str_hash, g_str_equal),
                 .over = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    for (size_t i = 0; i < found->listing->count; i++) {
        const Listed *file = &found->listing->files[i];
        g_hash_table_insert(tell.places, (gpointer)(uintptr_t)file->path, GSIZE_TO_POINTER(i + 1));
        g_hash_table_insert(tell.places, (gpointer)(uintptr_t)file->key, GSIZE_TO_POINTER(i + 1));
    }
    Err err = write_journal(&tell);
    g_hash_table_destroy(tell.places);
    g_hash_table_destroy(tell.over);
    return err;
}
