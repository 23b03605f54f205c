/* SPDX-License-Identifier: MIT */
#include "manifest.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SUMS_BYTES_MAX = 256 << 20, COLUMNS_MAX = 32, SHA256_DIGITS = 64 };

typedef enum Column {
    COLUMN_id,
    COLUMN_name,
    COLUMN_class,
    COLUMN_file,
    COLUMN_package,
    COLUMN_sha256,
    COLUMN_bytes,
    COLUMN_decision,
    COLUMN_quality, /* this one and those behind it may not be there */
    COLUMN_source_sha256,
    COLUMN_COUNT
} Column;

static const char *const columns[COLUMN_COUNT] = {"id",      "name",   "class", "file",
                                                  "package", "sha256", "bytes", "decision", "quality", "source_sha256"};

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static Err no_memory(Arena *arena)
{
    return fail(arena, ERR_MEMORY, "no memory for a manifest");
}

/* NULL where there is no such file. */
static Err open_file(Arena *arena, const char *path, FILE **out, size_t *bytes)
{
    struct stat info;
    *out = fopen(path, "re");
    if (!*out && errno == ENOENT)
        return OK;
    if (!*out || fstat(fileno(*out), &info))
        return fail(arena, ERR_IO, "cannot open '%s': %m", path);
    if (!S_ISREG(info.st_mode))
        return fail(arena, ERR_USAGE, "'%s' is no file of a package", path);
    *bytes = (size_t)info.st_size;
    return OK;
}

/* ---- manifest.csv ---- */

typedef struct Reader {
    Arena *arena;
    FILE *file;
    char *line; /* of MANIFEST_LINE_MAX bytes */
    const char *problem;
    bool has_quality;
} Reader;

/* One row with its line's end, which may hold line ends inside of quotes; cells are quoted as in cut_cell. False behind the
 * last one, or with a problem. */
static bool read_line(Reader *reader)
{
    size_t length = 0;
    bool quoted = false, begins = true; /* a cell begins here */
    for (int c; (c = getc_unlocked(reader->file)) != EOF;) {
        if (!c || length + 2 >= MANIFEST_LINE_MAX) {
            reader->problem = c ? "has a line that is too long" : "is no text";
            return false;
        }
        reader->line[length++] = (char)c;
        bool opens = begins && c == '"';
        begins = false;
        if (quoted && c == '"') {
            int next = getc_unlocked(reader->file);
            if (next == '"')
                reader->line[length++] = '"';
            else
                quoted = false, ungetc(next, reader->file);
        } else if (opens) {
            quoted = true;
        } else if (!quoted && c == ',') {
            begins = true;
        } else if (!quoted && (c == '\n' || c == '\r')) {
            break;
        }
    }
    reader->line[length] = '\0';
    return length > 0;
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
        .bytes = cell_of(cells, count, place[COLUMN_bytes]),
        .quality = cell_of(cells, count, place[COLUMN_quality]),
        .source_sha256 = cell_of(cells, count, place[COLUMN_source_sha256]),
    };
}

static void skip_bom(FILE *file)
{
    char begin[3];
    bool whole = fread(begin, 1, sizeof begin, file) == sizeof begin;
    if ((!whole || memcmp(begin, "\xEF\xBB\xBF", sizeof begin) != 0) && !ferror(file)) /* which rewind would forget */
        rewind(file);
}

static Err find_columns(Reader *reader, int *place)
{
    const char *cells[COLUMNS_MAX];
    char *at = reader->line;
    int count = 0;
    if (read_line(reader))
        cut_line(&at, cells, &count);
    for (Column i = 0; i < COLUMN_COUNT; i++) {
        place[i] = -1;
        for (int j = 0; j < count; j++)
            if (strcmp(cells[j], columns[i]) == 0)
                place[i] = j;
        if (place[i] >= 0 || i >= COLUMN_quality || reader->problem)
            continue;
        reader->problem = arena_print(reader->arena, "has no column '%s'", columns[i]);
        if (!reader->problem)
            return no_memory(reader->arena);
    }
    reader->has_quality = place[COLUMN_quality] >= 0;
    return OK;
}

static Err read_rows(Reader *reader, const ManifestVisit *visit)
{
    int place[COLUMN_COUNT], count;
    const char *cells[COLUMNS_MAX];
    TRY(find_columns(reader, place));
    while (!reader->problem && read_line(reader)) {
        char *at = reader->line;
        ManifestRow row;
        if (!cut_line(&at, cells, &count) || (count == 1 && !cells[0][0]))
            continue;
        read_row(cells, count, place, &row);
        TRY(visit->row(visit->user, &row));
    }
    return OK;
}

Err manifest_read(Arena *arena, const char *path, const ManifestVisit *visit, Manifest *out)
{
    size_t bytes;
    *out = (Manifest){0};
    CLEANUP(close_file) FILE *file = NULL;
    TRY(open_file(arena, path, &file, &bytes));
    if (!file)
        return OK;
    out->found = true;
    Reader reader = {arena, file, arena_raw(arena, MANIFEST_LINE_MAX), NULL, false};
    if (!reader.line)
        return no_memory(arena);
    skip_bom(file);
    TRY(read_rows(&reader, visit));
    errno = EIO; /* the reason is forgotten */
    if (ferror(file))
        return fail(arena, ERR_IO, "cannot read '%s': %m", path);
    out->problem = reader.problem;
    out->has_quality = reader.has_quality;
    return OK;
}

/* ---- SHA256SUMS ---- */

/* The whole text with a NUL, or NULL where there is no such file. */
static Err load(Arena *arena, const char *path, char **out, size_t *bytes)
{
    *out = NULL;
    CLEANUP(close_file) FILE *file = NULL;
    TRY(open_file(arena, path, &file, bytes));
    if (!file)
        return OK;
    if (*bytes > SUMS_BYTES_MAX)
        return fail(arena, ERR_USAGE, "'%s' is no file of a package", path);
    char *text = arena_alloc(arena, *bytes + 1);
    if (!text)
        return no_memory(arena);
    *bytes = fread(text, 1, *bytes, file);
    if (ferror(file))
        return fail(arena, ERR_IO, "cannot read '%s': %m", path);
    *out = text;
    return OK;
}

static size_t count_lines(const char *text)
{
    size_t lines = 1;
    for (; *text; text++)
        lines += *text == '\n' || *text == '\r';
    return lines;
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
