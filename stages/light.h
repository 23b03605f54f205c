/* SPDX-License-Identifier: MIT */
/* Light on the face, sharpness, clothes. */
#ifndef LIGHT_H
#define LIGHT_H

#include "luma.h"
#include "silhouette.h"

/* Facts face_light, over_exposed, under_exposed, white_level, light_balance, sharpness of the judged picture, whose luma
 * is given. */
Err light_measure(Arena *arena, const Picture *frame, const Luma *luma, const FacePlace *face, Facts *facts);

/* Whether cloth of this colour is white: L* at least 60, chroma at most 16. */
bool clothes_white(const uint8_t rgb[3]);

/* Facts white_top and silhouette_contrast. `small` is the picture `silhouette` was found on. */
Err clothes_measure(Arena *arena, const Picture *small, const FacePlace *face,
                    const Silhouette *silhouette, Facts *facts);

#endif
