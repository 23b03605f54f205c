/* SPDX-License-Identifier: MIT */
/* The person against the paper: a smooth colour model of the paper, grown in from the edges. */
#ifndef SILHOUETTE_H
#define SILHOUETTE_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "blocks.h"
#include "face_place.h"
#include "paper_model.h"

typedef enum Label { LABEL_PAPER, LABEL_PERSON, LABEL_FOREIGN } Label;

typedef struct Silhouette {
    const Picture *picture; /* the labelled one */
    int width_px, height_px;
    uint8_t *label;      /* a Label per pixel, row after row */
    PaperModel paper;
    double threshold;    /* RGB distance from the model up to which a pixel is paper */
    bool framed;         /* a thin frame lies on its edges; the paper is known behind it only */
    bool uniform;        /* the model explains the surroundings of the head */
    const char *problem; /* why it must not be trusted; NULL if it may */
} Silhouette;

/* The labels of row y. */
static inline const uint8_t *silhouette_row(const Silhouette *in, int y)
{
    return in->label + (size_t)y * (size_t)in->width_px;
}

/* Labels every pixel. A leak into the face or an uneven background sets `problem`, never an Err. */
Err silhouette_find(Arena *arena, const Blocks *blocks, const FacePlace *face, Silhouette *out);

/* Colour of the paper at a pixel. */
void silhouette_paper(const Silhouette *silhouette, int x, int y, double rgb[3]);

/* Of the face width: how far beside the eyes the top of the head may be, and how much of a row it is. */
static const double HEAD_TOP_REACH = 0.75, HEAD_TOP_SHARE = 0.06;

/* Top of the head including hair, in picture pixels (sub-pixel): the first row from above in which
 * at least 6 % of the face width is person, within 0.75 face widths of the eye mid-point. y is NaN
 * and *problem set where the silhouette cannot be trusted there, or where what stands there is a pole. 0: cut by the upper edge. */
void silhouette_hair_top(const Picture *picture, const FacePlace *face, const Silhouette *in,
                         Head *out);

#endif
