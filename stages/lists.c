/* SPDX-License-Identifier: MIT */
#include "lists.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "../pipeline/spool.h"
#include "line.h"
#include "sheet.h"

static const char *const names[LIST_COUNT] = {
    "retake", "review", "missing", "extra", "duplicate", "invalid", "not-eligible", "unreadable",
};

/* What is counted per group but stands in no list. */
enum { KIND_ELIGIBLE = LIST_COUNT, KIND_READY, KIND_COUNT };

/* An entry in the spool: by which it is sorted, and what else its row shows. */
enum { TEXT_list, TEXT_group, TEXT_id, TEXT_path, TEXT_KEYS, TEXT_name = TEXT_KEYS, TEXT_reasons, TEXT_advice, TEXT_maybe, TEXT_twin, TEXT_COUNT };

enum { SORT_BYTES = 64 << 20 };

typedef struct Group {
    size_t counts[KIND_COUNT];
} Group;

struct Lists {
    Arena *arena;
    const char *out;
    Lang lang;
    Spool *spool;
    const char *const *next; /* of it, as long as it is not written */
    GHashTable *groups;      /* name to Group */
    size_t counts[LIST_COUNT];
    Sheet sheet;
    bool roster; /* eligible persons were named */
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* The finding of a check that rejects the photo, or NULL. */
static const json_t *rejected_for(const json_t *line, CheckId check)
{
    const json_t *findings = json_object_get(line, "findings");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        if (strcmp(text_of(finding, "check"), checks[check].name) == 0 &&
            strcmp(text_of(finding, "level"), level_name(LEVEL_REJECT)) == 0)
            return finding;
    }
    return NULL;
}

/* The file itself is no picture we can judge: another file of the same picture may do. */
static bool is_unreadable(const json_t *line)
{
    static const CheckId reasons[] = {CHECK_readable,          CHECK_source_bytes, CHECK_is_jpeg,
                                      CHECK_megapixels,        CHECK_scan_count,   CHECK_bit_depth,
                                      CHECK_colour_components, CHECK_damage,
                                      CHECK_decode_megabytes,  CHECK_cpu_seconds};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (rejected_for(line, reasons[i]))
            return true;
    return false;
}

/* Whose photo it is comes first: who is not asked for one need not be photographed again. */
ListId lists_fault(const json_t *line)
{
    const char *verdict = text_of(line, "verdict");
    if (strcmp(text_of(line, "type"), "missing") == 0)
        return LIST_missing;
    if (strcmp(text_of(line, "type"), "same_rows") == 0)
        return LIST_duplicate;
    if (strcmp(text_of(line, "type"), "decision") == 0)
        return LIST_invalid;
    if (strcmp(text_of(line, "type"), "slip") == 0)
        return json_object_get(line, "problem") ? LIST_invalid : LIST_COUNT;
    if (strcmp(verdict, "PASS") == 0)
        return LIST_COUNT;
    if (!json_string_value(json_object_get(line, "id")))
        return LIST_invalid;
    if (rejected_for(line, CHECK_in_roster))
        return LIST_extra;
    if (rejected_for(line, CHECK_eligible))
        return LIST_not_eligible;
    if (rejected_for(line, CHECK_files_for_id) || rejected_for(line, CHECK_same_bytes))
        return LIST_duplicate;
    if (strcmp(verdict, "ERROR") == 0 || is_unreadable(line))
        return LIST_unreadable;
    return strcmp(verdict, "REJECT") == 0 ? LIST_retake : LIST_review;
}

bool lists_is_torn(const json_t *line)
{
    const json_t *bytes = rejected_for(line, CHECK_source_bytes);
    bool few = bytes && line_number(bytes, "value", 0) < line_number(bytes, "lo", 0);
    return lists_fault(line) == LIST_unreadable && (few || rejected_for(line, CHECK_readable) || rejected_for(line, CHECK_damage));
}

ListId lists_of(const json_t *line)
{
    ListId list = lists_fault(line);
    bool again = list == LIST_retake || list == LIST_unreadable;
    return again && json_object_get(line, "kept") ? LIST_COUNT : list; /* an earlier photo of this person counts */
}

const char *list_name(ListId list)
{
    return names[list];
}

const char *lists_name(const json_t *line)
{
    ListId list = lists_of(line);
    return list < LIST_COUNT ? names[list] : NULL;
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the lists");
}

Err lists_open(Arena *arena, const char *out, Lang lang, Lists **lists)
{
    SpoolAsk ask = {arena_print(arena, "%s/.tmp", out), SORT_BYTES, TEXT_COUNT, TEXT_KEYS};
    *lists = ARENA_NEW(arena, Lists);
    if (!*lists || !ask.folder)
        return no_memory(arena);
    **lists = (Lists){.arena = arena, .out = out, .lang = lang, .groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    return spool_open(arena, &ask, &(*lists)->spool);
}

static void count_one(Lists *lists, const char *name, int kind)
{
    Group *group = g_hash_table_lookup(lists->groups, name);
    if (!group)
        g_hash_table_insert(lists->groups, g_strdup(name), group = g_new0(Group, 1));
    group->counts[kind]++;
}

Err lists_add(Lists *lists, const json_t *line, const char *reasons, const char *advice)
{
    ListId list = lists_of(line);
    if (list == LIST_COUNT)
        return OK;
    const char kind[] = {(char)('a' + (int)list), '\0'};
    char *maybe = line_whom(line, "maybe"), *twin = line_whom(line, "twin");
    Err err = spool_add(lists->spool, (const char *const[TEXT_COUNT]){
                                          [TEXT_list] = kind,
                                          [TEXT_group] = text_of(line, "group"),
                                          [TEXT_id] = text_of(line, "id"),
                                          [TEXT_path] = text_of(json_object_get(line, "source"), "path"),
                                          [TEXT_name] = text_of(line, "name"),
                                          [TEXT_reasons] = reasons,
                                          [TEXT_advice] = advice,
                                          [TEXT_maybe] = maybe,
                                          [TEXT_twin] = twin});
    g_free(maybe);
    g_free(twin);
    lists->counts[list]++;
    count_one(lists, text_of(line, "group"), (int)list);
    return err;
}

Err lists_eligible(Lists *lists, const char *group)
{
    lists->roster = true;
    count_one(lists, group, KIND_ELIGIBLE);
    return OK;
}

Err lists_ready(Lists *lists, const char *group)
{
    count_one(lists, group, KIND_READY);
    return OK;
}

static Err open_sheet(Arena *arena, const char *out, const char *name, Sheet *sheet)
{
    const char *path = arena_print(arena, "lists/%s.csv", name);
    if (!path)
        return no_memory(arena);
    TRY(sheet_open(arena, out, path, sheet));
    sheet_mark(sheet);
    return OK;
}

Err lists_begin(Arena *arena, const char *out, const char *name, Lang lang, Sheet *sheet)
{
    static const MessageId columns[] = {
        MESSAGE_column_group,   MESSAGE_column_id,     MESSAGE_column_name, MESSAGE_column_path,
        MESSAGE_column_reasons, MESSAGE_column_advice, MESSAGE_column_maybe, MESSAGE_column_twin};
    TRY(open_sheet(arena, out, name, sheet));
    for (size_t column = 0; column < sizeof columns / sizeof *columns; column++)
        sheet_text(sheet, text_message(lang, columns[column]));
    sheet_end_row(sheet);
    return OK;
}

static void put_whom(Sheet *sheet, const char *whom)
{
    bool bare = *whom && !whom[strspn(whom, "0123456789X")]; /* an ID without a name */
    (bare ? sheet_id : sheet_text)(sheet, whom);
}

static Err write_list(Arena *arena, Lists *lists, ListId list)
{
    Sheet *sheet = &lists->sheet;
    TRY(lists_begin(arena, lists->out, names[list], lists->lang, sheet));
    while (lists->next && lists->next[TEXT_list][0] == (char)('a' + (int)list)) {
        const char *const *texts = lists->next;
        sheet_text(sheet, texts[TEXT_group]);
        sheet_id(sheet, texts[TEXT_id]);
        sheet_text(sheet, texts[TEXT_name]);
        sheet_text(sheet, texts[TEXT_path]);
        sheet_text(sheet, texts[TEXT_reasons]);
        sheet_text(sheet, texts[TEXT_advice]);
        put_whom(sheet, texts[TEXT_maybe]);
        put_whom(sheet, texts[TEXT_twin]);
        sheet_end_row(sheet);
        TRY(spool_next(lists->spool, &lists->next));
    }
    return sheet_close(arena, sheet);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void write_group(const Lists *lists, Sheet *sheet, const char *name)
{
    const Group *group = g_hash_table_lookup(lists->groups, name);
    sheet_text(sheet, name);
    sheet_number(sheet, lists->roster ? (double)group->counts[KIND_ELIGIBLE] : NAN);
    sheet_number(sheet, (double)group->counts[KIND_READY]);
    for (ListId list = 0; list < LIST_COUNT; list++)
        sheet_number(sheet, (double)group->counts[list]);
    sheet_end_row(sheet);
}

/* One row per group: eligible, ready, then one column per list. */
static Err write_summary(Arena *arena, Lists *lists)
{
    static const MessageId titles[LIST_COUNT] = {
        [LIST_retake] = MESSAGE_sheet_retake, [LIST_review] = MESSAGE_sheet_review, [LIST_missing] = MESSAGE_problem_missing,
        [LIST_extra] = MESSAGE_problem_extra, [LIST_duplicate] = MESSAGE_problem_duplicate, [LIST_invalid] = MESSAGE_problem_invalid,
        [LIST_not_eligible] = MESSAGE_problem_not_eligible, [LIST_unreadable] = MESSAGE_list_unreadable,
    };
    Sheet *sheet = &lists->sheet;
    guint count;
    TRY(open_sheet(arena, lists->out, "summary", &lists->sheet));
    sheet_text(sheet, text_message(lists->lang, MESSAGE_column_group));
    sheet_text(sheet, text_message(lists->lang, MESSAGE_column_eligible));
    sheet_text(sheet, text_message(lists->lang, MESSAGE_column_ready));
    for (ListId list = 0; list < LIST_COUNT; list++)
        sheet_text(sheet, text_message(lists->lang, titles[list]));
    sheet_end_row(sheet);
    gpointer *groups = g_hash_table_get_keys_as_array(lists->groups, &count);
    if (count)
        qsort(groups, count, sizeof *groups, by_name);
    for (guint i = 0; i < count; i++)
        write_group(lists, sheet, groups[i]);
    g_free(groups);
    return sheet_close(arena, sheet);
}

Err lists_finish(Arena *arena, Lists *lists)
{
    TRY(spool_next(lists->spool, &lists->next));
    for (ListId list = 0; list < LIST_COUNT; list++)
        TRY(write_list(arena, lists, list));
    return write_summary(arena, lists);
}

void lists_close(Lists *lists)
{
    if (!lists)
        return;
    sheet_drop(&lists->sheet);
    spool_close(lists->spool);
    lists->spool = NULL;
    if (lists->groups)
        g_hash_table_destroy(lists->groups);
    lists->groups = NULL;
}

const size_t *lists_counts(const Lists *lists)
{
    return lists->counts;
}
