/* SPDX-License-Identifier: MIT */
/* The command verify: a package against itself, the rules and the roster. Knows both rooms. */
#ifndef VERIFY_RUN_H
#define VERIFY_RUN_H

#include "cli.h"

/* Exit 0: all is well; 1: something is wrong, each named on stdout. */
Err verify_run(Arena *arena, const Cli *cli, int *exit_code);

#endif
