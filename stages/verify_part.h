/* SPDX-License-Identifier: MIT */
/* What is looked for in a part of a package. */
#ifndef VERIFY_PART_H
#define VERIFY_PART_H

#include "verify.h"

/* The row of an entry, or NULL. */
ManifestRow *verify_find(const VerifyPart *part, const char *zip, const char *file);

#endif
