/* SPDX-License-Identifier: MIT */
/* A finder proposes squares; the point network is asked twice about each. On a face the second answer
 * repeats the first; on a shirt or a curtain it wanders. So the points confirm what the finder says. */
#include "detect.h"

#include <string.h>
#include "cover.h"
#include "face_measure.h"
#include "look.h"

/* Geometry of the networks' training crops: properties of the weights, not of a rule. */
static const double FIRST_CROP = 1.40, NEXT_CROP = 1.33, EYE_CROP = 2.2;
/* A lock of hair or a lens can carry the eye network away: then the face network's answer stands. */
static const double EYE_STRAYS = 0.15;
/* On a picture made even every curtain has features: a face there is large and repeats itself. */
static const double EVEN_MOVES = 0.05, EVEN_SPREAD = 0.20, EVEN_SIZE = 0.28;
/* A face that stands upright scores and spreads so in 95 of 100 portraits. Where none does, the picture is looked at
 * on its sides and on its head, too; a face there must score so and be better than the upright one in both. */
static const double UPRIGHT_SCORE = 0.80, UPRIGHT_SPREAD = 0.17, TURNED_SCORE = 0.70, TURNED_SPREAD = 0.185;
/* So it is where one look was enough and the points are this sure: nothing turned in 9,666 pictures was like that. */
static const double ONE_LOOK_SCORE = 0.70, ONE_LOOK_SPREAD = 0.148;
/* Smaller faces do not count, as a share of the picture's width. */
static const double FACE_LEAST = 0.14;

typedef struct Seen { /* in one picture */
    int count;
    Look list[CANDIDATE_MAX]; /* the faces, largest first */
    Look doubtful;            /* the likeliest of what is none */
    int known_count;
    Look known[CANDIDATE_MAX]; /* what the verifier alone knows for faces */
} Seen;

static double distance(Point a, Point b)
{
    return hypot(a.x - b.x, a.y - b.y);
}

static void bounds(const Point *points, int count, Point *low, Point *high)
{
    *low = *high = points[0];
    for (int i = 1; i < count; i++) {
        low->x = fmin(low->x, points[i].x);
        low->y = fmin(low->y, points[i].y);
        high->x = fmax(high->x, points[i].x);
        high->y = fmax(high->y, points[i].y);
    }
}

/* The level square around the points that the next pass is given. */
static FaceCrop crop_around(const Point points[POINT_COUNT])
{
    Point low, high, left = points[POINT_IRIS_LEFT], right = points[POINT_IRIS_RIGHT];
    bounds(points, POINT_COUNT, &low, &high);
    double side = fmax(fmax(high.x - low.x, high.y - low.y), 4);
    return (FaceCrop){.centre = {(low.x + high.x) / 2, (low.y + high.y) / 2},
                      .side = NEXT_CROP * side,
                      .angle = atan2(right.y - left.y, right.x - left.x)};
}

static void compare(const Point before[POINT_COUNT], Look *look)
{
    double moved = 0, spread = 0;
    look->eye_distance =
        fmax(distance(look->points[POINT_IRIS_LEFT], look->points[POINT_IRIS_RIGHT]), 1e-6);
    for (int i = 0; i < POINT_COUNT; i++) {
        moved += distance(before[i], look->points[i]);
        spread += look->spread[i];
    }
    look->movement = moved / POINT_COUNT / look->eye_distance;
    look->mean_spread = spread / POINT_COUNT / look->eye_distance;
    look->eye_movement = fmax(distance(before[POINT_IRIS_LEFT], look->points[POINT_IRIS_LEFT]),
                              distance(before[POINT_IRIS_RIGHT], look->points[POINT_IRIS_RIGHT])) /
                         look->eye_distance;
}

static Err ask_points(FaceFinder *finder, const Picture *picture, FaceCrop crop, Look *look)
{
    SoftPoint soft[POINT_COUNT];
    TRY(faces_points(finder, picture, faces_snap(crop), soft));
    for (int i = 0; i < POINT_COUNT; i++) {
        look->points[i] = soft[i].at;
        look->spread[i] = soft[i].spread;
    }
    return OK;
}

/* How far the crop around the points is from the one they were read on: of its side, of 1, in radians. Within
 * these a second look improves nothing that 2,985 labelled faces could show (models/face/README.md). */
static bool crops_agree(FaceCrop used, FaceCrop next)
{
    const double SHIFT = 0.05, SIDE = 0.10, TURN = 0.10;
    return distance(used.centre, next.centre) <= SHIFT * used.side &&
           fabs(next.side * FIRST_CROP / NEXT_CROP / used.side - 1) <= SIDE &&
           fabs(next.angle - used.angle) <= TURN;
}

/* One pass where the finder's square was right and the points are sure; else a second one on the square
 * around the first one's points, whose agreement with the first is the proof of a face. A turned head's
 * first square may be so far off that it takes a third to agree with the second. */
static Err look_at(FaceFinder *finder, const Picture *picture, const FaceCandidate *candidate,
                   Look *look)
{
    Point before[POINT_COUNT];
    FaceCrop crop = candidate->face;
    crop.side *= FIRST_CROP;
    TRY(ask_points(finder, picture, crop, look));
    compare(look->points, look);
    for (int pass = 2; pass <= 3; pass++) {
        FaceCrop next = crop_around(look->points);
        bool enough = pass == 2 ? crops_agree(crop, next) && look->mean_spread <= LOOK_SPREAD_SURE
                                : look->eye_movement <= LOOK_MOVES_SETTLED;
        if (enough)
            break;
        memcpy(before, look->points, sizeof before);
        TRY(ask_points(finder, picture, next, look));
        compare(before, look);
    }
    Point low, high;
    bounds(look->points, POINT_COUNT, &low, &high);
    look->size = fmax(high.x - low.x, high.y - low.y);
    look->centre = (Point){(low.x + high.x) / 2, (low.y + high.y) / 2};
    look->score = candidate->score;
    look->verified = 1;
    look->placed = false;
    Point left = look->points[POINT_IRIS_LEFT], right = look->points[POINT_IRIS_RIGHT];
    look->turn = fabs(atan2(right.y - left.y, right.x - left.x) - candidate->face.angle);
    return OK;
}

static bool seen_before(const Look *looks, int count, const Look *look)
{
    for (int i = 0; i < count; i++)
        if (distance(looks[i].centre, look->centre) < 0.5 * fmax(looks[i].size, look->size))
            return true;
    return false;
}

static void keep(Look *looks, int *count, const Look *look)
{
    int at = (*count)++; /* largest first */
    for (; at > 0 && looks[at - 1].size < look->size; at--)
        looks[at] = looks[at - 1];
    looks[at] = *look;
}

static void scale_point(Point *point, double scale)
{
    /* pixel centres: picture pixel p covers source pixels p*scale .. p*scale + scale - 1 */
    point->x = (point->x + 0.5) * scale - 0.5;
    point->y = (point->y + 0.5) * scale - 0.5;
}

/* From the pixels of one picture to those of one `scale` times as large. */
static void to_picture(Look *look, double scale)
{
    for (int i = 0; i < POINT_COUNT; i++) {
        scale_point(&look->points[i], scale);
        look->spread[i] *= scale;
    }
    scale_point(&look->centre, scale);
    look->eye_distance *= scale;
    look->size *= scale;
}

/* Another network about what finder and points do not confirm: does the finder's square show a face? */
static Err verify(FaceFinder *finder, const Picture *picture, const FaceCandidate *candidate, Look *look)
{
    FaceCrop crop = candidate->face;
    crop.side *= FIRST_CROP;
    TRY(faces_verify(finder, picture, faces_snap(crop), &look->verified));
    if (look_is_known(look))
        look_place(look, candidate);
    return OK;
}

/* What finder and points do not confirm: verified, beside somebody, or perhaps a face. */
static void sort_doubtful(const Picture *picture, const Look *others, int count, Seen *seen)
{
    double largest = seen->count ? seen->list[0].size : INFINITY;
    for (int i = 0; i < count; i++) {
        const Look *look = &others[i];
        if (look_is_known(look) && seen->known_count < CANDIDATE_MAX && !seen_before(seen->known, seen->known_count, look))
            keep(seen->known, &seen->known_count, look);
        if (!look_is_doubtful(look) && look->movement < seen->doubtful.movement &&
            look_may_be_a_face(look, picture->width_px))
            seen->doubtful = *look;
        if (look_stands_beside(look, largest) && !seen_before(seen->list, seen->count, look))
            keep(seen->list, &seen->count, look);
    }
}

/* One search: the confirmed faces, and who stands beside them. */
static Err search_once(FaceFinder *finder, const Picture *picture, FaceSearch search, Seen *seen)
{
    FaceList found;
    Look others[CANDIDATE_MAX];
    int rest = 0;
    TRY(faces_find(finder, picture, search, &found));
    for (int i = 0; i < found.count; i++) {
        Look look;
        TRY(look_at(finder, picture, &found.list[i], &look));
        bool confirmed = look_is_a_face(&look);
        if (!confirmed)
            TRY(verify(finder, picture, &found.list[i], &look));
        if (look.size < FACE_LEAST * picture->width_px || seen_before(seen->list, seen->count, &look))
            continue;
        if (confirmed)
            keep(seen->list, &seen->count, &look);
        else
            others[rest++] = look;
    }
    sort_doubtful(picture, others, rest, seen);
    return OK;
}

/* Red light, blue light, hardly any: the networks know little of it, so they see the brightest channel with every
 * level as frequent as the next. At most one face, the likeliest. */
static Err look_evened(FaceFinder *finder, const Picture *picture, Seen *seen)
{
    FaceList found;
    Picture even = faces_evened(finder, picture);
    TRY(faces_find(finder, &even, SEARCH_FIRST, &found));
    for (int i = 0; i < found.count; i++) {
        Look look;
        TRY(look_at(finder, &even, &found.list[i], &look));
        TRY(verify(finder, &even, &found.list[i], &look));
        bool steady = look_is_a_face(&look) && look.movement <= EVEN_MOVES && look.mean_spread <= EVEN_SPREAD;
        if (!look_is_known(&look) && (!steady || look_is_doubtful(&look)))
            continue;
        if (look.size < EVEN_SIZE * even.width_px || (seen->count && look.score <= seen->list[0].score))
            continue;
        look.placed = true;
        to_picture(&look, (double)picture->width_px / even.width_px);
        seen->list[0] = look;
        seen->count = 1;
    }
    return OK;
}

/* All confirmed faces, largest first. One search is enough when it confirms somebody. */
static Err look_for(FaceFinder *finder, const Picture *picture, Seen *seen)
{
    seen->count = seen->known_count = 0;
    seen->doubtful.movement = INFINITY;
    for (int search = 0; search < SEARCH_COUNT && seen->count == 0; search++)
        TRY(search_once(finder, picture, (FaceSearch)search, seen));
    for (int i = 0, none = seen->count == 0; none && i < seen->known_count; i++)
        keep(seen->list, &seen->count, &seen->known[i]);
    if (seen->count == 0 && isfinite(seen->doubtful.movement))
        keep(seen->list, &seen->count, &seen->doubtful);
    return seen->count ? OK : look_evened(finder, picture, seen);
}

static bool any_scores_above(const FaceList *found, double score)
{
    for (int i = 0; i < found->count; i++)
        if (found->list[i].score > score)
            return true;
    return false;
}

static bool stands_upright(const Look *look)
{
    return (look->score >= UPRIGHT_SCORE && look->mean_spread <= UPRIGHT_SPREAD) ||
           (look->movement <= 0 && look->score >= ONE_LOOK_SCORE && look->mean_spread <= ONE_LOOK_SPREAD);
}

/* Degrees by which the picture would have to be turned clockwise for its face to stand upright: 0 where it
 * does or where nothing says otherwise, NaN where there is no face. `count`: the faces of the turned picture. */
static Err look_turned(FaceFinder *finder, const Picture *picture, const Look *upright, int *count, double *degrees)
{
    *degrees = *count ? 0 : NAN;
    if (*count && stands_upright(upright))
        return OK;
    double spread = *count ? fmin(upright->mean_spread, TURNED_SPREAD) : TURNED_SPREAD;
    double score = *count ? fmax(upright->score, TURNED_SCORE) : TURNED_SCORE;
    Picture turned = *picture;
    for (int quarters = 1; quarters <= 3; quarters++) {
        FaceList found;
        turned = faces_turned(finder, &turned);
        TRY(faces_find(finder, &turned, SEARCH_FIRST, &found));
        if (!any_scores_above(&found, score)) /* nothing that the points could say would make it better */
            continue;
        Look looks[CANDIDATE_MAX];
        int faces = 0;
        bool better = false;
        for (int i = 0; i < found.count; i++) {
            Look look;
            TRY(look_at(finder, &turned, &found.list[i], &look));
            if (!look_is_a_face(&look) || look.size < FACE_LEAST * turned.width_px || seen_before(looks, faces, &look))
                continue;
            keep(looks, &faces, &look);
            if (look.mean_spread >= spread || look.score <= score)
                continue;
            better = true;
            score = look.score;
            spread = look.mean_spread;
        }
        if (better) {
            *degrees = 90 * quarters;
            *count = faces;
        }
    }
    return OK;
}

/* Eye corners of the face network place the crop of the eye network. Its answer counts only where it
 * stays near: a lock of hair or a lens can carry it away. */
static Err refine_eye(FaceFinder *finder, const Picture *picture, Look *look, int first)
{
    Point *coarse = look->points + first;
    SoftPoint fine[EYE_POINT_COUNT];
    Point a = coarse[0], b = coarse[4], right = a.x < b.x ? b : a, left = a.x < b.x ? a : b;
    FaceCrop crop = {.centre = {(a.x + b.x) / 2, (a.y + b.y) / 2},
                     .side = EYE_CROP * fmax(distance(a, b), 4),
                     .angle = atan2(right.y - left.y, right.x - left.x)};
    TRY(faces_eye(finder, picture, faces_snap(crop), first == POINT_EYE_RIGHT, fine));
    if (distance(fine[POINT_IRIS].at, coarse[POINT_IRIS]) > EYE_STRAYS * look->eye_distance)
        return OK;
    for (int i = 0; i < EYE_POINT_COUNT; i++) {
        coarse[i] = fine[i].at;
        look->spread[first + i] = fine[i].spread;
    }
    return OK;
}

Err detect_faces(FaceFinder *finder, const Picture *picture, double scale, Faces *out, Facts *facts)
{
    *out = (Faces){0};
    face_unmeasured(&out->best);
    if (!picture->rgb || !faces_can_be_sought(picture))
        return OK;
    Seen seen;
    TRY(look_for(finder, picture, &seen));
    int count = out->count = seen.count;
    double turned;
    TRY(look_turned(finder, picture, &seen.list[0], &count, &turned));
    if (!isnan(turned))
        fact_set(facts, CHECK_turned_deg, turned, 0);
    fact_set(facts, CHECK_faces, count, 0);
    if (turned > 0) /* no stage after this one could make sense of it */
        out->count = 0;
    if (out->count == 0)
        return OK;
    Look *look = &seen.list[0];
    Face *face = &out->best;
    face->score = look->score;
    face->movement = look->eye_movement;
    face->settled = look_has_settled(look);
    TRY(refine_eye(finder, picture, look, POINT_EYE_LEFT));
    TRY(refine_eye(finder, picture, look, POINT_EYE_RIGHT));
    if (face->settled)
        TRY(cover_measure(finder, picture, look->points, facts));
    to_picture(look, scale);
    bounds(look->points, POINT_COUNT, &face->box_low, &face->box_high);
    if (face->settled)
        face_measure(look->points, look->spread, face);
    else
        memcpy(face->points, look->points, sizeof face->points);
    return OK;
}
