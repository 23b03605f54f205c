/* SPDX-License-Identifier: MIT */
/* A part of frames: what the journal is told of frames that are in order and bound. */
#ifndef FRAMES_TELL_H
#define FRAMES_TELL_H

#include "journal.h"
#include "listing.h"
#include "slips.h"

typedef struct FramesFound {
    Arena *arena;
    Journal *journal;
    const Listing *listing; /* with slip and is_slip of every file */
    const char *const *lines;  /* per file: its line of the report, or NULL */
    const char *const *sha256; /* per file: of its bytes, "-" where it cannot be read, NULL where nobody has looked yet */
    const Shot *shots;
    const ShotBound *bound;
    const uint32_t *file_of; /* per shot */
    size_t count;            /* of shots */
} FramesFound;

/* Brings rows to what binds them now, and takes away what was kept by a code that says otherwise. Commits. */
Err frames_tell(const FramesFound *found);

#endif
