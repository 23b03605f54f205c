/* SPDX-License-Identifier: MIT */
/* A see-through cloth over the lower face. */
#ifndef VEIL_H
#define VEIL_H

#include "face_axes.h"

/* Whether light falls at one line over both cheeks and the nose, below the eyes and above the nostrils, and at no other place
 * near it: the upper edge of something dark that the face may be seen through. `small`: the face at 20 pixels an eye
 * distance or more. */
bool veil_seen(const Picture *small, const FaceAxes *axes);

#endif
