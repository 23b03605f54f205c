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
    uint32_t place;              /* of this one in `nearest` */
} Alike;

/* How near the nearest of another person is, and who that is; of several as near the one with the least number. */
typedef struct Near {
    uint16_t bits;
    uint32_t person;
} Near;

/* Writes to nearest[place] the nearest of another person, where it differs in less than `below` bits and is nearer than what
 * stands there; else nothing. Exact. The list is reordered; `scratch` holds as many, or is NULL: then every one is compared with every
 * other, however many there are. */
void alike_find(Alike *list, size_t count, int below, Alike *scratch, Near *nearest);

/* The same in passes, for more than memory should hold: each pair that may differ in less than `below` bits agrees in
 * alike_value of some pass, so in every pass whoever agrees there is to be found together. Fingerprints are spread
 * first. No passes: `below` is so large that every pair has to be compared. */
enum { ALIKE_VALUES_MAX = 1 << 11 };

void alike_spread(Alike *list, size_t count);
int alike_passes(int below);
uint32_t alike_value(const Alike *one, int below, int pass); /* under ALIKE_VALUES_MAX */

typedef struct AlikePass {
    int below, number; /* from 0 up to alike_passes(below) - 1 */
    Alike *scratch;
} AlikePass;

void alike_find_pass(Alike *list, size_t count, const AlikePass *pass, Near *nearest);

/* Of 64 hex digits; false where they are none. */
bool alike_read(const char *hex, uint64_t words[ALIKE_WORDS]);

#endif
