/* SPDX-License-Identifier: MIT */
/* The output folder: made private, locked while a run writes, tidied, flushed. */
#ifndef OUTDIR_H
#define OUTDIR_H

#include <stdbool.h>
#include <stdint.h>
#include "err.h"

typedef struct Outdir {
    const char *path;
    int folder, lock, photos, review, held; /* descriptors; -1: not open */
} Outdir;

/* mkdir -p, private. */
Err outdir_make(Arena *arena, const char *path);

/* Makes nothing, but ends as that and the opening of the folder would where something is in the way. */
Err outdir_look(Arena *arena, const char *path);

/* Makes OUT (0700) with photos/, review/, lists/, .held/ and .tmp/, locks it and empties .tmp/. ERR_LOCKED:
 * another run has it; ERR_USAGE: a file or a link to nothing is there. Closed by outdir_close, also after an error. */
Err outdir_open(Arena *arena, const char *path, Outdir *out);

/* Opens an OUT that is there; locks, makes and empties nothing. ERR_USAGE: it is no folder, or a link. */
Err outdir_find(Arena *arena, const char *path, Outdir *out);

/* Then locks it where it has a lock. `named`: and writes into that who has it. */
Err outdir_lock(Arena *arena, bool named, Outdir *out);

/* Empties .tmp/ and gives the lock back. */
void outdir_close(Outdir *outdir);

/* What was renamed into or removed from photos/, review/ and .held/ is on the disk. */
Err outdir_flush(Arena *arena, const Outdir *outdir);

/* Removes OUT/relative; what is not there is removed already. */
Err outdir_remove(Arena *arena, const Outdir *outdir, const char *relative);

/* Puts a copy of one file below OUT in another place, whole or not at all. */
Err outdir_copy(Arena *arena, const Outdir *outdir, const char *from, const char *to);

/* The same from another folder, which is open. */
Err outdir_bring(Arena *arena, int folder, const char *from, const Outdir *outdir, const char *to);

/* Calls `each` with "photos/NAME" or "review/NAME" for every file there. */
Err outdir_each(Arena *arena, const Outdir *outdir, Err (*each)(void *user, const char *relative),
                void *user);
Err outdir_each_held(Arena *arena, const Outdir *outdir,
                     Err (*each)(void *user, const char *relative), void *user); /* ".held/NAME" */

#endif
