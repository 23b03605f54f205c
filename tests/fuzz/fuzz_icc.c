/* SPDX-License-Identifier: MIT */
/* Any bytes as a colour profile: the picture is converted or left alone, never lost. */
#include "../../stages/raster.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *count, char ***values);

int LLVMFuzzerInitialize(int *count, char ***values)
{
    (void)count, (void)values;
    return (int)raster_start("fuzz_icc").code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SIDE = 8 };
    Arena *arena = arena_create(size + (1 << 20));
    uint8_t *copy = arena_alloc(arena, size);
    memcpy(copy, data, size);
    Picture in = {SIDE, SIDE, arena_alloc(arena, SIDE * SIDE * 3)},
            out = {.width_px = SIDE, .height_px = SIDE};
    for (int i = 0; i < SIDE * SIDE * 3; i++)
        in.rgb[i] = (uint8_t)(i * 7);
    Box all = {0, 0, SIDE, SIDE};
    bool converted = false;
    Err err = raster_frame(arena, &in, all, &(Bytes){copy, size}, &out, &converted);
    if (err.code || !out.rgb)
        abort();
    if (!converted && memcmp(in.rgb, out.rgb, SIDE * SIDE * 3))
        abort();
    arena_destroy(arena);
    return 0;
}
