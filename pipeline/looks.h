/* SPDX-License-Identifier: MIT */
/* What a file is by its name. */
#ifndef LOOKS_H
#define LOOKS_H

#include <stdbool.h>

/* What a name inside a folder or a ZIP is by its looks: a picture, one under a hidden name, something else, or what systems
 * leave in every folder, which nobody misses. */
typedef enum Looks { LOOKS_PICTURE, LOOKS_HIDDEN, LOOKS_OTHER, LOOKS_SKIPPED } Looks;
Looks listing_looks(const char *name);

/* Whether the name ends in one of these, without their dots, in either case; NULL ends the list. */
bool looks_end(const char *name, const char *const *endings);

#endif
