/* SPDX-License-Identifier: MIT */
/* The command `purge`: what headroom made in an OUT goes, everything else stays and is named. */
#ifndef PURGE_H
#define PURGE_H

#include "cli.h"

/* Links are neither followed nor removed. ERR_USAGE: the folder is no OUT of ours, and nothing was touched.
 * The journal goes last, so that a purge that was cut off can be given again. */
Err purge_run(Arena *arena, const Cli *cli);

#endif
