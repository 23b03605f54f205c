/* SPDX-License-Identifier: MIT */
/* The silhouette of a picture, as the flow finds it. */
#ifndef SILHOUETTE_OF_H
#define SILHOUETTE_OF_H

#include "../../stages/silhouette.h"

static Err silhouette_of(Arena *memory, const Picture *picture, const FacePlace *face, Silhouette *out)
{
    Blocks blocks;
    TRY(blocks_new(memory, picture, &blocks));
    return silhouette_find(memory, &blocks, face, out);
}

#endif
