/* SPDX-License-Identifier: MIT */
/* Inside the open eye: where the dark of iris and pupil lies between the corners, and whether the
 * pupil is red. The networks' iris follows the gaze by half only (so did the labels they learnt from);
 * the dark pixels follow it fully. */
#include "eyes.h"

#include "colour.h"
#include "rank.h"

enum { UPPER = 0, LOWER = 4, EYE_RING = 8 }; /* an eye's ring: outer, u1..u3, inner, d3..d1 */
enum { ALONG = 38, ACROSS = 8, SAMPLES_MOST = ALONG * ACROSS, SAMPLES_LEAST = 40 };

static const double REACH = 0.38;  /* along the eye, from its middle: the corners are left out */
static const double UPPER_PART = 0.35; /* of the opening, from the upper lid down: lashes and shade */
static const double DARK = 0.45;   /* of the range of luma in the eye: iris and lashes */
static const double LIDS_OPEN = 0.08; /* lid gap over eye width below which nothing shows */
/* Less light and dark than this in an opening, of the cheek's luma and lightest to darkest (a little more of each, for black has
 * noise): no eye shows in it. Of 3,725 faces whose eyes do none has so little of both in both eyes. */
static const double EMPTY_OF_CHEEK = 0.18, EMPTY_TIMES = 1.7, EMPTY_MORE = 4;
static const double CLOSED = 0.10; /* eye_opening: it says so itself */
/* A head turned by a degree whose eyes look into the camera shows the irises so far aside; fitted on
 * 1,132 official portraits. */
static const double GAZE_PER_DEGREE = -0.0045;
static const double GAZE_ERROR = 0.02, RED_ERROR = 5;

/* A red pupil: the disc around the iris centre (in eye distances), and what counts as red. */
static const double RED_DISC = 0.07, RED_STEP = 0.01, RED_TIMES = 1.9;
enum { RED_LEAST = 90 };

static const uint8_t *pixel_at(const Picture *frame, Point p)
{
    if (!(p.x > -0.5 && p.y > -0.5 && p.x < frame->width_px - 0.5 && p.y < frame->height_px - 0.5))
        return NULL;
    size_t x = (size_t)(p.x + 0.5), y = (size_t)(p.y + 0.5);
    return frame->rgb + 3 * (y * (size_t)frame->width_px + x);
}

/* One eye in its own coordinates: t from -0.5 at the left corner to 0.5 at the right one, s across. */
typedef struct Eye {
    Point left, right;
    double width;
    Point ring[EYE_RING]; /* (t, s) */
} Eye;

static Eye eye_of(const Point *points)
{
    Eye eye = {.left = points[0], .right = points[4]};
    if (eye.left.x > eye.right.x)
        eye.left = points[4], eye.right = points[0];
    double dx = eye.right.x - eye.left.x, dy = eye.right.y - eye.left.y;
    eye.width = hypot(dx, dy);
    for (int i = 0; i < EYE_RING; i++) {
        double x = points[i].x - eye.left.x, y = points[i].y - eye.left.y;
        eye.ring[i] = (Point){(x * dx + y * dy) / (eye.width * eye.width) - 0.5,
                              (y * dx - x * dy) / (eye.width * eye.width)};
    }
    return eye;
}

/* Height of a lid at t: linear between the ring's points from `from` to the other corner. */
static double lid_at(const Eye *eye, int from, double t)
{
    for (int i = from; i < from + 4; i++) {
        Point a = eye->ring[i], b = eye->ring[(i + 1) % EYE_RING];
        if ((t - a.x) * (t - b.x) <= 0 && a.x != b.x)
            return a.y + (b.y - a.y) * (t - a.x) / (b.x - a.x);
    }
    return NAN;
}

/* Luma and t of pixels inside the opening. */
static int sample_eye(const Picture *frame, const Eye *eye, uint8_t luma[SAMPLES_MOST],
                      double at[SAMPLES_MOST])
{
    int count = 0;
    for (int i = 0; i < ALONG; i++) {
        double t = -REACH + 2 * REACH * i / (ALONG - 1);
        double top = lid_at(eye, UPPER, t), bottom = lid_at(eye, LOWER, t);
        for (int j = 0; j < ACROSS && bottom - top >= LIDS_OPEN; j++) {
            double s = top + (bottom - top) * (UPPER_PART + (1 - UPPER_PART) * (j + 0.5) / ACROSS);
            double dx = eye->right.x - eye->left.x, dy = eye->right.y - eye->left.y;
            Point p = {eye->left.x + (t + 0.5) * dx - s * dy, eye->left.y + (t + 0.5) * dy + s * dx};
            const uint8_t *rgb = pixel_at(frame, p);
            if (!rgb)
                continue;
            luma[count] = (uint8_t)luma_of(rgb);
            at[count++] = t;
        }
    }
    return count;
}

/* Mean luma of the cheek below an eye; NaN outside the picture. */
static double cheek_luma(const Picture *frame, const FaceAxes *axes, int side)
{
    int sum = 0, count = 0;
    for (int i = 0; i < 49; i++) {
        const uint8_t *p = pixel_at(frame, face_axes_at(axes, side * (0.35 + 0.4 * (i % 7) / 6), 0.65 + 0.3 * (i / 7) / 6));
        sum += p ? luma_of(p) : 0;
        count += p != NULL;
    }
    return count ? (double)sum / count : NAN;
}

typedef struct Dark {
    double middle; /* mean t of the dark in one eye, in eye widths; NaN where the eye is closed or of one tone */
    bool empty;    /* open, but no eye shows */
} Dark;

static Dark dark_of(const Picture *frame, const Point *points, double cheek)
{
    uint8_t luma[SAMPLES_MOST];
    double at[SAMPLES_MOST], sum = 0, weights = 0;
    Eye eye = eye_of(points);
    int count = eye.width >= 4 ? sample_eye(frame, &eye, luma, at) : 0;
    if (count < SAMPLES_LEAST)
        return (Dark){.middle = NAN};
    double low = rank_level(luma, count, count / 20), high = rank_level(luma, count, count * 19 / 20);
    for (int i = 0; i < count; i++) {
        double weight = fmax(0, low + DARK * (high - low) - luma[i]);
        sum += weight * at[i];
        weights += weight;
    }
    bool empty = high - low < EMPTY_OF_CHEEK * cheek && high + EMPTY_MORE < EMPTY_TIMES * (low + EMPTY_MORE);
    return (Dark){weights > 0 ? sum / weights : NAN, empty};
}

/* Share of strongly red pixels in the disc around one iris centre, %. */
static double red_share(const Picture *frame, Point iris, double unit)
{
    int count = 0, red = 0;
    for (double dy = -RED_DISC; dy <= RED_DISC; dy += RED_STEP)
        for (double dx = -RED_DISC; dx <= RED_DISC; dx += RED_STEP) {
            const uint8_t *p = pixel_at(frame, (Point){iris.x + dx * unit, iris.y + dy * unit});
            if (dx * dx + dy * dy > RED_DISC * RED_DISC || !p)
                continue;
            count++;
            red += p[0] >= RED_LEAST && p[0] >= RED_TIMES * (p[1] > p[2] ? p[1] : p[2]);
        }
    return count ? 100.0 * red / count : NAN;
}

void eyes_measure(const Picture *frame, const FacePlace *face, Facts *facts)
{
    FaceAxes axes = face_axes(face);
    if (!isfinite(axes.unit))
        return;
    double red = fmax(red_share(frame, face->points[POINT_IRIS_LEFT], axes.unit),
                      red_share(frame, face->points[POINT_IRIS_RIGHT], axes.unit));
    if (isfinite(red))
        fact_set(facts, CHECK_red_eye, red, RED_ERROR);
    Dark one = dark_of(frame, face->points + POINT_EYE_LEFT, cheek_luma(frame, &axes, -1));
    Dark other = dark_of(frame, face->points + POINT_EYE_RIGHT, cheek_luma(frame, &axes, 1));
    double left = one.middle, right = other.middle, yaw = facts->v[CHECK_yaw_deg];
    if ((one.empty || !isfinite(left)) && (other.empty || !isfinite(right)) && (one.empty || other.empty) &&
        !(facts->v[CHECK_eye_opening] < CLOSED)) {
        fact_set(facts, CHECK_gaze, NAN, 0);
        fact_set(facts, CHECK_eye_opening, NAN, 0);
    } else if (!isfinite(left) && !isfinite(right)) /* closed: eye_opening says so */
        fact_void(facts, CHECK_gaze);
    else if (isfinite(yaw))
        fact_set(facts, CHECK_gaze,
                 (!isfinite(left) ? right : !isfinite(right) ? left : (left + right) / 2) -
                     GAZE_PER_DEGREE * yaw, GAZE_ERROR);
}
