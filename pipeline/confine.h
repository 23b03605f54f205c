/* SPDX-License-Identifier: MIT */
/* What a command gives up, as its flags say (sandbox.h): with neither flag what the kernel can, with --sandbox all of it
 * or ERR_IO, with --no-sandbox nothing. ERR_MEMORY with both: it could another time. */
#ifndef CONFINE_H
#define CONFINE_H

#include "cli.h"
#include "sandbox.h"

/* Before anything is opened. */
Err confine_calls(Arena *arena, const Cli *cli);

/* Before the first photo is opened, and before the lanes' threads. The models are added to `files`. */
Err confine_files(Arena *arena, const Cli *cli, const SandboxFiles *files);

#endif
