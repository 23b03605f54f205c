/* SPDX-License-Identifier: MIT */
/* Whose bytes were seen before, while photos come home one by one: what settling finds in all rows at the end is known
 * of the second one at once. */
#ifndef SAME_H
#define SAME_H

#include "journal.h"
#include "listing.h"
#include "roster.h"

typedef struct Same Same;

typedef struct SameAsk {
    const Listing *listing; /* who is here now */
    const History *history; /* the journal's rows, which count from the beginning */
    const Roster *roster;   /* NULL: none */
    const Decisions *decisions; /* NULL: none; whom one rejects holds nothing */
    size_t more;            /* photos that may be added */
} SameAsk;

/* In `arena`: some 125 bytes for every photo that may be added, 60 for every row. */
Err same_open(Arena *arena, const SameAsk *ask, Same **out);

/* A photo of the listing is home with these bytes, and nobody has said that they are not its person's. */
Err same_add(Same *same, size_t file, const char *sha256);

/* How many other persons than that of `key` hold these bytes: exact up to SAME_LOOKED holders, of which each is looked
 * at; files that are gone, or other now by their stamp, do not count. */
enum { SAME_LOOKED = 32 };
int same_elsewhere(const Same *same, const char *key, const char *sha256, char least[64]); /* the first of their keys, "" for none */

/* The files of those persons that are listed, latest first, up to SAME_LOOKED: indices into the listing. */
size_t same_files(const Same *same, const char *key, const char *sha256, size_t out[SAME_LOOKED]);

#endif
