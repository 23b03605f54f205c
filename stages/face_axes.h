/* SPDX-License-Identifier: MIT */
/* A face's own coordinates: origin between the eyes, u along the eye line, v down the face, unit the
 * distance between the middles of the eyes' corners. Tilt, size and place fall out of what is
 * measured in them. */
#ifndef FACE_AXES_H
#define FACE_AXES_H

#include "face_place.h"

typedef struct FaceAxes {
    Point middle;            /* of the eyes' middles, pixels */
    double unit;             /* pixels */
    double along_x, along_y; /* unit vector of u */
} FaceAxes;

/* From the eyes' corners: an iris moves with the gaze. `unit` is NaN where the points coincide. */
FaceAxes face_axes(const FacePlace *face);

Point face_axes_of(const FaceAxes *axes, Point pixel); /* pixels to (u, v) */
Point face_axes_at(const FaceAxes *axes, double u, double v); /* (u, v) to pixels */

typedef struct FaceRow { /* places of one v */
    double v;
    const double *u;
    int count;
} FaceRow;

/* The pixels nearest to them, row * width + column, and -1 where one lies outside of the picture; returns how many lie inside. */
int face_axes_row(const FaceAxes *axes, const Picture *picture, const FaceRow *row, int *at);

#endif
