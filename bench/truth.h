/* SPDX-License-Identifier: MIT */
/* One line at a time of a CSV table of truth. */
#ifndef TRUTH_H
#define TRUTH_H

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MOST = 64, LINE_MOST = 8192 };

typedef struct Table {
    char line[LINE_MOST];
    char header_line[LINE_MOST];
    char *header[COLUMNS_MOST], *cell[COLUMNS_MOST];
    int columns;
} Table;

/* Cuts one CSV line in place; quotes are taken off. */
static inline int split(char *line, char *cell[COLUMNS_MOST])
{
    int count = 0;
    char *p = line;
    while (count < COLUMNS_MOST) {
        char *out = p;
        cell[count++] = p;
        bool quoted = *p == '"';
        if (quoted)
            p++;
        while (*p && *p != '\n' && *p != '\r' && (quoted || *p != ',')) {
            if (quoted && *p == '"' && *++p != '"') {
                quoted = false;
                continue;
            }
            *out++ = *p++;
        }
        bool more = *p == ',';
        *out = '\0';
        if (!more)
            break;
        p++;
    }
    return count;
}

static inline const char *get(const Table *t, const char *name)
{
    for (int i = 0; i < t->columns; i++)
        if (strcmp(t->header[i], name) == 0)
            return t->cell[i];
    return "";
}

static inline double number(const Table *t, const char *name)
{
    const char *text = get(t, name);
    char *end;
    double v = strtod(text, &end);
    return end == text ? NAN : v;
}

#endif
