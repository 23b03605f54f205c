/* SPDX-License-Identifier: MIT */
/* Measures of one face and their errors. The tilt is the mean of three lines, through the irises, through the
 * middles of the eyes' corners and through those of their lids: their errors differ, so the mean's is smaller than any.
 * Of a wink, which moves all three, it rests on brows and sides as well. */
#include "face_measure.h"

#include <string.h>
#include "pose.h"

/* A measure's error (exceeded by 1 to 5 % of faces) where the heat maps spread by `typical` of a length or less; above,
 * it grows with that power, up to `most`. Fitted on faces that trained no network: models/face/README.md. Shares
 * of the eye distance and of the face width. */
typedef struct ErrorModel {
    double error, typical, power, most;
} ErrorModel;

static const ErrorModel EYE_ERROR = {0.030, 0.080, 5, 0.20}, WIDTH_ERROR = {0.083, 0.075, 3, 0.30};
/* Of the tilt, in degrees: at least; times the widest angle between any two of the three lines; per share of the eye
 * distance by which even the surest of irises, corners and lids spreads beyond so much. */
static const double TILT_LEAST = 0.60, TILT_LINES = 0.7, TILT_SPREAD = 90, TILT_SURE = 0.085;
/* Of a wink: the part of brows and sides in it; the error at least, and times the angle between them and the eyes. */
static const double WINK_BESIDE = 1 / 3.0, WINK_LEAST = 0.8, WINK_APART = 0.8;
/* One eye is closed: lids, and how much wider the other one is open. Of the way it is then moved up, so
 * much stays in doubt. */
static const double CLOSED_LIDS = 0.17, CLOSED_LESS = 0.10, CLOSED_DOUBT = 0.5;
/* Of a head that turns the points miss the far cheek's edge and, less, where the near ear begins (models/face/README.md):
 * share of the width per degree of turn and of nod beyond so many. */
static const double TURN_FREE_DEG = 12, NOD_FREE_DEG = 8, TURN_WIDTH = 0.012, NOD_WIDTH = 0.008;

static double distance(Point a, Point b)
{
    return hypot(a.x - b.x, a.y - b.y);
}

static double lids_ratio(const Point eye[])
{
    double gap = distance(eye[1], eye[7]) + distance(eye[2], eye[6]) + distance(eye[3], eye[5]);
    return gap / 3 / fmax(distance(eye[0], eye[4]), 1e-6);
}

/* What the networks themselves say of their error: the wider the heat map, the farther off. */
static double declared(const ErrorModel *model, double spread_share)
{
    double grown = model->error * fmax(1, pow(spread_share / model->typical, model->power));
    return fmin(model->most, grown);
}

static double degrees(Point left, Point right)
{
    return atan2(right.y - left.y, right.x - left.x) * (180 / M_PI);
}

static Point corners_middle(const Point eye[])
{
    return (Point){(eye[0].x + eye[4].x) / 2, (eye[0].y + eye[4].y) / 2};
}

static Point lids_middle(const Point eye[])
{
    Point sum = {0};
    for (int i = 1; i < POINT_IRIS; i++) {
        if (i == 4) /* the inner corner */
            continue;
        sum.x += eye[i].x / 6;
        sum.y += eye[i].y / 6;
    }
    return sum;
}

/* Share of the width by which its error grows on a head that is not frontal. */
static double turned_width(const Face *face)
{
    FacePlace place = face_place(face, 0, 0, 1);
    Pose pose = pose_of(&place);
    double turn = fmax(0, fabs(pose.yaw_deg) - TURN_FREE_DEG);
    double nod = fmax(0, fabs(pose.pitch_deg) - NOD_FREE_DEG);
    return TURN_WIDTH * turn + NOD_WIDTH * nod; /* fmax: what has no pose adds nothing */
}

/* A closed eye's points lie along its lashes, where the lower lid is: lower than the iris of the open eye by
 * half of that one's opening. How far each eye is to be moved up, in pixels. */
typedef struct Rise {
    double left, right;
} Rise;

static Rise closed_eye_rise(const Point *left, const Point *right)
{
    double l = lids_ratio(left), r = lids_ratio(right), width;
    if (l < r - CLOSED_LESS && l < CLOSED_LIDS) {
        width = distance(right[0], right[4]);
        return (Rise){(r - l) * width / 2, 0};
    }
    if (r < l - CLOSED_LESS && r < CLOSED_LIDS) {
        width = distance(left[0], left[4]);
        return (Rise){0, (l - r) * width / 2};
    }
    return (Rise){0, 0};
}

/* The level of the face by what no lid moves: brows (ends, tops, lower edges) and sides (at brow, ear and cheek). */
static double beside_eyes(const Point points[POINT_COUNT])
{
    static const int PAIRS[][2] = {{18, 22}, {19, 23}, {21, 25}, {49, 65}, {POINT_SIDE_LEFT, POINT_SIDE_RIGHT}, {51, 63}};
    double sum = 0;
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++)
        sum += degrees(points[PAIRS[i][0]], points[PAIRS[i][1]]);
    return sum / (double)(sizeof PAIRS / sizeof *PAIRS);
}

/* The widest spread of irises, of corners and of lids, and of these three the smallest; pixels. */
static double surest_spread(const double spread[POINT_COUNT])
{
    enum { CORNERS, LIDS, IRISES, KINDS };
    double widest[KINDS] = {0};
    for (int i = POINT_EYE_LEFT; i < POINT_EYE_RIGHT + POINT_EYE_RIGHT - POINT_EYE_LEFT; i++) {
        int in_eye = i % (POINT_EYE_RIGHT - POINT_EYE_LEFT);
        int kind = in_eye == POINT_IRIS ? IRISES : in_eye % 4 == 0 ? CORNERS : LIDS;
        widest[kind] = fmax(widest[kind], spread[i]);
    }
    return fmin(widest[IRISES], fmin(widest[CORNERS], widest[LIDS]));
}

static double yaw_of(const Face *face)
{
    FacePlace place = face_place(face, 0, 0, 1);
    return pose_of(&place).yaw_deg;
}

/* By the points of both eyes; `turned`: how far the line through the irises turns as the closed eye of a wink is moved up,
 * in degrees, 0 where both are open or closed. */
static void measure_tilt(const double spread[POINT_COUNT], double turned, Face *out)
{
    const Point *left = out->points + POINT_EYE_LEFT, *right = out->points + POINT_EYE_RIGHT;
    double irises = degrees(left[POINT_IRIS], right[POINT_IRIS]);
    double corners = degrees(corners_middle(left), corners_middle(right));
    double lids = degrees(lids_middle(left), lids_middle(right));
    if (turned == 0) {
        double part = fmax(irises, fmax(corners, lids)) - fmin(irises, fmin(corners, lids));
        double eyes = fmax(distance(left[POINT_IRIS], right[POINT_IRIS]), 1e-6);
        out->tilt_deg = (irises + corners + lids) / 3;
        out->tilt_error = TILT_LEAST + TILT_LINES * part + TILT_SPREAD * fmax(0, surest_spread(spread) / eyes - TILT_SURE);
        return;
    }
    double eyes_say = (irises + corners) / 2 + turned; /* a wink's lids meet elsewhere */
    double beside = beside_eyes(out->points), share = fabs(yaw_of(out)) <= TURN_FREE_DEG ? WINK_BESIDE : 0;
    out->tilt_deg = share * beside + (1 - share) * eyes_say;
    out->tilt_error = WINK_LEAST + WINK_APART * fabs(beside - eyes_say);
}

static void measure_eyes(const double spread[POINT_COUNT], Face *out)
{
    const Point *left = out->points + POINT_EYE_LEFT, *right = out->points + POINT_EYE_RIGHT;
    Point l = left[POINT_IRIS], r = right[POINT_IRIS];
    double eyes = fmax(distance(l, r), 1e-6);
    double iris_spread = fmax(spread[POINT_IRIS_LEFT], spread[POINT_IRIS_RIGHT]) / eyes;
    Rise rise = closed_eye_rise(left, right);
    double along_x = (r.x - l.x) / eyes, along_y = (r.y - l.y) / eyes; /* up is (along_y, -along_x) */
    out->left_eye = (Point){l.x + rise.left * along_y, l.y - rise.left * along_x};
    out->right_eye = (Point){r.x + rise.right * along_y, r.y - rise.right * along_x};
    out->eye_error = declared(&EYE_ERROR, iris_spread) * eyes + CLOSED_DOUBT * (rise.left + rise.right);
    measure_tilt(spread, atan((rise.left - rise.right) / eyes) * (180 / M_PI), out);
}

void face_unmeasured(Face *out)
{
    Point nowhere = {NAN, NAN};
    out->left_eye = out->right_eye = out->mouth_left = out->mouth_right = nowhere;
    out->left_x = out->right_x = out->chin_y = NAN;
    out->eye_error = out->tilt_deg = out->tilt_error = out->width_error = NAN;
    out->lids_left = out->lids_right = out->lips = NAN;
}

void face_measure(const Point points[POINT_COUNT], const double spread[POINT_COUNT], Face *out)
{
    const Point *left = points + POINT_EYE_LEFT, *right = points + POINT_EYE_RIGHT;
    memcpy(out->points, points, sizeof out->points);
    measure_eyes(spread, out);
    out->mouth_left = points[POINT_MOUTH_LEFT];
    out->mouth_right = points[POINT_MOUTH_RIGHT];
    out->chin_y = points[POINT_CHIN].y;
    out->lids_left = lids_ratio(left);
    out->lids_right = lids_ratio(right);
    out->lips = distance(points[POINT_LIP_UPPER], points[POINT_LIP_LOWER]) /
                fmax(distance(out->mouth_left, out->mouth_right), 1e-6);
    face_sides(out->points, &out->left_x, &out->right_x);
    double width = out->right_x - out->left_x;
    double side_spread = fmax(spread[POINT_SIDE_LEFT], spread[POINT_SIDE_RIGHT]) / width;
    out->width_error = (declared(&WIDTH_ERROR, side_spread) + turned_width(out)) * width;
}
