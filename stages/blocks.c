/* SPDX-License-Identifier: MIT */
/* First down the columns of packed colours, then along: pixel upon pixel, two upon two, four upon four. */
#include "blocks.h"

#include <string.h>
#include "wide.h"

enum { BLOCK_ROW = 3 * BLOCK /* bytes of a block's pixels in a row */ };

WIDE static void down(const uint8_t *const rows[BLOCK], size_t count, uint8_t *restrict least, uint8_t *restrict most)
{
    const uint8_t *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3], *e = rows[4], *f = rows[5], *g = rows[6], *h = rows[7];
    APART
    for (size_t i = 0; i < count; i++) {
        const uint8_t of[BLOCK] = {a[i], b[i], c[i], d[i], e[i], f[i], g[i], h[i]};
        uint8_t low = of[0], high = of[0];
        for (int y = 1; y < BLOCK; y++) {
            low = low < of[y] ? low : of[y];
            high = high > of[y] ? high : of[y];
        }
        least[i] = low;
        most[i] = high;
    }
}

WIDE static void along(uint8_t *restrict least, uint8_t *restrict most, size_t count)
{
    for (size_t step = 3; step < BLOCK_ROW; step *= 2)
        for (size_t i = 0; i < count; i++) {
            least[i] = least[i] < least[i + step] ? least[i] : least[i + step];
            most[i] = most[i] > most[i + step] ? most[i] : most[i + step];
        }
}

static void take_band(const Picture *picture, int band, uint8_t *least, uint8_t *most, const Blocks *out)
{
    const size_t width = 3 * (size_t)picture->width_px, columns = (size_t)out->columns;
    const uint8_t *rows[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
        const int y = BLOCK * band + i, last = picture->height_px - 1;
        rows[i] = picture->rgb + width * (size_t)(y < last ? y : last);
    }
    down(rows, width, least, most);
    memset(least + width, 255, (columns + 1) * BLOCK_ROW - width);
    memset(most + width, 0, (columns + 1) * BLOCK_ROW - width);
    along(least, most, columns * BLOCK_ROW);
    const size_t at = (size_t)(band * out->stride * BLOCK_BYTES);
    for (size_t i = 0; i < columns; i++) {
        memcpy(out->least + at + i * BLOCK_BYTES, least + i * BLOCK_ROW, BLOCK_BYTES);
        memcpy(out->most + at + i * BLOCK_BYTES, most + i * BLOCK_ROW, BLOCK_BYTES);
    }
}

Err blocks_new(Arena *arena, const Picture *picture, Blocks *out)
{
    *out = (Blocks){.picture = picture, .columns = (picture->width_px + BLOCK - 1) / BLOCK, .rows = (picture->height_px + BLOCK - 1) / BLOCK};
    out->stride = out->columns + 2;
    const size_t bytes = BLOCK_BYTES * (size_t)out->stride * ((size_t)out->rows + 2), before = BLOCK_BYTES * ((size_t)out->stride + 1);
    const size_t row = ((size_t)out->columns + 1) * BLOCK_ROW;
    uint8_t *all = ARENA_RAW(arena, uint8_t, 2 * bytes), *band = ARENA_RAW(arena, uint8_t, 2 * row);
    if (!all || !band)
        return (Err){ERR_MEMORY, "out of memory"};
    memset(all, 255, bytes);
    memset(all + bytes, 0, bytes);
    out->least = all + before;
    out->most = all + bytes + before;
    for (int y = 0; y < out->rows; y++)
        take_band(picture, y, band, band + row, out);
    return OK;
}
