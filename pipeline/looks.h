/* SPDX-License-Identifier: MIT */
/* What a file is by its name. */
#ifndef LOOKS_H
#define LOOKS_H

#include <stdbool.h>

/* Whether a name inside a folder is a photo by its looks, another picture, or neither. */
typedef enum Looks { LOOKS_PICTURE, LOOKS_OTHER, LOOKS_SKIPPED } Looks;
Looks listing_looks(const char *name);

/* Whether the name ends in one of these, without their dots, in either case; NULL ends the list. */
bool looks_end(const char *name, const char *const *endings);

#endif
