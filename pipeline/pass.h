/* SPDX-License-Identifier: MIT */
/* One photo through all stages, within its budget. */
#ifndef PASS_H
#define PASS_H

#include "run.h"

/* A photo of which nothing is measured. */
void pass_begin(Photo *photo, Arena *arena, const Run *run, const Task *task);

/* All stages in order, on the worker's thread; the photo then has its record or is unchanged. Once
 * its time is used up (asked between stages, and by the decoder between rows), timed stages are
 * left out and the rest says so. Err: the stage's. */
Err pass_run(const Run *run, Photo *photo, Tools *tools);

#endif
