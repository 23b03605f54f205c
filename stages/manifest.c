/* SPDX-License-Identifier: MIT */
#include "manifest.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TEXT_BYTES_MAX = 256 << 20, COLUMNS_MAX = 32, SHA256_DIGITS = 64 };

typedef enum Column {
    COLUMN_id,
    COLUMN_name,
    COLUMN_class,
    COLUMN_file,
    COLUMN_package,
    COLUMN_sha256,
    COLUMN_bytes,
    COLUMN_decision,
    COLUMN_COUNT
} Column;

static const char *const columns[COLUMN_COUNT] = {"id",      "name",   "class", "file",
                                                  "package", "sha256", "bytes", "decision"};

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for a manifest");
}

/* The whole text with a NUL, or NULL where there is no such file. */
static Err load(Arena *arena, const char *path, char **out, size_t *bytes)
{
    struct stat info;
    *out = NULL;
    CLEANUP(close_file) FILE *file = fopen(path, "re");
    if (!file && errno == ENOENT)
        return OK;
    if (!file || fstat(fileno(file), &info))
        return fail(arena, ERR_IO, "cannot open '%s': %m", path);
    if (!S_ISREG(info.st_mode) || info.st_size > TEXT_BYTES_MAX)
        return fail(arena, ERR_USAGE, "'%s' is no file of a package", path);
    char *text = arena_alloc(arena, (size_t)info.st_size + 1);
    if (!text)
        return no_memory(arena);
    *bytes = fread(text, 1, (size_t)info.st_size, file);
    if (ferror(file))
        return fail(arena, ERR_IO, "cannot read '%s': %m", path);
    *out = text;
    return OK;
}

/* Cuts a cell out of the text in place: `"a ""b"""` becomes a "b". Moves *at behind it, to the
 * comma, the line's end or the NUL. */
static char *cut_cell(char **at)
{
    char *from = *at, *to = *at, *cell = *at;
    bool quoted = *from == '"';
    from += quoted;
    while (*from) {
        if (quoted && *from == '"') {
            if (from[1] != '"') {
                quoted = false;
                from++;
                continue;
            }
            from++;
        } else if (!quoted && strchr(",\r\n", *from)) {
            break;
        }
        *to++ = *from++;
    }
    *at = from;
    if (to < from)
        *to = '\0';
    return cell; /* where nothing was dropped, the caller ends it */
}

/* Without what protects it from spreadsheets: ="..." and a leading ' before a formula's sign. */
static const char *bare(char *cell)
{
    size_t length = strlen(cell);
    if (length >= 3 && cell[0] == '=' && cell[1] == '"' && cell[length - 1] == '"') {
        cell[length - 1] = '\0';
        return cell + 2;
    }
    return cell[0] == '\'' && cell[1] ? cell + 1 : cell;
}

/* The cells of one line; moves *at to the next. False at the end of the text. */
static bool cut_line(char **at, const char *cells[COLUMNS_MAX], int *count)
{
    *count = 0;
    if (!**at)
        return false;
    for (;;) {
        char *cell = cut_cell(at), end = **at;
        if (end)
            *(*at)++ = '\0';
        if (*count < COLUMNS_MAX)
            cells[(*count)++] = bare(cell);
        if (end == ',')
            continue;
        if (end == '\r' && **at == '\n')
            ++*at;
        return true;
    }
}

static const char *cell_of(const char *const *cells, int count, int place)
{
    return place >= 0 && place < count ? cells[place] : "";
}

static double number_of(const char *cell)
{
    char *end;
    double value = strtod(cell, &end);
    return *cell && !*end ? value : NAN;
}

static void read_row(const char *const *cells, int count, const int *place, ManifestRow *out)
{
    *out = (ManifestRow){
        .id = cell_of(cells, count, place[COLUMN_id]),
        .name = cell_of(cells, count, place[COLUMN_name]),
        .group = cell_of(cells, count, place[COLUMN_class]),
        .file = cell_of(cells, count, place[COLUMN_file]),
        .package = cell_of(cells, count, place[COLUMN_package]),
        .sha256 = cell_of(cells, count, place[COLUMN_sha256]),
        .decision = cell_of(cells, count, place[COLUMN_decision]),
        .bytes = number_of(cell_of(cells, count, place[COLUMN_bytes])),
    };
}

static size_t count_lines(const char *text)
{
    size_t lines = 1;
    for (; *text; text++)
        lines += *text == '\n' || *text == '\r';
    return lines;
}

static Err parse_rows(Arena *arena, char *at, Manifest *out)
{
    const char *cells[COLUMNS_MAX];
    int count, place[COLUMN_COUNT];
    out->rows = ARENA_ARRAY(arena, ManifestRow, count_lines(at));
    if (!out->rows)
        return no_memory(arena);
    if (!cut_line(&at, cells, &count))
        count = 0;
    for (Column i = 0; i < COLUMN_COUNT; i++) {
        place[i] = -1;
        for (int j = 0; j < count; j++)
            if (strcmp(cells[j], columns[i]) == 0)
                place[i] = j;
        if (place[i] >= 0)
            continue;
        out->problem = arena_print(arena, "has no column '%s'", columns[i]);
        return out->problem ? OK : no_memory(arena);
    }
    while (cut_line(&at, cells, &count))
        if (count > 1 || cells[0][0])
            read_row(cells, count, place, &out->rows[out->count++]);
    return OK;
}

Err manifest_read(Arena *arena, const char *path, Manifest *out)
{
    static const char bom[] = "\xEF\xBB\xBF";
    char *text;
    size_t bytes;
    *out = (Manifest){0};
    TRY(load(arena, path, &text, &bytes));
    if (!text)
        return OK;
    out->found = true;
    if (strlen(text) != bytes)
        out->problem = "is no text";
    return out->problem ? OK : parse_rows(arena, text + (strncmp(text, bom, 3) ? 0 : 3), out);
}

Err sums_read(Arena *arena, const char *path, Sums *out)
{
    char *at;
    size_t bytes;
    *out = (Sums){0};
    TRY(load(arena, path, &at, &bytes));
    if (!at)
        return OK;
    out->found = true;
    out->lines = ARENA_ARRAY(arena, SumLine, count_lines(at));
    if (!out->lines)
        return no_memory(arena);
    if (strlen(at) != bytes)
        out->problem = "is no text";
    while (*at && !out->problem) {
        char *line = at;
        at += strcspn(at, "\r\n");
        if (*at)
            *at++ = '\0';
        if (!*line)
            continue;
        if (strspn(line, "0123456789abcdef") != SHA256_DIGITS ||
            (strncmp(line + SHA256_DIGITS, "  ", 2) && strncmp(line + SHA256_DIGITS, " *", 2)) ||
            !line[SHA256_DIGITS + 2]) {
            out->problem = "has a line that is no checksum and file name";
            break;
        }
        line[SHA256_DIGITS] = '\0';
        out->lines[out->count++] = (SumLine){line, line + SHA256_DIGITS + 2};
    }
    return OK;
}
