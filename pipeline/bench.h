/* SPDX-License-Identifier: MIT */
/* headroom bench: how fast, where the time goes, how much memory. */
#ifndef BENCH_H
#define BENCH_H

#include "cli.h"
#include "run.h"

/* Runs the photos of run->plan once into a private folder that is removed again, and prints the
 * result on stdout. `run` needs no out, no journal and no callbacks. */
Err bench_run(Arena *arena, const Cli *cli, const Run *run, RunEnd *end);

#endif
