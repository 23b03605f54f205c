/* SPDX-License-Identifier: MIT */
/* The supervisor: a run is a child process, and is started again when a library crashes in it. */
#ifndef GUARD_H
#define GUARD_H

#include "cli.h"
#include "watch.h"

/* Before the first thread. False in a child, which does the work and notes it in `watch`; it dies with
 * its supervisor. True in the supervisor when everything has ended: leave with `exit_code`. Where no
 * process can be made, false and `watch` NULL. */
bool guard_stand(const Cli *cli, Watch **watch, int *exit_code);

#endif
