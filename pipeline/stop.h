/* SPDX-License-Identifier: MIT */
/* SIGINT and SIGTERM for what has no loop: they wait until somebody asks. The first one is noticed and the work ends in
 * order; the second one ends the process at once. What was ignored stays ignored. */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

typedef struct Stop {
    bool asked;
} Stop;

void stop_begin(Stop *stop);

/* Whether the first one has come; `stop` is a Stop. Cheap enough for every few thousand steps. One thread. */
bool stop_asked(void *stop);

#endif
