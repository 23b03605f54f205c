/* SPDX-License-Identifier: MIT */
/* Paper that a lamp or flash lightens around the head until no model of the paper explains it. */
#ifndef GLOW_H
#define GLOW_H

#include "bitmap.h"
#include "silhouette.h"

/* Sets `out` to the paper with all lighter paper above the chin that touches the person and is reached from the paper
 * without a step in colour. bits is NULL where that is too little to matter, or there is no room. */
void glow_paper(Arena *arena, const FacePlace *face, const Silhouette *in, Bitmap *out);

#endif
