/* SPDX-License-Identifier: MIT */
/* What lies over the mouth: a mask, a scarf, a phone. */
#ifndef MOUTH_H
#define MOUTH_H

#include "face_place.h"

/* Fact mouth_cover of the judged picture, of which `small` is a reduction, from settled points: the share of the mouth
 * and that of the chin whose colour is neither of this person's skin below the eyes, between them and above nor of lips,
 * the smaller one, in %; or 100 where the mouth is of one lightness in a picture that is not blurred (fact sharpness), without lips and the line between them, or where a see-through veil begins above (veil.h). So beard, teeth or
 * lipstick alone do not count, nor does folded cloth of a skin's colour. Not measured
 * where either lies outside the picture or the skin is black. Where the mouth is covered, lip_gap becomes
 * unmeasured, and so is what is compared with the cheeks: to be called after all these. */
void mouth_measure(const Picture *small, const FacePlace *face, Facts *facts);

#endif
