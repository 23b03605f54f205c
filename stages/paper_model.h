/* SPDX-License-Identifier: MIT */
/* The colour of the paper behind a head, as a smooth function of the place. */
#ifndef PAPER_MODEL_H
#define PAPER_MODEL_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "face_place.h"

enum { PAPER_TERMS = 6 };

/* RGB distance: below it a threshold would follow JPEG noise. */
static const double PAPER_FLOOR = 11;

/* A quadratic over the picture, per channel R, G, B: coefficients of 1, u, v, u*u, u*v, v*v with
 * u = x/width - 0.5, v = y/height - 0.5. */
typedef struct PaperModel {
    double c[3][PAPER_TERMS];
    double noise;   /* robust standard deviation of the fit, RGB distance; NaN: there is no paper */
    double inliers; /* share of the region beside the head that the model explains */
    double edges;   /* the same along the left, right and upper edge, above the eyes */
    double behind_frame; /* as `edges`, but for the outermost samples */
} PaperModel;

Err paper_model(Arena *arena, const Picture *picture, const FacePlace *face, PaperModel *out);

void paper_colour(const PaperModel *model, double u, double v, double rgb[3]);

/* The model along a row of `width_px` pixels, all of red, then green, then blue: at + v * (slope + v * bend). */
typedef struct PaperRow {
    int width_px;
    float *at, *slope, bend[3];
} PaperRow;

/* at is NULL where there is no room. */
PaperRow paper_row_new(Arena *arena, const PaperModel *model, int width_px);

/* Colours of row y of height_px, all of red, then green, then blue. */
void paper_row(const PaperRow *row, int y, int height_px, float *restrict out);

/* RGB distance from the model up to which a pixel is paper. */
double paper_threshold(const PaperModel *model);

#endif
