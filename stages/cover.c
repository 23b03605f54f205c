/* SPDX-License-Identifier: MIT */
#include "cover.h"

#include <math.h>
#include "face_place.h"

/* Of the training crops: the square's side, and its middle above that of the eyes, in eye distances. */
static const double SIDE = 3.4, ABOVE = 1.0;
/* %: what 2.5 % of an eye distance to any side changes in 95 of 100 faces. */
static const double COVER_ERROR = 8;

Err cover_measure(FaceFinder *finder, const Picture *picture, const Point points[POINT_COUNT], Facts *facts)
{
    Point left = points[POINT_IRIS_LEFT], right = points[POINT_IRIS_RIGHT];
    double x = right.x - left.x, y = right.y - left.y, share;
    FaceCrop crop = {.centre = {(left.x + right.x) / 2 + ABOVE * y, (left.y + right.y) / 2 - ABOVE * x},
                     .side = SIDE * fmax(hypot(x, y), 4),
                     .angle = atan2(y, x)};
    TRY(faces_cover(finder, picture, faces_snap(crop), &share));
    fact_set(facts, CHECK_head_cover, 100 * share, COVER_ERROR);
    return OK;
}
