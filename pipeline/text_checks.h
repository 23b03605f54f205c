/* SPDX-License-Identifier: MIT */
/* The words of every check. Only text.c puts them together. */
#ifndef TEXT_CHECKS_H
#define TEXT_CHECKS_H

#include "text.h"

/* Where `says` is there, a finding reads "says, limit: low or high"; {} stands for value and unit.
 * Where it is not, `low` or `high` is the whole sentence, and {} the bare value. Where only one of
 * low and high is there, it serves both directions. `none` stands for `says` where the value is 0. `below` is
 * the whole sentence of a value below the lower limit, and {} how far it is below 0: the upper limit then stands alone. */
#define ORIGINAL_ZH "请用相机原图重新制作"
#define ORIGINAL_EN "make it again from the camera original"

typedef struct CheckWords {
    Words name, says, none, below, low, high;
} CheckWords;

extern const CheckWords check_words[CHECK_COUNT];

#endif
