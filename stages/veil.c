/* SPDX-License-Identifier: MIT */
/* A veil leaves the colours and lines of what it covers, so its edge tells it: one line, level with the eyes or nearly so, at
 * which light falls at once by about one share. Shade of cheeks falls slowly, the rim of glasses is dark and skin below it is
 * light again, a beard leaves the nose free, and the nostrils lie lower. */
#include "veil.h"

#include <math.h>
#include "colour.h"

/* Columns of samples, in the face's own coordinates; the nose first: most faces end there. */
enum { ROWS = 51, COLUMNS_MOST = 7, STRIPS = 3, REACH = 8 };
static const double ROW = 0.02, COLUMN = 0.05;
static const struct { double from; int columns; } STRIP[STRIPS] = {{-0.10, 5}, {-0.65, 7}, {0.35, 7}};

/* Of the lines: where they cross the nose, their slope, and how they bend. */
static const double HIGHEST = 0.22, LOWEST = 0.50, SLOPE = 0.044, BEND = 0.15;
enum { SLOPES = 4, BENDS = 2 };

/* In log light, more than within a little way above and below. In 3,282 sound pictures two persons have more, and two
 * 0.06, all four with glasses; nobody else has 0.05. A black veil that lets half the light through has 0.6. */
static const double STEP = 0.08;
static const double DARK = 4; /* levels of luma that are noise */

typedef struct Strip {
    double from;
    int columns;
    double steps[COLUMNS_MOST][ROWS];
} Strip;

typedef struct Edge { /* v = at + slope u + bend u u */
    double at, slope, bend;
} Edge;

/* Log; outside the picture it is black. */
static double light_at(const Picture *picture, Point p)
{
    if (!(p.x > -0.5 && p.y > -0.5 && p.x < picture->width_px - 0.5 && p.y < picture->height_px - 0.5))
        return log(DARK);
    return log(luma_of(picture->rgb + 3 * ((size_t)(p.y + 0.5) * (size_t)picture->width_px + (size_t)(p.x + 0.5))) + DARK);
}

static double middle_of(const double v[3])
{
    return fmax(fmin(v[0], v[1]), fmin(fmax(v[0], v[1]), v[2]));
}

/* How far light falls at each row of a column, less what it does before and after: all of a fall, half of a rise before. */
static void steps_of(const Picture *picture, const FaceAxes *axes, double u, double out[ROWS])
{
    double light[ROWS], smooth[ROWS] = {0};
    for (int i = 0; i < ROWS; i++) {
        light[i] = light_at(picture, face_axes_at(axes, u, i * ROW));
        out[i] = -1;
    }
    for (int i = 0; i < ROWS - 2; i++)
        smooth[i] = middle_of(light + i);
    for (int i = REACH; i < ROWS - REACH + 1; i++) {
        double above = smooth[i - 4], below = smooth[i + 1], before = smooth[i - REACH] - above, after = below - smooth[i + 5];
        out[i] = above - below - fmax(fmax(before, -before / 2), fabs(after));
    }
}

static void strip_measure(const Picture *picture, const FaceAxes *axes, int which, Strip *out)
{
    out->from = STRIP[which].from;
    out->columns = STRIP[which].columns;
    for (int i = 0; i < out->columns; i++)
        steps_of(picture, axes, out->from + i * COLUMN, out->steps[i]);
}

/* In all columns but one, for a strand of hair or a gleam. */
static bool is_edge(const Strip *strip, Edge edge)
{
    int without = 0;
    for (int i = 0; i < strip->columns && without < 2; i++) {
        double u = strip->from + i * COLUMN;
        long row = lrint((edge.at + edge.slope * u + edge.bend * u * u) / ROW);
        without += row < 0 || row >= ROWS || strip->steps[i][row] < STEP;
    }
    return without < 2;
}

static bool crosses_cheeks(const Strip strips[STRIPS], double at, double slope)
{
    for (int i = -BENDS; i <= BENDS; i++) {
        Edge edge = {at, slope, i * BEND};
        if (is_edge(&strips[0], edge) && is_edge(&strips[1], edge) && is_edge(&strips[2], edge))
            return true;
    }
    return false;
}

bool veil_seen(const Picture *small, const FaceAxes *axes)
{
    Strip strips[STRIPS];
    bool measured = false;
    strip_measure(small, axes, 0, &strips[0]);
    for (double at = HIGHEST; at < LOWEST + ROW / 2; at += ROW)
        for (int i = -SLOPES; i <= SLOPES; i++) {
            if (!is_edge(&strips[0], (Edge){at, i * SLOPE, 0}))
                continue;
            for (int k = 1; k < STRIPS && !measured; k++)
                strip_measure(small, axes, k, &strips[k]);
            measured = true;
            if (crosses_cheeks(strips, at, i * SLOPE))
                return true;
        }
    return false;
}
