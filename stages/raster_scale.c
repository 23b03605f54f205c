/* SPDX-License-Identifier: MIT */
/* Lanczos3 in one step, first down the columns, then along the rows, in whole numbers: shares are counted
 * in 1/16384, which errs by less than a tenth of a level, so the result is the same on every machine.
 * Our own because libvips's rounding of the kernel moves a picture by up to 0.08 pixels at awkward
 * ratios, and costs five times as much. */
#include "raster.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "raster_kernels.h"

enum { ONE = 1 << RASTER_ONE_BITS, BAND = 16 }; /* output rows that share the work on their input rows */

/* An angle that moves on by the same turn again and again, without asking for a sine each time. */
typedef struct Angle {
    double sine, cosine, turn_sine, turn_cosine;
} Angle;

static Angle angle_from(double start, double turn)
{
    return (Angle){sin(start), cos(start), sin(turn), cos(turn)};
}

static void angle_turn(Angle *angle)
{
    double sine = angle->sine * angle->turn_cosine + angle->cosine * angle->turn_sine;
    angle->cosine = angle->cosine * angle->turn_cosine - angle->sine * angle->turn_sine;
    angle->sine = sine;
}

/* 3 sin(pi x) sin(pi x / 3) / (pi x)^2 from the two sines. */
static double lanczos3(double x, const Angle *whole, const Angle *third)
{
    if (fabs(x) < 1e-6)
        return 1;
    if (fabs(x) >= 3)
        return 0;
    return 3 * whole->sine * third->sine / (M_PI * M_PI * x * x);
}

/* Rounded so that the sum stays ONE: what is missing goes to the largest share. */
static void shares_round(const double *exact, int count, double sum, int16_t *out)
{
    int left = ONE, largest = 0;
    for (int i = 0; i < count; i++) {
        out[i] = (int16_t)lround(exact[i] / sum * ONE);
        left -= out[i];
        largest = exact[i] > exact[largest] ? i : largest;
    }
    out[largest] = (int16_t)(out[largest] + left);
}

/* The weights of the pixels from `low` on, for an output pixel whose centre is there. */
typedef struct Weights {
    int low, high;
    double sum, *list;
} Weights;

static void weights_at(double centre, double ratio, Weights *out)
{
    out->low = (int)ceil(centre - 3 * ratio);
    out->high = (int)floor(centre + 3 * ratio);
    out->sum = 0;
    double start = M_PI * (out->low - centre) / ratio;
    Angle whole = angle_from(start, M_PI / ratio), third = angle_from(start / 3, M_PI / ratio / 3);
    for (int at = out->low; at <= out->high; at++, angle_turn(&whole), angle_turn(&third)) {
        double share = lanczos3((at - centre) / ratio, &whole, &third);
        out->list[at - out->low] = share;
        out->sum += share;
    }
}

/* Beyond the edge the outermost of `in` pixels goes on: its shares are added to it. */
static void taps_fill(const Weights *weights, int in, double *exact, RasterTaps *taps)
{
    int edge = weights->low > 0 ? weights->low : 0, last = weights->high < in ? weights->high : in - 1;
    taps->first = edge & ~1;
    taps->count = (last - taps->first + 2) & ~1;
    memset(exact, 0, (size_t)taps->count * sizeof *exact);
    for (int at = weights->low; at <= weights->high; at++)
        exact[(at < edge ? edge : at > last ? last : at) - taps->first] += weights->list[at - weights->low];
    shares_round(exact, taps->count, weights->sum, taps->share);
}

typedef struct Axis { /* input and output pixels of one direction */
    int in, out;
    size_t most; /* shares of one output pixel, at most */
    RasterTaps *taps;
} Axis;

static bool axis_new(Arena *arena, int in, int out, Axis *axis)
{
    *axis = (Axis){.in = in, .out = out, .most = ((size_t)(6.0 * in / out) + 5 + RASTER_PIXELS - 1) & ~(size_t)(RASTER_PIXELS - 1)};
    axis->taps = ARENA_RAW(arena, RasterTaps, (size_t)out);
    int16_t *shares = ARENA_ARRAY(arena, int16_t, (size_t)out * axis->most);
    for (size_t i = 0; axis->taps && shares && i < (size_t)out; i++)
        axis->taps[i].share = shares + i * axis->most;
    return axis->taps && shares;
}

/* Where width and height are scaled alike, as mostly, the weights are. */
static bool fill_axes(Arena *arena, const Axis *across, const Axis *down)
{
    const size_t most = across->most > down->most ? across->most : down->most;
    double ratios[2] = {(double)across->in / across->out, (double)down->in / down->out};
    double *exact = ARENA_RAW(arena, double, most);
    Weights weights = {.list = ARENA_RAW(arena, double, most)};
    if (!exact || !weights.list)
        return false;
    for (int i = 0; i < across->out || i < down->out; i++) {
        if (i < down->out) {
            weights_at((i + 0.5) * ratios[1] - 0.5, ratios[1], &weights);
            taps_fill(&weights, down->in, exact, &down->taps[i]);
        }
        if (i >= across->out)
            continue;
        if (i >= down->out || ratios[0] != ratios[1])
            weights_at((i + 0.5) * ratios[0] - 0.5, ratios[0], &weights);
        taps_fill(&weights, across->in, exact, &across->taps[i]);
    }
    return true;
}

Err raster_scale(Arena *arena, const Picture *in, Box box, Picture *out)
{
    assert(box.x >= 0 && box.y >= 0 && box.x + box.width <= in->width_px &&
           box.y + box.height <= in->height_px);
    assert(out->width_px >= 1 && out->width_px <= box.width && out->height_px >= 1 &&
           out->height_px <= box.height);
    const RasterKernels *kernel = raster_kernels();
    RasterRows rows = {.stride = (size_t)in->width_px * 3, .values = (size_t)box.width * 3, .count = box.height};
    rows.first = in->rgb + (size_t)box.y * rows.stride + (size_t)box.x * 3;
    size_t row = (size_t)out->width_px * 3;
    Axis across, down;
    bool room = axis_new(arena, box.width, out->width_px, &across) && axis_new(arena, box.height, out->height_px, &down) &&
                fill_axes(arena, &across, &down);
    int16_t *lines = ARENA_RAW(arena, int16_t, BAND * rows.values + 2);
    RasterLines along = {.stride = 4 * ((size_t)box.width + across.most)};
    int16_t *pairs = ARENA_ARRAY(arena, int16_t, RASTER_ROWS * along.stride);
    out->rgb = arena_raw(arena, row * (size_t)out->height_px);
    if (!room || !lines || !pairs || !out->rgb)
        return fail(arena, ERR_MEMORY, "no room for a frame of %d x %d", out->width_px,
                    out->height_px);
    for (int top = 0; top < out->height_px; top += BAND) {
        int count = out->height_px - top < BAND ? out->height_px - top : BAND;
        kernel->down(&rows, down.taps + top, count, lines);
        for (int y = 0; y < count; y += RASTER_ROWS) {
            along.pairs = pairs;
            along.count = count - y < RASTER_ROWS ? count - y : RASTER_ROWS;
            for (size_t i = 0; i < (size_t)along.count; i++)
                kernel->pair(lines + ((size_t)y + i) * rows.values, box.width, pairs + i * along.stride);
            kernel->across(&along, across.taps, out->width_px, out->rgb + (size_t)(top + y) * row);
        }
    }
    return OK;
}

Err raster_reduce_to(Arena *arena, const Picture *in, int width_px, int height_px, Picture *out)
{
    *out = *in;
    if (width_px >= in->width_px || height_px >= in->height_px)
        return OK;
    *out = (Picture){.width_px = width_px, .height_px = height_px};
    return raster_reduce(arena, in, out);
}
