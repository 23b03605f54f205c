/* SPDX-License-Identifier: MIT */
/* What one photo may cost in time and memory; pixels, bytes and scans are judged before by decode.h
 * and read.h. Cooperative: whoever loops over foreign data asks, nobody is interrupted. */
#ifndef BUDGET_H
#define BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "profile.h"

/* CPU time of the worker's thread, not the clock on the wall: a photo must not fail because the
 * machine is busy with other work or the disk is slow. It still depends on the processor, so the
 * limit belongs far above what any honest photo takes: 0.1 to 1 s, 3 s for 91 progressive
 * megapixels. */
typedef struct Budget {
    int64_t start_ns, cpu_ns; /* of this thread; cpu_ns 0: no limit */
    size_t memory_bytes;      /* the arena and what libjpeg holds outside it; 0: no limit */
} Budget;

/* One per core, or as many as there is address space for; at least one. */
int budget_lanes(long cores);

/* From now on, for the calling thread. The check's own range may be narrower than the key. */
Budget budget_start(const Profile *profile);

/* Whether the time is used up. About 0.3 us. Only on the thread that called budget_start. */
bool budget_over(const Budget *budget);

/* Seconds used so far, begun ones counted as whole: the watchdog's few ms past the limit must not
 * make a different report of every run. */
double budget_seconds(const Budget *budget);

/* Bytes that one photo may take, for the arena. */
size_t budget_memory(const Profile *profile);

#endif
