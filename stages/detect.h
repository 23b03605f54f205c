/* SPDX-License-Identifier: MIT */
/* Finds the faces of a picture and measures the largest by its points. */
#ifndef DETECT_H
#define DETECT_H

#include "faces.h"

/* Counts the faces and measures the largest, in pixels of the upright source (`scale` source pixels
 * per picture pixel). Facts: faces. A face whose points keep moving between the passes has
 * settled = false and NaN measures; of one that has, fact head_cover. */
Err detect_faces(FaceFinder *finder, const Picture *picture, double scale, Faces *out,
                 Facts *facts);

#endif
