/* SPDX-License-Identifier: MIT */
/* The 68 points of models/face/README.md on the base portraits, and on everybody made of them. */
#ifndef SAMPLE_POINTS_H
#define SAMPLE_POINTS_H

#include "../pipeline/photo.h"
#include "shot.h"

typedef struct BasePoints {
    double at[BASE_MAX][POINT_COUNT][2]; /* base pixels */
} BasePoints;

/* Reads points.csv of the bases' folder: a row for each row of truth.csv, in the same order. Its points are
 * those of our own network, moved to the eyes, mouth corners and sides of truth.csv (models/training/base_points.py). */
Err points_load(Arena *arena, const char *folder, const Bases *bases, BasePoints *out);

/* Of person[0] in the photo's pixels: bent, mirrored, turned and placed as the picture is. */
void points_of(const BasePoints *points, const Shot *shot, Point out[POINT_COUNT]);

/* Outermost points of the face's contour between eye and mouth line, as the rules' width asks. */
void points_sides(const Point at[POINT_COUNT], double *left_x, double *right_x);

#endif
