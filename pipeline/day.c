/* SPDX-License-Identifier: MIT */
#include "day.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

Err day_of_run(Arena *arena, int *out)
{
    enum { SECONDS_PER_DAY = 86400, DIGITS_MAX = 12 };
    static const long long BEYOND = 253402300800; /* 10000-01-01 */
    const char *said = getenv("SOURCE_DATE_EPOCH");
    long long now = time(NULL);
    if (said) {
        size_t digits = strspn(said, "0123456789");
        now = digits && digits <= DIGITS_MAX && !said[digits] ? atoll(said) : BEYOND;
        if (now >= BEYOND)
            return fail(arena, ERR_USAGE, "SOURCE_DATE_EPOCH is '%s', and no number of seconds since 1970", said);
    }
    *out = (int)(now / SECONDS_PER_DAY);
    return OK;
}
