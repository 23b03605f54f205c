/* SPDX-License-Identifier: MIT */
#include "profile_range.h"
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <glib.h>

enum { WORD_SIZE = 32, NUMBER_MAX = 1000000000 };

/* The words of a value, one after the other. */
typedef struct Line {
    Arena *arena;
    const char *rest;
    char word[WORD_SIZE]; /* the current one, "" at the end */
    CheckId check;
} Line;

/* Never NULL, which would mean that nothing is wrong. */
__attribute__((format(printf, 2, 3))) static const char *say(Arena *arena, const char *format, ...)
{
    char text[160];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *copy = arena_copy(arena, text);
    return copy ? copy : "not a range";
}

/* Moves on to the next word; one too long for any rule is cut and so matches none. */
static void next(Line *line)
{
    const char *text = line->rest + strspn(line->rest, " \t");
    size_t length = strcspn(text, " \t");
    snprintf(line->word, sizeof line->word, "%.*s", (int)length, text);
    line->rest = text + length;
}

static bool take(Line *line, const char *word)
{
    if (strcmp(line->word, word) != 0)
        return false;
    next(line);
    return true;
}

bool number_read(const char *text, double *out)
{
    const char *digits = text + (*text == '-' || *text == '+');
    size_t length = strspn(digits, "0123456789.");
    if (length == 0 || length > 20 || digits[length] || !isdigit((unsigned char)digits[0]) ||
        !isdigit((unsigned char)digits[length - 1]))
        return false;
    char *end;
    double value = g_ascii_strtod(text, &end);
    if (*end || fabs(value) > NUMBER_MAX)
        return false;
    *out = value + 0.0; /* -0 is 0 */
    return true;
}

/* One end of a range; `open` is what "any" means there. */
static const char *read_end(Line *line, double open, double *out)
{
    bool any = strcmp(line->word, "any") == 0;
    if (any && isinf(open))
        *out = open;
    else if (!number_read(line->word, out))
        return say(line->arena, "'%s' is no number", line->word);
    next(line);
    bool percent = strcmp(checks[line->check].unit, "%") == 0;
    if (percent && isfinite(*out) && (*out < 0 || *out > 100))
        return "a share must lie in 0 to 100 %";
    return NULL;
}

static const char *read_unit(Line *line)
{
    const char *unit = checks[line->check].unit;
    const char *word = line->word;
    if (!*word || strcmp(word, "review") == 0 || strcmp(word, "else") == 0)
        return NULL;
    if (*unit && take(line, unit))
        return NULL;
    if (*unit)
        return say(line->arena, "'%s' is not the unit of '%s', which is '%s'", word,
                   checks[line->check].name, unit);
    return say(line->arena, "unexpected '%s', '%s' has no unit", word, checks[line->check].name);
}

/* Above it there is nothing, and so nothing can be too near to it. */
static double end_of_scale(CheckId check)
{
    bool percent = strcmp(checks[check].unit, "%") == 0;
    return percent || check == CHECK_quality || check == CHECK_source_quality || check == CHECK_earlier_quality ? 100 : INFINITY;
}

static const char *read_range(Line *line, Range *out)
{
    const char *wrong;
    *out = (Range){-INFINITY, INFINITY};
    if (take(line, "exactly")) {
        wrong = read_end(line, NAN, &out->lo);
        out->hi = out->lo;
    } else if (take(line, "at")) {
        if (take(line, "least"))
            wrong = read_end(line, NAN, &out->lo);
        else if (take(line, "most"))
            wrong = read_end(line, NAN, &out->hi);
        else
            wrong = "'at' must be followed by 'least' or 'most'";
    } else {
        wrong = read_end(line, -INFINITY, &out->lo);
        if (!wrong && !take(line, "to"))
            wrong = "a range is written 'LO to HI', 'at least X', 'at most X' or 'exactly X'";
        if (!wrong)
            wrong = read_end(line, INFINITY, &out->hi);
    }
    if (!wrong && out->lo > out->hi)
        wrong = "the range is upside down";
    if (!wrong && out->hi >= end_of_scale(line->check))
        out->hi = INFINITY;
    return wrong ? wrong : read_unit(line);
}

static const char *read_level(Line *line, Level *out)
{
    for (Level level = LEVEL_NOTE; level <= LEVEL_REJECT; level++) {
        if (g_ascii_strcasecmp(line->word, level_name(level)) != 0)
            continue;
        *out = level;
        next(line);
        return NULL;
    }
    return "'else' must be followed by 'note', 'review' or 'reject'";
}

const char *range_read(Arena *arena, CheckId check, const char *value, Want *out)
{
    Line line = {.arena = arena, .rest = value, .check = check};
    Want want = {.asked = true, .level = checks[check].level};
    next(&line);
    const char *wrong = read_range(&line, &want.good);
    if (wrong)
        return wrong;
    want.review = want.good;
    bool second = take(&line, "review");
    if (second && (wrong = read_range(&line, &want.review)))
        return wrong;
    if (take(&line, "else") && (wrong = read_level(&line, &want.level)))
        return wrong;
    if (*line.word)
        return say(arena, "unexpected '%s'", line.word);
    if (want.review.lo > want.good.lo || want.review.hi < want.good.hi)
        return "the review range must hold the good one";
    if (second && want.level == LEVEL_NOTE)
        return "a review range makes no sense with 'note'";
    *out = want;
    return NULL;
}
