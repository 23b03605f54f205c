/* SPDX-License-Identifier: MIT */
/* Hair where it must not hang. */
#ifndef HAIR_H
#define HAIR_H

#include "silhouette.h"

/* Fact brow_hair of the judged picture: of the strip just above each brow the share that is far darker
 * than the cheek of the same side, the worse side, in %. Not measured where brow or cheek lie outside the
 * picture or the cheek is black. Fair hair on fair skin does not show. */
void hair_measure(const Picture *frame, const FacePlace *face, Facts *facts);

/* Fact ear_hair: of the strip just outside the face's edge at the height of the ear the share that belongs
 * to the person and is far darker than the cheek of the same side, in %. Of both sides the better one; or of one side, less 10, if the
 * person reaches as far out beside it as hair does and the fact yaw_deg is within 15. `small` is the picture `silhouette` was found on; not measured where that must not be trusted. */
void ears_measure(const Picture *small, const FacePlace *face, const Silhouette *silhouette,
                  Facts *facts);

#endif
