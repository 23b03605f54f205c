/* SPDX-License-Identifier: MIT */
/* A face of one's own: a dozen base portraits become thousands of people, each a base bent by a
 * smooth field and toned a little, the same for every photo of a person. */
#ifndef FACE_H
#define FACE_H

#include "base.h"

/* `base` as the person of `seed`: its points, hair top and field are new, its canvas is shared. */
void face_wear(const Base *base, uint64_t seed, Base *out);

/* Turns a head that is turned already a little further: near parts one way, far parts the other. Signs
 * as of the facts yaw_deg and pitch_deg; `worn` keeps its points but for the face's edges. */
void face_turn_further(Base *worn, double yaw_deg, double pitch_deg);

/* Lifts one shoulder and lowers the other until they slant by so many degrees, clockwise; the neck stays. */
void face_slant_shoulders(Base *worn, double degrees);

/* Where the pixel at (x, y) of the person comes from in the base, both in base pixels. */
void face_source(const Bend *bend, double x, double y, double out[2]);

/* Moves a point of the base, mirrored if the person is, to where it lies on the person; base pixels. */
void face_carry(const Bend *bend, double point[2]);

/* The bent and toned person: CANVAS_WIDTH x CANVAS_HEIGHT premultiplied RGBA. */
void face_paint(const Base *base, uint8_t *rgba);

#endif
