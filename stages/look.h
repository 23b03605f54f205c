/* SPDX-License-Identifier: MIT */
/* What one candidate of the finder looks like after the points and, where these doubt, the verifier were asked. */
#ifndef LOOK_H
#define LOOK_H

#include "face_place.h"
#include "faces.h"

/* As shares of the eye distance: movement of the eyes between two passes, mean spread of the heat maps. */
static const double LOOK_MOVES_SETTLED = 0.03, LOOK_SPREAD_SURE = 0.17;

typedef struct Look { /* one candidate after the passes */
    Point points[POINT_COUNT];
    double spread[POINT_COUNT];
    double eye_movement, movement, mean_spread, eye_distance, size, score, turn;
    Point centre;
    double verified; /* what the verifier says of the finder's square, 0..1; 1 where it was not asked, of a face */
    bool placed;     /* where it is, but not how it looks: the points strayed, or saw an evened copy alone */
} Look;

/* Finder and points say so. */
bool look_is_a_face(const Look *look);

/* The points may be measured: the passes agree, or the second one is sure where a turned head had misled the first. */
bool look_has_settled(const Look *look);

/* Turned away, covered or drowned in the dark: one of finder and points is not sure. */
bool look_may_be_a_face(const Look *look, int width_px);

/* It takes more than points that hold still to make this a face. */
bool look_is_doubtful(const Look *look);

/* The verifier knows it for a face, whatever the points say. */
bool look_is_known(const Look *look);

/* Where the points strayed from the finder's square, the square says where it is. */
void look_place(Look *look, const FaceCandidate *candidate);

/* A second person beside somebody of that size, in pixels of the picture. */
bool look_stands_beside(const Look *look, double largest);

#endif
