/* SPDX-License-Identifier: MIT */
/* The studio paper: colour, uneven light, soft spots, the person's shadow, stripes, a thing on the
 * wall. */
#ifndef PAPER_H
#define PAPER_H

#include "scale.h"

typedef struct PaperField PaperField;

/* `person`: who throws the shadow; NULL: nobody. NULL: no memory. */
PaperField *paper_open(Arena *arena, const Shot *shot, const Scaler *person,
                       double face_width_base);

/* Row v: width_px RGB triples, 0..255. */
void paper_row(PaperField *field, int v, float *rgb);

#endif
