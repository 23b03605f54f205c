/* SPDX-License-Identifier: MIT */
/* The door to libjpeg: the only place with <jpeglib.h> and setjmp. */
#ifndef JPEG_H
#define JPEG_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "jpeg_fast.h"

typedef struct ScanBands ScanBands; /* scans.h */

/* How a decode went. */
typedef struct JpegDamage {
    int warnings; /* that mean lost or altered picture data; a missing EOI after whole data is none
                   */
    const char *text; /* the first warning or the error, in the arena; NULL: none */
    bool failed;      /* no picture at all */
    bool late;        /* failed, since the budget's time was used up: nothing is said of the file */
    bool planned;     /* one baseline scan, decoded without a warning: */
    FastPlan plan;
    const ScanBands *bands; /* of a progressive one, in the arena; NULL: none */
} JpegDamage;

/* Reads all markers up to EOI without decoding (jpeg_header.c: plain byte parsing, no libjpeg).
 * Never fails: `out->format` and `out->problem` say what is wrong. Bounds: at most `bytes` are
 * read. */
void jpeg_header(Arena *arena, const uint8_t *data, size_t bytes, JpegHeader *out);

/* Decodes a 3-component 8-bit file at 1/denominator (1, 2, 4, 8; DCT-scaled) to RGB, as stored
 * (orientation and ICC not applied). A broken file is no Err: see `damage`. Err: ERR_MEMORY only.
 */
Err jpeg_decode(Arena *arena, const uint8_t *data, size_t bytes, int denominator, Picture *out,
                JpegDamage *damage);

/* The same of a received file, within source->budget: its time is asked for at every 16th row of
 * blocks of a scan or of samples, or every eighth of MCUs; of its memory libjpeg gets what the arena has not
 * when the decode begins. With source->fast plain files are decoded without libjpeg, to the same pixels. */
Err jpeg_decode_source(Arena *arena, const Source *source, int denominator, Picture *out,
                       JpegDamage *damage);

/* Encodes baseline, Huffman, JFIF with unit inch and `dpi`, no other marker. quality 1..100 (IJG).
 * full_chroma: 4:4:4, else 4:2:0. */
Err jpeg_encode(Arena *arena, const Picture *picture, int quality, bool full_chroma, int dpi,
                Bytes *out);

/* The same coefficients behind a clean header: JFIF with `dpi` first, no other APPn or COM, no table that no scan
 * takes, no fill bytes, nothing after EOI. Only for baseline YCbCr files whose header is whole; ERR_FORMAT otherwise. */
Err jpeg_clean_header(Arena *arena, const uint8_t *data, size_t bytes, int dpi, Bytes *out);

#endif
