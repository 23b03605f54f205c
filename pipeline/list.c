/* SPDX-License-Identifier: MIT */
#include "list.h"
#include <stdlib.h>
#include <jansson.h>
#include "cli_table.h"
#include "profile.h"

enum { COLUMNS_MAX = 5 };

/* One table: cells in the language asked for, or the JSON of the same row. */
typedef struct Table {
    FILE *to;
    Form form;
    int columns;
} Table;

static void print_cells(const Table *table, const char *const *cells)
{
    for (int i = 0; i < table->columns; i++) {
        if (table->form == FORM_MARKDOWN)
            fprintf(table->to, "| %s ", cells[i]);
        else
            fprintf(table->to, "%s%s", i ? "\t" : "", cells[i]);
    }
    fputs(table->form == FORM_MARKDOWN ? "|\n" : "\n", table->to);
}

static void print_head(const Table *table, Lang lang, const MessageId *titles)
{
    if (table->form != FORM_MARKDOWN)
        return;
    const char *cells[COLUMNS_MAX], *rules[COLUMNS_MAX];
    for (int i = 0; i < table->columns; i++) {
        cells[i] = text_message(lang, titles[i]);
        rules[i] = "---";
    }
    print_cells(table, cells);
    print_cells(table, rules);
}

static void close_json(json_t **object)
{
    json_decref(*object);
}

static Err print_json(Arena *arena, FILE *to, json_t *object)
{
    CLEANUP(close_json) json_t *owned = object;
    if (!owned)
        return fail(arena, ERR_MEMORY, "out of memory");
    if (json_dumpf(owned, to, JSON_COMPACT) != 0)
        return fail(arena, ERR_IO, "cannot write to stdout: %m");
    fputc('\n', to);
    return OK;
}

static Err list_checks(Arena *arena, const Table *table, Lang lang)
{
    static const MessageId titles[] = {MESSAGE_column_check, MESSAGE_column_unit,
                                       MESSAGE_column_level, MESSAGE_column_clause,
                                       MESSAGE_column_meaning};
    print_head(table, lang, titles);
    for (CheckId i = 0; i < CHECK_COUNT; i++) {
        const Check *check = &checks[i];
        const char *level = level_name(check->level);
        const char *cells[] = {check->name, check->unit, level, check->clause, text_check(lang, i)};
        if (table->form != FORM_JSON) {
            print_cells(table, cells);
            continue;
        }
        TRY(print_json(arena, table->to,
                       json_pack("{ss ss ss ss ss ss ss}", "type", "check", "name", check->name,
                                 "unit", check->unit, "level", level, "clause", check->clause, "zh",
                                 text_check(LANG_ZH, i), "en", text_check(LANG_EN, i))));
    }
    return OK;
}

static Err list_profiles(Arena *arena, const Table *table, Lang lang)
{
    static const MessageId titles[] = {MESSAGE_column_profile, MESSAGE_column_meaning};
    print_head(table, lang, titles);
    for (const char *const *name = profile_names(); *name; name++) {
        Profile profile;
        TRY(profile_load(arena, *name, &profile));
        const char *cells[] = {*name, lang == LANG_ZH ? profile.title_zh : profile.title_en};
        if (table->form != FORM_JSON) {
            print_cells(table, cells);
            continue;
        }
        TRY(print_json(arena, table->to,
                       json_pack("{ss ss ss ss si si si ss}", "type", "profile", "name", *name,
                                 "zh", profile.title_zh, "en", profile.title_en, "width_px",
                                 profile.width_px, "height_px", profile.height_px, "dpi",
                                 profile.dpi, "hash", profile.hash)));
    }
    return OK;
}

static Err list_exits(Arena *arena, const Table *table, Lang lang)
{
    static const MessageId titles[] = {MESSAGE_column_code, MESSAGE_column_meaning};
    print_head(table, lang, titles);
    for (int i = 0; i < CLI_EXITS; i++) {
        const ExitRow *row = &cli_exits[i];
        char code[8];
        snprintf(code, sizeof code, "%d", row->code);
        const char *cells[] = {code, row->help.in[lang]};
        if (table->form != FORM_JSON) {
            print_cells(table, cells);
            continue;
        }
        TRY(print_json(arena, table->to,
                       json_pack("{ss si ss ss}", "type", "exit-code", "code", row->code, "zh",
                                 row->help.in[LANG_ZH], "en", row->help.in[LANG_EN])));
    }
    return OK;
}

Err list_print(Arena *arena, FILE *to, Topic topic, Form form, Lang lang)
{
    const Table table = {.to = to, .form = form, .columns = topic == TOPIC_CHECKS ? 5 : 2};
    switch (topic) {
    case TOPIC_CHECKS:
        return list_checks(arena, &table, lang);
    case TOPIC_PROFILES:
        return list_profiles(arena, &table, lang);
    case TOPIC_EXIT_CODES:
        return list_exits(arena, &table, lang);
    }
    return OK;
}
