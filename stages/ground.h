/* SPDX-License-Identifier: MIT */
/* What is above and below a mark: the ground of letters, or more of the cloth's pattern. */
#ifndef GROUND_H
#define GROUND_H

#include "../pipeline/photo.h"
#include "lattice.h"

/* Whether the mark's colour, and that at its left or its right, go on above it as well as below, side by side. Beyond the picture's edge
 * it is as on the other side of the mark. */
bool ground_is_cloth(const Picture *picture, const Blob *mark);

#endif
