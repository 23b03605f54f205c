/* SPDX-License-Identifier: MIT */
/* Samples of the picture beside the head, where paper should be. */
#ifndef PAPER_GRID_H
#define PAPER_GRID_H

#include "../pipeline/photo.h"
#include "face_place.h"

enum { PAPER_SAMPLES_MOST = 4096, PAPER_LANES = 4, PAPER_POWERS = 4 };

/* The level of what is no sample: its distance is beyond every reach. */
static const double PAPER_NO_SAMPLE = 1e9;

/* Places of a row: those behind the first `left` are `skip` columns further right. All are whole lanes. */
typedef struct PaperGridRow {
    double v;
    size_t at, count, left, skip;
} PaperGridRow;

/* Every step-th pixel of every step-th row: those beside the head are samples. Rows are filled up to whole lanes, so that
 * so many samples are looked at at once; lanes within the head have no places. */
typedef struct PaperGrid {
    int first, step, columns, rows, count; /* the latter: of samples */
    size_t stride, total;                  /* places of a whole row; of all rows */
    double *u[PAPER_POWERS]; /* u, u^2, u^3, u^4 of a column */
    double *rgb[3];
    double *away;   /* squared distance from the model */
    double *fitted; /* the same from the model before, by which this one was fitted */
    double *kept;
    PaperGridRow *row;
} PaperGrid;

/* False where there is no room. */
bool paper_grid(Arena *arena, const Picture *picture, const FacePlace *face, PaperGrid *out);

#endif
