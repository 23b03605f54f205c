/* SPDX-License-Identifier: MIT */
#include "sheet.h"
#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>
#include "../pipeline/plain.h"

Err sheet_open(Arena *arena, const char *out, const char *relative, Sheet *sheet)
{
    const char *base = strrchr(relative, '/');
    *sheet = (Sheet){.fresh = true};
    sheet->aside = arena_print(arena, "%s/.tmp/%s", out, base ? base + 1 : relative);
    sheet->path = arena_print(arena, "%s/%s", out, relative);
    if (!sheet->aside || !sheet->path)
        return fail(arena, ERR_MEMORY, "no memory for the report");
    sheet->file = fopen(sheet->aside, "w+e");
    return sheet->file ? OK : fail(arena, ERR_IO, "cannot create '%s': %m", sheet->aside);
}

static bool same_bytes(FILE *one, FILE *two)
{
    char a[1 << 14], b[1 << 14];
    for (;;) {
        size_t first = fread(a, 1, sizeof a, one), second = fread(b, 1, sizeof b, two);
        if (first != second || memcmp(a, b, first) != 0)
            return false;
        if (!first)
            return true;
    }
}

bool sheet_stands(const Sheet *sheet)
{
    FILE *before = fflush(sheet->file) ? NULL : fopen(sheet->path, "re");
    if (!before)
        return false;
    rewind(sheet->file);
    bool same = same_bytes(sheet->file, before);
    fclose(before);
    return same;
}

Err sheet_close(Arena *arena, Sheet *sheet)
{
    errno = EIO; /* of an earlier write that failed, whose reason is forgotten */
    bool whole = fflush(sheet->file) == 0 && !ferror(sheet->file);
    if (!whole ||
        (!sheet_stands(sheet) && (fsync(fileno(sheet->file)) || rename(sheet->aside, sheet->path)))) {
        Err err = fail(arena, ERR_IO, "cannot write '%s': %m", sheet->path);
        sheet_drop(sheet);
        return err;
    }
    sheet_drop(sheet);
    return OK;
}

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

Err sheet_place(Arena *arena, const char *aside, const char *path)
{
    CLEANUP(close_file) FILE *file = fopen(aside, "re");
    Sheet sheet = {.file = file, .aside = aside, .path = path};
    if (!file || (sheet_stands(&sheet) ? unlink(aside) : fsync(fileno(file)) || rename(aside, path)))
        return fail(arena, ERR_IO, "cannot write '%s': %m", path);
    return OK;
}

void sheet_drop(Sheet *sheet)
{
    if (!sheet->file)
        return;
    fclose(sheet->file);
    unlink(sheet->aside);
    sheet->file = NULL;
}

void sheet_mark(Sheet *sheet)
{
    fputs("\xEF\xBB\xBF", sheet->file);
}

static void next_cell(Sheet *sheet)
{
    if (!sheet->fresh)
        putc(',', sheet->file);
    sheet->fresh = false;
}

/* What a spreadsheet would take for a formula, also in its full-width form. Some look behind space. */
static bool is_formula(const char *text)
{
    while (*text == ' ')
        text++;
    static const char *const starts[] = {"=",  "+",  "-",  "@",  "\t", "\r",
                                         "\n", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(text, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

/* What a spreadsheet would take for a number or a date and write otherwise: 0101, 1-2, 3/4, 1.10, 7:30, 2e5, and more digits
 * than it shows. */
static bool is_rewritten(const char *text)
{
    static const char digits[] = "0123456789";
    enum { SHOWN = 11 };
    size_t length = strspn(text, digits);
    if (!length)
        return false;
    if (!text[length])
        return length > SHOWN || (length > 1 && *text == '0');
    for (const char *at = text + length; *at; at += strspn(at, digits))
        if (!strchr("-/.:eE", *at) || !strchr(digits, at[1]) || !*++at)
            return false;
    return true;
}

void sheet_text(Sheet *sheet, const char *text)
{
    if (is_rewritten(text)) {
        sheet_id(sheet, text);
        return;
    }
    next_cell(sheet);
    putc('"', sheet->file);
    if (is_formula(text) || *text == '\'') /* doubled, so that a reader may take one off */
        putc('\'', sheet->file);
    while (*text) {
        size_t span = plain_span(text, "\"\"\"");
        fwrite(text, 1, span, sheet->file);
        text += span;
        if (!*text)
            break;
        const char *letter = text;
        int32_t point = plain_next(&text);
        if (*letter == '"')
            putc('"', sheet->file);
        if (plain_is_hidden(point))
            putc(point < 0x20 ? ' ' : '?', sheet->file);
        else
            fwrite(letter, 1, (size_t)(text - letter), sheet->file);
    }
    putc('"', sheet->file);
}

void sheet_id(Sheet *sheet, const char *id)
{
    next_cell(sheet);
    if (!*id)
        return;
    fputs("\"=\"\"", sheet->file);
    for (; *id; id++)
        if (*id != '"' && (unsigned char)*id >= 0x20)
            putc(*id, sheet->file);
    fputs("\"\"\"", sheet->file);
}

void sheet_number(Sheet *sheet, double value)
{
    next_cell(sheet);
    if (isfinite(value))
        fprintf(sheet->file, fabs(value) < 1e15 && value == floor(value) ? "%.0f" : "%.6g", value);
}

void sheet_end_row(Sheet *sheet)
{
    fputs("\r\n", sheet->file);
    sheet->fresh = true;
}
