/* SPDX-License-Identifier: MIT */
/* Puts our file under OUT: aside, fsync, rename. The belt fsyncs the folders before it commits. */
#ifndef STORE_H
#define STORE_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"

/* Writes `file` to out/relative (folder exists), mode 0600, by a temporary name in OUT/.tmp. */
Err store_file(Arena *arena, const char *out, const char *relative, const Bytes *file);

#endif
