/* SPDX-License-Identifier: MIT */
/* Eyes, tilt, width, chin, lids and lips of a face by its points, each with its declared error. */
#ifndef FACE_MEASURE_H
#define FACE_MEASURE_H

#include "face_place.h"

/* `points` of one face and how far their heat maps spread, both in pixels of the source; fills what Face
 * says of eyes, tilt, sides, chin, mouth and lids. */
void face_measure(const Point points[POINT_COUNT], const double spread[POINT_COUNT], Face *out);

/* Says of all these that they are not known: NaN. */
void face_unmeasured(Face *out);

#endif
