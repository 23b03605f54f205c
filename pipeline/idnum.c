/* SPDX-License-Identifier: MIT */
/* A photo bound to the wrong person is worse than one not bound: what is not plain stays out. */
#include "idnum.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "plain.h"

enum { NAME_MAX_BYTES = 1024, YEAR_MIN = 1800, YEAR_MAX = 2100 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Spaces, joiners and marks that nobody sees: they separate nothing. */
static bool is_invisible(int32_t point)
{
    return point == 0xad || (point >= 0x200b && point <= 0x200f) ||
           (point >= 0x202a && point <= 0x202e) || (point >= 0x2060 && point <= 0x2069) ||
           point == 0xfeff;
}

static bool is_x(int32_t point)
{
    switch (point) {
    case 'x':
    case 0xd7:  /* multiplication sign */
    case 0x425: /* Cyrillic ha */
    case 0x445:
    case 0x2715: /* crosses */
    case 0x2716:
        return true;
    default:
        return false;
    }
}

/* Half-width and plain space. */
static int32_t fold(int32_t point)
{
    if (point >= 0xff01 && point <= 0xff5e)
        point -= 0xfee0;
    if (point == 0x3000 || point == 0xa0 || (point >= '\t' && point <= '\r'))
        return ' ';
    if (point == PLAIN_NO_LETTER || point == 0xfffd)
        return '?';
    return point;
}

/* Bytes written. */
static size_t utf8_put(char out[4], int32_t point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t i = more; i > 0; i--, point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3f));
    out[0] = (char)(lead[more] | point);
    return more + 1;
}

static bool normalise(const char *text, bool capital_x, char *out, size_t size)
{
    size_t length = 0, end = 0; /* end: behind the last visible character */
    for (const char *next = text; *next;) {
        int32_t point = fold(plain_next(&next));
        if (is_x(point) && (capital_x || point != 'x'))
            point = 'X';
        if (is_invisible(point) || (point == ' ' && end == 0))
            continue;
        char bytes[4];
        size_t count = utf8_put(bytes, point);
        if (point != ' ') {
            if (length + count >= size)
                return false;
            end = length + count;
        }
        if (length + count < size)
            memcpy(out + length, bytes, count);
        length += count;
    }
    if (size == 0)
        return false;
    out[end] = '\0';
    return true;
}

bool id_normalise(const char *text, char *out, size_t size)
{
    return normalise(text, true, out, size);
}

bool id_plain(const char *text, char *out, size_t size)
{
    return normalise(text, false, out, size);
}

static int number_of(const char *digits, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++)
        number = number * 10 + (digits[i] - '0');
    return number;
}

static bool is_date(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap);
}

/* GB 11643: the 18th character that belongs to 17 digits. */
static char check_digit(const char *digits)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (digits[i] - '0');
    return "10X98765432"[sum % 11];
}

static IdKind kind_of_18(const char *text)
{
    if (text[0] == '9')
        return ID_PERMANENT;
    return text[0] == '8' && text[1] >= '1' && text[1] <= '3' ? ID_PERMIT : ID_RESIDENT18;
}

/* `text` is normalised and shorter than Id.text. */
static Id judge_number(const char *text)
{
    Id id = {.kind = ID_OTHER, .problem = ID_NO_NUMBER};
    size_t length = strlen(text), digits = strspn(text, "0123456789");
    memcpy(id.text, text, length + 1);
    if (length == 18 && (digits == 18 || (digits == 17 && text[17] == 'X'))) {
        id.kind = kind_of_18(text);
        if (!is_date(number_of(text + 6, 4), number_of(text + 10, 2), number_of(text + 12, 2)))
            id.problem = ID_BAD_DATE;
        else
            id.problem = check_digit(text) == text[17] ? ID_FINE : ID_BAD_CHECK;
    } else if (length == 15 && digits == 15) {
        id.kind = ID_RESIDENT15;
        bool dated =
            is_date(1900 + number_of(text + 6, 2), number_of(text + 8, 2), number_of(text + 10, 2));
        id.problem = dated ? ID_FINE : ID_BAD_DATE;
    }
    return id;
}

Id id_parse(const char *text)
{
    char clean[sizeof(((Id *)NULL)->text)];
    Id none = {.kind = ID_NONE, .problem = ID_NO_NUMBER};
    if (!id_normalise(text, clean, sizeof clean) || !*clean)
        return none;
    Id id = judge_number(clean);
    return id.kind != ID_OTHER || id_plain(text, id.text, sizeof id.text) ? id : none;
}

/* Length of the number that starts at a run of `digits` digits; 0 where the run is none. An X
 * behind it belongs to it, unless a whole run is followed by a word ("...0014xuli"). */
static size_t run_length(const char *run, size_t digits)
{
    char x = run[digits], after = x ? run[digits + 1] : '\0';
    bool ends_in_x = x == 'X';
    bool word = (after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z');
    if (digits == 17)
        return ends_in_x && !is_digit(after) ? 18 : 0;
    if (digits != 15 && digits != 18)
        return 0;
    return ends_in_x && !word ? 0 : digits;
}

static bool fits(const Id *id)
{
    return id->problem == ID_FINE || id->problem == ID_BAD_CHECK;
}

static bool same_person(const Id *a, const Id *b)
{
    char left[64], right[64];
    id_key(a, left);
    id_key(b, right);
    return strcmp(left, right) == 0;
}

/* What the runs seen so far amount to: one that fits beats those that do not, of which the first
 * says what is wrong; of one person's two numbers the longer stays; two persons are nobody. */
static void consider(Id *best, Id next)
{
    if (best->kind == ID_NONE && best->problem != ID_AMBIGUOUS)
        *best = next;
    else if (fits(&next) && best->kind != ID_NONE && !fits(best))
        *best = next;
    else if (fits(&next) && fits(best) && !same_person(best, &next))
        *best = (Id){.kind = ID_NONE, .problem = ID_AMBIGUOUS};
    else if (fits(&next) && fits(best) && strlen(next.text) > strlen(best->text))
        *best = next;
}

Id id_from_name(const char *name)
{
    char clean[NAME_MAX_BYTES];
    const char *slash = strrchr(name, '/');
    Id best = {.kind = ID_NONE, .problem = ID_NO_NUMBER};
    if (!id_normalise(slash ? slash + 1 : name, clean, sizeof clean))
        return best;
    for (const char *run = clean; *run;) {
        size_t digits = strspn(run, "0123456789");
        size_t length = run_length(run, digits);
        if (length) {
            char number[19];
            snprintf(number, sizeof number, "%.*s", (int)length, run);
            consider(&best, judge_number(number));
        }
        run += digits ? digits : 1;
    }
    return best;
}

bool id_to_18(const char *id15, char out[19])
{
    Id id = id_parse(id15);
    if (id.kind != ID_RESIDENT15 || id.problem != ID_FINE || strcmp(id.text, id15) != 0)
        return false;
    snprintf(out, 19, "%.6s19%.9s", id15, id15 + 6);
    out[17] = check_digit(out);
    out[18] = '\0';
    return true;
}

void id_key(const Id *id, char out[64])
{
    char whole[19];
    bool longer = id->kind == ID_RESIDENT15 && id_to_18(id->text, whole);
    snprintf(out, 64, "%s", longer ? whole : id->text);
}

/* Region and last digits stay readable, the birth date does not. Of other numbers only the first
 * character stays. */
void id_mask(const char *id, char out[64])
{
    Id parsed = id_parse(id);
    size_t length = strlen(parsed.text);
    if (parsed.kind != ID_NONE && parsed.kind != ID_OTHER) {
        size_t tail = length == 15 ? 3 : 4;
        snprintf(out, 64, "%s", parsed.text);
        memset(out + 6, '*', length - 6 - tail);
        return;
    }
    const char *next = id;
    size_t used = *next ? utf8_put(out, fold(plain_next(&next))) : 0;
    while (*next && used < 63) {
        (void)plain_next(&next);
        out[used++] = '*';
    }
    out[used] = '\0';
}

static const char *const problem_names[] = {
    [ID_FINE] = "",
    [ID_NO_NUMBER] = "no_number",
    [ID_AMBIGUOUS] = "ambiguous",
    [ID_BAD_DATE] = "bad_date",
    [ID_BAD_CHECK] = "bad_check",
    [ID_BEFORE_CODE] = "before_code",
    [ID_BAD_CODE] = "bad_code",
    [ID_UNREAD_CODE] = "unread_code",
    [ID_NO_ORDER] = "no_order",
};

const char *id_problem_name(IdProblem problem)
{
    return problem_names[problem];
}

IdProblem id_problem_find(const char *name)
{
    for (size_t i = 0; i < sizeof problem_names / sizeof *problem_names; i++)
        if (strcmp(name, problem_names[i]) == 0)
            return (IdProblem)i;
    return ID_NO_NUMBER;
}

const char *id_kind_name(IdKind kind)
{
    switch (kind) {
    case ID_NONE:
        return "none";
    case ID_RESIDENT18:
        return "resident18";
    case ID_RESIDENT15:
        return "resident15";
    case ID_PERMIT:
        return "permit";
    case ID_PERMANENT:
        return "permanent";
    case ID_OTHER:
        return "other";
    }
    return "none";
}
