/* SPDX-License-Identifier: MIT */
/* Pure but for the environment: which part of the photos one task of many judges. Every file belongs to
 * exactly one shard, and all files of a person to the same one. */
#ifndef SHARD_H
#define SHARD_H

#include <limits.h>
#include "bind.h"
#include "text.h"

enum { SHARDS_MAX = 99999 };

typedef struct Shard {
    unsigned index, count; /* index from 1 to count */
} Shard;

/* "3/12"; "auto": index and count by the variables of the one engine that is there (Slurm, SGE, LSF);
 * "auto/12": its index alone (also PBS, Kubernetes). ERR_USAGE, in `lang`, names the variables. */
Err shard_parse(Arena *arena, Lang lang, const char *text, Shard *out);

/* XXH3-64 of the upper-case number that a file is bound to (bind.h: 15 and 18 digits are one), modulo
 * `count`, plus 1; of a file that is nobody's: of its name without folders, so that it does not matter where
 * they are mounted. */
unsigned shard_of(const Roster *roster, const char *path, unsigned count);

/* By the person's key. */
unsigned shard_of_person(const char *key, unsigned count);

/* "OUT/shards/00003-of-00012". False: too long. */
bool shard_folder(const char *out, Shard shard, char path[PATH_MAX]);

#endif
