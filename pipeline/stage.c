/* SPDX-License-Identifier: MIT */
#include "stage.h"
#include <stdio.h>

void photo_times(const Photo *photo, const Stage *flow, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "{");
    for (int i = 0; flow[i].name && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s\"%s\":%.3f", i ? "," : "", flow[i].name,
                               photo->ms[i]);
    if (at < size)
        snprintf(out + at, size - at, "}");
}
