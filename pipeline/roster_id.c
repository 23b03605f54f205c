/* SPDX-License-Identifier: MIT */
/* What a spreadsheet does to identity numbers: digits behind the fifteenth become zeros, long numbers
 * are written as 1.1E+17, and none of it can be undone. What it does to text around them (a leading
 * apostrophe, ="...", tabs, a trailing .0) can. */
#include "roster_id.h"
#include <stdio.h>
#include <string.h>

enum { EXACT_DIGITS = 15 };

/* ="..." and a leading apostrophe, the two ways to tell a spreadsheet that a number is a text. */
static void unwrap(const char *text, char *out, size_t size)
{
    static const char *const apostrophes[] = {"'", "＇", "‘", "’", "`", NULL};
    size_t bytes;
    const char *start = roster_trim(text, &bytes);
    if (bytes >= 3 && start[0] == '=' && start[1] == '"' && start[bytes - 1] == '"') {
        start += 2;
        bytes -= 3;
    }
    for (int i = 0; apostrophes[i]; i++) {
        size_t length = strlen(apostrophes[i]);
        if (bytes > length && strncmp(start, apostrophes[i], length) == 0) {
            start += length;
            bytes -= length;
            break;
        }
    }
    snprintf(out, size, "%.*s", bytes < size ? (int)bytes : (int)size - 1, start);
}

/* ".0", ".00" and no more. */
static bool is_no_fraction(const char *rest)
{
    return rest[0] == '.' && rest[1] == '0' && !rest[1 + strspn(rest + 1, "0")];
}

/* "610104620927690.0", "440524188001010014.0": the digits alone. Of 18 only with their check digit: a number that was
 * rounded has another one, ten times of eleven. */
static void drop_fraction(char *text)
{
    size_t length = strspn(text, "0123456789");
    if (length == 17 && (text[17] == 'X' || text[17] == 'x'))
        length++;
    if ((length != EXACT_DIGITS && length != 18) || !is_no_fraction(text + length))
        return;
    text[length] = '\0';
    if (length == 18 && id_parse(text).problem != ID_FINE)
        text[length] = '.';
}

/* "1.10105E+17", "110105194912310000.0", a numeric cell of more than 15 digits; after drop_fraction. Where all digits are in
 * the file, only those with a wrong check digit were lost before. */
static bool is_damaged(const char *text, const Cell *cell)
{
    size_t digits = strspn(text, "0123456789");
    const char *rest = text + digits;
    if (digits == 0)
        return false;
    if (digits > EXACT_DIGITS && (is_no_fraction(rest) || (cell->number && !*rest)))
        return *rest || !cell->in_digits || digits != 18 || id_parse(text).problem != ID_FINE;
    if (*rest == '.' || *rest == ',') /* as the country writes numbers */
        rest += 1 + strspn(rest + 1, "0123456789");
    if (*rest != 'E' && *rest != 'e')
        return false;
    rest += 1 + (rest[1] == '+' || rest[1] == '-');
    return *rest && !rest[strspn(rest, "0123456789")];
}

/* A number that lost its last three digits: the check digit says so ten times of eleven. */
static bool is_zeroed(const Id *id)
{
    return strlen(id->text) == 18 && strcmp(id->text + 15, "000") == 0 &&
           id->problem == ID_BAD_CHECK;
}

RowProblem roster_read_id(const Cell *cell, IdType type, Id *id)
{
    char clean[256];
    unwrap(cell->text, clean, sizeof clean);
    char half[256];
    if (!id_plain(clean, half, sizeof half))
        return PROBLEM_NOT_AN_ID;
    drop_fraction(half);
    if (is_damaged(half, cell))
        return PROBLEM_DAMAGED;
    *id = id_parse(half);
    if (id->kind == ID_NONE)
        return PROBLEM_NOT_AN_ID;
    if (is_zeroed(id))
        return PROBLEM_DAMAGED;
    if (id->problem == ID_BAD_DATE)
        return PROBLEM_BIRTH_DATE;
    if (id->kind != ID_OTHER)
        return PROBLEM_NONE;
    bool vouched = type == TYPE_OTHER ? roster_is_document(id->text)
                                      : type == TYPE_NONE && roster_is_officer(id->text);
    return vouched ? PROBLEM_NONE : PROBLEM_NOT_AN_ID;
}
