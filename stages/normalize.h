/* SPDX-License-Identifier: MIT */
/* Chooses the window that keeps every geometry rule at the greatest distance from its limits. */
#ifndef NORMALIZE_H
#define NORMALIZE_H

#include "../pipeline/photo.h"
#include "../pipeline/profile.h"

/* What the solver is told, in pixels of the upright source. */
typedef struct Subject {
    int width_px, height_px; /* of the source */
    Point eyes;              /* mid-point of the eye centres */
    double face_width;
    double hair_top_y;       /* a guess will do; the facts never use it */
    bool hair_guessed;       /* then it steps back where the other rules can be kept without it */
} Subject;

/* The best window inside the source with scale <= 1, on whole pixels of a grid of `grid` source
 * pixels; its sides are exactly in the profile's proportion where that is a ratio of small numbers
 * (3:4). It is found also when rules must be broken: then by the least, and `advice` names the
 * rules in conflict. How to shoot again it says also where the rules are but narrowly kept. found = false where the source is smaller than the
 * profile's picture. Pure arithmetic. */
void normalize_solve(const Subject *subject, const Profile *profile, int grid, Crop *out,
                     Advice *advice);

/* Smallest slack over the asked windows, 1 in the middle of all, 0 at a limit, < 0 outside. A window of one end has the slack 1
 * from 2 % of the picture's height inside of it on. Where many windows have the same slack, the largest is taken; where nothing says
 * how high the eyes shall be, they are at 40 % of the height. */
double normalize_slack(const Subject *subject, const Profile *profile, const Crop *crop);

/* Geometry facts of `crop` (face_source_px, hair_top_px .. tilt_deg, eye_opening, lip_gap) with their
 * errors. Unmeasured parts of face and head stay NaN. */
void normalize_facts(const Face *face, const Head *head, const Crop *crop, const Profile *profile,
                     Facts *out);

#endif
