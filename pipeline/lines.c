/* SPDX-License-Identifier: MIT */
#include "lines.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "plain.h"

void lines_print(const Lines *lines, const char *text)
{
    if (!*text || (lines->printed && lines->next < *lines->printed))
        return;
    plain_print(lines->to, text);
    putc('\n', lines->to);
}

static Err print(Lines *lines, char **slot)
{
    if (lines->turn)
        TRY(lines->turn(lines->user, lines->next));
    lines_print(lines, *slot);
    free(*slot);
    *slot = NULL;
    return OK;
}

Err lines_put(Arena *arena, Lines *lines, size_t index, const char *text)
{
    assert(index >= lines->next && index - lines->next < RUN_WINDOW);
    lines->held[index % RUN_WINDOW] = strdup(text);
    if (!lines->held[index % RUN_WINDOW])
        return fail(arena, ERR_MEMORY, "no memory for a line");
    for (char **slot; *(slot = &lines->held[lines->next % RUN_WINDOW]); lines->next++)
        TRY(print(lines, slot));
    if (fflush(lines->to))
        return fail(arena, ERR_IO, "cannot write to stdout: %m");
    if (lines->printed && lines->next > *lines->printed)
        *lines->printed = lines->next;
    return OK;
}

Err lines_close(Lines *lines)
{
    for (size_t i = 0; i < RUN_WINDOW; i++, lines->next++)
        if (lines->held[lines->next % RUN_WINDOW])
            TRY(print(lines, &lines->held[lines->next % RUN_WINDOW]));
    return OK;
}
