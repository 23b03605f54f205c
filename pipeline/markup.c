/* SPDX-License-Identifier: MIT */
#include "markup.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <glib.h>
#include "html.h"

enum { NAME_MAX_BYTES = 32 };

/* UTF-16 with its mark as ASCII, so far as it is; anything else as it is. */
static void make_ascii(const char *start, size_t bytes, char out[MARKUP_START_BYTES + 1])
{
    bool little = strncmp(start, "\xff\xfe", 2) == 0, big = strncmp(start, "\xfe\xff", 2) == 0;
    size_t count = 0;
    for (size_t i = little || big ? 2 : 0; i + 1 < bytes && (little || big); i += 2)
        out[count++] = start[i + little] ? '?' : start[i + big];
    if (!little && !big)
        memcpy(out, start, count = bytes);
    out[count] = '\0';
}

/* Behind what stands before the first element: declarations, comments, the type of the document. NULL: the end comes first. */
static const char *find_root(const char *text)
{
    while (text && (strncmp(text, "<?", 2) == 0 || strncmp(text, "<!", 2) == 0)) {
        const char *end = strncmp(text, "<!--", 4) == 0 ? "-->" : ">", *found = strstr(text, end);
        text = found ? found + strlen(end) + strspn(found + strlen(end), HTML_SPACES) : NULL;
    }
    return text;
}

MarkupKind markup_kind(const char *start, size_t bytes)
{
    char plain[MARKUP_START_BYTES + 1];
    make_ascii(start, bytes, plain);
    const char *text = plain + (strncmp(plain, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
    text += strspn(text, HTML_SPACES);
    if (*text != '<')
        return MARKUP_NONE;
    const char *root = find_root(text);
    if (!root || *root != '<')
        return MARKUP_PAGE;
    const char *name = root + 1;
    size_t length = strcspn(name, HTML_SPACES "/>"), prefix = strcspn(name, ":");
    name += prefix < length ? prefix + 1 : 0;
    length -= prefix < length ? prefix + 1 : 0;
    return length == strlen("Workbook") && strncmp(name, "Workbook", length) == 0 ? MARKUP_WORKBOOK : MARKUP_PAGE;
}

/* What stands behind `word` and "=" in the tag that `word` was found in, "" where it is no <meta> and no <?xml. */
static void read_value(const char *start, const char *word, size_t length, char out[NAME_MAX_BYTES])
{
    const char *tag = word;
    while (tag > start && *tag != '<')
        tag--;
    const char *value = word + length + strspn(word + length, HTML_SPACES);
    out[0] = '\0';
    if ((g_ascii_strncasecmp(tag, "<meta", 5) != 0 && g_ascii_strncasecmp(tag, "<?xml", 5) != 0) || *value != '=')
        return;
    value += 1 + strspn(value + 1, HTML_SPACES "\"'");
    size_t bytes = strcspn(value, HTML_SPACES "\"'/>;?");
    if (bytes < NAME_MAX_BYTES)
        g_strlcpy(out, value, bytes + 1);
}

/* The encoding that a page names in a <meta>, XML in its first line. */
static void find_name(const char *start, char out[NAME_MAX_BYTES])
{
    out[0] = '\0';
    for (const char *at = start; *at && !*out; at++)
        if (g_ascii_strncasecmp(at, "charset", 7) == 0)
            read_value(start, at, 7, out);
        else if (g_ascii_strncasecmp(at, "encoding", 8) == 0)
            read_value(start, at, 8, out);
}

/* As what to read the file first; CHARSET_FIND: it does not say, or what cannot be. `big5`: what may be that, and no other. */
static Charset named(const char *start, bool *big5)
{
    char name[NAME_MAX_BYTES];
    Charset charset;
    find_name(start, name);
    char *lower = g_ascii_strdown(name, -1);
    *big5 = strstr(lower, "big5");
    bool chinese = strncmp(lower, "gb", 2) == 0 || strcmp(lower, "x-gbk") == 0;
    g_free(lower);
    if (*big5)
        return CHARSET_UTF8;
    if (chinese)
        return CHARSET_GB18030;
    return charset_by_name(name, &charset) && charset == CHARSET_UTF8 ? charset : CHARSET_FIND;
}

static bool has_mark(const char *start)
{
    return strncmp(start, "\xef\xbb\xbf", 3) == 0 || strncmp(start, "\xff\xfe", 2) == 0 || strncmp(start, "\xfe\xff", 2) == 0;
}

static Err read_start(const Table *table, char out[MARKUP_START_BYTES + 1])
{
    int fd = open(table->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return fail(table->arena, ERR_IO, "cannot open '%s': %m", table->path);
    ssize_t got = read(fd, out, MARKUP_START_BYTES);
    Err err = got < 0 ? fail(table->arena, ERR_IO, "cannot read '%s': %m", table->path) : OK;
    close(fd);
    out[got < 0 ? 0 : got] = '\0';
    return err;
}

static Err open_text(Table *table, TextFile *file)
{
    char start[MARKUP_START_BYTES + 1];
    bool big5 = false;
    Charset first = table->charset;
    TRY(read_start(table, start));
    if (first == CHARSET_FIND && !has_mark(start))
        first = named(start, &big5);
    Err err = textfile_open(table->arena, table->path, first, file);
    if (err.code != ERR_USAGE || first == table->charset)
        return err;
    if (big5)
        return fail(table->arena, ERR_USAGE, "'%s' says that it is in Big5: give --encoding, or save it as UTF-8", table->path);
    return textfile_open(table->arena, table->path, CHARSET_FIND, file);
}

static Err read_all(Table *table, TextFile *file, const char **text, size_t *bytes)
{
    size_t room = 2 * table->bytes + 2 * TEXT_PIECE, used = 0, got = 0; /* no byte becomes more than two */
    char *all = arena_raw(table->own, room);
    if (!all)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    do {
        if (room - used < TEXT_PIECE + 1)
            return fail(table->arena, ERR_USAGE, "'%s' grows while it is read", table->path);
        TRY(textfile_next(file, all + used, &got));
        used += got;
    } while (got > 0);
    all[used] = '\0';
    *text = all;
    *bytes = used;
    return OK;
}

Err markup_load(Table *table, const char **text, size_t *bytes)
{
    TextFile file;
    TRY(open_text(table, &file));
    table->charset = file.decoder.charset;
    Err err = read_all(table, &file, text, bytes);
    textfile_close(&file);
    return err;
}
