/* SPDX-License-Identifier: MIT */
/* lists/: who has to do something, by class or site. A photo stands in one list at most.
 * duplicate.csv names persons with several rows in the roster, too. */
#ifndef LISTS_H
#define LISTS_H

#include <jansson.h>
#include "../pipeline/err.h"
#include "../pipeline/text.h"
#include "sheet.h"

// clang-format off
#define LISTS(X) X(retake) X(review) X(missing) X(extra) X(duplicate) X(invalid) X(not_eligible) X(unreadable)
// clang-format on

typedef enum ListId {
#define X(name) LIST_##name,
    LISTS(X)
#undef X
        LIST_COUNT
} ListId;

typedef struct Lists Lists;

Err lists_open(Arena *arena, const char *out, Lang lang, Lists **lists);

/* A line of the report, a missing person's, a repeated row's and a decision's among them. `reasons` and `advice` in words. */
Err lists_add(Lists *lists, const json_t *line, const char *reasons, const char *advice);

/* For the summary: an eligible person of this group; a photo of it that counts. */
Err lists_eligible(Lists *lists, const char *group);
Err lists_ready(Lists *lists, const char *group);

Err lists_finish(Arena *arena, Lists *lists);
void lists_close(Lists *lists);

/* The list a line belongs to, or LIST_COUNT: whose earlier photo counts is not called back. */
ListId lists_of(const json_t *line);
/* The one of what is wrong with its file, whatever counts instead. */
ListId lists_fault(const json_t *line);

/* Whether its file is unreadable because part of it is missing or spoilt: then the same file may come whole. */
bool lists_is_torn(const json_t *line);

/* The name of the list a line belongs to ("retake", "review", ...), or NULL. */
const char *lists_name(const json_t *line);
const char *list_name(ListId list);

/* OUT/lists/NAME.csv, with the heads of its columns: group, ID, name, file, reasons, advice, maybe, twin. */
Err lists_begin(Arena *arena, const char *out, const char *name, Lang lang, Sheet *sheet);

/* How many stand in each. */
const size_t *lists_counts(const Lists *lists);

#endif
