/* SPDX-License-Identifier: MIT */
/* What the pixels around the eyes say of glasses, gaze and red eyes. */
#ifndef EYES_H
#define EYES_H

#include "face_axes.h"

/* Facts glasses_tint and lens_glare: they hold where the points are a little off, too, as under dark
 * lenses. Not measured where the eyes or cheeks are outside the picture or all is black. */
void glasses_measure(const Picture *frame, const FacePlace *face, Facts *facts);

/* Fact glasses_frame, from settled points: the darkest straight line through an eye's opening that goes on beyond both
 * corners, against the skin 0.15 eye distances below it, in %, the worse eye. Its 85th percentile counts, so that
 * iris and lashes, which end before the corners, do not. Not measured where an eye is outside the picture or all is black. */
void glasses_frame_measure(const Picture *frame, const FacePlace *face, Facts *facts);

/* Facts red_eye and gaze, from settled points. `gaze` also needs the fact yaw_deg. Where the points lie around what is no eye
 * (opaque lenses, something over the eyes), gaze is not measured, nor is eye_opening any more. */
void eyes_measure(const Picture *frame, const FacePlace *face, Facts *facts);

#endif
