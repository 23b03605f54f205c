/* SPDX-License-Identifier: MIT */
/* The command verify: a package against itself, the rules and the roster. Knows both rooms. */
#ifndef VERIFY_RUN_H
#define VERIFY_RUN_H

#include "cli.h"
#include "watch.h"

/* Exit 0: all is well; 1: something is wrong, each named on stdout. `watch`: of the process that starts this again when
 * it crashes; NULL: none. */
Err verify_run(Arena *arena, const Cli *cli, Watch *watch, int *exit_code);

#endif
