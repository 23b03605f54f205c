/* SPDX-License-Identifier: MIT */
/* Who is in a package, sorted by key aside, to be held against the roster. */
#ifndef VERIFY_PACKED_H
#define VERIFY_PACKED_H

#include "spool.h"
#include "verify_roster.h"

typedef struct PackedList {
    Spool *spool;
    Packed packed; /* told last */
} PackedList;

/* `folder`: where it may be sorted. Errors lie in `arena`. */
Err packed_open(Arena *arena, const char *folder, PackedList *out);
void packed_close(PackedList *list);

/* Its key is made of its ID. */
Err packed_add(PackedList *list, const Packed *packed);

/* RosterAgainst.next; `user` is the list. */
Err packed_next(void *user, const Packed **out);

#endif
