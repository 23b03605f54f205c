/* SPDX-License-Identifier: MIT */
/* What lies on the paper: the person's shadow, objects. */
#ifndef BLOTS_H
#define BLOTS_H

#include "silhouette.h"

/* Share, in %, of the ring beside the head and neck (up to half a face width away) that is paper in
 * shadow: the paper's colour times 0.5 (coloured: 0.3) to 0.97, without texture, and narrow strips of it at the silhouette. NaN where
 * there is hardly a ring, where hair or face are like paper in the shade, and when out of memory. */
double blots_shadow(Arena *arena, const FacePlace *face, const Silhouette *silhouette);

/* Share, in %, of the background that is foreign components of some size, neither paper nor touching
 * the person, and of what stands apart from the head above the eyes. NaN where something reaches from the picture's edge to
 * the person, where somebody else's skin shows beside the face, and when out of memory. What else touches the person is
 * taken for the person. */
double blots_objects(Arena *arena, const FacePlace *face, const Silhouette *silhouette);

#endif
