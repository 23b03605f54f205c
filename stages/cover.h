/* SPDX-License-Identifier: MIT */
/* What is worn on the head. */
#ifndef COVER_H
#define COVER_H

#include "faces.h"

/* Fact head_cover: how surely something covers the head, in %, by the square above the eyes that network was
 * trained on (models/face/README.md). `points`: in pixels of the picture. */
Err cover_measure(FaceFinder *finder, const Picture *picture, const Point points[POINT_COUNT], Facts *facts);

#endif
