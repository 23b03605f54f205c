/* SPDX-License-Identifier: MIT */
/* What was wrong with one attempt, as the journal keeps it: a JSON array of check, level and value. */
#ifndef FAULTS_H
#define FAULTS_H

#include "photo.h"
#include "profile.h"

/* Every finding; and every check that was asked but not measured, also where a rejection made it
 * idle: level "MISSING". "[]" for none. */
Err faults_json(Arena *arena, const Photo *photo, const Profile *profile, const char **out);

/* The verdict once the waived checks do not count. When nothing rejects any more, what is missing
 * asks for a look: `surfaced` tells which. `waived` keeps, of the checks that faults can hold, those at fault. */
Verdict faults_verdict(const char *faults, bool waived[CHECK_COUNT], bool surfaced[CHECK_COUNT]);

#endif
