/* SPDX-License-Identifier: MIT */
/* The highest quality whose file fits the byte window, as far as the search can tell without trying the next one: see
 * SURELY_OVER. The result depends on the picture alone. */
#ifndef ENCODE_H
#define ENCODE_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "../pipeline/profile.h"

/* Encodes `frame`. Fact byte_window: 1, or 0 with nearest_* on both sides and file.data NULL. */
Err encode_frame(Arena *arena, const Profile *profile, const Picture *frame, Output *out,
                 Facts *facts);

/* The same of a frame whose pixels were coded at this very size: several tries more, and none is left out. */
Err encode_again(Arena *arena, const Profile *profile, const Picture *frame, Output *out, Facts *facts);

#endif
