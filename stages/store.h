/* SPDX-License-Identifier: MIT */
/* Puts our file under OUT: aside, fsync, rename, or leaves the last two to the belt, which does them for many at once.
 * The belt fsyncs the folders before it commits. */
#ifndef STORE_H
#define STORE_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"

/* Where our file is written below OUT: "photos/<ID>.JPG" (PASS), "review/<ID>.JPG" (REVIEW), the
 * task's place in .held/ where it may not go there yet (rejected, nobody's, one of several, task->hold),
 * "" where nothing was made. `name` is the profile's template with "{id}". */
void store_path(Verdict verdict, Action action, const Task *task, const char *name, char out[128]);

/* Writes `file` to out/relative (folder exists), mode 0600, by a temporary name in OUT/.tmp. `waits`: it stays there. */
Err store_file(Arena *arena, const char *out, const char *relative, const Bytes *file, bool waits);

#endif
