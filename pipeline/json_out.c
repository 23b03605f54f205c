/* SPDX-License-Identifier: MIT */
#include "json_out.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <glib.h>

enum { FIRST_BYTES = 4096, NUMBER_BYTES = 40 };

/* Room for so many more bytes; NULL: no memory. */
static char *more(JsonOut *out, size_t bytes)
{
    size_t wanted = out->length + bytes, room = out->room ? out->room : FIRST_BYTES;
    if (out->failed || wanted <= out->room)
        return out->failed ? NULL : out->text + out->length;
    while (room < wanted)
        room *= 2;
    char *text = arena_raw(out->arena, room);
    out->failed = !text;
    if (!text)
        return NULL;
    if (out->length)
        memcpy(text, out->text, out->length);
    out->text = text;
    out->room = room;
    return text + out->length;
}

static void put(JsonOut *out, const char *bytes, size_t count)
{
    char *at = more(out, count);
    if (at)
        memcpy(at, bytes, count);
    out->length += at ? count : 0;
}

static bool is_empty(const JsonOut *out)
{
    char last = out->length ? out->text[out->length - 1] : '[';
    return last == '[' || last == '{';
}

/* Before a value or a key. */
static void separate(JsonOut *out)
{
    if (!is_empty(out) && out->text[out->length - 1] != ':')
        put(out, ",", 1);
}

const char *json_out_end(JsonOut *out)
{
    put(out, "", 1);
    return out->failed ? NULL : out->text;
}

void json_out_open(JsonOut *out, char bracket)
{
    separate(out);
    put(out, &bracket, 1);
}

void json_out_close(JsonOut *out, char bracket)
{
    put(out, &bracket, 1);
}

void json_out_close_filled(JsonOut *out, char bracket, size_t began)
{
    if (is_empty(out))
        out->length = began;
    else
        json_out_close(out, bracket);
}

static bool is_plain(char letter)
{
    return (unsigned char)letter >= 0x20 && letter != '"' && letter != '\\';
}

static void escape(JsonOut *out, char letter)
{
    static const char letters[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    const char *known = strchr(letters, letter);
    char text[8];
    if (known)
        snprintf(text, sizeof text, "\\%c", names[known - letters]);
    else
        snprintf(text, sizeof text, "\\u%04X", (unsigned)(unsigned char)letter);
    put(out, text, strlen(text));
}

void json_out_string(JsonOut *out, const char *text)
{
    separate(out);
    put(out, "\"", 1);
    while (*text) {
        size_t plain = 0;
        while (text[plain] && is_plain(text[plain]))
            plain++;
        put(out, text, plain);
        text += plain;
        if (*text)
            escape(out, *text++);
    }
    put(out, "\"", 1);
}

void json_out_key(JsonOut *out, const char *key)
{
    json_out_string(out, key);
    put(out, ":", 1);
}

void json_out_word(JsonOut *out, const char *literal)
{
    separate(out);
    put(out, literal, strlen(literal));
}

void json_out_integer(JsonOut *out, int64_t value)
{
    char text[NUMBER_BYTES];
    snprintf(text, sizeof text, "%" PRId64, value);
    json_out_word(out, text);
}

/* As printf's %g, but that a real looks like one, and that an exponent has no "+" and no zeros in front. */
void json_out_real(JsonOut *out, double value)
{
    char text[NUMBER_BYTES];
    g_ascii_formatd(text, sizeof text, "%.6g", value);
    if (!strpbrk(text, ".e"))
        strcat(text, ".0");
    char *exponent = strchr(text, 'e');
    if (exponent) {
        exponent += exponent[1] == '-' ? 2 : 1;
        size_t skipped = strspn(exponent, "+0");
        memmove(exponent, exponent + skipped, strlen(exponent + skipped) + 1);
    }
    json_out_word(out, text);
}

void json_out_text(JsonOut *out, const char *key, const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return;
    json_out_key(out, key);
    json_out_string(out, text);
}
