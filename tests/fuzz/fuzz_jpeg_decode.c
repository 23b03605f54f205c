/* SPDX-License-Identifier: MIT */
/* Any bytes through the decoder, the way a photo goes: header, limits, pixels, upright. */
#include "../../stages/decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Profile profile = {.pixels_max_mp = 1, .scans_max = 20};
    Range small = {0, 0.1};
    profile.want[CHECK_megapixels] = (Want){true, small, small, LEVEL_REJECT};
    Arena *arena = arena_create(size + (16 << 20));
    Source source = {.data = data, .bytes = size};
    Facts facts;
    facts_clear(&facts);
    Decoded out;
    Err err = decode_source(arena, &profile, 20000, &source, &facts, &out);
    if (err.code)
        abort(); /* nothing here can be the machine's fault */
    const Picture *picture = &out.picture;
    if (picture->rgb &&
        (picture->width_px != source.width_px || picture->height_px != source.height_px))
        abort();
    if (picture->rgb && isnan(facts.v[CHECK_damage]))
        abort();
    volatile uint8_t last = 0;
    if (picture->rgb)
        last = picture->rgb[(size_t)picture->width_px * (size_t)picture->height_px * 3 - 1];
    (void)last;
    arena_destroy(arena);
    return 0;
}
