/* SPDX-License-Identifier: MIT */
/* Rewrites a header byte by byte: the picture data is copied, never decoded. */
#include "jpeg.h"

#include <string.h>

#include "jpeg_markers.h"

static uint8_t *put(uint8_t *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes);
    return to + bytes;
}

static uint8_t *put_jfif(uint8_t *to, int dpi)
{
    uint8_t high = (uint8_t)(dpi >> 8), low = (uint8_t)dpi;
    const uint8_t jfif[JFIF_BYTES] = {0xff, MARKER_APP0,
                                      0,    JFIF_BYTES - 2,
                                      'J',  'F',
                                      'I',  'F',
                                      0,    1,
                                      1, /* version 1.01 */
                                      1, /* density in dots per inch */
                                      high, low,
                                      high, low,
                                      0,    0};
    return put(to, jfif, sizeof jfif);
}

static bool piece_kept(const JpegPiece *piece)
{
    uint8_t marker = piece->marker;
    return piece->body && marker != MARKER_COM &&
           !(marker >= MARKER_APP0 && marker <= MARKER_APP15);
}

Err jpeg_clean_header(Arena *arena, const uint8_t *data, size_t bytes, int dpi, Bytes *out)
{
    JpegHeader header;
    jpeg_header(arena, data, bytes, &header);
    if (header.problem)
        return fail(arena, ERR_FORMAT, "cannot clean the header: the file %s", header.problem);
    if (!header.baseline || !header.ycbcr || !header.end_marker)
        return fail(arena, ERR_FORMAT, "cannot clean the header: not a whole baseline YCbCr file");
    if (dpi < 1 || dpi > 65535)
        return fail(arena, ERR_FORMAT, "cannot clean the header: no density of %d dpi", dpi);

    uint8_t *to = arena_alloc(arena, header.clean_bytes);
    if (!to)
        return fail(arena, ERR_MEMORY, "no room for a file of %zu bytes", header.clean_bytes);
    *out = (Bytes){.data = to, .size = header.clean_bytes};
    to = put(to, "\xff\xd8", 2);
    to = put_jfif(to, dpi);
    size_t at = 2;
    JpegPiece piece;
    while (jpeg_piece_next(data, bytes, &at, &piece) && piece.marker != MARKER_EOI)
        if (piece_kept(&piece))
            to = put(to, data + piece.start, piece.end - piece.start);
    put(to, "\xff\xd9", 2);
    return OK;
}
