/* SPDX-License-Identifier: MIT */
#include "jpeg_icc.h"

#include <string.h>

void icc_chunk_read(IccChunks *icc, const JpegPiece *piece)
{
    if (piece->body_bytes < ICC_PREFIX) {
        icc->broken = true;
        return;
    }
    int number = piece->body[12], claimed = piece->body[13];
    if (!icc->claimed)
        icc->claimed = claimed;
    if (!number || number > claimed || claimed != icc->claimed || icc->data[number]) {
        icc->broken = true;
        return;
    }
    icc->data[number] = piece->body + ICC_PREFIX;
    icc->bytes[number] = piece->body_bytes - ICC_PREFIX;
    icc->seen++;
}

void icc_chunks_join(Arena *arena, const IccChunks *icc, JpegHeader *out)
{
    out->icc_broken = icc->broken || icc->seen != icc->claimed;
    if (!icc->claimed || out->icc_broken)
        return;
    size_t total = 0;
    for (int i = 1; i <= icc->claimed; i++)
        total += icc->bytes[i];
    uint8_t *joined = total ? arena_alloc(arena, total) : NULL;
    if (!joined) { /* empty, or no memory: what is there is not used */
        out->icc_broken = true;
        return;
    }
    out->icc = joined;
    out->icc_bytes = total;
    for (int i = 1; i <= icc->claimed; i++) {
        memcpy(joined, icc->data[i], icc->bytes[i]);
        joined += icc->bytes[i];
    }
}
