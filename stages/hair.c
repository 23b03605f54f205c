/* SPDX-License-Identifier: MIT */
/* Skin beside the brows and ears is about as light as the cheek of the same side, whatever the skin and
 * wherever the lamp; hair over it is far darker. */
#include "hair.h"

#include "colour.h"
#include "face_axes.h"
#include "rank.h"

enum { BROW_LEFT = 18, BROW_RIGHT = 22, BROW_POINTS = 3 }; /* outer end, middle, inner end: upper edge */
enum { SAMPLES_MOST = 1024, ACROSS_MOST = 32, SAMPLES_LEAST = 40, BLACK = 12 };

static const double STEP = 0.02;
static const double DARK = 0.55;                    /* of the cheek's luma: hair, not shade */
static const double BROW_FROM = 0.06, BROW_TO = 0.24; /* above the brow's upper edge, eye distances */
static const double BROW_END = 0.08;                /* of the brow's length, left out at both ends */
static const double CHEEK_IN = 0.30, CHEEK_OUT = 0.70, CHEEK_TOP = 0.40, CHEEK_BOTTOM = 0.80;
static const double EAR_TOP = 0.15, EAR_BOTTOM = 0.65, EAR_FROM = 0.03, EAR_TO = 0.15;
static const double HAIR_ERROR = 10; /* % */
/* Hair over one ear hangs further out, too, where an ear in the shade has paper beside it. */
static const double HANG_TOP = 0.50, HANG_BOTTOM = 1.00, HANG_FROM = 0.25, HANG_TO = 0.40;
static const double ONE_EAR_LESS = 10;   /* %: one side alone is less sure than both */
static const double ONE_EAR_YAW_DEG = 15; /* a head that is turned further hides an ear by itself */

static int luma_at(const Picture *picture, Point p)
{
    if (!(p.x > -0.5 && p.y > -0.5 && p.x < picture->width_px - 0.5 && p.y < picture->height_px - 0.5))
        return -1;
    size_t x = (size_t)(p.x + 0.5), y = (size_t)(p.y + 0.5);
    return luma_of(picture->rgb + 3 * (y * (size_t)picture->width_px + x));
}

/* Median luma of the cheek at u > 0 (side 1) or u < 0 (side -1); NaN where it is not in the picture. */
static double cheek_luma(const Picture *picture, const FaceAxes *axes, int side)
{
    uint8_t values[SAMPLES_MOST];
    double across[ACROSS_MOST];
    int at[ACROSS_MOST], columns = 0, count = 0;
    for (double u = CHEEK_IN; u < CHEEK_OUT && columns < ACROSS_MOST; u += STEP)
        across[columns++] = side * u;
    for (double v = CHEEK_TOP; v < CHEEK_BOTTOM && count + columns <= SAMPLES_MOST; v += STEP) {
        face_axes_row(axes, picture, &(FaceRow){v, across, columns}, at);
        for (int i = 0; i < columns; i++)
            if (at[i] >= 0)
                values[count++] = (uint8_t)luma_of(picture->rgb + 3 * (size_t)at[i]);
    }
    return count < SAMPLES_LEAST ? NAN : rank_level(values, count, count / 2);
}

/* Height at u of the line through `count` points in order of u, level beyond its ends. */
static double line_at(const Point *points, int count, double u)
{
    for (int i = 1; i < count; i++)
        if (u <= points[i].x)
            return u <= points[i - 1].x ? points[i - 1].y
                                        : points[i - 1].y + (points[i].y - points[i - 1].y) *
                                                                (u - points[i - 1].x) /
                                                                (points[i].x - points[i - 1].x);
    return points[count - 1].y;
}

static double brow_share(const Picture *frame, const FacePlace *face, const FaceAxes *axes, int side)
{
    Point edge[BROW_POINTS];
    double limit = DARK * cheek_luma(frame, axes, side);
    for (int i = 0; i < BROW_POINTS; i++) {
        int at = side < 0 ? BROW_LEFT + i : BROW_RIGHT + BROW_POINTS - 1 - i;
        edge[i] = face_axes_of(axes, face->points[at]);
    }
    double length = edge[BROW_POINTS - 1].x - edge[0].x;
    if (!(limit >= DARK * BLACK) || !(edge[0].x < edge[1].x && edge[1].x < edge[2].x))
        return NAN;
    int count = 0, dark = 0;
    for (double u = edge[0].x + BROW_END * length; u < edge[2].x - BROW_END * length; u += STEP)
        for (double up = BROW_FROM; up < BROW_TO; up += STEP) {
            int luma = luma_at(frame, face_axes_at(axes, u, line_at(edge, BROW_POINTS, u) - up));
            count += luma >= 0;
            dark += luma >= 0 && luma < limit;
        }
    return count < SAMPLES_LEAST ? NAN : 100.0 * dark / count;
}

void hair_measure(const Picture *frame, const FacePlace *face, Facts *facts)
{
    FaceAxes axes = face_axes(face);
    if (!isfinite(axes.unit))
        return;
    double left = brow_share(frame, face, &axes, -1), right = brow_share(frame, face, &axes, 1);
    if (isfinite(left) && isfinite(right))
        fact_set(facts, CHECK_brow_hair, fmax(left, right), HAIR_ERROR);
}

static Label label_at(const Silhouette *in, Point p)
{
    return (Label)in->label[(size_t)(p.y + 0.5) * (size_t)in->width_px + (size_t)(p.x + 0.5)];
}

enum { EDGE_POINTS = 5 };

/* The contour points of one side, which lie at growing v from the eye line down: (v, u), so that line_at goes down the
 * face. False where they do not. */
static bool edge_of(const FacePlace *face, const FaceAxes *axes, int side, Point edge[EDGE_POINTS])
{
    for (int i = 0; i < EDGE_POINTS; i++) {
        int at = side < 0 ? POINT_CONTOUR_FIRST + i : POINT_CONTOUR_LAST - i;
        Point p = face_axes_of(axes, face->points[at]);
        edge[i] = (Point){p.y, p.x};
        if (i > 0 && !(edge[i].x > edge[i - 1].x))
            return false;
    }
    return true;
}

/* Of the strip outside the face's edge beside the ear, in %. */
static double ear_share(const Picture *small, const Silhouette *in, const FaceAxes *axes, const Point edge[], int side)
{
    double limit = DARK * cheek_luma(small, axes, side);
    if (!(limit >= DARK * BLACK))
        return NAN;
    int count = 0, dark = 0;
    for (double v = EAR_TOP; v < EAR_BOTTOM; v += STEP)
        for (double out = EAR_FROM; out < EAR_TO; out += STEP) {
            Point p = face_axes_at(axes, line_at(edge, EDGE_POINTS, v) + side * out, v);
            int luma = luma_at(small, p);
            count += luma >= 0;
            dark += luma >= 0 && luma < limit && label_at(in, p) == LABEL_PERSON;
        }
    return count < SAMPLES_LEAST ? NAN : 100.0 * dark / count;
}

/* Share of the strip further out and down to the mouth that is no paper, in %. */
static double hang_share(const Silhouette *in, const FaceAxes *axes, const Point edge[], int side)
{
    int count = 0, person = 0;
    for (double v = HANG_TOP; v < HANG_BOTTOM; v += STEP)
        for (double out = HANG_FROM; out < HANG_TO; out += STEP) {
            Point p = face_axes_at(axes, line_at(edge, EDGE_POINTS, v) + side * out, v);
            if (!(p.x > -0.5 && p.y > -0.5 && p.x < in->width_px - 0.5 && p.y < in->height_px - 0.5))
                continue;
            count++;
            person += label_at(in, p) == LABEL_PERSON;
        }
    return count < SAMPLES_LEAST ? 0 : 100.0 * person / count;
}

void ears_measure(const Picture *small, const FacePlace *face, const Silhouette *in, Facts *facts)
{
    FaceAxes axes = face_axes(face);
    Point edge[EDGE_POINTS];
    double dark[2] = {NAN, NAN}, one = 0;
    if (in->problem || !isfinite(axes.unit))
        return;
    for (int i = 0; i < 2; i++) {
        int side = i ? 1 : -1;
        if (!edge_of(face, &axes, side, edge))
            return;
        dark[i] = ear_share(small, in, &axes, edge, side);
        one = fmax(one, fmin(dark[i], hang_share(in, &axes, edge, side)) - ONE_EAR_LESS);
    }
    if (!(fabs(facts->v[CHECK_yaw_deg]) <= ONE_EAR_YAW_DEG))
        one = 0;
    if (isfinite(dark[0]) && isfinite(dark[1]))
        fact_set(facts, CHECK_ear_hair, fmax(one, fmin(dark[0], dark[1])), HAIR_ERROR);
}
