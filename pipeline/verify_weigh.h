/* SPDX-License-Identifier: MIT */
/* What the findings on a photo of a package mean for the package. */
#ifndef VERIFY_WEIGH_H
#define VERIFY_WEIGH_H

#include "photo.h"
#include "text.h"

typedef enum Weight { WEIGHT_NONE, WEIGHT_NOTE, WEIGHT_LOOK, WEIGHT_PROBLEM } Weight;

/* `known`: the manifest has it; `decided`: by a person, as that says. The sentences of the greatest weight there is, in
 * `lang`; NULL: no memory. */
Weight verify_weigh(Arena *arena, Lang lang, const Photo *photo, bool known, bool decided, const char **reasons);

#endif
