/* SPDX-License-Identifier: MIT */
#include "roster_sheets.h"
#include "roster_id.h"
#include <stdlib.h>
#include <string.h>

enum { NAMED_MAX = 8 };

Err sheet_asked(Arena *arena, const Table *table, const char *asked, int *out)
{
    int count = table_sheets(table);
    const char *list = "";
    for (*out = 0; *out < count; ++*out)
        if (strcmp(table_sheet_name(table, *out), asked) == 0)
            return OK;
    char *end;
    long number = strtol(asked, &end, 10);
    if (*asked && !*end && number >= 1 && number <= count) {
        *out = (int)number - 1;
        return OK;
    }
    if (count == 1 && !*table_sheet_name(table, 0))
        return fail(arena, ERR_USAGE, "'%s' holds one table, --sheet has no use", table_path(table));
    for (int i = 0; list && i < count; i++)
        list = arena_print(arena, "%s%s'%s'", list, i ? ", " : "", table_sheet_name(table, i));
    return fail(arena, ERR_USAGE, "'%s' has no sheet '%s'; it has %s", table_path(table), asked,
                list ? list : "");
}

Err sheet_none(Arena *arena, const char *path)
{
    const char *list = "";
    for (int i = 0; list && i < 6; i++)
        list = arena_print(arena, "%s%s%s", list, i ? ", " : "", roster_field_word(FIELD_ID, i));
    return fail(arena, ERR_USAGE,
                "'%s' has no column of identity numbers in its first %d rows: call it %s ..., or say "
                "which it is with --column id=NAME",
                path, ROSTER_HEADER_ROWS, list ? list : "");
}

typedef struct Probe {
    Arena *arena;
    Columns columns;
    bool found;
} Probe;

static bool has_number(const TableRow *row)
{
    for (int i = 0; i < row->count; i++) {
        Id id;
        if (roster_read_id(&row->cells[i], TYPE_NONE, &id) == PROBLEM_NONE && id.kind == ID_RESIDENT18 && id.problem == ID_FINE)
            return true;
    }
    return false;
}

/* A header that cannot be told is one all the same; a list may go on in a table without one. */
static Err probe_row(void *to, const TableRow *row, bool *stop)
{
    Probe *probe = to;
    if (row->number <= ROSTER_HEADER_ROWS) {
        Err err = columns_find(probe->arena, row, NULL, &probe->columns, &probe->found);
        probe->found = probe->found || err.code == ERR_USAGE || has_number(row);
    }
    *stop = probe->found || row->number >= ROSTER_HEADER_ROWS;
    return OK;
}

typedef struct Names {
    const char *text;
    size_t count;
} Names;

/* Printing all of many would take the square of their number. */
static Err add_name(Arena *arena, Names *names, const char *name)
{
    if (names->count++ < NAMED_MAX)
        names->text = arena_print(arena, "%s%s'%s'", names->text, *names->text ? ", " : "", name);
    return names->text ? OK : fail(arena, ERR_MEMORY, "no memory for the roster");
}

static Err end_names(Arena *arena, const Names *names, const char **out)
{
    *out = names->text;
    if (names->count > NAMED_MAX)
        *out = arena_print(arena, "%s and %zu more", names->text, names->count - NAMED_MAX);
    return *out ? OK : fail(arena, ERR_MEMORY, "no memory for the roster");
}

Err sheet_others(Arena *arena, Table *table, int sheet, const Columns *asked, OtherSheets *out)
{
    Names lists = {.text = ""}, damaged = {.text = ""};
    for (int i = 0; i < table_sheets(table); i++) {
        Probe probe = {.arena = arena, .columns = *asked};
        if (i == sheet || table_sheet_hidden(table, i))
            continue;
        Err err = table_read(table, i, probe_row, &probe);
        if (err.code && err.code != ERR_USAGE)
            return err;
        if (probe.found || err.code)
            TRY(add_name(arena, probe.found ? &lists : &damaged, table_sheet_name(table, i)));
    }
    TRY(end_names(arena, &lists, &out->lists));
    return end_names(arena, &damaged, &out->damaged);
}
