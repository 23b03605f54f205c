/* SPDX-License-Identifier: MIT */
/* lists/: who has to do something. A photo stands in one list at most. */
#ifndef LISTS_H
#define LISTS_H

#include <jansson.h>
#include "../pipeline/err.h"
#include "../pipeline/text.h"

typedef struct Lists Lists;

Err lists_open(Arena *arena, const char *out, Lang lang, Lists **lists);

/* `reasons` and `advice` in words. */
void lists_add(Lists *lists, const json_t *record, const char *reasons, const char *advice);

Err lists_finish(Arena *arena, Lists *lists);
void lists_close(Lists *lists);

/* The name of the list a record belongs to ("retake", "review", ...), or NULL. */
const char *lists_name(const json_t *record);

#endif
