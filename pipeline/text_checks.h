/* SPDX-License-Identifier: MIT */
/* The words of every check. Only text.c puts them together. */
#ifndef TEXT_CHECKS_H
#define TEXT_CHECKS_H

#include "text.h"

/* Where `says` is there, a finding reads "says, limit: low or high"; {} stands for value and unit.
 * Where it is not, `low` or `high` is the whole sentence, and {} the bare value. Where only one of
 * low and high is there, it serves both directions. `none` stands for `says` where the value is 0. */
typedef struct CheckWords {
    Words name, says, none, low, high;
} CheckWords;

extern const CheckWords check_words[CHECK_COUNT];

#endif
