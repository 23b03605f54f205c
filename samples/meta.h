/* SPDX-License-Identifier: MIT */
/* Marker payloads of camera files: EXIF and ICC profiles, byte by byte. */
#ifndef META_H
#define META_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "shot.h"

/* "Exif\0\0" and a little-endian TIFF: Make, Model, Orientation, dpi, Software, the capture date. */
Err meta_exif(Arena *arena, const FileForm *form, Bytes *out);

/* "ICC_PROFILE\0", 1 of 1, and a version 4 matrix profile of Display P3 or Adobe RGB (1998). */
Err meta_icc(Arena *arena, Space space, Bytes *out);

#endif
