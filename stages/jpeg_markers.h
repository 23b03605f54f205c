/* SPDX-License-Identifier: MIT */
/* Walks the markers of a JPEG, one piece after the other; never past the bytes given. */
#ifndef JPEG_MARKERS_H
#define JPEG_MARKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MARKER_SOF0 = 0xc0,
    MARKER_DHT = 0xc4,
    MARKER_JPG = 0xc8,
    MARKER_DAC = 0xcc,
    MARKER_RST0 = 0xd0,
    MARKER_RST7 = 0xd7,
    MARKER_SOI = 0xd8,
    MARKER_EOI = 0xd9,
    MARKER_SOS = 0xda,
    MARKER_DQT = 0xdb,
    MARKER_DNL = 0xdc,
    MARKER_DRI = 0xdd,
    MARKER_DHP = 0xde,
    MARKER_APP0 = 0xe0,
    MARKER_APP1 = 0xe1,
    MARKER_APP2 = 0xe2,
    MARKER_APP14 = 0xee,
    MARKER_APP15 = 0xef,
    MARKER_SOF55 = 0xf7, /* JPEG-LS */
    MARKER_COM = 0xfe,
};

/* What jpeg_clean_header adds to the pieces it keeps: SOI, JFIF, EOI. */
enum { JFIF_BYTES = 18, JPEG_CLEAN_BYTES = 2 + JFIF_BYTES + 2 };

/* A marker with what belongs to it. Offsets count from the file's start. */
typedef struct JpegPiece {
    uint8_t marker;
    size_t start;        /* of the marker's FF */
    const uint8_t *body; /* behind the length field; NULL where the marker has none */
    size_t body_bytes;
    size_t end;   /* behind the body; for SOS behind the entropy-coded data */
    size_t spare; /* of that data: fill bytes, and restart markers with nothing behind them */
} JpegPiece;

/* The piece at or behind *at (2 to start with: behind SOI); moves *at to its end. Bytes that are no
 * marker are skipped. False at the end of the bytes, or where a piece is cut off. */
bool jpeg_piece_next(const uint8_t *data, size_t bytes, size_t *at, JpegPiece *out);

/* RST0 to RST7. */
bool jpeg_marker_restarts(uint8_t marker);

static inline unsigned jpeg_be16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

#endif
