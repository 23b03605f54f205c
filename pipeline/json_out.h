/* SPDX-License-Identifier: MIT */
/* A record as JSON, written from front to back, without a tree: what json_dumps of jansson would make of it, compact, with reals
 * of six significant digits, byte by byte. */
#ifndef JSON_OUT_H
#define JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

/* Grows in the arena. Commas come by themselves. */
typedef struct JsonOut {
    Arena *arena;
    char *text;
    size_t length, room;
    bool failed; /* no memory */
} JsonOut;

const char *json_out_end(JsonOut *out); /* NULL: no memory */

void json_out_open(JsonOut *out, char bracket); /* { or [ */
void json_out_close(JsonOut *out, char bracket);
/* An object or a list for a key that may stay empty: then the member is taken back, to where its key began. */
void json_out_close_filled(JsonOut *out, char bracket, size_t began);

void json_out_string(JsonOut *out, const char *text); /* UTF-8 */
void json_out_key(JsonOut *out, const char *key);
void json_out_integer(JsonOut *out, int64_t value);
void json_out_real(JsonOut *out, double value);        /* finite */
void json_out_word(JsonOut *out, const char *literal); /* true, false or null */

/* A member that is a text; none where that is no UTF-8. */
void json_out_text(JsonOut *out, const char *key, const char *text);

#endif
