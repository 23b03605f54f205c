/* SPDX-License-Identifier: MIT */
/* Pure: who is in a package against who should be. */
#ifndef VERIFY_ROSTER_H
#define VERIFY_ROSTER_H

#include "roster.h"

enum { PACKED_KEY_BYTES = 64 };

/* One photo of a package, or a person of whom it was said already that there is none. */
typedef struct Packed {
    const char *key;  /* packed_key of its ID */
    const char *id;   /* as the manifest or the file's name says; "" where there is none */
    const char *name, *group; /* of the person; NULL: not known, of the group "", too */
    const char *file; /* for messages; "": no photo */
} Packed;

typedef struct RosterAgainst {
    Err (*next)(void *user, const Packed **packed); /* by key and file, bytewise; NULL behind the last; lives until the next */
    void *next_user;
    bool part; /* one ZIP of several: nobody is missing from it */
    /* `kind`: "person" (eligible, but no photo), "stranger" (not in the roster), "not-eligible",
     * "double" (two photos of one person), "name", "group". `id`: of the photo or the person. */
    Err (*problem)(void *user, const char *kind, const char *file, const char *reason, const char *id);
    void *user;
} RosterAgainst;

/* By what 15 and 18 digits of one person meet. Officers' numbers have no form: they meet by their text alone. */
void packed_key(const char *id, char out[PACKED_KEY_BYTES]);

/* Whether an entry is called by this number: as the template says, or by another one that shows it. */
bool packed_is_named(const char *file, const char *id, const char *template);

/* What an entry must be called that no row names. */
typedef struct Called {
    char id[PACKED_KEY_BYTES]; /* the roster's number of that person, else the one that the entry's name holds; "": nobody knows */
    char name[2 * PACKED_KEY_BYTES];
} Called;

/* False: its name, behind any folders, is not that; true where nobody knows. `roster`: NULL where there is none. */
bool packed_called(const char *file, const Roster *roster, const char *template, Called *out);

/* In memory of one photo. */
Err verify_roster(Arena *arena, const Roster *roster, const RosterAgainst *against);

#endif
