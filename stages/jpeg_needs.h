/* SPDX-License-Identifier: MIT */
/* Tells what of a JPEG a decoder takes from what only makes the file larger: tables that are defined anew or that no scan
 * takes, fill bytes, restart markers behind the last interval, segments that mean nothing in a Huffman file. */
#ifndef JPEG_NEEDS_H
#define JPEG_NEEDS_H

#include "jpeg_markers.h"

/* Four of quantisation, four Huffman ones of DC and of AC, the restart interval. */
enum { NEEDS_SLOTS = 13, SEGMENT_HEAD = 4 };

/* One table without its segment's head. */
typedef struct JpegTable {
    uint8_t marker;
    const uint8_t *body; /* NULL: none */
    size_t bytes;
} JpegTable;

/* Zeros to begin with; fed with the pieces behind SOI in their order. */
typedef struct JpegNeeds {
    JpegTable waiting[NEEDS_SLOTS]; /* defined, and not taken yet */
    const uint8_t *frame;           /* body of the frame header; NULL: not seen */
    size_t frame_bytes;
    size_t picture_bytes;    /* frame and scans, without what is spare in them */
    size_t table_bytes;      /* segments of tables as they stand */
    size_t taken_bytes;      /* the same where each table taken has its own segment, and the others none */
    size_t idle_bytes;       /* tables not taken */
    size_t spare_bytes;      /* all else but APPn and COM */
    size_t arithmetic_bytes; /* DAC: spare where the frame is a Huffman one */
    bool broken;             /* a table is cut off: libjpeg refuses the file */
} JpegNeeds;

/* True for frame and scans, and for tables: a clean file has nothing else. */
bool needs_picture(uint8_t marker);
bool needs_tables(uint8_t marker);

/* Takes a piece that `gap` bytes of no piece stand before. Puts the tables that it takes, of a scan, into `taken`; their count. */
int needs_piece(JpegNeeds *needs, const JpegPiece *piece, size_t gap, JpegTable taken[NEEDS_SLOTS]);

/* After the last piece: whether tables were idle, so that a clean file must be written table by table. */
bool needs_end(JpegNeeds *needs);

#endif
