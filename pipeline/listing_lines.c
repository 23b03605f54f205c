/* SPDX-License-Identifier: MIT */
#include "listing_lines.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { MARK_BYTES = 3, LINE_ROOM = PATH_MAX + MARK_BYTES + 1 }; /* a longest path, its mark, and one that is too much */

typedef struct Reader {
    Arena *arena;
    const char *path;
    FILE *file;
    int end; /* of a path */
    size_t count, bytes; /* so far */
} Reader;

static void close_file(FILE **file)
{
    if (*file && *file != stdin)
        fclose(*file);
}

/* What Windows writes before a text. Lists that end in NUL are written by programs, for programs. */
static Err skip_mark(const Reader *reader, char *line, size_t *length)
{
    if (reader->end != '\n' || reader->count != 1)
        return OK;
    if (*length >= 2 && (memcmp(line, "\xff\xfe", 2) == 0 || memcmp(line, "\xfe\xff", 2) == 0))
        return fail(reader->arena, ERR_USAGE, "'%s' is UTF-16: save the list as UTF-8", reader->path);
    if (*length >= MARK_BYTES && memcmp(line, "\xef\xbb\xbf", MARK_BYTES) == 0)
        memmove(line, line + MARK_BYTES, *length -= MARK_BYTES);
    return OK;
}

/* The next one, "" for an empty one. `last`: the file ends behind it. */
static Err next_line(Reader *reader, char line[LINE_ROOM], bool *last)
{
    size_t length = 0;
    int c = EOF;
    reader->count++;
    bool holds_nul = false;
    while (length < LINE_ROOM && (c = getc_unlocked(reader->file)) != EOF && c != reader->end) {
        line[length++] = (char)c;
        holds_nul |= c == '\0';
    }
    reader->bytes += length + 1;
    if (reader->count > LIST_PATHS_MAX || reader->bytes > LIST_BYTES_MAX)
        return fail(reader->arena, ERR_USAGE, "'%s' holds more than %d paths or %d MiB: give folders, or several lists one after the other",
                    reader->path, LIST_PATHS_MAX, LIST_BYTES_MAX >> 20);
    TRY(skip_mark(reader, line, &length));
    if (holds_nul && length <= PATH_MAX)
        return fail(reader->arena, ERR_USAGE, "'%s' holds a zero byte: -0 is for lists separated by these", reader->path);
    if (reader->end == '\n' && length && line[length - 1] == '\r')
        length--;
    if (length >= PATH_MAX)
        return fail(reader->arena, ERR_USAGE, "'%s': path %zu is longer than %d bytes: this is no list of paths", reader->path,
                    reader->count, PATH_MAX - 1);
    line[length] = '\0';
    *last = c == EOF;
    return OK;
}

Err listing_lines(Arena *arena, const char *path, bool nul_separated, Err (*each)(void *user, const char *line), void *user)
{
    CLEANUP(close_file) FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    Reader reader = {.arena = arena, .path = path, .file = file, .end = nul_separated ? '\0' : '\n'};
    char line[LINE_ROOM];
    if (!file)
        return fail(arena, ERR_USAGE, "cannot open '%s': %m", path);
    for (bool last = false; !last;) {
        TRY(next_line(&reader, line, &last));
        if (*line)
            TRY(each(user, line));
    }
    if (ferror(file))
        return fail(arena, ERR_IO, "cannot read '%s': %m", path);
    return OK;
}
