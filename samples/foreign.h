/* SPDX-License-Identifier: MIT */
/* Files that are no JPEG, whatever their name says. */
#ifndef FOREIGN_H
#define FOREIGN_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"

/* A whole PNG of the picture, without compression. */
Err foreign_png(Arena *arena, const Picture *picture, Bytes *out);

/* The container's first boxes and then noise: enough for who looks at the first bytes. */
Err foreign_webp(Arena *arena, uint64_t seed, Bytes *out);
Err foreign_heic(Arena *arena, uint64_t seed, Bytes *out);

#endif
