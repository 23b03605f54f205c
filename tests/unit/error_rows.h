/* SPDX-License-Identifier: MIT */
/* The strings of a source, and the rows of errors: found, and printed with arguments of our choice. */
#ifndef ERROR_ROWS_H
#define ERROR_ROWS_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "../../pipeline/text_errors.h"

enum { TEXT_BYTES = 1024 };

/* The strings that begin at *at, joined; *at moves behind the last. NULL: none. */
static char *read_literal(const char **at)
{
    GString *text = g_string_new(NULL);
    const char *next = *at;
    while (*next == '"') {
        for (next++; *next != '"'; next++) {
            next += *next == '\\';
            g_string_append_c(text, *next == 'n' && next[-1] == '\\' ? '\n' : *next);
        }
        *at = ++next;
        next += strspn(next, " \n");
    }
    return g_string_free(text, FALSE);
}

static void read_literals(const char *source, GHashTable *literals)
{
    for (const char *at = source; *at;) {
        if (*at == '/' && at[1] == '*')
            at = strstr(at, "*/") + 2;
        else if (*at == '\'')
            at += at[1] == '\\' ? 4 : 3;
        else if (*at == '"')
            g_hash_table_add(literals, read_literal(&at));
        else
            at++;
    }
}

static const Words *row_of(const char *format)
{
    for (const Words *const *table = text_errors_all; *table; table++)
        for (const Words *row = *table; row->in[LANG_EN]; row++)
            if (strcmp(row->in[LANG_EN], format) == 0)
                return row;
    return NULL;
}

/* What a format would print of arguments of our choice; a reason of the system is that of ENOENT. */
static void print_sample(Lang lang, const char *format, char *out)
{
    static const char *const words[] = {"张三", "b.x", "cc", "d 4", "ee", "f", "gg", "h"};
    int next = 0;
    for (; *format; format++) {
        if (*format != '%' || format[1] == '%') {
            format += *format == '%';
            *out++ = *format;
            continue;
        }
        char *digits;
        long place = strtol(format + 1, &digits, 10);
        format += 1 + strspn(format + 1, "0123456789$.*-+ #hlzjt");
        int index = *digits == '$' ? (int)place - 1 : next++;
        if (*format == 'm')
            out += sprintf(out, "%s", lang == LANG_ZH ? "文件或文件夹不存在" : strerror(ENOENT));
        else if (*format == 's')
            out += sprintf(out, "%s", words[index]);
        else
            out += sprintf(out, "%d", 10 + index);
    }
    *out = '\0';
}

#endif
