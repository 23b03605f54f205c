/* SPDX-License-Identifier: MIT */
/* Reads a JPEG back and measures the file facts: nothing is assumed of what we wrote. */
#ifndef INSPECT_H
#define INSPECT_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "../pipeline/profile.h"

/* Facts width_px .. metadata_bytes of a file (any: a broken one leaves NaN; data NULL: all). */
Err inspect_file(Arena *arena, const Bytes *file, const Profile *profile, Facts *facts, Output *out);

/* True when the header alone keeps the received file from complying (dpi, metadata, trailing
 * bytes), or nothing does. `complies` tells which. Needs 480x640 (the profile's size), baseline
 * YCbCr 8 bit, allowed sampling, quality and resulting bytes in range, orientation 1; and whoever
 * asks must see to it that no ICC profile moves the colours (icc_moves). */
bool inspect_keeps(const JpegHeader *header, size_t bytes, const Profile *profile, bool *complies);

#endif
