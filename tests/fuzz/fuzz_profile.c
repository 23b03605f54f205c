/* SPDX-License-Identifier: MIT */
/* Any bytes as a profile: an error with its line, or ranges that hold together. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../pipeline/profile.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_create(1 << 22);
    if (!arena)
        return 0;
    Profile profile;
    Err err = profile_parse(arena, "f.ini", (const char *)data, size, &profile);
    must(err.code == ERR_NONE || err.code == ERR_MEMORY || strncmp(err.text, "f.ini:", 6) == 0);
    for (CheckId i = 0; err.code == ERR_NONE && i < CHECK_COUNT; i++) {
        const Want *want = &profile.want[i];
        must(!want->asked || (want->good.lo <= want->good.hi && want->review.lo <= want->good.lo &&
                              want->review.hi >= want->good.hi));
    }
    must(err.code || (strlen(profile.hash) == 16 && profile.colour_count >= 1));
    arena_destroy(arena);
    return 0;
}
