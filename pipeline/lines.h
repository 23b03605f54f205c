/* SPDX-License-Identifier: MIT */
/* Photos come home in any order; their lines are printed in the order of the tasks. */
#ifndef LINES_H
#define LINES_H

#include <stdio.h>
#include "run.h"

typedef struct Lines {
    FILE *to;
    size_t next;            /* task whose line is printed next */
    char *held[RUN_WINDOW]; /* by index modulo RUN_WINDOW; NULL: not home yet */
    size_t *printed;        /* so many are out, by a run that crashed: not again; NULL: none */
    Err (*turn)(void *user, size_t index); /* before the line of a task is printed; NULL: nobody is told */
    void *user;
} Lines;

/* `index` lies less than RUN_WINDOW behind the oldest that is not home. "" prints nothing. ERR_IO
 * when nobody reads any more. */
Err lines_put(Arena *arena, Lines *lines, size_t index, const char *text);

/* One more line for the task whose turn it is. */
void lines_print(const Lines *lines, const char *text);

/* Prints what is held back behind tasks that never came home (an interrupted run). */
Err lines_close(Lines *lines);

#endif
