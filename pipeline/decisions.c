/* SPDX-License-Identifier: MIT */
#include "decisions.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include "digest.h"
#include "paths.h"
#include "roster_id.h"
#include "suggest.h"

enum { FILE_BYTES_MAX = 32 << 20 };

// clang-format off
#define COLUMNS(X) X(id) X(check) X(decision) X(by) X(reason) X(date) X(sha256)
// clang-format on

typedef enum Column {
#define X(name) COLUMN_##name,
    COLUMNS(X)
#undef X
        COLUMN_COUNT
} Column;

static const char *const column_names[COLUMN_COUNT] = {
#define X(name) [COLUMN_##name] = #name,
    COLUMNS(X)
#undef X
};

typedef struct Reader {
    Arena *arena;
    const char *file;
    char *at; /* what is left; cells are cut in place */
    char separator;
    uint32_t line;
    Column columns[COLUMN_COUNT]; /* by position */
    int width;
} Reader;

__attribute__((format(printf, 3, 4))) static Err wrong(const Reader *reader, uint32_t line, const char *format, ...);

static Err wrong(const Reader *reader, uint32_t line, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return fail(reader->arena, ERR_USAGE, "%s:%d: %s", reader->file, (int)line, text);
}

/* The next cell in place: *last tells that it ends its row. */
static Err next_cell(Reader *reader, char **cell, bool *last)
{
    char *from = reader->at, *to = from;
    uint32_t line = reader->line;
    bool quoted = *from == '"';
    *cell = to;
    if (quoted) {
        for (from++; *from && (*from != '"' || from[1] == '"'); *to++ = *from++) {
            from += *from == '"';
            reader->line += *from == '\n';
        }
        if (!*from++)
            return wrong(reader, line, "a quote is not closed");
    } else {
        while (*from && *from != reader->separator && *from != '\n' && *from != '\r')
            *to++ = *from++;
    }
    from += *from == '\r' && (from[1] == '\n' || !from[1]);
    if (*from && *from != reader->separator && *from != '\n')
        return wrong(reader, line, "text after a closing quote");
    *last = *from != reader->separator;
    reader->line += *from == '\n';
    reader->at = from + (*from != '\0');
    *to = '\0';
    return OK;
}

/* What a spreadsheet was told to keep a number from being one: ="...". */
static char *plain(char *cell)
{
    size_t length = strlen(cell);
    while (length && (cell[length - 1] == ' ' || cell[length - 1] == '\t'))
        cell[--length] = '\0';
    cell += strspn(cell, " \t");
    length = strlen(cell);
    if (length < 3 || cell[0] != '=' || cell[1] != '"' || cell[length - 1] != '"')
        return cell;
    cell[length - 1] = '\0';
    return cell + 2;
}

/* Cells of one row; of those behind the last column that there can be only their number. */
static Err next_row(Reader *reader, char *cells[COLUMN_COUNT], int *width)
{
    bool last = false;
    uint32_t line = reader->line;
    for (*width = 0; !last; (*width)++) {
        char *cell;
        TRY(next_cell(reader, &cell, &last));
        cell = plain(cell);
        if (*width < COLUMN_COUNT)
            cells[*width] = cell;
        else if (*cell)
            return wrong(reader, line, "more columns than there are: '%.60s'", cell);
    }
    return OK;
}

/* A spreadsheet writes rows that were used once as separators alone. */
static bool is_blank(char *const *cells, int width)
{
    for (int i = 0; i < width && i < COLUMN_COUNT; i++)
        if (*cells[i])
            return false;
    return true;
}

/* What stands most often in the header, in whose names there is none. */
static char find_separator(const char *text)
{
    static const char candidates[] = ",\t;";
    size_t counts[3] = {0}, best = 0;
    for (const char *at; *text && *text != '\n'; text++)
        if ((at = strchr(candidates, *text)))
            counts[at - candidates]++;
    for (size_t i = 1; candidates[i]; i++)
        best = counts[i] > counts[best] ? i : best;
    return candidates[best];
}

static Err read_header(Reader *reader)
{
    char *cells[COLUMN_COUNT];
    bool seen[COLUMN_COUNT] = {false};
    TRY(next_row(reader, cells, &reader->width));
    if (reader->width > COLUMN_COUNT)
        return wrong(reader, 1, "unknown column '%.60s'", "");
    for (int i = 0; i < reader->width; i++) {
        Column column = 0;
        while (column < COLUMN_COUNT && strcmp(cells[i], column_names[column]) != 0)
            column++;
        if (column == COLUMN_COUNT)
            return wrong(reader, 1, "unknown column '%.60s'", cells[i]);
        if (seen[column])
            return wrong(reader, 1, "a column stands twice: '%.60s'", cells[i]);
        seen[column] = true;
        reader->columns[i] = column;
    }
    for (Column column = 0; column < COLUMN_sha256; column++)
        if (!seen[column])
            return wrong(reader, 1, "missing column '%.60s'", column_names[column]);
    return OK;
}

static Err read_id(const Reader *reader, const char *text, uint32_t line, Decision *out)
{
    Id id;
    RowProblem problem = roster_read_id(&(Cell){.text = text}, TYPE_OTHER, &id);
    if (problem == PROBLEM_DAMAGED)
        return wrong(reader, line, "an identity number that a spreadsheet turned into a number and that lost its last digits: "
                                   "write it anew, and save that column as text");
    if (problem)
        return wrong(reader, line, "no ID number");
    id_key(&id, out->key);
    out->id = arena_copy(reader->arena, id.text);
    return out->id ? OK : fail(reader->arena, ERR_MEMORY, "no memory for the decisions");
}

static Err unknown_check(const Reader *reader, uint32_t line, const char *word)
{
    Suggestion suggestion = {.wanted = word};
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (check_is_waivable(i))
            suggest_offer(&suggestion, checks[i].name);
    if (!suggestion.best)
        return wrong(reader, line, "unknown check '%.60s'", word);
    return wrong(reader, line, "unknown check '%.60s', did you mean '%s'?", word, suggestion.best);
}

static Err read_ruling(const Reader *reader, const char *const *cells, Decision *out)
{
    const char *word = cells[COLUMN_decision], *check = cells[COLUMN_check];
    bool accept = strcmp(word, "accept") == 0, waive = strcmp(word, "waive") == 0;
    if (!accept && !waive && strcmp(word, "reject") != 0)
        return wrong(reader, out->line, "decision must be accept, reject or waive, not '%.60s'", word);
    out->check = *check ? check_find(check) : CHECK_COUNT;
    if (*check && out->check == CHECK_COUNT)
        return unknown_check(reader, out->line, check);
    if (waive && !*check)
        return wrong(reader, out->line, "no check stands beside '%.60s'", word);
    out->ruling = waive || (accept && *check) ? RULING_WAIVE
                  : accept                    ? RULING_ACCEPT
                                              : RULING_REJECT;
    if (out->ruling == RULING_WAIVE && !check_is_waivable(out->check))
        return wrong(reader, out->line, "no decision can waive the check '%.60s'", check);
    return OK;
}

static Err read_sha256(const Reader *reader, const char *text, Decision *out)
{
    if (*text && (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64))
        return wrong(reader, out->line, "sha256 must be 64 digits 0-9 a-f, not '%.60s'", text);
    snprintf(out->sha256, sizeof out->sha256, "%s", text);
    out->given = *text;
    return OK;
}

typedef struct Date {
    int year, month, day;
} Date;

/* YYYY-MM-DD, also with slashes and without the zeros. */
static bool read_date(const char *text, Date *out)
{
    int end = 0;
    int fields = sscanf(text, "%4d%*1[-/]%2d%*1[-/]%2d%n", &out->year, &out->month, &out->day, &end);
    return fields == 3 && !text[end] && out->year >= 1900 && out->month >= 1 && out->month <= 12 && out->day >= 1 &&
           out->day <= 31;
}

static const char *check_of(const Decision *decision)
{
    return decision->check < CHECK_COUNT ? checks[decision->check].name : "";
}

/* By what decides alone: a spreadsheet writes the date in its own way, and a reason may be put better. */
static Err put_tag(Arena *arena, const Date *date, Decision *out)
{
    const char *meaning = arena_print(arena, "%s\n%s\n%s\n%04d-%02d-%02d", out->key, check_of(out), ruling_name(out->ruling),
                                      date->year, date->month, date->day);
    if (!meaning)
        return fail(arena, ERR_MEMORY, "no memory for the decisions");
    digest_sha256(meaning, strlen(meaning), out->tag);
    return OK;
}

static Err read_decision(Reader *reader, const char *const *cells, Decision *out)
{
    TRY(read_id(reader, cells[COLUMN_id], out->line, out));
    TRY(read_ruling(reader, cells, out));
    TRY(read_sha256(reader, cells[COLUMN_sha256], out));
    if (!*cells[COLUMN_by])
        return wrong(reader, out->line, "nobody stands in the column 'by'");
    if (!*cells[COLUMN_reason])
        return wrong(reader, out->line, "nothing stands in the column 'reason'");
    Date date;
    if (!read_date(cells[COLUMN_date], &date))
        return wrong(reader, out->line, "date must be YYYY-MM-DD, not '%.60s'", cells[COLUMN_date]);
    out->day = (date.year * 100 + date.month) * 100 + date.day;
    out->by = arena_copy(reader->arena, cells[COLUMN_by]);
    out->reason = arena_copy(reader->arena, cells[COLUMN_reason]);
    out->date = arena_copy(reader->arena, cells[COLUMN_date]);
    if (!out->by || !out->reason || !out->date)
        return fail(reader->arena, ERR_MEMORY, "no memory for the decisions");
    return put_tag(reader->arena, &date, out);
}

static int compare(const void *a, const void *b)
{
    const Decision *one = a, *two = b;
    int person = strcmp(one->key, two->key), order = person ? person : one->day - two->day;
    return order ? order : (one->line > two->line) - (one->line < two->line);
}

static size_t count_lines(const char *text)
{
    size_t lines = 1;
    for (; (text = strchr(text, '\n')); text++)
        lines++;
    return lines;
}

Err decisions_parse(Arena *arena, const char *file, const char *text, Decisions *out)
{
    *out = (Decisions){0};
    Reader reader = {.arena = arena, .file = file, .line = 1};
    if (!g_utf8_validate(text, -1, NULL))
        return fail(arena, ERR_USAGE, "'%s' is not UTF-8: save it as 'CSV UTF-8'", file);
    text += g_str_has_prefix(text, "\xEF\xBB\xBF") ? 3 : 0;
    if (!text[strspn(text, " \t\r\n")])
        return fail(arena, ERR_USAGE, "'%s' is empty", file);
    reader.separator = find_separator(text);
    reader.at = arena_copy(arena, text);
    out->list = ARENA_ARRAY(arena, Decision, count_lines(text));
    if (!reader.at || !out->list)
        return fail(arena, ERR_MEMORY, "no memory for the decisions");
    TRY(read_header(&reader));
    while (*reader.at) {
        char *row[COLUMN_COUNT];
        const char *cells[COLUMN_COUNT] = {"", "", "", "", "", "", ""};
        int width;
        Decision *decision = &out->list[out->count];
        decision->line = reader.line;
        TRY(next_row(&reader, row, &width));
        if (is_blank(row, width))
            continue;
        if (width != reader.width)
            return wrong(&reader, decision->line, "%d cells under a header of %d", width, reader.width);
        for (int i = 0; i < width; i++)
            cells[reader.columns[i]] = row[i];
        TRY(read_decision(&reader, cells, decision));
        out->count++;
    }
    qsort(out->list, out->count, sizeof *out->list, compare);
    return OK;
}

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

Err decisions_load(Arena *arena, const char *path, Decisions *out)
{
    bool is_file;
    CLEANUP(close_file) FILE *file = path_open(path, &is_file);
    if (!is_file)
        return fail(arena, ERR_USAGE, "'%s' is not a file", path);
    if (!file)
        return fail(arena, ERR_USAGE, "cannot read the decisions '%s': %m", path);
    char *text = arena_alloc(arena, FILE_BYTES_MAX + 1);
    if (!text)
        return fail(arena, ERR_MEMORY, "no memory for the decisions");
    size_t bytes = fread(text, 1, FILE_BYTES_MAX, file);
    if (ferror(file))
        return fail(arena, ERR_USAGE, "cannot read the decisions '%s': %m", path);
    text[bytes] = '\0';
    if (bytes == FILE_BYTES_MAX || strlen(text) != bytes)
        return fail(arena, ERR_USAGE, "'%s' is no CSV file: too long, or a zero byte in it", path);
    return decisions_parse(arena, path, text, out);
}

const Decision *decisions_of(const Decisions *decisions, const char *key, size_t *count)
{
    size_t low = 0, high = decisions ? decisions->count : 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(decisions->list[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *count = 0;
    while (decisions && low + *count < decisions->count &&
           strcmp(decisions->list[low + *count].key, key) == 0)
        ++*count;
    return *count ? &decisions->list[low] : NULL;
}

const char *ruling_name(Ruling ruling)
{
    static const char *const names[] = {"accept", "reject", "waive"};
    return names[ruling];
}

/* Journals of before named a row by all of its texts: as it stands here first, then with its date in other forms. */
Err decision_tag(Arena *arena, const Decision *decision, int number, char tag[65])
{
    enum { AS_IT_STANDS = 2, FORMS = 8 };
    const char *word = decision->ruling != RULING_WAIVE ? ruling_name(decision->ruling) : number & 1 ? "waive" : "accept";
    char date[48];
    Date on = {0};
    int form = (number - AS_IT_STANDS - 1) / 2, digits = form & 1 ? 1 : 2, sign = form & 2 ? '-' : '/';
    tag[0] = '\0';
    if (number > AS_IT_STANDS + FORMS)
        return OK;
    if (number == AS_IT_STANDS) {
        strcpy(tag, decision->tag);
        return OK;
    }
    read_date(decision->date, &on);
    snprintf(date, sizeof date, "%d%c%0*d%c%0*d", on.year, sign, digits, on.month, sign, digits, on.day);
    const char *texts = arena_print(arena, "%s\n%s\n%s\n%s\n%s\n%s", decision->key, check_of(decision), word, decision->by,
                                    decision->reason, number < AS_IT_STANDS ? decision->date : date);
    if (!texts)
        return fail(arena, ERR_MEMORY, "no memory for the decisions");
    digest_sha256(texts, strlen(texts), tag);
    return OK;
}

bool decision_counts(const Decision *decision, const char *sha256)
{
    return decision->sha256[0] && strcmp(decision->sha256, sha256) == 0;
}

bool decisions_reject(const Decisions *decisions, const char *key, const char *sha256)
{
    size_t count;
    bool rejected = false;
    const Decision *decision = decisions_of(decisions, key, &count);
    for (size_t i = 0; i < count; i++)
        if (decision_counts(&decision[i], sha256) && decision[i].ruling != RULING_WAIVE)
            rejected = decision[i].ruling == RULING_REJECT;
    return rejected;
}
