/* SPDX-License-Identifier: MIT */
/* The words of every check. Only text.c puts them together. */
#ifndef TEXT_CHECKS_H
#define TEXT_CHECKS_H

#include "text.h"

/* Where `says` is there, a finding reads "says, limit: low or high"; {} stands for value and unit.
 * Where it is not, `low` or `high` is the whole sentence, and {} the bare value. Where only one of
 * low and high is there, it serves both directions. */
#define ORIGINAL_ZH "请用相机原图重新制作"
#define ORIGINAL_EN "make it again from the camera original"

typedef struct CheckWords {
    Words name, says, low, high;
} CheckWords;

extern const CheckWords check_words[CHECK_COUNT];

#endif
