/* SPDX-License-Identifier: MIT */
#include "work_recall.h"
#include <errno.h>
#include <unistd.h>
#include "../stages/lists.h"

typedef struct Recall {
    Work *work;
    Sheet sheet;
    const char **ids; /* of its rows */
    size_t count, room;
} Recall;

static void drop(Recall *recall)
{
    sheet_drop(&recall->sheet);
}

static const char *reason(const Work *work, const Person *person, const char *date)
{
    MessageId why = !work->roster || (person && person->eligible) ? MESSAGE_recall_no_photo
                    : person                                      ? MESSAGE_recall_not_eligible
                                                                  : MESSAGE_recall_not_listed;
    return arena_print(work->line, text_message(work->cli->lang, why), date);
}

static Err keep(Recall *recall, const char *id)
{
    Arena *arena = recall->work->arena;
    recall->ids = arena_more(arena, recall->ids, recall->count, &recall->room, sizeof *recall->ids);
    const char *copy = recall->ids ? arena_copy(arena, id) : NULL;
    if (!copy)
        return fail(arena, ERR_MEMORY, "no memory for the lists");
    recall->ids[recall->count++] = copy;
    return OK;
}

static Err put(void *user, const char *id, const char *date)
{
    Recall *recall = user;
    Work *work = recall->work;
    Sheet *sheet = &recall->sheet;
    char key[64];
    bool counts;
    Id number = id_parse(id);
    id_key(&number, key);
    TRY(journal_counts(work->arena, work->journal, key, &counts));
    if (counts)
        return OK;
    if (!sheet->file)
        TRY(lists_begin(work->arena, work->cli->out, "recall", work->cli->lang, sheet));
    arena_reset(work->line);
    const Person *person = work->roster ? roster_find(work->roster, key) : NULL;
    const char *text = reason(work, person, date);
    if (!text)
        return fail(work->arena, ERR_MEMORY, "no memory for the lists");
    sheet_text(sheet, person ? person->group : "");
    sheet_id(sheet, id);
    sheet_text(sheet, person ? person->name : "");
    sheet_text(sheet, "");
    sheet_text(sheet, text);
    sheet_text(sheet, text_message(work->cli->lang, MESSAGE_recall_advice));
    sheet_text(sheet, "");
    sheet_text(sheet, "");
    sheet_end_row(sheet);
    work->outcome.recalled++;
    return keep(recall, id);
}

/* Should one of them count again, it is packed again. */
static Err note(const Recall *recall)
{
    const Work *work = recall->work;
    for (size_t i = 0; i < recall->count; i++)
        TRY(journal_recall(work->arena, work->journal, recall->ids[i]));
    return recall->count ? journal_commit(work->arena, work->journal) : OK;
}

Err recall_write(Work *work)
{
    CLEANUP(drop) Recall recall = {.work = work};
    const char *path = arena_print(work->arena, "%s/lists/recall.csv", work->cli->out);
    if (!path)
        return fail(work->arena, ERR_MEMORY, "no memory for the lists");
    if (work_mode(work->cli) == MODE_MAKE)
        TRY(journal_each_delivered(work->arena, work->journal, put, &recall));
    TRY(note(&recall));
    if (recall.sheet.file)
        return sheet_close(work->arena, &recall.sheet);
    if (unlink(path) && errno != ENOENT)
        return fail(work->arena, ERR_IO, "cannot remove '%s': %m", path);
    return OK;
}
