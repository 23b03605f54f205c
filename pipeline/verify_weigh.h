/* SPDX-License-Identifier: MIT */
/* What the findings on a photo of a package mean for the package. */
#ifndef VERIFY_WEIGH_H
#define VERIFY_WEIGH_H

#include "photo.h"
#include "text.h"

typedef enum Weight { WEIGHT_NONE, WEIGHT_NOTE, WEIGHT_LOOK, WEIGHT_PROBLEM } Weight;

/* `decision`: of persons, as the manifest has it: "waive tilt_deg: ...; accept: ..."; "" for none, NULL where no manifest knows
 * the photo. The sentences of the greatest weight there is, in `lang`; NULL: no memory. */
Weight verify_weigh(Arena *arena, Lang lang, const Photo *photo, const char *decision, const char **reasons);

#endif
