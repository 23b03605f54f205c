/* SPDX-License-Identifier: MIT */
#include "roster_same.h"
#include <stdio.h>
#include <string.h>

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for the roster");
}

/* "5, 9" */
static Err list_rows(Arena *arena, const RowFacts *facts, const char **out)
{
    enum { ROW_TEXT_MAX = 13 };
    size_t size = (size_t)facts->rows * ROW_TEXT_MAX, at = 0;
    char *text = arena_alloc(arena, size);
    if (!text)
        return no_memory(arena);
    for (const RowFacts *row = facts; row; row = row->same)
        at += (size_t)snprintf(text + at, size - at, "%s%u", at ? ", " : "", row->row);
    *out = text;
    return OK;
}

/* Behind what says nothing; a dot is "·". */
static const char *next(const char *text, const char **letter, size_t *length)
{
    static const char *const spaces[] = {" ", "\t", "\u3000", "\u00a0"}, *const dots[] = {"·", "•", "‧", "・", "∙", ".", "．"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        if (strncmp(text, spaces[i], strlen(spaces[i])) == 0)
            return next(text + strlen(spaces[i]), letter, length);
    }
    for (size_t i = 0; i < sizeof dots / sizeof *dots; i++) {
        if (strncmp(text, dots[i], strlen(dots[i])) == 0) {
            *letter = dots[0];
            *length = strlen(dots[0]);
            return text + strlen(dots[i]);
        }
    }
    *letter = text;
    *length = *text != '\0';
    return text + *length;
}

bool roster_same_name(const char *a, const char *b)
{
    if (!*a || !*b)
        return true;
    for (;;) {
        const char *left, *right;
        size_t left_length, right_length;
        a = next(a, &left, &left_length);
        b = next(b, &right, &right_length);
        if (left_length != right_length || memcmp(left, right, left_length) != 0)
            return false;
        if (!left_length)
            return true;
    }
}

static bool is_told(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (roster_same_name(names[i], name))
            return true;
    return false;
}

/* "张三, 李四", the first few, and " ..." where there are more: a column of one number for all is no list of names. */
static Err list_names(Arena *arena, const RowFacts *facts, Person *person)
{
    enum { NAMES_MOST = 10 };
    const char *names[NAMES_MOST], *text = "";
    int count = 0;
    bool more = false;
    for (const RowFacts *row = facts; row && !more; row = row->same) {
        const char *name = row->text[FIELD_NAME];
        if (!*name || is_told(names, count, name))
            continue;
        more = count == NAMES_MOST;
        if (!more)
            names[count++] = name;
    }
    for (int i = 0; i < count && text; i++)
        text = arena_print(arena, "%s%s%s", text, i ? ", " : "", names[i]);
    text = text && more ? arena_print(arena, "%s ...", text) : text;
    if (!text)
        return no_memory(arena);
    person->names = count;
    person->name_list = count > 1 ? text : NULL;
    return OK;
}

Err roster_same(Arena *arena, const RowFacts *facts, Person *person)
{
    person->row_list = person->name_list = NULL;
    person->names = 1;
    if (facts->rows < 2)
        return OK;
    TRY(list_rows(arena, facts, &person->row_list));
    return list_names(arena, facts, person);
}
