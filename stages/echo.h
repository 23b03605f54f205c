/* SPDX-License-Identifier: MIT */
/* A picture that lies over itself: the camera moved during the exposure, or it was exposed twice. */
#ifndef ECHO_H
#define ECHO_H

#include "luma.h"

/* How plain the plainest echo of a plane is, 0 to about 0.8: the height of the cepstrum's peak 4 to 24 pixels from its
 * middle, less that at twice the displacement, where an echo has a dip and a pattern that repeats another peak.
 * The plane is 64 pixels wide at least; more than 128 across and down do not count. */
Err echo_of(Arena *arena, const Luma *plane, double *out);

#endif
