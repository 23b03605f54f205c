/* SPDX-License-Identifier: MIT */
#include "budget.h"

#include <limits.h>
#include <math.h>
#include <time.h>
#include "arena.h"

static const double NS = 1e9, MEGABYTE = 1e6;

static int64_t thread_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* The key, or the check's upper end where that is lower. 0: no limit. */
static double narrower(int key, const Want *want)
{
    return want->asked && (!key || want->good.hi < key) ? want->good.hi : key;
}

size_t budget_memory(const Profile *profile)
{
    enum { ADDRESSES_MB = 768 }; /* where there is no limit */
    int megabytes = profile->memory_max_mb ? profile->memory_max_mb : ADDRESSES_MB;
    return (size_t)megabytes * (size_t)MEGABYTE;
}

int budget_lanes(long cores)
{
    enum { LANE_MB = 1100, OF = 8, FOR_LANES = 5 }; /* the rest of the address space: the program, and what grows with the photos */
    size_t lanes = arena_space_bytes() / OF * FOR_LANES / (LANE_MB * (size_t)MEGABYTE);
    size_t most = cores > INT_MAX ? INT_MAX : cores < 1 ? 1 : (size_t)cores;
    return (int)(lanes < 1 ? 1 : lanes < most ? lanes : most);
}

Budget budget_start(const Profile *profile)
{
    double seconds = narrower(profile->time_max_s, &profile->want[CHECK_cpu_seconds]);
    double megabytes = narrower(profile->memory_max_mb, &profile->want[CHECK_decode_megabytes]);
    return (Budget){.start_ns = thread_ns(),
                    .cpu_ns = isfinite(seconds) ? (int64_t)(seconds * NS) : 0,
                    .memory_bytes = isfinite(megabytes) ? (size_t)(megabytes * MEGABYTE) : 0};
}

bool budget_over(const Budget *budget)
{
    return budget->cpu_ns && thread_ns() - budget->start_ns > budget->cpu_ns;
}

double budget_seconds(const Budget *budget)
{
    return ceil((double)(thread_ns() - budget->start_ns) / NS);
}
