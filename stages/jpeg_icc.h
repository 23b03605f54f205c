/* SPDX-License-Identifier: MIT */
/* Joins the numbered chunks that a JPEG holds an ICC profile in. */
#ifndef JPEG_ICC_H
#define JPEG_ICC_H

#include "../pipeline/photo.h"
#include "jpeg_markers.h"

enum { ICC_CHUNKS = 256, ICC_PREFIX = 14 };

/* An ICC profile comes in up to 255 chunks. Zeros to begin with. */
typedef struct IccChunks {
    const uint8_t *data[ICC_CHUNKS]; /* by sequence number, 1.. */
    size_t bytes[ICC_CHUNKS];
    int claimed; /* how many there shall be; 0: none seen */
    int seen;
    bool broken;
} IccChunks;

/* Takes an APP2 piece that begins with "ICC_PROFILE\0". */
void icc_chunk_read(IccChunks *icc, const JpegPiece *piece);

/* Sets icc, icc_bytes and icc_broken; `icc` stays NULL where the chunks make no profile, or there is no room. */
void icc_chunks_join(Arena *arena, const IccChunks *icc, JpegHeader *out);

#endif
