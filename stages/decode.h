/* SPDX-License-Identifier: MIT */
/* Header first, limits second, pixels last: one DCT-scaled pass, upright. */
#ifndef DECODE_H
#define DECODE_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "../pipeline/profile.h"

typedef struct Decoded {
    Picture picture; /* rgb NULL: not decodable or over a limit */
    double scale;    /* source pixels per picture pixel: 1, 2, 4 */
    double megabytes; /* of 1,000,000 bytes, that it takes or would have taken; whole */
} Decoded;

/* Reads source->header; facts is_jpeg .. capture_age_days, decode_megabytes, camera_data, editor_trace, end_marker,
 * damage, seams. Pixels only when the header is in the profile's limits, 8 bit and 3 components. */
Err decode_source(Arena *arena, const Profile *profile, int today, Source *source, Facts *facts,
                  Decoded *out);

/* Decodes again at a finer scale, where the face turned out too small. denominator 1 or 2. No
 * picture where the budget forbids it. */
Err decode_again(Arena *arena, const Source *source, int denominator, Decoded *out);

#endif
