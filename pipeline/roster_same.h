/* SPDX-License-Identifier: MIT */
/* What several rows of one person say, for people: in tables of cells nobody sees that a number stands twice. */
#ifndef ROSTER_SAME_H
#define ROSTER_SAME_H

#include "roster.h"
#include "roster_row.h"

/* Of a person whose first row is `facts`: row_list, names and name_list. ERR_MEMORY. */
Err roster_same(Arena *arena, const RowFacts *facts, Person *person);

/* Whether both are one name: spaces, and which of the middle dots parts it, say nothing. An empty one is any. */
bool roster_same_name(const char *a, const char *b);

#endif
