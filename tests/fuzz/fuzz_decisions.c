/* SPDX-License-Identifier: MIT */
/* Any bytes as a decisions file: a reason why not, or decisions that can be looked up. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../pipeline/decisions.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_create(1 << 24);
    char *text = arena ? arena_alloc(arena, size + 1) : NULL;
    if (text) {
        Decisions out;
        memcpy(text, data, size);
        text[size] = '\0';
        Err err = decisions_parse(arena, "fuzz.csv", text, &out);
        must(err.code == ERR_NONE || err.text);
        for (size_t i = 0; !err.code && i < out.count; i++) {
            size_t count;
            const Decision *found = decisions_of(&out, out.list[i].key, &count);
            must(found && count && *out.list[i].by && *out.list[i].reason);
            must(out.list[i].ruling != RULING_WAIVE || out.list[i].check < CHECK_COUNT);
        }
    }
    arena_destroy(arena);
    return 0;
}
