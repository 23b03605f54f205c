/* SPDX-License-Identifier: MIT */
#include "luma.h"

#include "planes.h"
#include "wide.h"

/* colour.h has the formula. */
WIDE static void weigh(const uint8_t *restrict red, const uint8_t *restrict green, const uint8_t *restrict blue,
                       int width_px, uint8_t *restrict out)
{
    for (int x = 0; x < width_px; x++)
        out[x] = (uint8_t)((uint16_t)(77 * red[x] + 150 * green[x] + 29 * blue[x] + 128) >> 8);
}

Luma luma_plane(Arena *arena, const Picture *picture)
{
    Luma luma = {.width_px = picture->width_px, .height_px = picture->height_px};
    const size_t width = (size_t)luma.width_px;
    Planes row = planes_new(arena, luma.width_px);
    luma.at = row.at[0] ? ARENA_RAW(arena, uint8_t, width * (size_t)luma.height_px) : NULL;
    for (size_t y = 0; luma.at && y < (size_t)luma.height_px; y++) {
        planes_split(picture->rgb + 3 * y * width, luma.width_px, &row);
        weigh(row.at[0], row.at[1], row.at[2], luma.width_px, luma.at + y * width);
    }
    return luma;
}
