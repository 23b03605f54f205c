/* SPDX-License-Identifier: MIT */
/* "did you mean": the candidate nearest to a misspelt word. */
#ifndef SUGGEST_H
#define SUGGEST_H

/* Set `wanted`, offer candidates, read `best`: NULL where none is near enough. */
typedef struct Suggestion {
    const char *wanted, *best;
    int distance; /* of best, in edits */
} Suggestion;

/* Near: at most a third of the letters wrong, at least one edit allowed, swaps of neighbours are one. */
void suggest_offer(Suggestion *suggestion, const char *candidate);

#endif
