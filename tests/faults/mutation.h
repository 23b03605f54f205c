/* SPDX-License-Identifier: MIT */
/* Damaged copies of files: bits flipped, ends cut off, parts of other files, holes, zeros. */
#ifndef MUTATION_H
#define MUTATION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { MUTATION_FILES_MAX = 64, MUTATION_BYTES_MAX = 4 << 20 };
typedef enum MutationKind { FLIPPED, TRUNCATED, SPLICED, CUT, ZEROED, MUTATION_KINDS } MutationKind;

typedef struct Data {
    uint8_t *bytes; /* owned; MUTATION_BYTES_MAX of room */
    size_t size;
} Data;

/* Number `n` of `seed`: which kind and of which file follows from `n`, the rest from both. `copy` holds
 * MUTATION_BYTES_MAX bytes; returns how many of them it is. */
size_t mutation(uint64_t seed, unsigned n, const Data *files, size_t count, uint8_t *copy);

MutationKind mutation_kind(unsigned n);
const char *mutation_name(MutationKind kind); /* "flipped" */

/* Resident number `n` of a place where nobody lives, born on one of 28 days. */
void mutation_id(unsigned n, char id[19]);

/* False: there is no such file, or none of more than 100 bytes. */
bool mutation_load(const char *path, Data *out);

#endif
