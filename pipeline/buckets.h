/* SPDX-License-Identifier: MIT */
/* More records of one size than memory should hold, apart by a number that their owner gives: each bucket is a file
 * without a name, read as a whole. */
#ifndef BUCKETS_H
#define BUCKETS_H

#include <stddef.h>
#include "err.h"

enum { BUCKETS_MAX = 128 };

typedef struct Buckets Buckets;

/* `folder`: where the files may lie. `count` up to BUCKETS_MAX. Errors lie in `arena`, as does what is small. */
Err buckets_open(Arena *arena, const char *folder, unsigned count, size_t record_bytes, Buckets **out);
void buckets_close(Buckets *buckets); /* NULL: nothing to do */

Err buckets_add(Buckets *buckets, unsigned at, const void *record);

/* All of a bucket, in the order in which they came, after the last buckets_add; it lives until the next call. */
Err buckets_read(Buckets *buckets, unsigned at, void **records, size_t *count);

/* All are empty again. */
Err buckets_clear(Buckets *buckets);

#endif
