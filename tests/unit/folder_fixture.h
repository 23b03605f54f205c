/* SPDX-License-Identifier: MIT */
/* A folder of its own for a group of tests. */
#ifndef FOLDER_FIXTURE_H
#define FOLDER_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

static char folder[] = "/tmp/headroom-test-XXXXXX";

/* Cmocka's set-up of a group. */
static inline int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

/* Cmocka's tear-down of a group. */
static inline int drop_folder(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

#endif
