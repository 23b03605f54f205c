/* SPDX-License-Identifier: MIT */
/* What the journal keeps of a photo that came home. */
#ifndef RUN_ROW_H
#define RUN_ROW_H

#include "run.h"

/* `read_at_ns`: when it was taken out, CLOCK_REALTIME. Points into the photo, whose texts it needs; the times of its
 * stages are not in it yet. */
Err row_of(const Run *run, const Photo *photo, const Listed *file, int64_t read_at_ns, Row *out);

#endif
