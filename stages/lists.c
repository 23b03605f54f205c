/* SPDX-License-Identifier: MIT */
#include "lists.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sheet.h"

static const char *const names[LIST_COUNT] = {
    "retake", "review", "missing", "extra", "duplicate", "invalid", "not-eligible", "unreadable",
};

/* What is counted per group but stands in no list. */
enum { KIND_ELIGIBLE = LIST_COUNT, KIND_READY, KIND_COUNT };

typedef struct Entry {
    int kind;
    const char *group, *id, *name, *path, *reasons, *advice, *maybe;
} Entry;

struct Lists {
    Arena *arena;
    const char *out;
    Lang lang;
    Entry *entries;
    size_t count, room;
    size_t counts[LIST_COUNT];
    Sheet sheet;
    bool roster; /* eligible persons were named */
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool rejected_for(const json_t *line, CheckId check)
{
    const json_t *findings = json_object_get(line, "findings");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        if (strcmp(text_of(finding, "check"), checks[check].name) == 0 &&
            strcmp(text_of(finding, "level"), level_name(LEVEL_REJECT)) == 0)
            return true;
    }
    return false;
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
ListId lists_of(const json_t *line)
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
    if (json_object_get(line, "kept")) /* an earlier photo of this person counts */
        return strcmp(verdict, "REVIEW") == 0 ? LIST_review : LIST_COUNT;
    return strcmp(verdict, "REJECT") == 0 ? LIST_retake : LIST_review;
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

Err lists_open(Arena *arena, const char *out, Lang lang, Lists **lists)
{
    *lists = ARENA_NEW(arena, Lists);
    if (!*lists)
        return fail(arena, ERR_MEMORY, "no memory for the lists");
    **lists = (Lists){.arena = arena, .out = out, .lang = lang};
    return OK;
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the lists");
}

static Err add(Lists *lists, const Entry *entry)
{
    if (lists->count == lists->room) {
        size_t room = lists->room ? 2 * lists->room : 256;
        Entry *entries = ARENA_ARRAY(lists->arena, Entry, room);
        if (!entries)
            return no_memory(lists->arena);
        if (lists->count)
            memcpy(entries, lists->entries, lists->count * sizeof *entries);
        lists->entries = entries;
        lists->room = room;
    }
    lists->entries[lists->count++] = *entry;
    return OK;
}

static const char *keep(Lists *lists, const char *text)
{
    return *text ? arena_copy(lists->arena, text) : "";
}

/* "110105... 张三", or a file's name. */
static const char *maybe_words(Lists *lists, const json_t *line)
{
    const json_t *maybe = json_object_get(line, "maybe");
    if (json_is_object(maybe))
        return arena_print(lists->arena, "%s %s", text_of(maybe, "id"), text_of(maybe, "name"));
    return keep(lists, text_of(line, "maybe"));
}

Err lists_add(Lists *lists, const json_t *line, const char *reasons, const char *advice)
{
    ListId list = lists_of(line);
    if (list == LIST_COUNT)
        return OK;
    Entry entry = {.kind = (int)list,
                   .group = keep(lists, text_of(line, "group")),
                   .id = keep(lists, text_of(line, "id")),
                   .name = keep(lists, text_of(line, "name")),
                   .path = keep(lists, text_of(json_object_get(line, "source"), "path")),
                   .reasons = keep(lists, reasons),
                   .advice = keep(lists, advice),
                   .maybe = maybe_words(lists, line)};
    if (!entry.group || !entry.id || !entry.name || !entry.path || !entry.reasons ||
        !entry.advice || !entry.maybe)
        return no_memory(lists->arena);
    lists->counts[list]++;
    return add(lists, &entry);
}

static Err count_one(Lists *lists, const char *group, int kind)
{
    Entry entry = {.kind = kind, .group = keep(lists, group), .id = "", .path = ""};
    return entry.group ? add(lists, &entry) : no_memory(lists->arena);
}

Err lists_eligible(Lists *lists, const char *group)
{
    lists->roster = true;
    return count_one(lists, group, KIND_ELIGIBLE);
}

Err lists_ready(Lists *lists, const char *group)
{
    return count_one(lists, group, KIND_READY);
}

static int compare(const void *a, const void *b)
{
    const Entry *one = a, *two = b;
    int order = strcmp(one->group, two->group);
    if (order == 0)
        order = strcmp(one->id, two->id);
    return order ? order : strcmp(one->path, two->path);
}

static Err open_sheet(Arena *arena, Lists *lists, const char *name)
{
    const char *path = arena_print(arena, "lists/%s.csv", name);
    if (!path)
        return no_memory(arena);
    TRY(sheet_open(arena, lists->out, path, &lists->sheet));
    sheet_mark(&lists->sheet);
    return OK;
}

static Err write_list(Arena *arena, Lists *lists, ListId list)
{
    static const MessageId columns[] = {
        MESSAGE_column_group,   MESSAGE_column_id,     MESSAGE_column_name, MESSAGE_column_path,
        MESSAGE_column_reasons, MESSAGE_column_advice, MESSAGE_column_maybe};
    Sheet *sheet = &lists->sheet;
    TRY(open_sheet(arena, lists, names[list]));
    for (size_t column = 0; column < sizeof columns / sizeof *columns; column++)
        sheet_text(sheet, text_message(lists->lang, columns[column]));
    sheet_end_row(sheet);
    for (size_t i = 0; i < lists->count; i++) {
        const Entry *entry = &lists->entries[i];
        if (entry->kind != (int)list)
            continue;
        sheet_text(sheet, entry->group);
        sheet_id(sheet, entry->id);
        sheet_text(sheet, entry->name);
        sheet_text(sheet, entry->path);
        sheet_text(sheet, entry->reasons);
        sheet_text(sheet, entry->advice);
        sheet_text(sheet, entry->maybe);
        sheet_end_row(sheet);
    }
    return sheet_close(arena, sheet);
}

/* One row per group: eligible, ready, then one column per list. */
static Err write_summary(Arena *arena, Lists *lists)
{
    Sheet *sheet = &lists->sheet;
    TRY(open_sheet(arena, lists, "summary"));
    sheet_text(sheet, text_message(lists->lang, MESSAGE_column_group));
    sheet_text(sheet, text_message(lists->lang, MESSAGE_column_eligible));
    sheet_text(sheet, text_message(lists->lang, MESSAGE_column_ready));
    for (ListId list = 0; list < LIST_COUNT; list++)
        sheet_text(sheet, names[list]);
    sheet_end_row(sheet);
    for (size_t first = 0, end; first < lists->count; first = end) {
        size_t counts[KIND_COUNT] = {0};
        const char *group = lists->entries[first].group;
        for (end = first; end < lists->count && strcmp(lists->entries[end].group, group) == 0;
             end++)
            counts[lists->entries[end].kind]++;
        sheet_text(sheet, group);
        sheet_number(sheet, lists->roster ? (double)counts[KIND_ELIGIBLE] : NAN);
        sheet_number(sheet, (double)counts[KIND_READY]);
        for (ListId list = 0; list < LIST_COUNT; list++)
            sheet_number(sheet, (double)counts[list]);
        sheet_end_row(sheet);
    }
    return sheet_close(arena, sheet);
}

Err lists_finish(Arena *arena, Lists *lists)
{
    if (lists->count)
        qsort(lists->entries, lists->count, sizeof *lists->entries, compare);
    for (ListId list = 0; list < LIST_COUNT; list++)
        TRY(write_list(arena, lists, list));
    return write_summary(arena, lists);
}

void lists_close(Lists *lists)
{
    if (lists)
        sheet_drop(&lists->sheet);
}

const size_t *lists_counts(const Lists *lists)
{
    return lists->counts;
}
