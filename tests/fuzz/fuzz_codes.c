/* SPDX-License-Identifier: MIT */
/* Any picture: marks of codes come in pairs at least, and none is looked for outside it. The first byte is its width. */
#include "../../stages/codes.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int marks = -1;
    if (size < 2 || !data[0])
        return 0;
    int width = data[0], height = (int)((size - 1) / data[0]);
    Arena *arena = arena_create(1 << 24);
    Err err = height ? code_marks(arena, data + 1, width, height, &marks) : OK;
    if (height && (err.code ? err.code != ERR_MEMORY : marks < 0 || marks == 1))
        abort();
    arena_destroy(arena);
    return 0;
}
