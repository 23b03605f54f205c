/* SPDX-License-Identifier: MIT */
/* Which rows of the journal have to do with rows elsewhere, so that the others can be settled part by part. A part is
 * so many rows that follow one another in the journal, as those of a shard do. A person is apart whose rows lie in
 * several parts, or of whom some row shares its bytes or, nearly, its picture with another row. */
#ifndef SETTLE_PARTS_H
#define SETTLE_PARTS_H

#include "settle_out.h"

typedef struct Part {
    RowRange rows;
    bool strangers; /* free for the owner */
} Part;

typedef struct Parts {
    Part *list;
    size_t count, room;
    uint64_t *apart; /* ascending: whose rows are not settled in their part, by parts_key */
    size_t apart_count;
} Parts;

/* Reads all rows once. Memory is that of one part; parts and persons apart lie in the arena. `whole`: there is no telling,
 * since every picture is to be compared with every other. */
Err parts_find(Arena *arena, const SettleJob *job, size_t part_rows, Parts *out, bool *whole);

/* One number per person; of a row that is nobody's, per row. */
uint64_t parts_key(const Roster *roster, const char *path, const char *shown, const char *slip);

bool parts_is_apart(const Parts *parts, uint64_t key);

#endif
