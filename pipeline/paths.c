/* SPDX-License-Identifier: MIT */
#include "paths.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void path_clean(const char *path, char out[PATH_MAX])
{
    size_t at = 0;
    while (path[0] == '.' && path[1] == '/')
        for (path += 2; *path == '/';)
            path++;
    for (; *path && at < PATH_MAX - 1; path++) {
        if (*path == '/' && at && out[at - 1] == '/')
            continue;
        if (path[0] == '/' && path[1] == '.' && (path[2] == '/' || !path[2])) {
            path++;
            continue;
        }
        out[at++] = *path;
    }
    while (at > 1 && out[at - 1] == '/')
        at--;
    out[at] = '\0';
    if (!at)
        strcpy(out, ".");
}

bool path_inside(const char *inner, const char *outer)
{
    size_t length = strlen(outer);
    return strncmp(inner, outer, length) == 0 &&
           (!inner[length] || inner[length] == '/' || (length && outer[length - 1] == '/'));
}

bool path_resolve_file(const char *path, char out[PATH_MAX])
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + 1) : 1,
             slash ? path : ".");
    char *real = realpath(folder, NULL);
    int length = real ? snprintf(out, PATH_MAX, "%s/%s", strcmp(real, "/") ? real : "", base) : -1;
    free(real);
    return length > 0 && length < PATH_MAX;
}

Err path_resolve_new(Arena *arena, const char *wanted, const char **out)
{
    char path[PATH_MAX], rest[PATH_MAX] = "";
    if (strlen(wanted) >= PATH_MAX)
        return fail(arena, ERR_USAGE, "the path '%.40s...' is too long", wanted);
    path_clean(wanted, path);
    for (;;) {
        char *real = realpath(path, NULL);
        if (real) {
            *out = arena_print(arena, "%s%s", strcmp(real, "/") ? real : "", rest);
            free(real);
            return *out ? OK : fail(arena, ERR_MEMORY, "no memory for a path");
        }
        if (errno != ENOENT || strstr(wanted, ".."))
            return fail(arena, ERR_USAGE, "cannot use '%s': %m", wanted);
        char *slash = strrchr(path, '/'), more[PATH_MAX];
        if (snprintf(more, sizeof more, "/%s%s", slash ? slash + 1 : path, rest) >= PATH_MAX)
            return fail(arena, ERR_USAGE, "the path '%.40s...' is too long", wanted);
        memcpy(rest, more, sizeof rest);
        strcpy(slash ? (slash == path ? slash + 1 : slash) : path, slash ? "" : ".");
    }
}

/* How many digits (the last one may be an X) start here. */
static size_t number_length(const char *text)
{
    size_t length = strspn(text, "0123456789");
    return length && (text[length] == 'X' || text[length] == 'x') ? length + 1 : length;
}

void path_mask(const char *path, char *out, size_t size)
{
    size_t at = 0;
    while (*path && at + 1 < size) {
        size_t length = number_length(path);
        for (size_t i = 0; i < (length ? length : 1) && at + 1 < size; i++, path++) {
            bool hidden = length >= 15 && i >= 6 && i + 4 < length;
            unsigned char letter = (unsigned char)*path;
            out[at++] = hidden ? '*' : letter < 0x20 || letter == 0x7f ? '?' : *path;
        }
    }
    out[at] = '\0';
}
