/* SPDX-License-Identifier: MIT */
#include "jpeg_markers.h"

#include <string.h>

/* Offset of the next FF followed by neither 00 nor FF, or `bytes`: where markers may stand. Adds to `fills` each FF before
 * another one. */
static size_t marker_find(const uint8_t *data, size_t bytes, size_t at, size_t *fills)
{
    while (at + 1 < bytes) {
        const uint8_t *hit = data[at] == 0xff ? data + at : memchr(data + at, 0xff, bytes - at - 1); /* a call for each of many is slow */
        if (!hit)
            return bytes;
        at = (size_t)(hit - data);
        for (; at + 1 < bytes && data[at + 1] == 0xff; at++) /* the last one may start the marker */
            ++*fills;
        if (at + 1 < bytes && data[at + 1] != 0x00)
            return at;
        at += 2;
    }
    return bytes;
}

bool jpeg_marker_restarts(uint8_t marker)
{
    return marker >= MARKER_RST0 && marker <= MARKER_RST7;
}

static bool marker_stands_alone(uint8_t marker)
{
    return jpeg_marker_restarts(marker) || marker == MARKER_SOI || marker == MARKER_EOI ||
           marker == 0x01;
}

/* The end of the entropy-coded data at `at`: the next marker that is no restart. */
static size_t entropy_end(const uint8_t *data, size_t bytes, size_t at, size_t *spare)
{
    size_t tail = 0; /* restart markers in a row */
    *spare = 0;
    for (;;) {
        size_t fills = 0, end = marker_find(data, bytes, at, &fills);
        *spare += fills;
        if (end > at + fills)
            tail = 0;
        if (end >= bytes || !jpeg_marker_restarts(data[end + 1])) {
            *spare += tail;
            return end;
        }
        tail += 2;
        at = end + 2;
    }
}

bool jpeg_piece_next(const uint8_t *data, size_t bytes, size_t *at, JpegPiece *out)
{
    size_t fills = 0, start = marker_find(data, bytes, *at, &fills);
    if (start >= bytes)
        return false;
    *out = (JpegPiece){.marker = data[start + 1], .start = start, .end = start + 2};
    if (!marker_stands_alone(out->marker)) {
        if (bytes - out->end < 2)
            return false;
        size_t length = jpeg_be16(data + out->end);
        if (length < 2 || length > bytes - out->end)
            return false;
        out->body = data + out->end + 2;
        out->body_bytes = length - 2;
        out->end += length;
        if (out->marker == MARKER_SOS)
            out->end = entropy_end(data, bytes, out->end, &out->spare);
    }
    *at = out->end;
    return true;
}
