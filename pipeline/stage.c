/* SPDX-License-Identifier: MIT */
#include "stage.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

void photo_begin(Arena *arena, Photo *photo, Mode mode, int today, const Task *task)
{
    memset(photo, 0, sizeof *photo);
    photo->arena = arena;
    photo->mode = mode;
    photo->today = today;
    photo->task = *task;
    photo->source.header.dpi = NAN;
    photo->source.header.quality = NAN;
    photo->picture_scale = 1;
    photo->head = (Head){.hair_top_y = NAN, .hair_top_error = NAN};
    photo->advice = (Advice){.one = CHECK_COUNT, .other = CHECK_COUNT};
    photo->background = (Background){.r = NAN, .g = NAN, .b = NAN, .delta_e = NAN, .nearest = -1};
    facts_clear(&photo->facts);
}

void photo_times(const Photo *photo, const Stage *flow, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "{");
    for (int i = 0; flow[i].name && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s\"%s\":%.3f", i ? "," : "", flow[i].name,
                               photo->ms[i]);
    if (at < size)
        snprintf(out + at, size - at, "}");
}
