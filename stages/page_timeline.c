/* SPDX-License-Identifier: MIT */
#include "page_timeline.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../pipeline/checks.h"
#include "../pipeline/spool.h"
#include "line.h"
#include "page_json.h"

enum { VALUE_RED, VALUE_GREEN, VALUE_BLUE, VALUE_DELTA_E, VALUE_LIGHT, VALUE_HEAD, VALUE_COUNT };

/* A shot in the spool: "YYYY:MM:DD HH:MM:SS", which sorts as text, then its place in the report, which breaks a tie. */
enum { SHOT_time, SHOT_order, SHOT_KEYS, SHOT_values = SHOT_KEYS, SHOT_TEXTS = SHOT_values + VALUE_COUNT };

enum { SORT_BYTES = 16 << 20, TIME_BYTES = 20, NUMBER_BYTES = 40 };

struct PageTimeline {
    Arena *arena;
    Spool *shots;
    size_t count;
};

Err page_timeline_open(Arena *arena, const char *out, PageTimeline **timeline)
{
    SpoolAsk ask = {arena_print(arena, "%s/.tmp", out), SORT_BYTES, SHOT_TEXTS, SHOT_KEYS};
    *timeline = ARENA_NEW(arena, PageTimeline);
    if (!*timeline || !ask.folder)
        return fail(arena, ERR_MEMORY, "no memory for the time line");
    **timeline = (PageTimeline){.arena = arena};
    return spool_open(arena, &ask, &(*timeline)->shots);
}

void page_timeline_close(PageTimeline *timeline)
{
    if (timeline)
        spool_close(timeline->shots);
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

Err page_timeline_add(PageTimeline *timeline, const json_t *line)
{
    const char *captured = line_text(json_object_get(line, "source"), "captured");
    const json_t *facts = json_object_get(line, "facts");
    if (!*captured)
        return OK;
    char time[TIME_BYTES], order[NUMBER_BYTES], numbers[VALUE_COUNT][NUMBER_BYTES];
    const double values[VALUE_COUNT] = {colour_at(line, 0),
                                        colour_at(line, 1),
                                        colour_at(line, 2),
                                        line_number(facts, checks[CHECK_background_delta_e].name, NAN),
                                        line_number(facts, checks[CHECK_face_light].name, NAN),
                                        head_of(line)};
    const char *shot[SHOT_TEXTS] = {[SHOT_time] = time, [SHOT_order] = order};
    snprintf(time, sizeof time, "%s", captured);
    snprintf(order, sizeof order, "%020zu", timeline->count++);
    for (int i = 0; i < VALUE_COUNT; i++) {
        snprintf(numbers[i], NUMBER_BYTES, "%a", values[i]); /* each bit of it */
        shot[SHOT_values + i] = numbers[i];
    }
    return spool_add(timeline->shots, shot);
}

/* Of some shots that follow one another. */
typedef struct Shots {
    char time[TIME_BYTES]; /* of the first */
    size_t count, measured[VALUE_COUNT];
    double sums[VALUE_COUNT];
} Shots;

static void add_shot(Shots *point, const char *const *shot)
{
    if (!point->count++)
        snprintf(point->time, sizeof point->time, "%s", shot[SHOT_time]);
    for (int i = 0; i < VALUE_COUNT; i++) {
        double value = strtod(shot[SHOT_values + i], NULL);
        if (!isfinite(value))
            continue;
        point->sums[i] += value;
        point->measured[i]++;
    }
}

static json_t *point_json(const Shots *point, size_t first)
{
    json_t *out = json_array();
    json_array_append_new(out, json_integer((json_int_t)first + 1));
    json_array_append_new(out, page_plain(point->time));
    for (int i = 0; i < VALUE_COUNT; i++)
        json_array_append_new(out, page_real(point->measured[i] ? point->sums[i] / (double)point->measured[i] : NAN));
    return out;
}

static Err add_points(PageTimeline *timeline, size_t per, json_t *points)
{
    for (size_t first = 0; first < timeline->count; first += per) {
        Shots point = {0};
        const char *const *shot;
        while (point.count < per) {
            TRY(spool_next(timeline->shots, &shot));
            if (!shot)
                break;
            add_shot(&point, shot);
        }
        json_array_append_new(points, point_json(&point, first));
    }
    return OK;
}

Err page_timeline_json(PageTimeline *timeline, json_t **json)
{
    size_t per = (timeline->count + PAGE_POINTS_MAX - 1) / PAGE_POINTS_MAX;
    json_t *out = *json = json_object(), *points = json_array();
    page_put(out, "count", json_integer((json_int_t)timeline->count));
    page_put(out, "per", json_integer((json_int_t)per));
    page_put(out, "points", points);
    return add_points(timeline, per, points);
}
