/* SPDX-License-Identifier: MIT */
/* Any bytes as a JPEG header; a header that can be cleaned stays as it is when cleaned again. */
#include "../../stages/jpeg.h"
#include "../../stages/scans.h"

#include <stdlib.h>
#include <string.h>

static void require(bool truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_create(4 * size + (1 << 20));
    JpegHeader header, after;
    jpeg_header(arena, data, size, &header);
    if (header.format == FORMAT_JPEG)
        require(header.image_bytes + header.trailing_bytes == size);
    else
        require(header.problem != NULL);
    require(header.orientation >= 1 && header.orientation <= 8);
    require(isnan(header.quality) || (header.quality >= 1 && header.quality <= 100));

    Bytes clean, again;
    if (jpeg_clean_header(arena, data, size, 300, &clean).code == ERR_NONE) {
        jpeg_header(arena, clean.data, clean.size, &after);
        require(!after.problem && clean.size == header.clean_bytes && after.dpi == 300);
        require(after.scans == header.scans && after.metadata_bytes + after.trailing_bytes == 0);
        require(jpeg_clean_header(arena, clean.data, clean.size, 300, &again).code == ERR_NONE);
        require(again.size == clean.size && !memcmp(again.data, clean.data, clean.size));
    }
    require(scans_count(arena, data, size, NULL, &(const ScanBands *){NULL}) != FAST_LATE);
    arena_destroy(arena);
    return 0;
}
