/* SPDX-License-Identifier: MIT */
/* What is no picture along an edge: a frame, or rows that were never loaded. */
#ifndef BORDER_H
#define BORDER_H

#include "../pipeline/photo.h"
#include "planes.h"

typedef enum BorderSide { BORDER_UPPER, BORDER_LOWER, BORDER_LEFT, BORDER_RIGHT } BorderSide;

/* Lines, up to 6, that are laid along an edge: what is behind them differs from them along most of the edge, at once or softly.
 * Clothes of their colour may be behind the rest. 0 where there are none. */
int border_thin(const Picture *picture, BorderSide side);

/* Pixels of the widest band of one colour along an edge, or of a frame's rounded corners; 0 where there is none. A band
 * ends at once along its whole length, as no paper does, is thin (border_thin) and ends at once along most of it, or is at the lower edge, where the body is, and without any
 * detail over at least 48 rows. `row` has room for one row of the picture. */
int border_width(const Picture *picture, const Planes *row);

#endif
