/* SPDX-License-Identifier: MIT */
/* Pairs of columns equally far left and right of the chin: what comes first below the paper beside the mouth is a
 * shoulder, and what paper does not reach from above is hair or another person. */
#include "shoulders.h"

#include "rank.h"

enum { PAIRS = 28, PAIRS_LEAST = 6, SPECK = 3, INSIDE = 4, LOOK = 8 };

static const double NEAR = 0.55, STEP = 0.02; /* of the face width */
static const double ERROR_DEG = 2, DEGREE = M_PI / 180;
static const double APART_DEG = 6; /* by which the middle half of the slopes differ: more are no shoulders, but hair, collars, walls */

static Label label_at(const Silhouette *in, int x, int y)
{
    return (Label)in->label[(size_t)y * (size_t)in->width_px + (size_t)x];
}

/* Row of the outline in a column; -1: hidden, or the shoulder is higher than `from` or below the picture. Specks in
 * the paper, as grain makes them, are stepped over. */
static int shoulder_in_column(const Silhouette *in, int x, int from)
{
    for (int y = from; y >= 0; y -= LOOK)
        if (label_at(in, x, y) == LABEL_PERSON)
            return -1;
    int edge = from;
    for (int y = from; y < in->height_px - INSIDE && y - edge < SPECK; y++)
        if (label_at(in, x, y) == LABEL_PAPER)
            edge = y + 1;
    return edge > from && edge + INSIDE < in->height_px && label_at(in, x, edge + INSIDE) == LABEL_PERSON ? edge : -1;
}

void shoulders_measure(const FacePlace *face, const Silhouette *in, Facts *facts)
{
    double slopes[PAIRS];
    int count = 0;
    fact_hide(facts, CHECK_shoulders_deg);
    if (in->problem || !(face->mouth_y >= 0 && face->mouth_y < in->height_px))
        return;
    int from = (int)face->mouth_y;
    for (int i = 0; i < PAIRS; i++) {
        double away = (NEAR + STEP * i) * face->width;
        double left = round(face->points[POINT_CHIN].x - away), right = round(face->points[POINT_CHIN].x + away);
        if (!(left >= 0 && right < in->width_px))
            break;
        int left_y = shoulder_in_column(in, (int)left, from), right_y = shoulder_in_column(in, (int)right, from);
        if (left_y >= 0 && right_y >= 0)
            slopes[count++] = atan2(right_y - left_y, right - left) / DEGREE;
    }
    if (count < PAIRS_LEAST)
        return;
    double low = rank_value(slopes, count, count / 4), high = rank_value(slopes, count, count - 1 - count / 4);
    if (high - low > APART_DEG)
        return;
    fact_set(facts, CHECK_shoulders_deg, rank_value(slopes, count, count / 2), ERROR_DEG + (high - low) / 2);
}
