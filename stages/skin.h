/* SPDX-License-Identifier: MIT */
/* The colours of the face: whether there are any, and whether they are a person's. */
#ifndef SKIN_H
#define SKIN_H

#include "face_place.h"

/* Facts face_colours and skin_cast of the judged picture in sRGB, of which `small` is a reduction (200 to 320 pixels wide
 * is right: noise of a sensor is gone, and so is what JPEG did to the chroma). */
void skin_measure(const Picture *small, const FacePlace *face, Facts *facts);

#endif
