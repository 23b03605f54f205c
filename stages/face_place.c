/* SPDX-License-Identifier: MIT */
/* One face, seen on the source, on a reduction or on the frame. */
#include "face_place.h"

void face_sides(const Point points[POINT_COUNT], double *left_x, double *right_x)
{
    double eyes = (points[POINT_IRIS_LEFT].y + points[POINT_IRIS_RIGHT].y) / 2;
    double mouth = (points[POINT_MOUTH_LEFT].y + points[POINT_MOUTH_RIGHT].y) / 2;
    double from = eyes - 0.05 * (mouth - eyes);
    *left_x = INFINITY;
    *right_x = -INFINITY;
    for (int i = POINT_CONTOUR_FIRST; i <= POINT_CONTOUR_LAST; i++) {
        if (points[i].y < from || points[i].y > mouth)
            continue;
        *left_x = fmin(*left_x, points[i].x);
        *right_x = fmax(*right_x, points[i].x);
    }
    double nearest = fmin(points[POINT_IRIS_LEFT].x, points[POINT_IRIS_RIGHT].x);
    double farthest = fmax(points[POINT_IRIS_LEFT].x, points[POINT_IRIS_RIGHT].x);
    if (!(*left_x < nearest && *right_x > farthest)) /* a head tilted so far that its sides lie elsewhere */
        *left_x = *right_x = NAN;
}

FacePlace face_place(const Face *face, double x, double y, double k)
{
    FacePlace place;
    double left, right;
    for (int i = 0; i < POINT_COUNT; i++) /* an index names a pixel's centre */
        place.points[i] = (Point){(face->points[i].x + 0.5 - x) * k - 0.5,
                                  (face->points[i].y + 0.5 - y) * k - 0.5};
    const Point *p = place.points;
    place.eyes = (Point){(p[POINT_IRIS_LEFT].x + p[POINT_IRIS_RIGHT].x) / 2,
                         (p[POINT_IRIS_LEFT].y + p[POINT_IRIS_RIGHT].y) / 2};
    place.mouth_y = (p[POINT_MOUTH_LEFT].y + p[POINT_MOUTH_RIGHT].y) / 2;
    place.chin_y = p[POINT_CHIN].y;
    face_sides(p, &left, &right);
    place.width = right - left;
    if (!isfinite(place.width)) /* the contour missed the cheeks: 2.3 eye distances */
        place.width = 2.3 * hypot(p[POINT_IRIS_RIGHT].x - p[POINT_IRIS_LEFT].x,
                                  p[POINT_IRIS_RIGHT].y - p[POINT_IRIS_LEFT].y);
    return place;
}
