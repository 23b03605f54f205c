/* SPDX-License-Identifier: MIT */
#include "shard.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "digest.h"

enum { NUMBER_DIGITS = 9, TEXT_BYTES = 512 };

/* The variables by which an engine tells a task of an array apart; NULL where it has none. */
typedef struct Engine {
    const char *index;
    const char *alone; /* the value that means: no array */
    const char *first, *last, *step, *count;
    bool first_is_one; /* where no variable says */
    unsigned base;     /* of the index, where the count is given by hand */
} Engine;

// clang-format off
static const Engine engines[] = {
    {"SLURM_ARRAY_TASK_ID",  "",          "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT", false, 1},
    {"SGE_TASK_ID",          "undefined", "SGE_TASK_FIRST",       "SGE_TASK_LAST",        "SGE_TASK_STEPSIZE",     NULL,                     false, 1},
    {"LSB_JOBINDEX",         "0",         NULL,                   "LSB_JOBINDEX_END",     "LSB_JOBINDEX_STEP",     NULL,                     true,  1},
    {"PBS_ARRAY_INDEX",      "",          NULL,                   NULL,                   NULL,                    NULL,                     true,  1},
    {"JOB_COMPLETION_INDEX", "",          NULL,                   NULL,                   NULL,                    NULL,                     false, 0},
};
// clang-format on
enum { ENGINES = sizeof engines / sizeof *engines };

static bool read_number(const char *text, unsigned long *out)
{
    size_t digits = text ? strspn(text, "0123456789") : 0;
    if (!digits || digits > NUMBER_DIGITS || text[digits])
        return false;
    *out = strtoul(text, NULL, 10);
    return true;
}

static bool is_there(const Engine *engine)
{
    const char *value = getenv(engine->index);
    return value && *value && strcmp(value, engine->alone) != 0;
}

static Err refuse(Arena *arena, Lang lang, MessageId message, const char *what)
{
    char text[2 * TEXT_BYTES];
    snprintf(text, sizeof text, text_message(lang, message), what);
    return fail(arena, ERR_USAGE, "%s", text);
}

/* All that an engine says, "A=1, B unset". */
static Err unclear(Arena *arena, Lang lang, const Engine *engine)
{
    const char *names[] = {engine->index, engine->first, engine->last, engine->step, engine->count};
    char text[TEXT_BYTES] = "";
    size_t at = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = names[i] ? getenv(names[i]) : NULL;
        if (names[i] && at < sizeof text)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s%s%.40s", at ? ", " : "", names[i],
                                   value ? "=" : " -", value ? value : "");
    }
    return refuse(arena, lang, MESSAGE_shard_unclear, text);
}

/* From first to last by steps: which one, of how many. */
static bool count_tasks(const Engine *engine, unsigned long index, Shard *out)
{
    unsigned long first = 1, last, step = 1, count;
    const char *said = engine->step ? getenv(engine->step) : NULL;
    bool ends = engine->last && read_number(getenv(engine->last), &last);
    bool counted = engine->count && read_number(getenv(engine->count), &count);
    if (!engine->first_is_one && !(engine->first && read_number(getenv(engine->first), &first)))
        return false;
    if (said && (!read_number(said, &step) || !step))
        return false;
    if (engine->count ? !counted : !ends)
        return false;
    if (ends && last < first)
        return false;
    unsigned long told = ends ? (last - first) / step + 1 : count;
    if (counted && told != count) /* an array with holes: some tasks of an earlier one */
        return false;
    if (index < first || (index - first) % step || (index - first) / step >= told || told > SHARDS_MAX)
        return false;
    *out = (Shard){(unsigned)((index - first) / step) + 1, (unsigned)told};
    return true;
}

/* `count` 0: the engine must tell. */
static Err ask_engine(Arena *arena, Lang lang, unsigned long count, Shard *out)
{
    const Engine *found = NULL;
    unsigned long index;
    for (size_t i = 0; i < ENGINES; i++) {
        if (!is_there(&engines[i]))
            continue;
        if (found) {
            char both[TEXT_BYTES];
            snprintf(both, sizeof both, "%s, %s", found->index, engines[i].index);
            return refuse(arena, lang, MESSAGE_shard_unclear, both);
        }
        found = &engines[i];
    }
    if (!found)
        return refuse(arena, lang, MESSAGE_shard_no_engine,
                      "SLURM_ARRAY_TASK_ID, SGE_TASK_ID, LSB_JOBINDEX, PBS_ARRAY_INDEX, JOB_COMPLETION_INDEX");
    if (!read_number(getenv(found->index), &index))
        return unclear(arena, lang, found);
    if (!count && !found->last)
        return refuse(arena, lang, MESSAGE_shard_no_count, found->index);
    if (!count)
        return count_tasks(found, index, out) ? OK : unclear(arena, lang, found);
    if (index < found->base || index - found->base >= count)
        return unclear(arena, lang, found);
    *out = (Shard){(unsigned)(index - found->base) + 1, (unsigned)count};
    return OK;
}

Err shard_parse(Arena *arena, Lang lang, const char *text, Shard *out)
{
    char head[NUMBER_DIGITS + 1] = "";
    unsigned long index, count = 0;
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    if (length >= sizeof head || (slash && (!read_number(slash + 1, &count) || !count || count > SHARDS_MAX)))
        return refuse(arena, lang, MESSAGE_shard_form, text);
    memcpy(head, text, length);
    if (strcmp(head, "auto") == 0)
        return ask_engine(arena, lang, count, out);
    if (!slash || !read_number(head, &index) || index < 1 || index > count)
        return refuse(arena, lang, MESSAGE_shard_form, text);
    *out = (Shard){(unsigned)index, (unsigned)count};
    return OK;
}

static unsigned shard_of_text(const char *text, unsigned count)
{
    return (unsigned)(digest_xxh3(text, strlen(text), 0) % count) + 1;
}

unsigned shard_of_person(const char *key, unsigned count)
{
    char upper[64];
    size_t at = 0;
    for (; key[at] && at + 1 < sizeof upper; at++)
        upper[at] = (char)toupper((unsigned char)key[at]);
    upper[at] = '\0';
    return shard_of_text(upper, count);
}

unsigned shard_of(const Roster *roster, const char *path, unsigned count)
{
    Bound bound;
    const char *slash = strrchr(path, '/');
    bind_file(roster, path, &bound);
    return bound.id.kind == ID_NONE ? shard_of_text(slash ? slash + 1 : path, count) : shard_of_person(bound.key, count);
}

bool shard_folder(const char *out, Shard shard, char path[PATH_MAX])
{
    return snprintf(path, PATH_MAX, "%s/shards/%05u-of-%05u", out, shard.index, shard.count) < PATH_MAX;
}
