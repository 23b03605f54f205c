/* SPDX-License-Identifier: MIT */
/* A strict reader, line by line: GKeyFile would merge repeated keys and could name no line. */
#include "profile.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <glib.h>
#include "paths.h"
#include "profile_keys.h"
#include "profile_range.h"
#include "suggest.h"

enum { FILE_MAX = 64 * 1024, PATH_SIZE = 4096 };

typedef enum Group { GROUP_NONE, GROUP_PROFILE, GROUP_COLOURS, GROUP_CHECKS, GROUP_COUNT } Group;

static const char *const group_names[GROUP_COUNT] = {"", "profile", "colours", "checks"};

typedef struct Reader {
    Arena *arena;
    const char *file;
    int line; /* from 1 */
    Group group;
    unsigned groups_seen, keys_seen; /* bits */
    int check_lines[CHECK_COUNT];    /* where it is asked; 0: nowhere */
    Profile *out;
} Reader;

__attribute__((format(printf, 2, 3))) static Err wrong(const Reader *reader, const char *format,
                                                       ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return fail(reader->arena, ERR_USAGE, "%s:%d: %s", reader->file, reader->line, text);
}

static Err unknown_word(const Reader *reader, const char *what, const Suggestion *suggestion)
{
    if (!suggestion->best)
        return wrong(reader, "unknown %s '%s'", what, suggestion->wanted);
    return wrong(reader, "unknown %s '%s', did you mean '%s'?", what, suggestion->wanted,
                 suggestion->best);
}

/* "[checks]" */
static Err read_group(Reader *reader, const char *text)
{
    size_t length = strlen(text);
    if (length < 3 || text[length - 1] != ']')
        return wrong(reader, "a group is written [name]");
    const char *name = arena_print(reader->arena, "%.*s", (int)length - 2, text + 1);
    if (!name)
        return fail(reader->arena, ERR_MEMORY, "out of memory");
    Suggestion suggestion = {.wanted = name};
    for (Group group = GROUP_PROFILE; group < GROUP_COUNT; group++) {
        if (strcmp(name, group_names[group]) == 0) {
            if (reader->groups_seen & 1u << group)
                return wrong(reader, "group [%s] stands twice", name);
            reader->groups_seen |= 1u << group;
            reader->group = group;
            return OK;
        }
        suggest_offer(&suggestion, group_names[group]);
    }
    return unknown_word(reader, "group", &suggestion);
}

static Err read_setting(Reader *reader, const char *key, const char *value)
{
    Suggestion suggestion = {.wanted = key};
    for (unsigned i = 0; profile_keys[i].name; i++) {
        if (strcmp(key, profile_keys[i].name) == 0) {
            if (reader->keys_seen & 1u << i)
                return wrong(reader, "'%s' stands twice", key);
            reader->keys_seen |= 1u << i;
            const char *rule = profile_keys[i].read(value, reader->out);
            return rule ? wrong(reader, "wrong value '%s' of '%s': %s", value, key, rule) : OK;
        }
        suggest_offer(&suggestion, profile_keys[i].name);
    }
    return unknown_word(reader, "key", &suggestion);
}

static Err read_colour(Reader *reader, const char *name, const char *value)
{
    Profile *out = reader->out;
    if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(name) ||
        strlen(name) >= sizeof out->colours[0].name)
        return wrong(reader, "wrong colour name '%s': a-z, 0-9 and '-' only", name);
    for (int i = 0; i < out->colour_count; i++)
        if (strcmp(out->colours[i].name, name) == 0)
            return wrong(reader, "'%s' stands twice", name);
    if (out->colour_count == PROFILE_COLOURS_MAX)
        return wrong(reader, "more than %d colours", PROFILE_COLOURS_MAX);
    Colour *colour = &out->colours[out->colour_count++];
    snprintf(colour->name, sizeof colour->name, "%s", name);
    const char *rule = colour_read(value, colour);
    return rule ? wrong(reader, "wrong value '%s' of '%s': %s", value, name, rule) : OK;
}

static Err read_check(Reader *reader, const char *name, const char *value)
{
    CheckId check = check_find(name);
    if (check == CHECK_COUNT) {
        Suggestion suggestion = {.wanted = name};
        for (CheckId i = 0; i < CHECK_COUNT; i++)
            suggest_offer(&suggestion, checks[i].name);
        return unknown_word(reader, "check", &suggestion);
    }
    if (reader->check_lines[check])
        return wrong(reader, "'%s' stands twice", name);
    reader->check_lines[check] = reader->line;
    const char *rule = range_read(reader->arena, check, value, &reader->out->want[check]);
    return rule ? wrong(reader, "wrong value '%s' of '%s': %s", value, name, rule) : OK;
}

/* One line without its end; spaces around key and value do not count. */
static Err read_line(Reader *reader, char *line)
{
    line = g_strstrip(line);
    if (!*line || *line == '#' || *line == ';')
        return OK;
    if (*line == '[')
        return read_group(reader, line);
    char *equals = strchr(line, '=');
    if (!equals || equals == line)
        return wrong(reader, "a line is 'key = value', '[group]' or '# comment'");
    *equals = '\0';
    const char *key = g_strstrip(line), *value = g_strstrip(equals + 1);
    switch (reader->group) {
    case GROUP_PROFILE:
        return read_setting(reader, key, value);
    case GROUP_COLOURS:
        return read_colour(reader, key, value);
    case GROUP_CHECKS:
        return read_check(reader, key, value);
    case GROUP_NONE:
    case GROUP_COUNT:
        break;
    }
    return wrong(reader, "'%s' stands before the first [group]", key);
}

static Err finish(Reader *reader)
{
    for (unsigned i = 0; profile_keys[i].name; i++)
        if (!profile_keys[i].has_default && !(reader->keys_seen & 1u << i))
            return wrong(reader, "'%s' is missing in [profile]", profile_keys[i].name);
    profile_defaults(reader->out);
    CheckId check;
    const char *rule = profile_contradiction(reader->out, &check);
    if (rule && check == CHECK_COUNT)
        return wrong(reader, "%s", rule);
    if (rule) {
        if (reader->check_lines[check])
            reader->line = reader->check_lines[check];
        return wrong(reader, "check '%s' %s", checks[check].name, rule);
    }
    profile_hash(reader->out);
    return OK;
}

/* "models/profiles/white.ini" is "white". */
static void name_from_file(const char *file, char *out, size_t size)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash ? slash + 1 : file;
    size_t length = strlen(base);
    if (g_str_has_suffix(base, ".ini"))
        length -= 4;
    while (length >= size || !g_utf8_validate(base, (gssize)length, NULL))
        length--; /* never half a character */
    snprintf(out, size, "%.*s", (int)length, base);
}

Err profile_parse(Arena *arena, const char *file, const char *text, size_t bytes, Profile *out)
{
    Reader reader = {.arena = arena, .file = file, .line = 1, .out = out};
    *out = (Profile){0};
    name_from_file(file, out->name, sizeof out->name);
    if (bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3, bytes -= 3;
    if (bytes > FILE_MAX)
        return wrong(&reader, "more than %d bytes are no profile", FILE_MAX);
    if (!g_utf8_validate(text, (gssize)bytes, NULL)) /* refuses NUL bytes too */
        return wrong(&reader, "the file is not UTF-8 text");
    char *copy = arena_alloc(arena, bytes + 1);
    if (!copy)
        return fail(arena, ERR_MEMORY, "out of memory");
    memcpy(copy, text, bytes);
    for (char *line = copy, *end; line; line = end, reader.line += end != NULL) {
        end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        TRY(read_line(&reader, line));
    }
    return finish(&reader);
}

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static Err load_file(Arena *arena, const char *path, Profile *out)
{
    bool is_file;
    CLEANUP(close_file) FILE *file = path_open(path, &is_file);
    if (!is_file)
        return fail(arena, ERR_USAGE, "'%s' is not a file", path);
    if (!file)
        return fail(arena, ERR_USAGE, "cannot open profile '%s': %m", path);
    char *text = arena_alloc(arena, FILE_MAX + 8);
    if (!text)
        return fail(arena, ERR_MEMORY, "out of memory");
    size_t bytes = fread(text, 1, FILE_MAX + 8, file);
    if (ferror(file))
        return fail(arena, ERR_USAGE, "cannot read profile '%s': %m", path);
    return profile_parse(arena, path, text, bytes, out);
}

const char *const *profile_names(void)
{
    static const char *const names[] = {"college-light-blue", "national", "white", "social-security", NULL};
    return names;
}

/* <folder of the executable>/../share/headroom/profiles, "" when /proc is absent. */
static void installed_folder(char out[PATH_SIZE])
{
    char path[PATH_SIZE - 64];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    *out = '\0';
    if (!slash)
        return;
    *slash = '\0';
    snprintf(out, PATH_SIZE, "%s/../share/headroom/profiles", path);
}

bool profile_is_file(const char *name)
{
    return strchr(name, '/') || g_str_has_suffix(name, ".ini");
}

Err profile_load(Arena *arena, const char *name, Profile *out)
{
    if (profile_is_file(name))
        return load_file(arena, name, out);
    char installed[PATH_SIZE];
    installed_folder(installed);
    const char *const folders[] = {getenv("HEADROOM_PROFILES"), SOURCE_DIR "/models/profiles",
                                   installed};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (!folders[i] || !*folders[i])
            continue;
        const char *path = arena_print(arena, "%s/%s.ini", folders[i], name);
        if (!path)
            return fail(arena, ERR_MEMORY, "out of memory");
        if (access(path, F_OK) == 0)
            return load_file(arena, path, out);
    }
    Suggestion suggestion = {.wanted = name};
    for (const char *const *known = profile_names(); *known; known++)
        suggest_offer(&suggestion, *known);
    return suggestion.best ? fail(arena, ERR_USAGE, "unknown profile '%s', did you mean '%s'?",
                                  name, suggestion.best)
                           : fail(arena, ERR_USAGE, "unknown profile '%s'", name);
}
