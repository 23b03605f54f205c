/* SPDX-License-Identifier: MIT */
/* Rewrites a header byte by byte: the picture data is copied, never decoded. */
#include "jpeg.h"

#include <assert.h>
#include <string.h>

#include "jpeg_needs.h"

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

/* Where coded data from `coded` to `end` ends but for fill bytes and restarts, behind which nothing restarts. */
static size_t coded_end(const uint8_t *data, size_t coded, size_t end)
{
    for (;;)
        if (end > coded && data[end - 1] == 0xff)
            end--;
        else if (end >= coded + 2 && data[end - 2] == 0xff && jpeg_marker_restarts(data[end - 1]))
            end -= 2;
        else
            return end;
}

/* A piece without what is spare in its coded data, where an FF before another one fills. */
static uint8_t *put_piece(uint8_t *to, const uint8_t *data, const JpegPiece *piece)
{
    if (!piece->spare)
        return put(to, data + piece->start, piece->end - piece->start);
    size_t coded = (size_t)(piece->body - data) + piece->body_bytes;
    to = put(to, data + piece->start, coded - piece->start);
    size_t end = coded_end(data, coded, piece->end);
    for (size_t i = coded; i < end; i++)
        if (data[i] != 0xff || data[i + 1] != 0xff)
            *to++ = data[i];
    return to;
}

static uint8_t *put_table(uint8_t *to, const JpegTable *table)
{
    size_t length = table->bytes + SEGMENT_HEAD - 2;
    const uint8_t head[SEGMENT_HEAD] = {0xff, table->marker, (uint8_t)(length >> 8), (uint8_t)length};
    return put(put(to, head, sizeof head), table->body, table->bytes);
}

static bool tables_idle(const uint8_t *data, size_t bytes)
{
    JpegNeeds needs = {0};
    JpegTable taken[NEEDS_SLOTS];
    JpegPiece piece;
    for (size_t at = 2; jpeg_piece_next(data, bytes, &at, &piece) && piece.marker != MARKER_EOI;)
        needs_piece(&needs, &piece, 0, taken);
    return needs_end(&needs);
}

/* Frame, scans and tables up to EOI. Tables stand as they stood, or where some are left out, before the scan that takes them. */
static uint8_t *put_picture(uint8_t *to, const uint8_t *data, size_t bytes)
{
    bool apart = tables_idle(data, bytes);
    JpegNeeds needs = {0};
    JpegTable taken[NEEDS_SLOTS];
    JpegPiece piece;
    for (size_t at = 2; jpeg_piece_next(data, bytes, &at, &piece) && piece.marker != MARKER_EOI;) {
        int count = needs_piece(&needs, &piece, 0, taken);
        for (int i = 0; i < count && apart; i++)
            to = put_table(to, &taken[i]);
        if (piece.body && (needs_picture(piece.marker) || (!apart && needs_tables(piece.marker))))
            to = put_piece(to, data, &piece);
    }
    return to;
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
    to = put_picture(to, data, bytes);
    to = put(to, "\xff\xd9", 2);
    assert((size_t)(to - out->data) == out->size);
    return OK;
}
