/* SPDX-License-Identifier: MIT */
/* Pure: which photos show nearly the same picture under another ID. */
#ifndef ALIKE_H
#define ALIKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ALIKE_WORDS = 4, ALIKE_BITS = 256 };

typedef struct Alike {
    uint64_t words[ALIKE_WORDS]; /* the fingerprint */
    uint32_t person;             /* one number per ID */
    int nearest;                 /* out: bits to the nearest of another person; ALIKE_BITS: none below */
} Alike;

/* Fills `nearest` where it is less than `below`. Every one against every other. */
void alike_find(Alike *list, size_t count, int below);

/* Of 64 hex digits; false where they are none. */
bool alike_read(const char *hex, uint64_t words[ALIKE_WORDS]);

#endif
