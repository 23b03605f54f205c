/* SPDX-License-Identifier: MIT */
/* A head in three dimensions, for tests of what follows its turn: the mean shape of portraits, in eye
 * distances, x right, y down, z away from the camera, origin between the eyes. */
#ifndef HEAD_H
#define HEAD_H

#include <math.h>
#include "../../stages/face_axes.h"

typedef struct Head3 {
    double unit, x; /* eye distance and place, pixels */
    double yaw_deg, pitch_deg, roll_deg;
    double flat; /* share of the depth that is lost: networks turn their points less than the head turns */
} Head3;

static inline Point head_point(const Head3 *head, double x, double y, double z)
{
    double yaw = head->yaw_deg * M_PI / 180, pitch = head->pitch_deg * M_PI / 180;
    double roll = head->roll_deg * M_PI / 180;
    z *= 1 - head->flat;
    double turned_x = x * cos(yaw) - z * sin(yaw), turned_z = x * sin(yaw) + z * cos(yaw);
    double nodded_y = y * cos(pitch) - turned_z * sin(pitch);
    return (Point){head->x + 400 + head->unit * (turned_x * cos(roll) - nodded_y * sin(roll)),
                   400 + head->unit * (turned_x * sin(roll) + nodded_y * cos(roll))};
}

/* The points that pose and axes read; the others lie between the eyes. */
static inline FacePlace head_place(const Head3 *head)
{
    static const double POINTS[][4] = { /* number, x, y, z */
        {0, -0.72, -0.02, 0.08},  {4, -0.28, 0.02, -0.08},  {9, 0.72, -0.02, 0.08},
        {13, 0.28, 0.02, -0.08},  {28, 0, 0.70, -0.72},     {32, -0.45, 1.04, -0.07},
        {36, 0.45, 1.04, -0.07},  {49, -1.13, -0.02, 0.99}, {50, -1.12, 0.24, 1.07},
        {51, -1.10, 0.50, 1.09},  {52, -1.07, 0.76, 1.09},  {53, -1.00, 1.04, 1.04},
        {57, 0, 1.92, 0.05},      {61, 1.00, 1.04, 1.04},   {62, 1.07, 0.76, 1.09},
        {63, 1.10, 0.50, 1.09},   {64, 1.12, 0.24, 1.07},   {65, 1.13, -0.02, 0.99},
    };
    FacePlace face = {.width = 2.25 * head->unit};
    Point middle = head_point(head, 0, 0, 0);
    for (int i = 0; i < POINT_COUNT; i++)
        face.points[i] = middle;
    for (size_t i = 0; i < sizeof POINTS / sizeof *POINTS; i++)
        face.points[(int)POINTS[i][0]] =
            head_point(head, POINTS[i][1], POINTS[i][2], POINTS[i][3]);
    face.eyes = middle;
    return face;
}

#endif
