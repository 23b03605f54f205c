/* SPDX-License-Identifier: MIT */
/* The contract between the rooms: what the belt calls, what a stage is given. */
#ifndef STAGE_H
#define STAGE_H

#include "err.h"
#include "photo.h"
#include "profile.h"

typedef struct FaceFinder FaceFinder;
typedef struct ArchiveSeat ArchiveSeat;
typedef struct IccSeat IccSeat;
typedef struct CodesDoor CodesDoor;

/* What one lane owns; opened once, used by one worker at a time. */
typedef struct Tools {
    FaceFinder *finder;
    const FaceFinder *first; /* another lane's, whose networks this one shares; NULL: it opens its own */
    ArchiveSeat *seat; /* the archive that its photos come from; NULL: none can be read */
    const CodesDoor *codes; /* NULL: no codes are looked for */
    IccSeat *icc;      /* colour transforms of the profiles met last */
    const struct IdctKernels *idct; /* to decode plain files without libjpeg; NULL: libjpeg for all */
    bool fast_decoder;              /* asked for: flow_open finds `idct` */
    const char *out; /* output folder, or NULL when nothing is written */
    bool waits;      /* what is written there stays aside: the belt flushes and places it */
} Tools;

typedef struct Stage {
    const char *name;
    Err (*run)(Photo *photo, const Profile *profile, Tools *tools);
    bool timed; /* left out once the photo is out of time */
} Stage;

/* Its stages' ms as a JSON object. */
void photo_times(const Photo *photo, const Stage *flow, char *out, size_t size);

#endif
