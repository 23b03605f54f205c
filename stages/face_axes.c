/* SPDX-License-Identifier: MIT */
/* One turned and scaled frame per face. */
#include "face_axes.h"

#include "wide.h"

enum { CORNER_INNER = 4 }; /* within an eye's nine; the outer one is the first */

static Point eye_middle(const FacePlace *face, int eye)
{
    Point a = face->points[eye], b = face->points[eye + CORNER_INNER];
    return (Point){(a.x + b.x) / 2, (a.y + b.y) / 2};
}

FaceAxes face_axes(const FacePlace *face)
{
    Point left = eye_middle(face, POINT_EYE_LEFT), right = eye_middle(face, POINT_EYE_RIGHT);
    double unit = hypot(right.x - left.x, right.y - left.y);
    if (!(unit >= 1))
        return (FaceAxes){.unit = NAN};
    return (FaceAxes){.middle = {(left.x + right.x) / 2, (left.y + right.y) / 2},
                      .unit = unit,
                      .along_x = (right.x - left.x) / unit,
                      .along_y = (right.y - left.y) / unit};
}

Point face_axes_of(const FaceAxes *axes, Point pixel)
{
    double dx = (pixel.x - axes->middle.x) / axes->unit, dy = (pixel.y - axes->middle.y) / axes->unit;
    return (Point){dx * axes->along_x + dy * axes->along_y, dy * axes->along_x - dx * axes->along_y};
}

Point face_axes_at(const FaceAxes *axes, double u, double v)
{
    return (Point){axes->middle.x + axes->unit * (u * axes->along_x - v * axes->along_y),
                   axes->middle.y + axes->unit * (u * axes->along_y + v * axes->along_x)};
}

WIDE int face_axes_row(const FaceAxes *axes, const Picture *picture, const FaceRow *row, int *restrict at)
{
    const double *restrict u = row->u;
    const double right = picture->width_px - 0.5, lowest = picture->height_px - 0.5;
    const double middle_x = axes->middle.x, middle_y = axes->middle.y, unit = axes->unit, v = row->v;
    const double along_x = axes->along_x, along_y = axes->along_y;
    const int width = picture->width_px;
    int inside = 0;
    for (int i = 0; i < row->count; i++) {
        double x = middle_x + unit * (u[i] * along_x - v * along_y), y = middle_y + unit * (u[i] * along_y + v * along_x);
        int is = (x > -0.5) & (y > -0.5) & (x < right) & (y < lowest);
        x = x > -0.5 ? x : -0.5; /* those outside go to the rim before they become whole numbers */
        y = y > -0.5 ? y : -0.5;
        x = x < right ? x : right;
        y = y < lowest ? y : lowest;
        int place = (int)(y + 0.5) * width + (int)(x + 0.5);
        at[i] = (place & -is) | (is - 1); /* -1 where it is none */
        inside += is;
    }
    return inside;
}
