/* SPDX-License-Identifier: MIT */
/* The rows of a part of a package. */
#ifndef VERIFY_PART_H
#define VERIFY_PART_H

#include "verify.h"

/* A copy of a row that verify_join.h's ROW_... are the texts of; false: no memory. */
bool verify_part_row(Arena *arena, const char *const *texts, ManifestRow *out);

/* The row of an entry, or NULL. */
ManifestRow *verify_find(const VerifyPart *part, const char *zip, const char *file);

#endif
