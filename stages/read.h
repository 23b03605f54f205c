/* SPDX-License-Identifier: MIT */
/* Reads a photo's file: never a symlink, never more than the cap, whole or not at all. */
#ifndef READ_H
#define READ_H

#include "../pipeline/archive_photo.h"
#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "../pipeline/profile.h"

/* Fills data, bytes, problem, sha256, times; facts readable, source_bytes. A file that cannot be
 * read is no Err (a finding says why); Err: ERR_MEMORY only. Sizes over the profile's cap are not
 * read. */
Err read_source(Arena *arena, const char *path, const Profile *profile, Source *out, Facts *facts);

/* The same for an entry of an archive, and for what the listing refused. */
Err read_entry(Arena *arena, ArchiveSeat *seat, const Task *task, const Profile *profile,
               Source *out, Facts *facts);

#endif
