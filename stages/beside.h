/* SPDX-License-Identifier: MIT */
/* A second person behind the first one, whose half hidden face the finder may not see. */
#ifndef BESIDE_H
#define BESIDE_H

#include "silhouette.h"

/* Whether skin shows where only hair may be: beside the face, further out than ears, and above the chin, in what the
 * silhouette took for the person. Never in a grey picture. `row` has room for a row of labels as bits. */
bool beside_is_somebody(const FacePlace *face, const Silhouette *in, uint64_t *row);

#endif
