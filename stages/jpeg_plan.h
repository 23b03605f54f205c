/* SPDX-License-Identifier: MIT */
/* From libjpeg's words to ours. */
#ifndef JPEG_PLAN_H
#define JPEG_PLAN_H

#include "jpeg_fast.h"

struct jpeg_decompress_struct;

/* After jpeg_read_header, which has left the source in front of the scan's first byte; `end` is that of the file's
 * bytes. False where the file is not plain: it is libjpeg's. The budget is left to the caller. */
bool jpeg_plan(const struct jpeg_decompress_struct *info, const uint8_t *end, FastPlan *out);

#endif
