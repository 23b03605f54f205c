/* SPDX-License-Identifier: MIT */
/* What goes to stdout, and whether it arrived. */
#include "say.h"
#include <errno.h>
#include <stdlib.h>
#include <jansson.h>
#include "plain.h"

static void free_text(char **text)
{
    free(*text);
}

static int lost; /* errno of the first write to stdout that failed */

void say_flush(void)
{
    errno = EIO; /* where an earlier write failed that nobody asked about */
    if ((fflush(stdout) || ferror(stdout)) && !lost)
        lost = errno;
}

Err say_lost(Arena *arena)
{
    say_flush();
    errno = lost;
    return lost ? fail(arena, ERR_IO, "cannot write to stdout: %m") : OK;
}

void say_object(const json_t *object)
{
    CLEANUP(free_text) char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
    plain_print(stdout, text ? text : "{}");
    putchar('\n');
    say_flush();
}
