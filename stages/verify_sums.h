/* SPDX-License-Identifier: MIT */
/* SHA256SUMS against itself and against the files beside it. */
#ifndef VERIFY_SUMS_H
#define VERIFY_SUMS_H

#include "verify_join.h"

/* "*.zip", in no folder. */
bool verify_is_zip(const char *name);

/* By file: first of all. */
void verify_sums_sort(Sums *sums);

/* Lines that are none, names that stand there twice, names of what no package has. */
Err verify_sums_lines(const Sums *sums, const VerifyTell *to);

/* A file against all lines that name it, as `sha256sum -c` does. Nothing without usable sums. */
Err verify_sums_compare(const Sums *sums, const char *file, const char *sha256, const VerifyTell *to);

#endif
