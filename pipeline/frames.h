/* SPDX-License-Identifier: MIT */
/* --bind qr, before the plan: what every frame shows, and so whose it is. */
#ifndef FRAMES_H
#define FRAMES_H

#include "journal.h"
#include "run.h"

typedef struct FramesAsk {
    const Run *run;       /* the belt that looks for codes; its plan, journal and callbacks are set here */
    Journal *journal;     /* remembers what was seen; NULL: nothing is */
    const Roster *roster; /* or NULL */
    const bool *due;      /* per file: may be read now; the others are bound when they are. NULL: all of them, and what
                             was too young to be trusted once more */
} FramesAsk;

typedef struct Frames {
    size_t slips, bound, unbound; /* frames with a code, photos */
    size_t read;                  /* of all: by this call */
    size_t problems;              /* slips that bind nobody, or have no frames */
    const char **lines;           /* per file: {"type":"slip",...} of a frame with a code, else NULL */
    bool interrupted;             /* by a signal, before all was read: then nothing is bound */
} Frames;

/* Sets slip and is_slip of every file. With a journal it also writes there what it found, and removes from it frames
 * whose files are gone and photos that turned out to be slips; commits. */
Err frames_bind(Arena *arena, const FramesAsk *ask, Listing *listing, Frames *out);

#endif
