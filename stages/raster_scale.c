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

enum { ONE = 1 << RASTER_ONE_BITS };

/* An angle that moves on by the same turn again and again, without asking for a sine each time. */
typedef struct Angle {
    double sine, cosine, turn_sine, turn_cosine;
} Angle;

static Angle angle_from(double start, const Angle *turn)
{
    return (Angle){sin(start), cos(start), turn->turn_sine, turn->turn_cosine};
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

/* As lround does. */
static inline int rounded(double value)
{
    int whole = (int)value;
    double rest = value - whole;
    return whole + (rest >= 0.5) - (rest <= -0.5);
}

/* Rounded so that the sum stays ONE: what is missing goes to the largest share. */
static void shares_round(const double *exact, int count, double sum, int16_t *out)
{
    int left = ONE, largest = 0;
    for (int i = 0; i < count; i++) {
        out[i] = (int16_t)rounded(exact[i] / sum * ONE);
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

/* Input pixels for one of the output, and how far the sines turn from one to the next. */
typedef struct Ratio {
    double pixels;
    Angle whole, third;
} Ratio;

static Ratio ratio_of(int in, int out)
{
    double pixels = (double)in / out, turn = M_PI / pixels;
    return (Ratio){pixels, {.turn_sine = sin(turn), .turn_cosine = cos(turn)},
                   {.turn_sine = sin(turn / 3), .turn_cosine = cos(turn / 3)}};
}

static void weights_at(int output, const Ratio *ratio, Weights *out)
{
    const double pixels = ratio->pixels, centre = (output + 0.5) * pixels - 0.5;
    out->low = (int)ceil(centre - 3 * pixels);
    out->high = (int)floor(centre + 3 * pixels);
    out->sum = 0;
    double start = M_PI * (out->low - centre) / pixels;
    Angle whole = angle_from(start, &ratio->whole), third = angle_from(start / 3, &ratio->third);
    for (int at = out->low; at <= out->high; at++, angle_turn(&whole), angle_turn(&third)) {
        double share = lanczos3((at - centre) / pixels, &whole, &third);
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
    *axis = (Axis){.in = in, .out = out, .most = (size_t)(6.0 * in / out) + 5};
    axis->taps = ARENA_RAW(arena, RasterTaps, (size_t)out);
    int16_t *shares = ARENA_RAW(arena, int16_t, (size_t)out * axis->most);
    for (size_t i = 0; axis->taps && shares && i < (size_t)out; i++)
        axis->taps[i].share = shares + i * axis->most;
    return axis->taps && shares;
}

/* Where width and height are scaled alike, as mostly, the weights are. */
static bool fill_axes(Arena *arena, const Axis *across, const Axis *down)
{
    const size_t most = across->most > down->most ? across->most : down->most;
    const Ratio ratios[2] = {ratio_of(across->in, across->out), ratio_of(down->in, down->out)};
    double *exact = ARENA_RAW(arena, double, most);
    Weights weights = {.list = ARENA_RAW(arena, double, most)};
    if (!exact || !weights.list)
        return false;
    for (int i = 0; i < across->out || i < down->out; i++) {
        if (i < down->out) {
            weights_at(i, &ratios[1], &weights);
            taps_fill(&weights, down->in, exact, &down->taps[i]);
        }
        if (i >= across->out)
            continue;
        if (i >= down->out || ratios[0].pixels != ratios[1].pixels)
            weights_at(i, &ratios[0], &weights);
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
    const size_t line = 3 * ((size_t)box.width + 1); /* of an even number of pixels */
    int16_t *lines = ARENA_RAW(arena, int16_t, RASTER_ROWS * rows.values + RASTER_BEHIND);
    int16_t *pairs = ARENA_RAW(arena, int16_t, RASTER_ROWS * line);
    out->rgb = arena_raw(arena, row * (size_t)out->height_px);
    if (!room || !lines || !pairs || !out->rgb)
        return fail(arena, ERR_MEMORY, "no room for a frame of %d x %d", out->width_px,
                    out->height_px);
    for (int top = 0; top < out->height_px; top += RASTER_ROWS) {
        int count = out->height_px - top < RASTER_ROWS ? out->height_px - top : RASTER_ROWS;
        kernel->down(&rows, down.taps + top, count, lines);
        kernel->turn(lines, rows.values, box.width, pairs);
        kernel->across(pairs, count, across.taps, out->width_px, out->rgb + (size_t)top * row);
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
