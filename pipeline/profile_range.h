/* SPDX-License-Identifier: MIT */
/* The grammar of one line of [checks], and its small words. */
#ifndef PROFILE_RANGE_H
#define PROFILE_RANGE_H

#include "profile.h"

/* "200 to 300 px review 180 to 320 px else reject"; "at least 60"; "exactly 1 else note".
 * NULL when read, else what is wrong, in the arena or a literal. */
const char *range_read(Arena *arena, CheckId check, const char *value, Want *out);

/* Plain decimal digits with sign and point, whatever the locale; false for all else. */
bool number_read(const char *text, double *out);

#endif
