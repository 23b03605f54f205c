/* SPDX-License-Identifier: MIT */
/* What a file is by its first bytes, whatever its name says. */
#ifndef JPEG_FORMAT_H
#define JPEG_FORMAT_H

#include "../pipeline/photo.h"

/* `problem`: a literal that says why it is no JPEG; NULL for FORMAT_JPEG. */
Format format_find(const uint8_t *data, size_t bytes, const char **problem);

/* Of a FORMAT_JPEG: a literal that says why it is none that our readers know, as the standards have more kinds; NULL: it is
 * one, or damaged. Reads up to the first scan. */
const char *format_unusual(const uint8_t *data, size_t bytes);

#endif
