/* SPDX-License-Identifier: MIT */
/* Pure: who is in a package against who should be. */
#ifndef VERIFY_ROSTER_H
#define VERIFY_ROSTER_H

#include "roster.h"

/* One photo of a package. */
typedef struct Packed {
    const char *id;   /* as the manifest or the file's name says; "" where there is none */
    const char *name; /* of the person; NULL: not known */
    const char *file; /* for messages */
} Packed;

typedef struct RosterAgainst {
    const Packed *list;
    size_t count;
    bool part; /* one ZIP of several: nobody is missing from it */
    /* `kind`: "person" (eligible, but no photo), "stranger" (not in the roster), "not-eligible",
     * "double" (two photos of one person), "name". */
    Err (*problem)(void *user, const char *kind, const char *file, const char *reason);
    void *user;
} RosterAgainst;

Err verify_roster(Arena *arena, const Roster *roster, const RosterAgainst *against);

#endif
