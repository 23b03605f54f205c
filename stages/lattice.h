/* SPDX-License-Identifier: MIT */
/* The pattern of clothes: one mark again and again, in rows and in columns. */
#ifndef LATTICE_H
#define LATTICE_H

#include "strokes.h"

enum { BLOBS_MOST = 2000 };

/* Strokes of one kind that hang together. */
typedef struct Blob {
    int left, top, right, bottom, size;
    int colour[3];
    int dark;   /* 1: darker than its surroundings */
    int number; /* of those found */
    bool woven; /* of the clothes' pattern */
} Blob;

/* Sets `woven` of those of up to BLOBS_MOST marks, sorted by `left`, that are of clothes: which lie in the middle between
 * two pairs of marks of their shape and colour, in two directions, with few others around; and of what is near such a
 * one, has its colour and is as wide or as high. None where there are less than 8 of the former, or one begins above
 * chin_y: clothes are below. */
void lattice_find(const Strokes *strokes, double chin_y, Blob *marks, int count);

#endif
