/* SPDX-License-Identifier: MIT */
#ifndef DAY_H
#define DAY_H

#include "err.h"

/* The day of a run, days since 1970-01-01 in UTC: of now, or of what SOURCE_DATE_EPOCH says (seconds since then), so that a
 * run can be repeated on another day and the shards of one run agree wherever and whenever they are made. ERR_USAGE: it is
 * set and no whole number of them, or beyond the year 9999. */
Err day_of_run(Arena *arena, int *out);

#endif
