/* SPDX-License-Identifier: MIT */
#include "page_timeline.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../pipeline/checks.h"
#include "line.h"
#include "page_json.h"

enum { VALUE_RED, VALUE_GREEN, VALUE_BLUE, VALUE_DELTA_E, VALUE_LIGHT, VALUE_HEAD, VALUE_COUNT };

typedef struct Shot {
    char time[20]; /* "YYYY:MM:DD HH:MM:SS": sorts as text */
    size_t order;  /* in the report: breaks a tie */
    double values[VALUE_COUNT];
} Shot;

struct PageTimeline {
    Arena *arena;
    Shot *list;
    size_t count, room;
};

Err page_timeline_open(Arena *arena, PageTimeline **timeline)
{
    *timeline = ARENA_NEW(arena, PageTimeline);
    if (!*timeline)
        return fail(arena, ERR_MEMORY, "no memory for the time line");
    (*timeline)->arena = arena;
    return OK;
}

static double head_of(const json_t *line)
{
    const json_t *face = json_object_get(line, "face");
    double height = line_number(json_object_get(line, "source"), "height", NAN);
    return 100 * (line_number(face, "chin_y", NAN) - line_number(face, "hair_top_y", NAN)) / height;
}

static double colour_at(const json_t *line, size_t index)
{
    const json_t *rgb = json_object_get(json_object_get(line, "background"), "rgb");
    const json_t *value = json_array_get(rgb, index);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static Err make_room(PageTimeline *timeline)
{
    if (timeline->count < timeline->room)
        return OK;
    size_t room = timeline->room ? 2 * timeline->room : 256;
    Shot *list = ARENA_ARRAY(timeline->arena, Shot, room);
    if (!list)
        return fail(timeline->arena, ERR_MEMORY, "no memory for the time line");
    if (timeline->count)
        memcpy(list, timeline->list, timeline->count * sizeof *list);
    timeline->list = list;
    timeline->room = room;
    return OK;
}

Err page_timeline_add(PageTimeline *timeline, const json_t *line)
{
    const char *captured = line_text(json_object_get(line, "source"), "captured");
    const json_t *facts = json_object_get(line, "facts");
    if (!*captured)
        return OK;
    TRY(make_room(timeline));
    Shot *shot = &timeline->list[timeline->count];
    *shot = (Shot){.order = timeline->count++};
    snprintf(shot->time, sizeof shot->time, "%s", captured);
    for (size_t i = 0; i < 3; i++)
        shot->values[VALUE_RED + i] = colour_at(line, i);
    shot->values[VALUE_DELTA_E] = line_number(facts, checks[CHECK_background_delta_e].name, NAN);
    shot->values[VALUE_LIGHT] = line_number(facts, checks[CHECK_face_light].name, NAN);
    shot->values[VALUE_HEAD] = head_of(line);
    return OK;
}

static int compare(const void *a, const void *b)
{
    const Shot *one = a, *two = b;
    int order = strcmp(one->time, two->time);
    return order ? order : (one->order > two->order) - (one->order < two->order);
}

static json_t *mean_of(const Shot *shots, size_t count, int value)
{
    double sum = 0;
    size_t measured = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(shots[i].values[value]))
            continue;
        sum += shots[i].values[value];
        measured++;
    }
    return page_real(measured ? sum / (double)measured : NAN);
}

json_t *page_timeline_json(PageTimeline *timeline)
{
    size_t per = (timeline->count + PAGE_POINTS_MAX - 1) / PAGE_POINTS_MAX;
    json_t *out = json_object(), *points = json_array();
    if (timeline->count)
        qsort(timeline->list, timeline->count, sizeof *timeline->list, compare);
    for (size_t first = 0; first < timeline->count; first += per) {
        size_t count = timeline->count - first < per ? timeline->count - first : per;
        const Shot *shots = &timeline->list[first];
        json_t *point = json_array();
        json_array_append_new(point, json_integer((json_int_t)first + 1));
        json_array_append_new(point, page_plain(shots->time));
        for (int value = 0; value < VALUE_COUNT; value++)
            json_array_append_new(point, mean_of(shots, count, value));
        json_array_append_new(points, point);
    }
    page_put(out, "count", json_integer((json_int_t)timeline->count));
    page_put(out, "per", json_integer((json_int_t)per));
    page_put(out, "points", points);
    return out;
}
