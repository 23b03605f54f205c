/* SPDX-License-Identifier: MIT */
/* What the tests of normalize share: the geometry of the national standard, persons at random. */
#ifndef SUBJECTS_H
#define SUBJECTS_H

#include "../../stages/normalize.h"
#include <stdlib.h>

static inline Profile profile_of(int width, int height)
{
    Profile p = {.width_px = width, .height_px = height};
    static const struct {
        CheckId check;
        Range good;
    } ASKED[] = {{CHECK_hair_top_px, {50, 110}},
                 {CHECK_eye_line_px, {200, 300}},
                 {CHECK_face_width_px, {180, 300}},
                 {CHECK_centre_offset_px, {-24, 24}}};
    for (size_t i = 0; i < sizeof ASKED / sizeof *ASKED; i++)
        p.want[ASKED[i].check] = (Want){.asked = true, .good = ASKED[i].good,
                                        .review = ASKED[i].good, .level = LEVEL_REJECT};
    return p;
}

static inline double random_between(double lo, double hi)
{
    return lo + (hi - lo) * rand() / RAND_MAX;
}

static inline Subject random_subject(void)
{
    double width = random_between(480, 4000), face = width * random_between(0.15, 0.7);
    Subject s = {.width_px = (int)width, .height_px = (int)(width * random_between(1.2, 1.5)),
                 .face_width = face};
    s.eyes.x = s.width_px * random_between(0.35, 0.65);
    s.eyes.y = s.height_px * random_between(0.25, 0.6);
    s.hair_top_y = fmax(0, s.eyes.y - face * random_between(0.6, 1.2));
    return s;
}

#endif
