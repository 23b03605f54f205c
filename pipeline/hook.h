/* SPDX-License-Identifier: MIT */
/* A program of the user's, started for each result by a process of its own: the run itself gives up
 * starting programs. */
#ifndef HOOK_H
#define HOOK_H

#include <stdbool.h>
#include <sys/types.h>
#include "err.h"

typedef struct Hook {
    int fd; /* -1: nobody asked for one */
    pid_t process;
} Hook;

/* Before the first thread and the sandbox. `command` is for sh: one result as a line of JSON on its
 * stdin, HEADROOM_VERDICT in its environment. NULL: opens nothing. */
Err hook_open(Arena *arena, const char *command, Hook *out);

/* Never waits: false where the command lags so far behind that this result is lost. */
bool hook_send(const Hook *hook, const char *verdict, const char *line);

/* Waits until the command has had all results. */
void hook_close(Hook *hook);

#endif
