/* SPDX-License-Identifier: MIT */
#include "look.h"

#include <math.h>

/* Movement of the points between two passes, and the mean spread of their heat maps, as shares of the
 * eye distance. The spread is 0.12 to 0.20 on portraits, 0.22 and more on curtains, hands and letters. */
static const double MOVES_SURE = 0.08, MOVES_WEAK = 0.05, MOVES_FACE = 0.10, MOVES_NO_FACE = 0.16;
static const double SPREAD_FACE = 0.21;
/* The finder's score: from WEAK on a candidate may count beside others, from SURE on without that the
 * points hardly move. And how far the finder's eye line and the points' may part, in radians. */
static const double SCORE_WEAK = 0.4, SCORE_SURE = 0.62, TURNS_FACE = 0.3;
/* What moves little and takes so much of the width is a face that is turned away or oddly lit: nothing without
 * one in 1,000 pictures did both (models/face/README.md). */
static const double LARGE = 0.30, LARGE_MOVES = 0.09, LARGE_SPREAD = 0.30;
/* Beside a face another one needs less: half turned away or behind glasses it is a second person all the same.
 * Nothing in 3,000 portraits of one person was like that; size as a share of the largest face's. */
static const double BESIDE_SCORE = 0.55, BESIDE_MOVES = 0.08, BESIDE_SPREAD = 0.30, BESIDE_SIZE = 0.5;
/* The verifier's answer, 0..1. Under DOUBT a curtain, a collar or a head from behind, whose points hold still by chance, is
 * no face. From KNOWN on it is one, though the points cannot tell its features; from LIKELY on if the finder says so, too;
 * beside another face from BESIDE on. Chosen on one half of the generated faces, judged on the other
 * (models/face/README.md). */
static const double VERIFIED_DOUBT = 0.10, VERIFIED_LIKELY = 0.6, VERIFIED_KNOWN = 0.9, VERIFIED_BESIDE = 0.95;

/* A face's eyes are 0.22 to 0.62 of its size apart and above its mouth. */
static bool has_a_face_shape(const Look *look)
{
    Point left = look->points[POINT_IRIS_LEFT], right = look->points[POINT_IRIS_RIGHT];
    Point mouth = {(look->points[POINT_MOUTH_LEFT].x + look->points[POINT_MOUTH_RIGHT].x) / 2,
                   (look->points[POINT_MOUTH_LEFT].y + look->points[POINT_MOUTH_RIGHT].y) / 2};
    double share = look->eye_distance / look->size;
    return share > 0.22 && share < 0.62 && right.x > left.x &&
           mouth.y - (left.y + right.y) / 2 > 0.4 * look->eye_distance;
}

bool look_is_a_face(const Look *look)
{
    return has_a_face_shape(look) && look->score >= SCORE_WEAK && look->turn <= TURNS_FACE &&
           look->movement <= (look->score >= SCORE_SURE ? MOVES_FACE : MOVES_WEAK) &&
           look->mean_spread <= SPREAD_FACE;
}

bool look_has_settled(const Look *look)
{
    return !look->placed && has_a_face_shape(look) && look->movement <= MOVES_FACE &&
           look->eye_movement <= (look->mean_spread <= LOOK_SPREAD_SURE ? MOVES_SURE : LOOK_MOVES_SETTLED);
}

bool look_may_be_a_face(const Look *look, int width_px)
{
    bool large = look->size >= LARGE * width_px && look->movement <= LARGE_MOVES &&
                 look->mean_spread <= LARGE_SPREAD && look->turn <= TURNS_FACE;
    return has_a_face_shape(look) && look->movement <= MOVES_NO_FACE &&
           (look->mean_spread <= SPREAD_FACE || look->score >= SCORE_SURE || large);
}

bool look_is_doubtful(const Look *look)
{
    return look->verified < VERIFIED_DOUBT;
}

bool look_is_known(const Look *look)
{
    return look->verified >= (look->score >= SCORE_WEAK ? VERIFIED_LIKELY : VERIFIED_KNOWN);
}

void look_place(Look *look, const FaceCandidate *candidate)
{
    const double FAR = 0.35, SMALLER = 0.6, LARGER = 1.6; /* of the square's side */
    const FaceCrop *square = &candidate->face;
    if (hypot(look->centre.x - square->centre.x, look->centre.y - square->centre.y) <= FAR * square->side &&
        look->size >= SMALLER * square->side && look->size <= LARGER * square->side)
        return;
    look->centre = square->centre;
    look->size = square->side;
    look->placed = true;
}

bool look_stands_beside(const Look *look, double largest)
{
    bool steady = has_a_face_shape(look) && look->score >= BESIDE_SCORE && look->movement <= BESIDE_MOVES &&
                  look->mean_spread <= BESIDE_SPREAD && look->turn <= TURNS_FACE;
    return (steady || look->verified >= VERIFIED_BESIDE) && look->size >= BESIDE_SIZE * largest;
}
