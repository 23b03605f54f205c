/* SPDX-License-Identifier: MIT */
/* The paper behind the person, measured in Lab away from the silhouette and the outermost pixels. */
#ifndef BACKGROUND_H
#define BACKGROUND_H

#include "../pipeline/profile.h"
#include "silhouette.h"

/* Facts background_* of the labelled picture (the judged one, sRGB; 200 to 320 pixels wide is right)
 * and its median colour. Where the silhouette is not usable but a face is known, the colour is that of the
 * surroundings of the head and background_spread says how uneven they are; where these are smooth, how they change
 * across and down, too. The rest stays NaN. */
Err background_measure(Arena *arena, const FacePlace *face, const Silhouette *silhouette,
                       const Profile *profile, Background *out, Facts *facts);

#endif
