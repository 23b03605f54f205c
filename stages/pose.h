/* SPDX-License-Identifier: MIT */
/* Which way the head is turned. */
#ifndef POSE_H
#define POSE_H

#include "face_place.h"

/* Signs as in ISO/IEC 39794-5: yaw positive when the person looks to their own left (the nose moves right
 * in the picture), pitch positive when they look down. */
typedef struct Pose {
    double yaw_deg, pitch_deg; /* both NaN where the points have no frame */
} Pose;

Pose pose_of(const FacePlace *face);

/* Facts yaw_deg and pitch_deg, from settled points alone. */
void pose_measure(const FacePlace *face, Facts *facts);

#endif
