/* SPDX-License-Identifier: MIT */
/* What the pixels around the eyes say of glasses, gaze and red eyes. */
#ifndef EYES_H
#define EYES_H

#include "face_axes.h"

/* Facts glasses_tint and lens_glare: they hold where the points are a little off, too, as under dark
 * lenses. Not measured where the eyes or cheeks are outside the picture or all is black. */
void glasses_measure(const Picture *frame, const FacePlace *face, Facts *facts);

/* Facts red_eye and gaze, from settled points. `gaze` also needs the fact yaw_deg. */
void eyes_measure(const Picture *frame, const FacePlace *face, Facts *facts);

#endif
