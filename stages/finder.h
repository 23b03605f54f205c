/* SPDX-License-Identifier: MIT */
/* Reads the two finders' answers. */
#ifndef FINDER_H
#define FINDER_H

#include "faces.h"
#include "net.h"
#include "yunet.h"

enum { FINDER_CHANNELS = 10, FINDER_SHIFT = 2 };

/* Our own: `used` is the part of the input that shows the picture, scale its pixels' size in the picture's.
 * Faces of at least 0.3, each once, largest first. */
void finder_read(const NetMaps *maps, const int used[2], double scale, FaceList *out);

/* YuNet's, into the same squares. */
void finder_read_yunet(const YunetFace *faces, int count, double scale, FaceList *out);

#endif
