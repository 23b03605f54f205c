/* SPDX-License-Identifier: MIT */
/* A frame over the eye is a dark line that goes on beyond both corners, where lashes, iris and the shade of the brow
 * end; shade also lies on the skin below. */
#include "eyes.h"

#include "colour.h"
#include "rank.h"

enum { ALONG = 21, BRIGHT = 17, LINES_MOST = 24, SAMPLES_LEAST = 16, BLACK = 6 };

/* Eye distances: how far a line goes to both sides of the eye's middle, apart of lines, and how far below it the skin is. */
static const double REACH = 0.36, STEP = 0.02, BELOW = 0.15;
static const double LID = 0.25; /* of the opening, from the upper lid down: lashes */
static const double SLANTS[] = {-0.1, 0, 0.1};
static const double FRAME_ERROR = 5; /* % */

typedef struct Line {
    double u, v, slant; /* its middle; v per u */
} Line;

/* The luma that stands at `place` of 0 .. ALONG - 1 on a line; NaN where too little of it is in the picture. */
static double line_luma(const Picture *frame, const FaceAxes *axes, Line line, int place)
{
    uint8_t values[ALONG];
    int count = 0;
    for (int i = 0; i < ALONG; i++) {
        double t = REACH * (2.0 * i / (ALONG - 1) - 1);
        Point p = face_axes_at(axes, line.u + t, line.v + line.slant * t);
        if (!(p.x > -0.5 && p.y > -0.5 && p.x < frame->width_px - 0.5 && p.y < frame->height_px - 0.5))
            continue;
        values[count++] = (uint8_t)luma_of(frame->rgb + 3 * ((size_t)(p.y + 0.5) * (size_t)frame->width_px + (size_t)(p.x + 0.5)));
    }
    return count < SAMPLES_LEAST ? NAN : rank_level(values, count, place * count / ALONG);
}

/* How much darker than the skin below it the darkest line through one eye's opening is, %; NaN: not seen. */
static double line_share(const Picture *frame, const FaceAxes *axes, const Point eye[])
{
    Point ring[8];
    for (int i = 0; i < 8; i++)
        ring[i] = face_axes_of(axes, eye[i]);
    double u = (ring[0].x + ring[4].x) / 2, most = NAN;
    double top = fmin(ring[1].y, fmin(ring[2].y, ring[3].y)), bottom = fmax(ring[5].y, fmax(ring[6].y, ring[7].y));
    double v = top + LID * (bottom - top);
    for (int count = 0; count < LINES_MOST && v <= bottom; count++, v += STEP)
        for (size_t i = 0; i < sizeof SLANTS / sizeof *SLANTS; i++) {
            double skin = line_luma(frame, axes, (Line){u, v + BELOW, SLANTS[i]}, ALONG / 2);
            if (skin >= BLACK)
                most = fmax(most, 100 * (1 - line_luma(frame, axes, (Line){u, v, SLANTS[i]}, BRIGHT) / skin));
        }
    return most;
}

void glasses_frame_measure(const Picture *frame, const FacePlace *face, Facts *facts)
{
    FaceAxes axes = face_axes(face);
    if (!isfinite(axes.unit))
        return;
    double left = line_share(frame, &axes, face->points + POINT_EYE_LEFT);
    double right = line_share(frame, &axes, face->points + POINT_EYE_RIGHT);
    if (isfinite(left) && isfinite(right))
        fact_set(facts, CHECK_glasses_frame, fmax(0, fmax(left, right)), FRAME_ERROR);
}
