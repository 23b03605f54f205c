/* SPDX-License-Identifier: MIT */
/* What the writers of the page share: texts and numbers, and JSON that is safe inside HTML. */
#ifndef PAGE_JSON_H
#define PAGE_JSON_H

#include <stdio.h>
#include <jansson.h>
#include "../pipeline/err.h"

/* A text for people: hidden letters become "?", controls a space. NULL for "". Valid UTF-8. */
json_t *page_plain(const char *text);

/* Sets a member unless `value` is NULL. A number is rounded to 0.01; not finite: left out. */
void page_put(json_t *object, const char *key, json_t *value);
void page_put_number(json_t *object, const char *key, double value);
json_t *page_real(double value); /* JSON null where not finite */

/* Compact JSON as the content of <script type="application/json">: "<", ">", "&" and hidden letters are
 * escaped, so that nothing in it can end the element or open another. */
Err page_print(Arena *arena, FILE *to, const json_t *json);
void page_print_text(FILE *to, const char *json); /* of JSON that is dumped already */

#endif
