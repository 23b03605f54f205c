/* SPDX-License-Identifier: MIT */
#include "roster_sheets.h"
#include "roster_id.h"
#include <stdlib.h>
#include <string.h>

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
    for (int i = 0; list && i < count; i++)
        list = arena_print(arena, "%s%s'%s'", list, i ? ", " : "", table_sheet_name(table, i));
    return fail(arena, ERR_USAGE, "'%s' has no sheet '%s'; it has %s", table_path(table), asked,
                list ? list : "");
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
        Err err = columns_find(probe->arena, row, &probe->columns, &probe->found);
        probe->found = probe->found || err.code == ERR_USAGE || has_number(row);
    }
    *stop = probe->found || row->number >= ROSTER_HEADER_ROWS;
    return OK;
}

Err sheet_others(Arena *arena, Table *table, int sheet, const Columns *asked, const char **out)
{
    *out = "";
    for (int i = 0; i < table_sheets(table); i++) {
        Probe probe = {.arena = arena, .columns = *asked};
        if (i == sheet || table_sheet_hidden(table, i))
            continue;
        TRY(table_read(table, i, probe_row, &probe));
        if (probe.found)
            *out = arena_print(arena, "%s%s'%s'", *out, **out ? ", " : "", table_sheet_name(table, i));
        if (!*out)
            return fail(arena, ERR_MEMORY, "no memory for the roster");
    }
    return OK;
}
