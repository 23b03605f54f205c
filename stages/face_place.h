/* SPDX-License-Identifier: MIT */
/* Where the face is, in pixels of some picture: what the stages after detect ask of it. */
#ifndef FACE_PLACE_H
#define FACE_PLACE_H

#include "../pipeline/photo.h"

/* Indices of the 68 points: models/face/README.md. */
enum {
    POINT_EYE_LEFT = 0,
    POINT_EYE_RIGHT = 9,
    POINT_IRIS = 8, /* within an eye's nine */
    POINT_IRIS_LEFT = POINT_EYE_LEFT + POINT_IRIS,
    POINT_IRIS_RIGHT = POINT_EYE_RIGHT + POINT_IRIS,
    POINT_MOUTH_LEFT = 32,
    POINT_MOUTH_RIGHT = 36,
    POINT_LIP_UPPER = 41,
    POINT_LIP_LOWER = 44,
    POINT_CONTOUR_FIRST = 49,
    POINT_SIDE_LEFT = 50, /* in front of the ear */
    POINT_CHIN = 57,
    POINT_SIDE_RIGHT = 64,
    POINT_CONTOUR_LAST = 65,
};

typedef struct FacePlace {
    Point eyes;   /* mid-point of the eye centres */
    double width; /* face width */
    double mouth_y, chin_y;
    Point points[POINT_COUNT];
} FacePlace;

/* Extent of the contour points between just above the eye line and the mouth line; NAN, NAN where
 * there are none. */
void face_sides(const Point points[POINT_COUNT], double *left_x, double *right_x);

/* The face on a picture that shows the source from (x, y) on, `k` picture pixels per source pixel. */
FacePlace face_place(const Face *face, double x, double y, double k);

#endif
