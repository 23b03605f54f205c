/* SPDX-License-Identifier: MIT */
/* A face that turns moves its near parts one way and its far parts the other: the tip of the nose stands
 * before the eyes' plane by 0.7 eye distances, the cheeks' edges behind it by 1.1. So the places of both,
 * in the face's own coordinates, are nearly linear in the sine of the turn.
 *
 * bench/pose_fit.py makes the weights from 3,222 faces with 68 labelled points: a rigid shape and a turn
 * per face by factorisation of all points, then the unbiased linear estimate of the turn from our own
 * points of every second face. So they make up for networks that turn their points less than the head
 * turns: fit again when the networks change. On the other half yaw is off by 0.8 degrees and pitch by 1.1
 * (median). Yaw has no constant, for a mirrored face turns the
 * other way; pitch has no zero of its own: 0 is the median of 1,140 official and team portraits. */
#include "pose.h"

#include "face_axes.h"

static const double YAW_NOSE = 0.532, YAW_SIDES = -0.598;
static const double PITCH_NOSE = 0.481, PITCH_SIDES = -0.855, PITCH_MOUTH = 0.231, PITCH_ZERO = 0.037;
static const double YAW_ERROR_DEG = 3.6, PITCH_ERROR_DEG = 3.6; /* 95th percentiles there */

enum {
    NOSE_TIP = 28,
    SIDE_FIRST = 50, /* the cheek's edge from ear to jaw corner, left; its mirror begins at ... */
    SIDE_MIRROR = 61,
    SIDE_COUNT = 4,
};

static double degrees(double sine)
{
    return asin(fmax(-1, fmin(1, sine))) * 180 / M_PI;
}

Pose pose_of(const FacePlace *face)
{
    FaceAxes axes = face_axes(face);
    Point side = {0, 0}, nose = face_axes_of(&axes, face->points[NOSE_TIP]);
    Point left = face_axes_of(&axes, face->points[POINT_MOUTH_LEFT]);
    Point right = face_axes_of(&axes, face->points[POINT_MOUTH_RIGHT]);
    for (int i = 0; i < SIDE_COUNT; i++) {
        Point l = face_axes_of(&axes, face->points[SIDE_FIRST + i]);
        Point r = face_axes_of(&axes, face->points[SIDE_MIRROR + i]);
        side.x += (l.x + r.x) / (2 * SIDE_COUNT);
        side.y += (l.y + r.y) / (2 * SIDE_COUNT);
    }
    double yaw = YAW_NOSE * nose.x + YAW_SIDES * side.x;
    double pitch = PITCH_NOSE * nose.y + PITCH_SIDES * side.y + PITCH_MOUTH * (left.y + right.y) / 2 +
                   PITCH_ZERO;
    if (!isfinite(yaw) || !isfinite(pitch))
        return (Pose){NAN, NAN};
    return (Pose){degrees(yaw), degrees(pitch)};
}

void pose_measure(const FacePlace *face, Facts *facts)
{
    Pose pose = pose_of(face);
    if (!isfinite(pose.yaw_deg))
        return;
    fact_set(facts, CHECK_yaw_deg, pose.yaw_deg, YAW_ERROR_DEG);
    fact_set(facts, CHECK_pitch_deg, pose.pitch_deg, PITCH_ERROR_DEG);
}
