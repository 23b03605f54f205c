/* SPDX-License-Identifier: MIT */
#include "page_json.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "../pipeline/plain.h"

static void drop_text(char **text)
{
    free(*text);
}

json_t *page_plain(const char *text)
{
    CLEANUP(drop_text) char *plain = *text ? malloc(strlen(text) + 1) : NULL;
    if (!plain)
        return NULL;
    char *at = plain;
    while (*text) {
        const char *letter = text;
        int32_t point = plain_next(&text);
        if (point == PLAIN_NO_LETTER || plain_is_hidden(point))
            *at++ = point >= 0 && point < 0x20 ? ' ' : '?';
        else
            while (letter < text)
                *at++ = *letter++;
    }
    *at = '\0';
    return json_string(plain);
}

void page_put(json_t *object, const char *key, json_t *value)
{
    if (value)
        json_object_set_new(object, key, value);
}

json_t *page_real(double value)
{
    if (!isfinite(value))
        return json_null();
    value = round(value * 100) / 100;
    return value == floor(value) && fabs(value) < 1e15 ? json_integer((json_int_t)value) : json_real(value);
}

void page_put_number(json_t *object, const char *key, double value)
{
    if (isfinite(value))
        json_object_set_new(object, key, page_real(value));
}

/* Outside a string JSON has none of these letters, and inside one an escape is the same letter. */
void page_print_text(FILE *to, const char *json)
{
    while (*json) {
        size_t span = plain_span(json, "<>&");
        fwrite(json, 1, span, to);
        json += span;
        if (!*json)
            break;
        const char *letter = json;
        int32_t point = plain_next(&json);
        if (*letter == '<' || *letter == '>' || *letter == '&' || (point >= 0x7f && point < 0x10000 && plain_is_hidden(point)))
            fprintf(to, "\\u%04x", (unsigned)point);
        else if (point >= 0x10000 && plain_is_hidden(point))
            fprintf(to, "\\u%04x\\u%04x", 0xd800 + (((unsigned)point - 0x10000) >> 10), 0xdc00 + (((unsigned)point - 0x10000) & 0x3ff));
        else
            fwrite(letter, 1, (size_t)(json - letter), to);
    }
}

Err page_print(Arena *arena, FILE *to, const json_t *json)
{
    CLEANUP(drop_text) char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(12));
    if (!text)
        return fail(arena, ERR_MEMORY, "no memory for the report's page");
    page_print_text(to, text);
    return OK;
}
