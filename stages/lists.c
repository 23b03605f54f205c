/* SPDX-License-Identifier: MIT */
#include "lists.h"
#include <string.h>
#include "sheet.h"

// clang-format off
#define LISTS(X) X(retake) X(review) X(invalid) X(duplicate) X(unreadable)
// clang-format on

typedef enum ListId {
#define X(name) LIST_##name,
    LISTS(X)
#undef X
        LIST_COUNT
} ListId;

static const char *const names[LIST_COUNT] = {
#define X(name) [LIST_##name] = #name,
    LISTS(X)
#undef X
};

static const char *const paths[LIST_COUNT] = {
#define X(name) [LIST_##name] = "lists/" #name ".csv",
    LISTS(X)
#undef X
};

struct Lists {
    Sheet sheets[LIST_COUNT];
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool rejected_for(const json_t *record, CheckId check)
{
    const json_t *findings = json_object_get(record, "findings");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        if (strcmp(text_of(finding, "check"), checks[check].name) == 0 &&
            strcmp(text_of(finding, "level"), level_name(LEVEL_REJECT)) == 0)
            return true;
    }
    return false;
}

/* The file itself is no picture we can judge: another file of the same picture may do. */
static bool is_unreadable(const json_t *record)
{
    static const CheckId reasons[] = {CHECK_readable,          CHECK_source_bytes, CHECK_is_jpeg,
                                      CHECK_megapixels,        CHECK_scan_count,   CHECK_bit_depth,
                                      CHECK_colour_components, CHECK_damage};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (rejected_for(record, reasons[i]))
            return true;
    return false;
}

static ListId list_of(const json_t *record)
{
    const char *verdict = text_of(record, "verdict");
    if (strcmp(verdict, "PASS") == 0)
        return LIST_COUNT;
    if (!json_string_value(json_object_get(record, "id")))
        return LIST_invalid;
    if (rejected_for(record, CHECK_files_for_id))
        return LIST_duplicate;
    if (strcmp(verdict, "ERROR") == 0 || is_unreadable(record))
        return LIST_unreadable;
    return strcmp(verdict, "REJECT") == 0 ? LIST_retake : LIST_review;
}

const char *lists_name(const json_t *record)
{
    ListId list = list_of(record);
    return list < LIST_COUNT ? names[list] : NULL;
}

Err lists_open(Arena *arena, const char *out, Lang lang, Lists **lists)
{
    static const MessageId columns[] = {MESSAGE_column_id, MESSAGE_column_path,
                                        MESSAGE_column_reasons, MESSAGE_column_advice};
    *lists = ARENA_NEW(arena, Lists);
    if (!*lists)
        return fail(arena, ERR_MEMORY, "no memory for the lists");
    for (ListId i = 0; i < LIST_COUNT; i++) {
        Sheet *sheet = &(*lists)->sheets[i];
        TRY(sheet_open(arena, out, paths[i], sheet));
        sheet_mark(sheet);
        for (size_t column = 0; column < sizeof columns / sizeof *columns; column++)
            sheet_text(sheet, text_message(lang, columns[column]));
        sheet_end_row(sheet);
    }
    return OK;
}

void lists_add(Lists *lists, const json_t *record, const char *reasons, const char *advice)
{
    ListId list = list_of(record);
    if (list == LIST_COUNT)
        return;
    Sheet *sheet = &lists->sheets[list];
    sheet_id(sheet, text_of(record, "id"));
    sheet_text(sheet, text_of(json_object_get(record, "source"), "path"));
    sheet_text(sheet, reasons);
    sheet_text(sheet, advice);
    sheet_end_row(sheet);
}

Err lists_finish(Arena *arena, Lists *lists)
{
    for (ListId i = 0; i < LIST_COUNT; i++)
        TRY(sheet_close(arena, &lists->sheets[i]));
    return OK;
}

void lists_close(Lists *lists)
{
    for (ListId i = 0; lists && i < LIST_COUNT; i++)
        sheet_drop(&lists->sheets[i]);
}
