/* SPDX-License-Identifier: MIT */
/* Colours by an embedded profile to sRGB: the door to Little CMS. */
#ifndef ICC_H
#define ICC_H

#include "../pipeline/err.h"
#include "../pipeline/stage.h"

/* A lane's transforms, kept for the profiles that it met last: the cameras of one school are few. From
 * `arena`, which must live as long; NULL when out of memory. */
IccSeat *icc_seat_open(Arena *arena);
void icc_seat_close(IccSeat *seat);

/* Turns the picture's colours in place (relative colorimetric, 8 bit). No or an unusable profile
 * (icc->data NULL, not RGB, broken, absurd): colours stay as they are and *converted is false. */
Err icc_to_srgb(IccSeat *seat, const Bytes *icc, Picture *picture, bool *converted);

/* Of CHECK_colour_profile, when its profile has or has not converted: 1 for sRGB or what did, 0 for one that cannot, 2 where
 * there is none and EXIF tells other colours. */
int icc_says(const JpegHeader *header, bool converted);

/* Whether a header's profile would move any colour by more than rounding does: not one of sRGB itself, nor an unusable one. */
bool icc_moves(IccSeat *seat, const JpegHeader *header);

#endif
