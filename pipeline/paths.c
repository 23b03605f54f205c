/* SPDX-License-Identifier: MIT */
#include "paths.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "plain.h"

enum { MASKED_LENGTH = 15, CERTIFICATE_LENGTH = 4 };

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
        char *slash = strrchr(path, '/'), more[PATH_MAX];
        if (errno != ENOENT || strcmp(slash ? slash + 1 : path, "..") == 0) /* up from what is not there */
            return fail(arena, ERR_USAGE, "cannot use '%s': %m", wanted);
        if (snprintf(more, sizeof more, "/%s%s", slash ? slash + 1 : path, rest) >= PATH_MAX)
            return fail(arena, ERR_USAGE, "the path '%.40s...' is too long", wanted);
        memcpy(rest, more, sizeof rest);
        strcpy(slash ? (slash == path ? slash + 1 : slash) : path, slash ? "" : ".");
    }
}

FILE *path_open(const char *path, bool *is_file)
{
    struct stat facts;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    *is_file = fd < 0 || (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode));
    FILE *file = fd >= 0 && *is_file ? fdopen(fd, "r") : NULL;
    if (fd >= 0 && !file)
        close(fd);
    return file;
}

/* A digit, also a full-width one, as its ASCII form; X only behind digits. '\0': none. */
static char number_letter(int32_t point, size_t before)
{
    if (point >= 0xff10 && point <= 0xff19)
        point -= 0xfee0;
    if (point >= '0' && point <= '9')
        return (char)point;
    return before && (point == 'X' || point == 'x') ? 'X' : '\0';
}

typedef struct Number {
    char text[24]; /* its first letters */
    size_t length; /* in letters */
    const char *end;
    bool certificate; /* of an officer: 南字第012345号 */
} Number;

/* The number that starts here. Hidden letters part nothing, since nobody sees them and a name that holds
 * some is still bound. With `parted`, single spaces, hyphens, dots and underscores part nothing either, and
 * only what is an identity number then is one. */
static Number find_number(const char *text, bool parted)
{
    Number number = {.end = text}, best = {.end = text};
    for (bool gap = false; *text;) {
        int32_t point = plain_next(&text);
        char letter = number_letter(point, number.length);
        bool parts = parted && !gap && point > 0 && point < 0x80 && strchr(" -._", point);
        if (!letter && !(number.length && (parts || plain_is_hidden(point))))
            break;
        gap = !letter && (parts || gap);
        if (!letter)
            continue;
        if (number.length + 1 < sizeof number.text)
            number.text[number.length] = letter;
        number.length++;
        number.end = text;
        IdProblem problem = parted && number.length <= 18 ? id_parse(number.text).problem : ID_NO_NUMBER;
        if (problem == ID_FINE || problem == ID_BAD_CHECK)
            best = number;
        if (letter == 'X')
            break;
    }
    return parted ? best : number;
}

/* Whether the next letter that can be seen is the one an officer's number ends in. */
static bool ends_certificate(const char *text)
{
    while (*text) {
        const char *letter = text;
        int32_t point = plain_next(&text);
        if (!plain_is_hidden(point))
            return strncmp(letter, "号", strlen("号")) == 0;
    }
    return false;
}

typedef struct Shown {
    char *text;
    size_t size, at;
} Shown;

/* One letter as a log shows it. Returns its bytes in `out`. */
static size_t show_letter(const char *letter, const char *end, int32_t point, char out[8])
{
    if (point == PLAIN_NO_LETTER)
        return (size_t)sprintf(out, "\\x%02X", (unsigned char)*letter);
    if (plain_is_hidden(point))
        return (size_t)sprintf(out, "?");
    memcpy(out, letter, (size_t)(end - letter));
    return (size_t)(end - letter);
}

/* The letters up to `end`, which are a number's where it has any. False: full. */
static bool show_part(const char *text, const Number *number, const char *end, Shown *out)
{
    for (size_t nth = 0; text < end;) {
        char shown[8];
        const char *letter = text;
        int32_t point = plain_next(&text);
        bool of_number = number_letter(point, nth) != '\0';
        size_t bytes = show_letter(letter, text, point, shown);
        bool birth = number->length >= MASKED_LENGTH && nth >= 6 && nth + 4 < number->length;
        if (of_number && (birth || number->certificate)) {
            shown[0] = '*';
            bytes = 1;
        }
        nth += of_number;
        if (out->at + bytes + 1 > out->size)
            return false;
        memcpy(out->text + out->at, shown, bytes);
        out->at += bytes;
    }
    return true;
}

void path_mask(const char *path, char *out, size_t size)
{
    Shown shown = {.text = out, .size = size};
    for (const char *end; *path; path = end) {
        Number number = find_number(path, false);
        Number parted = number.length < MASKED_LENGTH ? find_number(path, true) : (Number){0};
        if (parted.length)
            number = parted;
        number.certificate = number.length >= CERTIFICATE_LENGTH && ends_certificate(number.end);
        end = path;
        if (number.length)
            end = number.end;
        else
            (void)plain_next(&end);
        if (!show_part(path, &number, end, &shown))
            break;
    }
    out[shown.at] = '\0';
}

void path_mask_bound(const char *path, const Id *id, char *out, size_t size)
{
    char whole[PATH_MAX], masked[64];
    const char *at = id->kind == ID_OTHER && *id->text ? strstr(path, id->text) : NULL;
    if (!at) {
        path_mask(path, out, size);
        return;
    }
    id_mask(id->text, masked);
    snprintf(whole, sizeof whole, "%.*s%s%s", (int)(at - path), path, masked, at + strlen(id->text));
    path_mask(whole, out, size);
}
