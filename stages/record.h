/* SPDX-License-Identifier: MIT */
/* A judged photo as one JSON object: what the journal keeps and every report is made from. */
#ifndef RECORD_H
#define RECORD_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "../pipeline/profile.h"

/* INTERFACE's report line without "text", "attempt" and "ms"; numbers rounded to 6 digits; keys in
 * a fixed order; compact. Findings carry lo and hi (absent where open). Lives in the arena. */
Err record_json(Arena *arena, const Photo *photo, const Profile *profile, const char **out);

#endif
