/* SPDX-License-Identifier: MIT */
/* What a run gives up before it opens what others made: whoever takes over a decoder finds neither a
 * network nor another program nor a file to write outside OUT. Refused calls fail, they do not kill. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "err.h"
#include "listing.h"

typedef struct SandboxFiles {
    const char *const *inputs;   /* PHOTOS: files and folders, NULL at the end */
    const Listing *listing;      /* what was found; where a list named them, their folders */
    const char *const *others;   /* more that is read, NULL at the end; "" is skipped */
    const char *const *linked;   /* folders of files that get a second name in OUT, NULL at the end; NULL: none */
    const char *scratch;         /* a folder where files are made to be removed, and no others; NULL: none */
    const char *out;             /* NULL: nothing else is written */
} SandboxFiles;

/* Of this thread and those that it starts from now on. ERR_IO: the kernel cannot; ERR_MEMORY: it could another time. */

Err sandbox_calls(Arena *arena);                            /* by seccomp */
Err sandbox_files(Arena *arena, const SandboxFiles *files); /* by Landlock */

#endif
