/* SPDX-License-Identifier: MIT */
/* The supervisor: a run is a child process, and is started again when a library crashes in it. */
#ifndef GUARD_H
#define GUARD_H

#include "cli.h"
#include "watch.h"

/* Before the first thread. Not `ended` in a child, which does the work and notes it in `watch`; it dies with
 * its supervisor. `ended` in the supervisor when everything has: leave with `exit_code`. Where no process can
 * be made, not `ended` and `watch` NULL. ERR_IO, and nothing begun: a list on stdin that cannot be read to its end. */
Err guard_stand(Arena *arena, const Cli *cli, Watch **watch, bool *ended, int *exit_code);

#endif
