/* SPDX-License-Identifier: MIT */
#include "shard_prove.h"
#include <stdlib.h>
#include <string.h>
#include "stop.h"

/* Formats take what text_messages.h says. */
#define REFUSE(work, ...) shard_prove_refuse((work), ERR_USAGE, arena_print((work)->arena, __VA_ARGS__))

static Err no_memory(const Work *work)
{
    return fail(work->arena, ERR_MEMORY, "no memory for the shards");
}

Err shard_prove_refuse(const Work *work, ErrCode code, const char *text)
{
    return text ? (Err){code, text} : no_memory(work);
}

static const char *says(const Work *work, MessageId message)
{
    return text_message(work->cli->lang, message);
}

/* ---- one shard opened ---- */

Err shard_prove_open(Merge *merge, const char *folder, ShardFile *file)
{
    Work *work = merge->work;
    ShardState state;
    arena_reset(merge->shard);
    Err err = shard_read_open(merge->shard, folder, file, &state);
    if (err.code) {
        const char *text = err.text ? arena_copy(work->arena, err.text) : NULL;
        return (Err){err.code, text};
    }
    switch (state) {
    case SHARD_READY:
        return OK;
    case SHARD_NONE:
        return REFUSE(work, says(work, MESSAGE_shard_bad_folder), folder);
    case SHARD_UNPUBLISHED:
        return REFUSE(work, says(work, MESSAGE_shard_unpublished), folder);
    case SHARD_DAMAGED:
        return REFUSE(work, says(work, MESSAGE_shard_damaged), folder);
    case SHARD_BUSY:
        return shard_prove_refuse(work, ERR_LOCKED, arena_print(work->arena, says(work, MESSAGE_shard_busy), folder));
    }
    return OK;
}

typedef struct Keyed {
    const char *key;
    uint32_t index;
} Keyed;

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const Keyed *)a)->key, ((const Keyed *)b)->key);
}

Err shard_prove_list(const Merge *merge, const ShardFile *file, Listing *out, bool *sound)
{
    uint32_t count = file->end.count;
    Keyed *keyed = ARENA_ARRAY(merge->shard, Keyed, (size_t)count + 1);
    *sound = true;
    *out = (Listing){.files = ARENA_ARRAY(merge->shard, Listed, (size_t)count + 1),
                     .by_key = ARENA_ARRAY(merge->shard, uint32_t, (size_t)count + 1),
                     .count = count,
                     .archives = file->end.archives,
                     .archive_count = file->end.archive_count};
    if (!keyed || !out->files || !out->by_key)
        return no_memory(merge->work);
    for (uint32_t i = 0; *sound && i < count; i++) {
        ShardRow row;
        *sound = shard_read_row(file, i, &row) &&
                 shard_of(merge->work->roster, row.row.shown, file->head.shard.count) == file->head.shard.index;
        out->files[i] = (Listed){.path = row.row.shown, .key = row.row.path, .stamp = row.row.stamp};
        keyed[i] = (Keyed){row.row.path, i};
    }
    if (!*sound)
        return OK;
    if (count)
        qsort(keyed, count, sizeof *keyed, compare_keys);
    for (uint32_t i = 0; i < count; i++) {
        *sound = *sound && (!i || strcmp(keyed[i - 1].key, keyed[i].key) != 0);
        out->by_key[i] = keyed[i].index;
    }
    return OK;
}

/* ---- all of one run ---- */

static Err copy_head(Merge *merge, const ShardHead *head)
{
    Work *work = merge->work;
    merge->first = *head;
    merge->first.program = arena_copy(work->arena, head->program);
    merge->first.profile = arena_copy(work->arena, head->profile);
    merge->first.roster = arena_copy(work->arena, head->roster);
    merge->folders = ARENA_ARRAY(work->arena, const char *, head->shard.count);
    merge->chains = ARENA_ARRAY(work->arena, uint64_t, head->shard.count);
    work->program = merge->first.program;
    return merge->first.program && merge->first.profile && merge->first.roster && merge->folders && merge->chains
               ? OK
               : no_memory(work);
}

/* "make 0.1.0 own": the mode and this version, by any face finder. */
static bool is_this_program(const char *program)
{
    static const char ours[] = "make " HEADROOM_VERSION " ";
    return strncmp(program, ours, sizeof ours - 1) == 0;
}

static Err compare_heads(const Merge *merge, const char *folder, const ShardHead *head)
{
    const Work *work = merge->work;
    const ShardHead *first = &merge->first;
    if (!is_this_program(head->program) || strcmp(head->program, first->program) != 0)
        return REFUSE(work, says(work, MESSAGE_shard_other_program), folder, head->program);
    if (strcmp(head->profile, work->profile.hash) != 0)
        return REFUSE(work, says(work, MESSAGE_shard_other_profile), folder);
    if (strcmp(head->roster, work->roster ? work->roster->hash : "") != 0)
        return REFUSE(work, says(work, MESSAGE_shard_other_roster), folder);
    if (head->shard.count != first->shard.count)
        return REFUSE(work, says(work, MESSAGE_shard_other_count), folder, head->shard.count, first->shard.count);
    if (head->names != first->names || head->offered != first->offered)
        return REFUSE(work, says(work, MESSAGE_shard_other_photos), folder, (unsigned long long)head->offered,
                      (unsigned long long)first->offered);
    if (merge->folders[head->shard.index - 1])
        return REFUSE(work, says(work, MESSAGE_shard_twice), head->shard.index, head->shard.count, folder);
    return OK;
}

static Err prove_shard(Merge *merge, const char *folder, const ShardFile *file)
{
    Work *work = merge->work;
    Listing listing;
    bool sound;
    if (!merge->folders)
        TRY(copy_head(merge, &file->head));
    TRY(compare_heads(merge, folder, &file->head));
    TRY(shard_prove_list(merge, file, &listing, &sound));
    if (!sound)
        return REFUSE(work, says(work, MESSAGE_shard_foreign_photo), folder);
    merge->folders[file->head.shard.index - 1] = folder;
    merge->chains[file->head.shard.index - 1] = file->chain;
    work->listing.count += file->end.count;
    work->listing.other_count = file->end.other_count;
    return OK;
}

Err shard_prove(Merge *merge)
{
    Work *work = merge->work;
    for (const char *const *folder = (const char *const *)work->cli->photos; *folder; folder++) {
        ShardFile file;
        if (stop_asked(NULL))
            return fail(work->arena, ERR_STOPPED, "stopped");
        Err err = shard_prove_open(merge, *folder, &file);
        if (!err.code)
            err = prove_shard(merge, *folder, &file);
        shard_read_close(&file);
        TRY(err);
    }
    unsigned count = merge->first.shard.count;
    for (unsigned i = 1; i <= count; i++)
        if (!merge->folders[i - 1])
            return REFUSE(work, says(work, MESSAGE_shard_absent), i, count, i, count);
    return OK;
}
