/* SPDX-License-Identifier: MIT */
/* What a cut-out leaves around a person: a border of white paper, or a white plate behind the head. */
#ifndef RIM_H
#define RIM_H

#include "silhouette.h"

/* Whether the person begins, above and on both sides of the head, with a narrow border that is much lighter than the paper, or on
 * both sides, further out than hair mostly is, with an area that is. False on paper too light to tell. */
bool rim_around(const FacePlace *face, const Silhouette *in);

#endif
