/* SPDX-License-Identifier: MIT */
/* From libjpeg's words to ours. */
#ifndef JPEG_PLAN_H
#define JPEG_PLAN_H

#include "jpeg_fast.h"

struct jpeg_decompress_struct;

/* After jpeg_read_header: whether jpeg_fast makes the pixels of the plan. Where not, they are libjpeg's. */
bool jpeg_is_plain(const struct jpeg_decompress_struct *info);

/* After jpeg_read_header, which has left the source in front of the scan's first byte; `end` is that of the file's
 * bytes. False where it is no baseline scan of all three components, or none that scan.h holds. The budget is left to
 * the caller. */
bool jpeg_plan(const struct jpeg_decompress_struct *info, const uint8_t *end, FastPlan *out);

#endif
