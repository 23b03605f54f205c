/* SPDX-License-Identifier: MIT */
/* The keys of [profile]: one row each. Apart from profile.c so that lines and meaning stay separate. */
#ifndef PROFILE_KEYS_H
#define PROFILE_KEYS_H

#include "profile.h"

typedef struct ProfileKey {
    const char *name;
    const char *(*read)(const char *value, Profile *out); /* NULL, or how it should be written */
    bool has_default; /* may be absent */
} ProfileKey;

/* All of them must stand in a profile but those with a default; name NULL ends the table. At most 32. */
extern const ProfileKey profile_keys[];

const char *colour_read(const char *value, Colour *out);

/* Sets what may be absent: memory_max, time_max and their checks. */
void profile_defaults(Profile *profile);

/* What contradicts itself once all is read, or NULL. *check: the line it concerns, or CHECK_COUNT. */
const char *profile_contradiction(const Profile *profile, CheckId *check);

/* XXH3-64 of everything that can change a result: not names, titles or the order of lines. */
void profile_hash(Profile *profile);

#endif
