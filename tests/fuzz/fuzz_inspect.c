/* SPDX-License-Identifier: MIT */
/* Any bytes as a received file: one that is kept for its picture complies once its header is clean.
 */
#include "../../stages/inspect.h"

#include <stdlib.h>

#include "../../stages/jpeg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Profile profile = {.width_px = 48,
                       .height_px = 64,
                       .dpi = 300,
                       .bytes_lo = 500,
                       .bytes_hi = 4000,
                       .quality_lo = 60};
    Arena *arena = arena_create(4 * size + (1 << 20));
    Facts facts;
    facts_clear(&facts);
    Output out = {0};
    if (inspect_file(arena, &(Bytes){(uint8_t *)(uintptr_t)data, size}, &profile, &facts, &out).code)
        abort();
    JpegHeader header;
    jpeg_header(arena, data, size, &header);
    bool complies, still;
    if (inspect_keeps(&header, size, &profile, &complies)) {
        Bytes clean;
        if (jpeg_clean_header(arena, data, size, 300, &clean).code)
            abort();
        jpeg_header(arena, clean.data, clean.size, &header);
        if (!complies && (!inspect_keeps(&header, clean.size, &profile, &still) || !still))
            abort();
    } else if (complies) {
        abort();
    }
    arena_destroy(arena);
    return 0;
}
