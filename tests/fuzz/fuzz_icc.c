/* SPDX-License-Identifier: MIT */
/* Any bytes as a colour profile: the picture is converted or left alone, never lost. */
#include "../../stages/icc.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SIDE = 8 };
    Arena *arena = arena_create(size + (1 << 20));
    uint8_t *copy = arena_alloc(arena, size);
    memcpy(copy, data, size);
    uint8_t before[SIDE * SIDE * 3];
    Picture picture = {SIDE, SIDE, arena_alloc(arena, sizeof before)};
    for (size_t i = 0; i < sizeof before; i++)
        picture.rgb[i] = before[i] = (uint8_t)(i * 7);
    IccSeat *seat = icc_seat_open(arena);
    bool converted = false;
    for (int i = 0; i < 2; i++) { /* the second time by what the seat kept */
        Err err = icc_to_srgb(seat, &(Bytes){copy, size}, &picture, &converted);
        if (err.code || (!converted && memcmp(picture.rgb, before, sizeof before)))
            abort();
    }
    icc_seat_close(seat);
    arena_destroy(arena);
    return 0;
}
