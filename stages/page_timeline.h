/* SPDX-License-Identifier: MIT */
/* Background, exposure and head height over shooting time, so that a lamp that was moved is seen. */
#ifndef PAGE_TIMELINE_H
#define PAGE_TIMELINE_H

#include <jansson.h>
#include "../pipeline/err.h"

enum { PAGE_POINTS_MAX = 2000 };

typedef struct PageTimeline PageTimeline;

Err page_timeline_open(Arena *arena, const char *out, PageTimeline **timeline);
void page_timeline_close(PageTimeline *timeline); /* NULL: nothing to do */

/* A line of the report; one without source.captured is left out. */
Err page_timeline_add(PageTimeline *timeline, const json_t *line);

/* {"count", "per", "points": [[first, time, r, g, b, dE, light, head], ...]} in the order of shooting, `per`
 * photos to a point (means of what was measured, else null), at most PAGE_POINTS_MAX. `first` counts from 1; dE
 * is fact background_delta_e, light face_light 0..255, head hair top to chin in % of the received picture's
 * height. The caller owns it. */
Err page_timeline_json(PageTimeline *timeline, json_t **json); /* once; *json is the caller's, also after an error */

#endif
