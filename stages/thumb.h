/* SPDX-License-Identifier: MIT */
/* The small picture of a photo that somebody has to look at: for the report's page and workbook. */
#ifndef THUMB_H
#define THUMB_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"

enum { THUMB_WIDTH_PX = 120, THUMB_HEIGHT_PX = 160, THUMB_BYTES_MAX = 6144 };

/* Reduces `frame` into 120x160 (never enlarged, its shape kept) and encodes it with no metadata, at most
 * THUMB_BYTES_MAX; a function of the frame alone. No frame, or none of its qualities small enough:
 * out->data is NULL. */
Err thumb_make(Arena *arena, const Picture *frame, Bytes *out);

/* The same of a photo that was made before, below `folder`: of one that passed by itself no small picture was kept.
 * What is gone or cannot be decoded any more has none. ERR_IO: it is there and cannot be read. */
Err thumb_of_file(Arena *arena, int folder, const char *relative, Bytes *out);

#endif
