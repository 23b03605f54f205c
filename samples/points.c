/* SPDX-License-Identifier: MIT */
#include "points.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "face.h"
#include "../stages/face_place.h"

/* The point of the same name on the other side: models/face/README.md. */
static const int mirror_of[POINT_COUNT] = {
    9,  10, 11, 12, 13, 14, 15, 16, 17, 0,  1,  2,  3,  4,  5,  6,  7,  8,  22, 23, 24, 25, 18,
    19, 20, 21, 26, 27, 28, 29, 31, 30, 36, 35, 34, 33, 32, 39, 38, 37, 42, 41, 40, 45, 44, 43,
    46, 67, 66, 65, 64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47};

static bool read_points(char *line, const Base *base, double out[POINT_COUNT][2])
{
    char *next = line, *cell = strsep(&next, ",");
    if (strcmp(cell, base->name))
        return false;
    for (int i = 0; i < 2 * POINT_COUNT; i++) {
        cell = strsep(&next, ",");
        if (!cell || !*cell)
            return false;
        out[i / 2][i % 2] = atof(cell);
    }
    return true;
}

Err points_load(Arena *arena, const char *folder, const Bases *bases, BasePoints *out)
{
    char path[512], line[4096];
    snprintf(path, sizeof path, "%s/points.csv", folder);
    FILE *file = fopen(path, "r");
    if (!file)
        return fail(arena, ERR_IO, "cannot open '%s': %m", path);
    int row = 0;
    bool fine = fgets(line, sizeof line, file) != NULL; /* the header */
    for (; fine && row < bases->count; row++)
        fine = fgets(line, sizeof line, file) && read_points(line, &bases->list[row], out->at[row]);
    fclose(file);
    return fine ? OK : fail(arena, ERR_FORMAT, "not the points of the bases: '%s'", path);
}

void points_of(const BasePoints *points, const Shot *shot, Point out[POINT_COUNT])
{
    const Bend *bend = &shot->worn[0].bend;
    const double(*from)[2] = points->at[shot->person[0].base];
    for (int i = 0; i < POINT_COUNT; i++) {
        double at[2], placed[2];
        memcpy(at, from[bend->mirrored ? mirror_of[i] : i], sizeof at);
        if (bend->mirrored)
            at[0] = BASE_WIDTH - 1 - at[0];
        face_carry(bend, at);
        shot_point(shot, 0, at, placed);
        out[i] = (Point){placed[0], placed[1]};
    }
}

void points_sides(const Point at[POINT_COUNT], double *left_x, double *right_x)
{
    double eyes = (at[POINT_IRIS_LEFT].y + at[POINT_IRIS_RIGHT].y) / 2;
    double mouth = (at[POINT_MOUTH_LEFT].y + at[POINT_MOUTH_RIGHT].y) / 2;
    *left_x = INFINITY;
    *right_x = -INFINITY;
    for (int i = POINT_CONTOUR_FIRST; i <= POINT_CONTOUR_LAST; i++) {
        if (at[i].y < eyes - 0.05 * (mouth - eyes) || at[i].y > mouth)
            continue;
        *left_x = fmin(*left_x, at[i].x);
        *right_x = fmax(*right_x, at[i].x);
    }
}
