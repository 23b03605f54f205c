/* SPDX-License-Identifier: MIT */
/* Whether both shoulders are equally high. */
#ifndef SHOULDERS_H
#define SHOULDERS_H

#include "silhouette.h"

/* Fact shoulders_deg: the slope between the outlines of both shoulders at the same distance left and right of the
 * chin, in degrees; positive: the shoulder on the right side of the picture is the lower one. The median over the
 * distances from 0.55 to 1.10 face widths at which both are seen below paper; the error grows with what these differ.
 * Hidden (fact_hide) where they differ by more than shoulders do or fewer than 6 are seen: for hair, the picture's edge,
 * or a background that cannot be told from the person. `silhouette`: of the same picture as `face`, which shows the
 * person as received. */
void shoulders_measure(const FacePlace *face, const Silhouette *silhouette, Facts *facts);

#endif
