/* SPDX-License-Identifier: MIT */
/* A shot: everything about one sample photo, decided before a pixel is drawn. */
#ifndef SHOT_H
#define SHOT_H

#include <stdbool.h>
#include <stdint.h>
#include "base.h"
#include "faults.h"

typedef enum Sampling { SAMPLING_420, SAMPLING_422, SAMPLING_444 } Sampling;
typedef enum Space { SPACE_SRGB, SPACE_P3, SPACE_ADOBE } Space;
typedef enum SizeMix { SIZE_MIXED, SIZE_SMALL, SIZE_LARGE } SizeMix;

/* What the command line asks of every photo. */
typedef struct Order {
    uint64_t seed;
    int take; /* 0: the first photo of everybody; n: the same people once more */
    double fault_share;
    FaultId only;  /* every photo has this fault; FAULT_COUNT: drawn by share */
    bool sure;         /* only faces that are far from every limit */
    bool each;     /* every fault in turn, a good photo before each four */
    bool received; /* finished 480x640 files instead of camera originals */
    SizeMix sizes;
    char corpus;         /* 'a' .. 'd': a bench corpus, no faults; 0: samples */
    const char *variant; /* of a corpus, or NULL */
} Order;

/* One person in the picture: photo pixel (u, v) shows base pixel (left + u / scale, top + v /
 * scale) of the base turned by tilt_deg (clockwise) about its eye mid-point. */
typedef struct Placed {
    int base;
    double scale, left, top, tilt_deg;
} Placed;

typedef struct Paper {
    double rgb[3];                            /* mean colour */
    double slope_x, slope_y;                  /* relative brightness change over the frame */
    double vignette;                          /* relative darkening of the corners */
    double mottle;                            /* amplitude of soft unevenness, in 8-bit units */
    double shadow;                            /* depth of the person's shadow, 0..1 */
    double shadow_dx, shadow_dy, shadow_blur; /* in face widths */
    double stripe;                            /* amplitude of vertical stripes, 0..1 */
    double stripe_px;                         /* period */
    bool curtain;                             /* soft folds instead of sharp stripes */
    bool object;                              /* a dark thing on the wall */
    double object_box[4];                     /* x, y, width, height: shares of the frame */
} Paper;

typedef struct Light {
    double gain;        /* exposure of the whole picture */
    double person_gain; /* of the person alone */
    double tone[3];     /* factors on the person's colours */
    bool one_tone;      /* after they were made grey */
    double side;        /* -1 .. 1: which cheek is dark and by how much */
    double cast[3];     /* white balance */
    double noise;       /* standard deviation at mid grey, 8-bit units */
    double blur_px;     /* base pixels, standard deviation */
    double motion_px;   /* base pixels, horizontal run */
} Light;

typedef struct FileForm {
    int quality, first_quality; /* of a save before this one; 0: none */
    size_t bytes_hi; /* the highest quality that stays below; 0: fixed quality */
    Sampling sampling;
    bool progressive, optimise, many_scans;
    int restart_rows; /* MCU rows per restart interval; 0: none */
    int dpi;          /* JFIF density; 0: unit 0, 1x1 */
    int orientation;  /* EXIF 1..8 */
    Space space;
    bool exif;
    bool untagged;    /* turned as the orientation says, but nothing in the file says it */
    const char *make, *model, *software;
    char captured[20]; /* "YYYY:MM:DD HH:MM:SS" */
    const char *fraction, *serial; /* parts of that second, number of the body; NULL: not written */
} FileForm;

/* As the truth CSVs: pixels of the upright picture. */
typedef struct Truth {
    int faces;
    double left_eye[2], right_eye[2], mouth_left[2], mouth_right[2];
    double hair_top_y, roll_deg;
    double face_left_x, face_right_x; /* half way from the eyes to the mouth: by these it is placed; points.h has
                                         the face's outermost sides */
} Truth;

typedef struct Shot {
    int index;
    uint64_t seed, face_seed; /* of the photo; of the person, the same in every retake */
    FaultId fault;
    int width_px, height_px; /* upright */
    int person_count;
    Placed person[2];
    Base worn[2]; /* the bases as these persons: their own faces */
    Paper paper;
    Light light;
    FileForm form;
    Truth truth;  /* of person[0] */
    double slack; /* of the best crop, -1: none exists */
    bool text, border, heavy_text, red_eyes, low_glasses, mosaic, mask, veil;
    double aside; /* how far both irises look to the right, share of the eye distance */
    char id[19];
    char name[2][96]; /* file names; [1] is the second file of a duplicate, or "" */
} Shot;

/* Photo `index` of an order: a function of both and of the base portraits, nothing else. */
void shot_plan(const Order *order, const Bases *bases, int index, Shot *out);

/* Width and height of the file as stored, before the orientation is applied. */
void shot_stored_size(const Shot *shot, int *width_px, int *height_px);

/* Best smallest slack (0 at a limit, 1 in the middle of every window) of all windows of the rules'
 * geometry at 480x640 inside the picture; below 0: none. An oracle of its own, by trying scales. */
double shot_slack(int width_px, int height_px, const Truth *truth);

/* Where a point of the person, in base pixels, lies in the photo. */
void shot_point(const Shot *shot, int person, const double in[2], double out[2]);

/* Where the face goes: shares of the picture's width, and of its height for the hair's top. */
typedef struct Spot {
    double face_share, eye_u, hair_v;
} Spot;

/* Makes person[0] somebody with the face of the shot's own on that base. */
void shot_wear(const Bases *bases, Shot *shot, int base);

/* For spoil.c: place a person, ask whether the invented continuation covers the picture, and
 * measure what was placed. */
void shot_place(Shot *shot, int person, const Spot *spot);
bool shot_fits_canvas(const Shot *shot, int person);
void shot_truth(Shot *shot);

#endif
