/* SPDX-License-Identifier: MIT */
#include "pass.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include <time.h>

static int64_t wall_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void pass_begin(Photo *photo, Arena *arena, const Run *run, const Task *task)
{
    memset(photo, 0, sizeof *photo);
    photo->arena = arena;
    photo->mode = run->mode;
    photo->today = run->today;
    photo->task = *task;
    photo->source.header.dpi = photo->source.header.dpi_down = NAN;
    photo->source.header.quality = NAN;
    photo->picture_scale = 1;
    photo->head = (Head){.hair_top_y = NAN, .hair_top_error = NAN};
    photo->advice = (Advice){.one = CHECK_COUNT, .other = CHECK_COUNT};
    photo->background = (Background){.r = NAN, .g = NAN, .b = NAN, .delta_e = NAN, .nearest = -1};
    facts_clear(&photo->facts);
}

static bool same_bytes(const Photo *photo)
{
    return photo->task.known_sha256 && photo->source.sha256[0] &&
           strcmp(photo->task.known_sha256, photo->source.sha256) == 0;
}

/* Out of time once is out of time for good. */
static bool left_out(Photo *photo, const Stage *stage)
{
    photo->late = photo->late || (stage->timed && budget_over(&photo->budget));
    return photo->late && stage->timed;
}

Err pass_run(const Run *run, Photo *photo, Tools *tools)
{
    photo->budget = budget_start(run->profile);
    for (int i = 0; run->flow[i].name; i++) {
        assert(i < STAGE_MAX);
        if (left_out(photo, &run->flow[i]))
            continue;
        int64_t start = wall_ns();
        TRY(run->flow[i].run(photo, run->profile, tools));
        photo->ms[i] = (double)(wall_ns() - start) / 1e6;
        photo->unchanged = photo->unchanged || same_bytes(photo);
        if (photo->unchanged)
            return OK;
    }
    return photo->record ? OK : run->record(photo->arena, photo, run->profile, &photo->record);
}
