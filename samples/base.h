/* SPDX-License-Identifier: MIT */
/* The base portraits: rendered people, cut out by their masks and continued past the frame. */
#ifndef BASE_H
#define BASE_H

#include <stdbool.h>
#include <stdint.h>
#include "../pipeline/err.h"

enum {
    BASE_WIDTH = 900,
    BASE_HEIGHT = 1200,
    PAD_SIDE = 450,
    PAD_BELOW = 360, /* invented continuation of shoulders and clothes */
    CANVAS_WIDTH = BASE_WIDTH + 2 * PAD_SIDE,
    CANVAS_HEIGHT = BASE_HEIGHT + PAD_BELOW,
    BASE_MAX = 32,
    BEND_NODES = 65,
    BEND_FRECKLES = 32,
};

/* Premultiplied RGBA, 8 bit; base pixel (x, y) is canvas pixel (x + PAD_SIDE, y). */
typedef struct Canvas {
    uint8_t *rgba;
} Canvas;

/* A lighter or darker place of the skin: freckle, mole, blush, lines under the eyes. */
typedef struct Freckle {
    float x, y, radius; /* of one standard deviation; base pixels */
    float share;        /* of the luma there, at its middle: -0.1..0.06 */
} Freckle;

/* How a person differs from the base, see face.h. All 0: not at all. */
typedef struct Bend {
    double left, top, side; /* the square that is bent, base pixels */
    bool mirrored;
    float warmth, hair, contrast;
    double slant, slant_x, slant_y, slant_face; /* of the shoulders: tangent; chin's x, mouth's y, face width */
    float move[BEND_NODES][BEND_NODES][2];
    Freckle freckle[BEND_FRECKLES];
} Bend;

typedef struct Base {
    char name[64];  /* "s_005_clean" */
    char fault[32]; /* of truth.csv: "", "hat", ... */
    double left_eye[2], right_eye[2], mouth_left[2], mouth_right[2]; /* base pixels */
    double hair_top_y, face_left_x, face_right_x, roll_deg;
    bool good; /* without a fault, and not of the set "spare": near the limit of a check */
    bool sure; /* of the set "sure": far from every limit */
    bool posed; /* of the set "posed": made for one fault, never drawn */
    Canvas canvas;
    Bend bend;
} Base;

typedef struct Bases {
    int count;
    int drawn; /* the first so many: what a person is drawn from. Behind them stand those of the set "posed" */
    Base list[BASE_MAX];
} Bases;

/* Reads truth.csv and, for every row, NAME.jpg and NAME.mask of `folder`. Lives in the arena. */
Err bases_load(Arena *arena, const char *folder, Bases *out);

/* Index of the base with that fault or name, or -1; "" finds none: clean ones are drawn. */
int bases_find(const Bases *bases, const char *fault);

/* Top of the head (first row with at least 6 % of the face width of person, within 0.75 face width
 * of the eye mid-point) of the base, bent and turned by tilt_deg about its eye mid-point, in base
 * pixels. */
double base_hair_top(const Base *base, double tilt_deg);

/* Slope between the outlines of both shoulders 0.8 face widths left and right of the mouth's middle, degrees, clockwise. */
double base_shoulders(const Base *base);

/* Writes an 8-bit PGM as the run-length text-free form of the masks: "RUN1", width, height as
 * 16-bit little endian, then pairs (value, run - 1). */
Err base_pack_mask(Arena *arena, const char *pgm, const char *out);

#endif
